"""Phone, address and note of one person: masked until somebody asks, and each look is written down."""

from typing import Final

from bot.domain.base import Refused
from bot.domain.deeds import FIELD_TITLE, Field, Sight, looks_at
from bot.domain.deeds import look as looked
from bot.domain.people import Person
from bot.domain.wording import moment_words
from bot.feature import Action, Look
from bot.parts import Facts, Link, Links, Part, Press, Table, Text
from bot.talk import Rows, Talk
from handlers.roster.about import PATH, found
from handlers.roster.lately import a_page

_KEPT: Final = {Field.PHONE: "phone", Field.ADDRESS: "address", Field.NOTE: "note"}


def presses(one: Person) -> list[Part]:
    """A button for each field that holds something; whether it does is seen without opening it."""
    there = [kind for kind, name in _KEPT.items() if getattr(one, f"{name}_sealed")]
    return [
        Press(f"看{FIELD_TITLE[kind]}", "look", (("id", str(one.id)), ("field", kind.value)), about=one.name)
        for kind in there
    ]  # fmt: skip


def seen(rows: Rows, look: Look, one: Person) -> list[Part]:
    """Who looked, for the person's page."""
    looks, ways = a_page(rows, look, looks_at(one.id), Sight.id, "looks")
    lines = tuple((moment_words(s.at), s.by.name, FIELD_TITLE[s.field]) for s in looks)
    head = ("何时", "谁", "看了什么")
    return [Table(head, lines, "没有人看过。", caption="谁看过电话和住址"), *ways]


async def show(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """The field, on this one page, and the record of the look in the same transaction."""
    me = talk.staff()
    one = found(talk.rows, me, form.get("id", ""))
    kind = next((kind for kind in _KEPT if kind.value == form.get("field")), None)
    if kind is None:
        raise Refused("请选要看哪一项。")
    await talk.add(looked(me, one, kind, talk.now))
    words = getattr(one, _KEPT[kind]) or "没登记"
    return (
        Facts((("姓名", one.name), (FIELD_TITLE[kind], words))),
        Text("您看过这一项，已经记下了。"),
        Links(
            (Link(f"看{one.name}的资料", f"/desk/{PATH}?id={one.id}"), Link("回到今天", "/desk"))
        ),
    )


ACTIONS: dict[str, Action] = {"look": show}
