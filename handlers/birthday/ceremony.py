"""七一名单: coordinators see who is invited to the collective birthday, by decade, and send cards to the absent."""

from collections.abc import Sequence

from bot.domain import schedule
from bot.domain.access.things import Thing
from bot.domain.base import OutOfReach, Refused
from bot.domain.people import Person
from bot.feature import STAFF, Look, Page, Place, Touch
from bot.now import local_day
from bot.parts import Field, Form, Heading, Part, Table, Text
from bot.talk import Choice, Rows, Talk
from handlers.birthday.cards_home import bring, to_bring
from handlers.birthday.invited import Guests, days_for, guests, with_card
from handlers.birthday.talk import feature

CARDS, ABSENT, ENOUGH = "送贺卡", "来不了的", "知道了"
PATH = "collective"
NAMES = 8
"""Names in one message."""


@feature.dialog(
    "collective_list", "看集体政治生日名单", words=("七一名单", "集体政治生日名单", "集体政治生日", "邀请名单"),
    place=Place("办", "七一名单", 62), roles=STAFF,
)  # fmt: skip
async def invited(talk: Talk) -> None:
    """How many of each decade; then the names of one."""
    every = await _all(talk)
    if not every:
        raise Refused("日程里没有集体政治生日。请在网页“日程”里加一天，或者加一条规律。")
    found = await _one(talk, every)
    groups = dict(found.by_decade())
    counts = "、".join(f"{decade}{len(people)}位" for decade, people in groups.items())
    text = f"{schedule.when_words(found.day, talk.today)}{found.day.title}，请{len(found.invited)}位：{counts}。"
    if found.absent:
        groups[ABSENT] = list(found.absent)
        text += f"{ABSENT}{len(found.absent)}位，送贺卡请说“{CARDS}”。"
    choices = [*(Choice(decade, decade[:8]) for decade in groups), Choice(ENOUGH)]
    taken = await talk.choose("decade", f"{text}要看哪一组？", choices)
    if taken == ENOUGH:
        talk.say("好的。")
        return
    people = groups[taken]
    for start in range(0, len(people), NAMES):
        names = "、".join(f"{p.name}({p.number})" for p in people[start : start + NAMES])
        talk.say(f"{taken}：{names}" if start == 0 else names)


@feature.dialog("collective_cards", "给来不了的送贺卡", words=(CARDS, "贺卡上门"), roles=STAFF)
async def cards(talk: Talk) -> None:
    """One confirmation for all; each is an ordinary visit afterwards."""
    waiting = [found for found in await _all(talk) if to_bring(talk, found)]
    if not waiting:
        raise Refused("没有要送贺卡的：没来的都已经安排了，或者还没有人请假。")
    found = await _one(talk, waiting)
    people = to_bring(talk, found)
    names = "、".join(p.name for p in people[:6]) + ("等" if len(people) > 6 else "")
    text = f"{schedule.what_words(found.day)}来不了的{len(people)}位（{names}），各开一张送贺卡的走访单，对吗？"
    if await talk.choose("sure", text, ["开走访单", "先不开"]) != "开走访单":
        talk.say("好的，先不开。")
        return
    new = await bring(talk, found)
    talk.say(f"开好了{new}张走访单，也告诉了他们。请说“走访”请志愿者。已有走访的，写在那张单上了。")


async def _all(talk: Talk) -> list[Guests]:
    """The days in reach with their people."""
    me = talk.staff()
    days = days_for(talk.rows, me, talk.today)
    return [guests(talk.rows, day, talk.today) for day in days]


async def _one(talk: Talk, found: Sequence[Guests]) -> Guests:
    """The only one, or the one chosen."""
    named = {f"{schedule.what_words(g.day, talk.today)}（{g.day.branch}）": g for g in found}
    taken = next(iter(named))
    if len(named) > 1:
        # Of one branch last year's and the next one may stand side by side.
        choices = [Choice(says, f"{g.day.branch[:4]}{g.day.day.year}") for says, g in named.items()]
        taken = await talk.choose("day", "哪一次的？", choices)
    return named[taken]


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Each day with its people by decade, who can't come, and one button for the cards."""
    today = local_day(look.now)
    parts: list[Part] = []
    for day in days_for(rows, look.viewer, today):
        parts += _of_day(rows, guests(rows, day, today))
    return parts or [Text("日程里没有集体政治生日。请在“日程”里加一天，或者加一条规律。")]


def _of_day(rows: Rows, found: Guests) -> list[Part]:
    day = found.day
    lines = tuple(
        (decade, str(len(people)), _names(people)) for decade, people in found.by_decade()
    )
    done = with_card(rows, day, found.absent)
    away = tuple(
        (p.name, p.number, "有人送" if p.id in done else "还没有安排") for p in found.absent
    )
    parts: list[Part] = [
        Heading(f"{day.branch}：{schedule.when_words(day)}{day.title}，请{len(found.invited)}位"),
        Table(("入党年代", "人数", "姓名"), lines),
        Table(("来不了的", "编号", "贺卡"), away, "还没有人请假。"),
    ]
    if len(done) < len(found.absent):
        which = Field("day", "", "hidden", f"{day.source}/{day.named.isoformat()}")
        parts.append(Form("cards", "各开一张送贺卡的走访单", (which,)))
    return parts


def _names(people: Sequence[Person]) -> str:
    return "、".join(p.name for p in people)


async def open_visits(talk: Talk, form: dict[str, str]) -> str:
    """The same as 送贺卡 in chat."""
    me = talk.staff()
    days = days_for(talk.rows, me, talk.today)
    wanted = form.get("day", "")
    day = next((d for d in days if f"{d.source}/{d.named.isoformat()}" == wanted), None)
    if day is None:
        raise OutOfReach("没有这一天，或者不归您这个支部。")
    return f"开好了{await bring(talk, guests(talk.rows, day, talk.today))}张走访单，也告诉了他们。"


feature.pages.append(
    Page(
        PATH,
        "集体政治生日",
        view,
        actions={"cards": open_visits},
        about=Thing.DAY,
        by="",
        touches={"cards": Touch(Thing.DAY, by="day")},
    )
)
