"""请打电话: reminders and messages that could not be sent are told by phone; what came too late is seen once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from bot.domain import undelivered
from bot.domain.access.people import access_people, access_person
from bot.domain.access.things import Level, Thing
from bot.domain.base import Refused
from bot.domain.deeds import Field as Sensitive
from bot.domain.deeds import look as look_at
from bot.domain.mail import MAIL_TITLE, Outbox
from bot.domain.notices import OUTCOME_TITLE, REACHED, Outcome
from bot.domain.people import Person
from bot.domain.undelivered import LATE_MARK
from bot.domain.wording import day_words, moment_words
from bot.feature import Action, Feature, Look, Need, Page, Touch, Waits
from bot.now import local_day
from bot.parts import Facts, Field, Form, Heading, Link, Links, Part, Press, Table, Text
from bot.sender import UNREACHABLE
from bot.talk import Rows, Talk, numbered
from bot.text import mask_phone

feature = Feature("undelivered", "请打电话", about=Thing.PERSON)
feature.phrases.append(UNREACHABLE)

PATH: Final = "calls"
HERE: Final = f"/desk/{PATH}"
_DONE: Final = "都打完了，辛苦您。"
_NAMED: Final = 5
_NEAR: Final = re.compile("今天|明天|后天|今早|今晚|明早|明晚")
_NEXT: Final = Press("打下一位", "next", page=PATH)
_TRIED: Final = {Outcome.NO_ANSWER.value: "没打通过", Outcome.WRONG_NUMBER.value: "号码不对"}


def _to_call(rows: Rows, viewer: Person, now: datetime) -> dict[int, list[Outbox]]:
    """By person, what that person must be told, in the order of the calls."""
    found: dict[int, list[Outbox]] = {}
    for row in rows.all(access_people(viewer, undelivered.to_call(now))):
        found.setdefault(row.person_id, []).append(row)
    return found


def _too_late(rows: Rows, viewer: Person, now: datetime) -> Sequence[Outbox]:
    return rows.all(access_people(viewer, undelivered.came_too_late(now)))


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """One line for all who must be called, one for all that came too late."""
    # Today asks every few seconds: without the messages themselves.
    calls = rows.table(access_people(viewer, undelivered.whom(undelivered.to_call(now))))
    if calls:
        named = {id_: name for id_, name, _, _ in calls}
        title = f"有{len(named)}位的提醒、消息发不到"
        since = min(due for _, _, due, _ in calls)
        yield Waits(title, _names(named), since, kind=Need.UNREACHED, to=HERE, presses=(_NEXT,))
    late = rows.table(access_people(viewer, undelivered.whom(undelivered.came_too_late(now))))
    if late:
        named = {id_: name for id_, name, _, _ in late}
        seen = Press("知道了", "noted", (("upto", str(late[0][3])),), PATH)
        yield Waits(
            f"有{len(late)}条提醒过了时候，没有发", f"{_names(named)}的提醒，轮到发的时候已经没用了。",
            late[-1][2], kind=Need.REMINDER, to=HERE, presses=(seen,),
        )  # fmt: skip


def _names(named: Mapping[int, str]) -> str:
    some = "、".join([*named.values()][:_NAMED])
    return some + (f"等{len(named)}位" if len(named) > _NAMED else "")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Who must be called, with what; below, what came too late."""
    today, people = local_day(look.now), _to_call(rows, look.viewer, look.now)
    too_late = _too_late(rows, look.viewer, look.now)
    known = _people(rows, [*people, *(row.person_id or 0 for row in too_late)])
    lines = []
    for id_, found in people.items():
        one = known[id_]
        press = Press("打给这位", "call", (("person", str(id_)),), about=one.name)
        what = "、".join(dict.fromkeys(MAIL_TITLE[row.kind] for row in found))
        phone = mask_phone(one.phone) or "没登记"
        lines.append((one.name, one.number, phone, what, _TRIED.get(found[0].reason, ""), press))
    late = tuple(
        (moment_words(row.due_at, today), known[row.person_id or 0].name, _words(row))
        for row in too_late
    )
    return [
        Text("这几位没有能收消息的手机，或者没发成。有用的时候还没过，请打电话告诉他们。"),
        *([_NEXT] if lines else []),
        Table(
            ("姓名", "编号", "电话", "什么没送到", "打过", ""), tuple(lines), "现在没有要打的电话。"
        ),
        Heading("过了时候没发的提醒"),
        Table(("原定几时", "发给谁", "内容"), late, "三天里没有。"),
    ]


def _people(rows: Rows, ids: Sequence[int]) -> dict[int, Person]:
    return {one.id: one for one in rows.all(select(Person).where(Person.id.in_(ids)))}


