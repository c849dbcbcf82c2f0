"""/desk/organisations: the signs under which the office works; their names are data."""

from collections.abc import Sequence

from bot.domain.base import Refused
from bot.domain.organisations import Organisation, organisations, read_name, sizes
from bot.feature import Action, Look, Page
from bot.parts import Field, Form, Heading, Part, Table, Text
from bot.talk import Rows, Talk, numbered
from handlers.settings.about import (
    ORGANISATIONS,
    READ_ONLY,
    administers,
    administrator,
    by_administrators,
    feature,
    ways,
)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All of them with how many people are in each; or the one that `id` names."""
    if look.query.get("id") and administers(look):
        one = _found(rows, look.query["id"])
        hidden = Field("id", "", "hidden", str(one.id))
        renaming = Form("rename", "改名", (hidden, Field("name", "新的名字", value=one.name)))
        return [ways(ORGANISATIONS), Heading(one.name), renaming]
    people = dict(rows.all(sizes()))
    found = rows.all(organisations())
    lines = tuple((one.name, f"{people.get(one.id, 0)}位") for one in found)
    links = tuple(
        f"/desk/{ORGANISATIONS}?id={one.id}" if administers(look) else "" for one in found
    )
    table = Table(("组织", "有多少人"), lines, "还没有组织。", links)
    told = Text("一个人可以参加几个组织。谁参加哪个，写在名册的“所属组织”一栏。")
    if not administers(look):
        return [ways(ORGANISATIONS), table, told, READ_ONLY]
    return [ways(ORGANISATIONS), table, told, Form("add", "加上", (Field("name", "新的组织"),))]


def _found(rows: Rows, number: str) -> Organisation:
    one = numbered(rows, Organisation, number)
    if one is None:
        raise Refused("没有这个组织。")
    return one


def _free(rows: Rows, said: str, but: Organisation | None = None) -> str:
    """The name, where no other has it."""
    name = read_name(said)
    if any(one.name == name and one is not but for one in rows.all(organisations())):
        raise Refused(f"“{name}”已经有了。")
    return name


async def add(talk: Talk, form: dict[str, str]) -> str:
    """A new one."""
    administrator(talk)
    name = _free(talk.rows, form.get("name", ""))
    await talk.add(Organisation(name=name))
    return f"加上了{name}。"


async def rename(talk: Talk, form: dict[str, str]) -> str:
    """The same under another name: who is in it stays in it."""
    administrator(talk)
    one = _found(talk.rows, form.get("id", ""))
    before, one.name = one.name, _free(talk.rows, form.get("name", ""), one)
    return f"{before}改名{one.name}了，里面的人不变。"


ACTIONS: dict[str, Action] = {"add": add, "rename": rename}
feature.pages.append(
    Page(
        ORGANISATIONS,
        "组织",
        view,
        actions=ACTIONS,
        touches=by_administrators(ACTIONS),
        by="",
        order=0,
    )
)
