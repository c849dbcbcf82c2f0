"""A sheet as a coordinator brings it onto the desk: dropped, confirmed, stored, taken back."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.people import Person
from bot.members import version_now
from bot.parts import Form, Table, Text
from tests.conftest import Community
from tests.desk_house import PAGES, Desk
from tests.sheets import healthy

HEAD = ("编号", "姓名", "出生日期", "入党日期", "所属支部", "手机", "住址", "角色")


def sheet(folder: Path, *lines: Sequence[object]) -> bytes:
    return healthy.xlsx(folder / "r.xlsx", [HEAD, *lines]).read_bytes()


def drop(desk: Desk, body: bytes) -> str:
    """Drop a file; the id of the import."""
    read = PAGES["import"].reads["sheet"](body)
    desk.press("import", "compare", files={"sheet": read}, sheet="名册.xlsx")
    table: Table = desk.of(Table, "import")[0]
    return table.links[0].partition("id=")[2]


def confirm(desk: Desk, id_: str) -> None:
    """Press 就这样存 as the page has it."""
    (form,) = desk.of(Form, "import", id=id_)
    desk.press("import", "store", **{field.name: field.value for field in form.fields})


def store(desk: Desk, id_: str) -> str:
    """Confirm, and let it be stored; what the page says then."""
    confirm(desk, id_)
    desk.town.house.importer.work()
    return result(desk, id_)


def undo(desk: Desk, id_: str) -> str:
    """Take it back; what the page says then."""
    desk.press("import", "undo", id=id_)
    desk.town.house.importer.work()
    return result(desk, id_)


def result(desk: Desk, id_: str) -> str:
    """What came of it."""
    words = desk.of(Text, "import", id=id_)[-1].text
    return words.partition("：")[2]


def seen_now(town: Community) -> str:
    return str(town.house.db.read_now(lambda session: version_now(SessionRows(session))))


def person(town: Community, name: str) -> Person | None:
    found = town.all(select(Person).where(Person.name == name))
    return found[0] if found else None