def _words(row: Outbox) -> str:
    """As it is read out: without the mark for those who would have read it late."""
    return " ".join(str(row.reply.get("text", "")).split()).removeprefix(LATE_MARK)


def _dated(found: Sequence[Outbox], today: date) -> list[Part]:
    """Words of another day say "tomorrow" of that day: who reads them out is told so."""
    days = sorted({local_day(row.due_at) for row in found if _NEAR.search(_words(row))} - {today})
    said = "、".join(day_words(day, today) for day in days)
    words = f"这话是{said}写的，里面的“今天”“明天”要照那天算，请换成日子说。"
    return [Text(words, "warning")] if days else []


# ── actions ─────────────────────────────────────────────────────────────────────────────────────


async def next_one(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """The call to make now."""
    return await _call(talk, 0)


async def call(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """The call to somebody on the list."""
    one = access_person(talk.staff(), numbered(talk.rows, Person, form.get("person", "")))
    return await _call(talk, one.id)


async def called(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """How it ended, of just what was read out, and the next one."""
    one = access_person(talk.staff(), numbered(talk.rows, Person, form.get("person", "")))
    outcome = next((o for o in Outcome if o.value == form.get("outcome", "told")), None)
    if outcome is None:
        raise Refused("请选一选电话打得怎么样。")
    read = form.get("read", "").split(",")
    found = _to_call(talk.rows, talk.staff(), talk.now).get(one.id, [])
    said = [row for row in found if str(row.id) in read]
    if not said:
        raise Refused(f"{one.name}不用打了，可能刚刚有同事打通了。")
    for row in said:
        row.reason = outcome.value
    await talk.flush()
    still = "" if outcome in REACHED else "，名字还在名单上"
    done = Text(f"记下了：{one.name}，{OUTCOME_TITLE[outcome]}{still}。", "good")
    return (done, *await _call(talk, 0, after=one.id))


async def _call(talk: Talk, person: int, after: int = 0) -> tuple[Part, ...]:
    """One call: the phone, the words and how it ended. Looking at the phone is written down."""
    me, people = talk.staff(), _to_call(talk.rows, talk.staff(), talk.now)
    back = Links((Link("回到名单", HERE), Link("回到今天", "/desk")))
    wanted = person or next((id_ for id_ in people if id_ != after), 0)
    one = await talk.get(Person, wanted) if wanted in people else None
    if one is None and person:
        raise Refused("这位不用打了，可能刚刚有同事打通了。")
    if one is None:
        return (Text(_DONE if not people else "别的都打完了。", "good"), back)
    await talk.add(look_at(me, one, Sensitive.PHONE, talk.now))
    found = people[one.id]
    words = " ".join(_words(row) for row in found)
    script = (
        f"可以这样说：“请问是{one.name}{talk.settings.notice.salutation}吗？我是{talk.settings.office.name}的"
        f"{me.name}，跟您说一声：{words} 您听清楚了吗？”"
    )
    fields = (
        Field("person", "", "hidden", str(one.id)),
        Field("read", "", "hidden", ",".join(str(row.id) for row in found)),
        Field("outcome", "打得怎么样", "choice", options=tuple((o.value, t) for o, t in OUTCOME_TITLE.items())),
    )  # fmt: skip
    return (
        Heading(f"打给{one.name}，名单上还有{len(people)}位"),
        Facts((("姓名", f"{one.name}（{one.number}）"), ("电话", one.phone or "没登记"))),
        Text(script, "lead"),
        *_dated(found, talk.today),
        Form("called", "记下，打下一位", fields),
        back,
    )


async def noted(talk: Talk, form: dict[str, str]) -> str:
    """What came too late was seen, as far as it was shown."""
    upto = form.get("upto", "")
    last = int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 19 else 0
    seen = [row for row in _too_late(talk.rows, talk.staff(), talk.now) if row.id <= last]
    for row in seen:
        row.reason = "noted"
    await talk.flush()
    return f"好的，{len(seen)}条不再列出来。" if seen else "已经有同事看过了。"


ACTIONS: dict[str, Action] = {"next": next_one, "call": call, "called": called, "noted": noted}
_ONE = Touch(Thing.PERSON, by="person", level=Level.SEE)
_ALL = Touch(Thing.PERSON, by="", level=Level.SEE)
TOUCHES = {"next": _ALL, "call": _ONE, "called": _ONE, "noted": _ALL}
feature.waiting, feature.waits_on = waits, (Outbox,)
feature.pages.append(
    Page(PATH, "请打电话", view, actions=ACTIONS, touches=TOUCHES, order=51, by="")
)
