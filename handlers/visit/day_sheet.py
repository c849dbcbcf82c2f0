"""The sheet of one day, to be printed: who goes where. Addresses stand on the printed sheet alone."""

from collections.abc import Sequence
from datetime import date

from bot.domain import visits
from bot.domain.access.visits import access_visits
from bot.domain.base import Refused
from bot.domain.deeds import Field as Sensitive
from bot.domain.deeds import look as look_at
from bot.domain.people import Person
from bot.domain.visits import HALF_TITLE, State, Visit
from bot.domain.wording import day_words
from bot.feature import Action, Look
from bot.parts import Field, Heading, Part, Press, Search, Sheet, Table, Text
from bot.talk import Rows, Talk
from handlers.visit.about import address_of, has_address
from handlers.visit.board import goes

EMPTY = "这一天没有走访。"


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Whom somebody goes to see on the day that `sheet` names, without addresses."""
    day = _day(look.query["sheet"])
    found = _on(rows, look.viewer, day)
    lines = tuple(
        (HALF_TITLE[v.half], v.name, goes_words(v), "有登记" if has_address(v) else "还不知道")
        for v in found
    )
    table = Table(
        ("上午下午", "去看谁", "谁去", "住址"), lines, EMPTY, tuple(f"?id={v.id}" for v in found)
    )
    print_it = Press("打印（带住址）", "sheet", (("day", day.isoformat()),), about=day_words(day))
    return [
        Search((Field("sheet", "哪一天", "date", day.isoformat()),), "看这一天"),
        Heading(f"{day_words(day)}的走访"),
        table,
        *([print_it] if found else []),
    ]


async def sheet(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """The sheet with its addresses; each look at one is written down."""
    me, day = talk.staff(), _day(form.get("day", ""))
    found = _on(talk.rows, me, day)
    if not found:
        raise Refused(EMPTY)
    for visit in found:
        if visit.person is not None and has_address(visit):
            await talk.add(look_at(me, visit.person, Sensitive.ADDRESS, talk.now))
    lines = tuple(
        (HALF_TITLE[v.half], goes_words(v), v.name, address_of(v) or "请先打电话问", "") for v in found
    )  # fmt: skip
    table = Table(("上午下午", "谁去", "去看谁", "住址", "见到没有、说了什么"), lines)
    warning = (
        "住址只给去的人看。走完请收回这张纸，不要拍照，不要发群。看过哪几位的住址，已经记下了。"
    )
    return (
        Text(warning, "warning"),
        Sheet((table,), f"{day_words(day)}走访单"),
    )


def goes_words(visit: Visit) -> str:
    """ "李四", "李四（还没答复）", "还没有人去"."""
    who = goes(visit)
    if who is None:
        return "还没有人去"
    return who.name if visit.state is State.ACCEPTED else f"{who.name}（还没答复）"


def _on(rows: Rows, viewer: Person, day: date) -> Sequence[Visit]:
    return rows.all(visits.with_invitations(access_visits(viewer, visits.open_on(day))))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("请选一个日子。") from None


ACTIONS: dict[str, Action] = {"sheet": sheet}
