"""未来30天：谁会收到什么: what the clock would send, day by day or to one person, and why not. Nothing is sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import quote

from sqlalchemy import select

from bot.domain import finding, schedule
from bot.domain.access.people import access_people
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.finding import Filter
from bot.domain.foreseen import RULE_TITLE, Foreseen, Foresight, Wanted, rule_words
from bot.domain.people import CHANNEL_TITLE, Person, looked_after
from bot.domain.wording import day_words, moment_words
from bot.feature import Look, Page
from bot.now import local_day
from bot.parts import Field, Found, Link, Links, Part, Search, Table, Text
from bot.talk import Rows
from handlers.calendar.about import feature
from handlers.calendar.finding import branches_shown

PATH = "rehearsal"
HERE = f"/desk/{PATH}"
AHEAD = 30
SHOWN = 100
FEW = 1000
"""Among so many people all thirty days are counted; among more only the day that is looked at."""
NAMESAKES = 20
WITHHELD = {
    "quiet_hours": "不发：碰上晚上不打扰的钟点，等过了就没用了",
    "opted_out": "不发：本人说过“少提醒我”",
    "unreachable": "发不到：没有登记手机，请打电话",
    "paused": "不发：暂停、迁出或去世",
    "limit": "不单独发：一天最多两条，并进前一条或不再发",
    "merged": "并进了另一条",
    "too_late": "不发：已经过时",
    "noted": "不发：已经过时",
    "superseded": "不发：有更晚的一条代替",
    "retimed": "不发：改设置以前的时刻，不补发",
    "already_sent": "已经发出或正在发",
    "changed": "不发：日子改了",
}
_SENT = "会发"
_ELSEWHERE = "走访的提醒，内容在“走访”里看。"
HEAD = ("什么时候", "谁", "哪里收", "会不会发", "什么事", "内容")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """One day, or all thirty of the one person that `person` names."""
    if look.rehearse is None:
        raise Refused("这里没有运行提醒，演习不了。")
    today = local_day(look.now)
    query = look.query
    people = _people(rows, look.viewer, query.get("person", ""))
    day = _day(query.get("day", ""), today)
    who = people[0].id if len(people) == 1 else None
    counted = who is not None or _are_few(rows)
    page = _number(query.get("page", ""))
    last = today + timedelta(days=AHEAD - 1)
    found = look.rehearse(
        rows,
        Wanted(
            today if counted else day, last if counted else day, _reach(rows, look), who,
            query.get("rule", ""), None if who is not None else day, page * SHOWN, SHOWN,
        ),
    )  # fmt: skip
    return [
        Text("只是演习：照现在的日程、名册和设置，时钟会发什么。什么都不发，什么都不存。"),
        _search(rows, look, day),
        Found((
            *_named(people, query),
            _days(look, today, day, found.by_day if counted else {}, who),
            *_list(found, look, day, who, page),
        )),
    ]  # fmt: skip


def _search(rows: Rows, look: Look, day: date) -> Search:
    branches = schedule.reached(rows, look.viewer)
    where = (("", "全部支部"), *((str(one.id), one.name) for one in branches))
    rules = (("", "全部提醒"), *RULE_TITLE.items())
    query = look.query
    fields = (
        Field("day", "哪一天", "date", day.isoformat(), required=False),
        Field(
            "person", "谁（姓名、拼音首字母或编号）", value=query.get("person", ""), required=False
        ),
        Field("branch", "支部", "choice", query.get("branch", ""), where, required=False),
        Field("rule", "哪种提醒", "choice", query.get("rule", ""), rules, required=False),
    )
    return Search(fields, "看一看")


def _named(people: Sequence[Person], query: Mapping[str, str]) -> list[Part]:
    """Who is meant, where a name was given."""
    if not query.get("person"):
        return []
    if not people:
        return [Text(f"没有找到“{query['person'][:20]}”，下面是所有人的。", "warning")]
    if len(people) == 1:
        return [Text(f"只看{people[0].name}（{people[0].number}）的30天。", "lead")]
    links = tuple(
        Link(f"{one.name}（{one.number}）", f"{HERE}?person={quote(one.number)}") for one in people
    )
    return [Text(f"叫这个的有{len(people)}位，下面是所有人的。请选一位："), Links(links, "选一位")]


def _days(look: Look, today: date, day: date, counts: Mapping[date, int], who: int | None) -> Links:
    """The thirty days, each with how many reminders it has where that is known."""
    kept = "".join(
        f"&{name}={quote(look.query[name])}" for name in ("branch", "rule") if look.query.get(name)
    )
    links = []
    for n in range(AHEAD):
        one = today + timedelta(days=n)
        many = f" {counts[one]}条" if counts.get(one) else ""
        if many or not counts or one == day:
            links.append(Link(f"{one.month}月{one.day}日{many}", f"{HERE}?day={one}{kept}"))
    return Links(tuple(links), "哪一天", "" if who is not None else f"{HERE}?day={day}{kept}")


def _list(found: Foresight, look: Look, day: date, who: int | None, page: int) -> list[Part]:
    today = local_day(look.now)
    span = "以后30天" if who is not None else day_words(day, today)
    fates = Counter(_fate(one) for one in found.shown)
    sums = "，".join(f"{fate.split('：')[0]}{many}条" for fate, many in fates.items())
    many = f"{span}：共{found.total}条"
    part = f"，这一页{len(found.shown)}条（{sums}）。" if found.shown else "。"
    lines = tuple(
        _line(one, today, all_branches=looked_after(look.viewer) is None) for one in found.shown
    )
    return [
        Text(many + part, "lead"),
        Table(HEAD, lines, "这一天没有提醒。"),
        *_pages(found, look, page),
    ]


def _line(one: Foreseen, today: date, *, all_branches: bool) -> tuple[str, ...]:
    channel = CHANNEL_TITLE.get(one.channel, one.channel)
    who = f"{one.person.name}（{one.person.number}）"
    # A volunteer of this branch may visit somebody of another: whom, stands on the page of visits.
    text = _ELSEWHERE if one.rule.startswith("visit") and not all_branches else one.text
    return (moment_words(one.at, today), who, channel, _fate(one), rule_words(one.rule), text)


def _fate(one: Foreseen) -> str:
    if one.withheld is None:
        return _SENT
    return WITHHELD.get(one.withheld, f"不发：{one.withheld}")


def _pages(found: Foresight, look: Look, page: int) -> list[Part]:
    kept = "&".join(
        f"{name}={quote(value)}" for name, value in look.query.items() if name != "page" and value
    )
    links = []
    if page:
        links.append(Link("上一页", f"{HERE}?{kept}&page={page - 1}"))
    if (page + 1) * SHOWN < found.total:
        links.append(Link("下一页", f"{HERE}?{kept}&page={page + 1}"))
    return [Links(tuple(links), "翻页")] if links else []


def _people(rows: Rows, viewer: Person, words: str) -> Sequence[Person]:
    """Who is meant by these words, in the viewer's reach: an exact 编号 is one person."""
    if not words.strip():
        return ()
    found = rows.all(access_people(viewer, finding.people(Filter(words.strip()))).limit(NAMESAKES))
    exact = [one for one in found if one.number == words.strip()]
    return exact or found


def _reach(rows: Rows, look: Look) -> frozenset[int] | None:
    if look.query.get("branch"):
        return frozenset(one.id for one in branches_shown(rows, look.viewer, look.query))
    return looked_after(look.viewer)


def _are_few(rows: Rows) -> bool:
    return len(rows.table(select(Person.id).limit(FEW + 1))) <= FEW


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise Refused(f"没有“{text[:10]}”这一天。") from None
    if not today <= day < today + timedelta(days=AHEAD):
        raise Refused(f"只演习今天起的{AHEAD}天，请在里面选一天。")
    return day


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


feature.pages.append(
    Page(PATH, "未来30天：谁会收到什么", view, order=0, about=Thing.BRANCH, by="branch")
)
