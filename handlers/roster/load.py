"""/desk/import: a sheet is dropped, compared, looked at, stored, and may be taken back within a day."""

from collections.abc import Sequence

from sqlalchemy import func, select

from bot.domain import imports
from bot.domain.access.people import access_people
from bot.domain.access.records import access_import
from bot.domain.access.things import Thing
from bot.domain.base import OutOfReach, Refused
from bot.domain.imports import STAGE_TITLE, RosterImport, Stage
from bot.domain.people import Person
from bot.domain.roster import heading_words
from bot.domain.roster.headings import find_heading, template
from bot.domain.wording import moment_words
from bot.feature import Done, Look, Page, Touch
from bot.listing import ahead, page_of
from bot.members import version_now
from bot.now import local_day
from bot.parts import Download, Field, Form, Link, Links, Part, Table, Text
from bot.sheets import XLSX, line_values, read_bytes, to_xlsx
from bot.talk import Rows, Talk, numbered
from handlers.roster import imported
from handlers.roster.about import feature

PATH = "import"


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The form with what was imported lately; with `id` what that sheet would change, or did."""
    if look.query.get("id"):
        return imported.view(rows, look, _found(rows, look.viewer, look.query["id"]))
    today = local_day(look.now)
    mine = ahead(imports.of(look.viewer.id), look.query, RosterImport.id)
    shown, ways = page_of(rows.all(mine), look.query, lambda row: str(row.id))
    lines = tuple(
        (row.file or "名册", moment_words(row.at, today), STAGE_TITLE[row.stage]) for row in shown
    )
    links = tuple(f"/desk/{PATH}?id={row.id}" for row in shown)
    how = ".xlsx、.xls 或 CSV 都行；表头在哪一行、列的先后都不要紧。"
    return [
        Text("先比对，看清楚会改什么，再存。表上没有的人只列出来，不会删。"),
        Links((Link("下载空白名册", f"/desk/{PATH}/template"),), "名册样子"),
        Form("compare", "比对", (Field("sheet", "名册文件", "file", note=how),), "导入名册", slow="正在读，请等一等"),
        Table(("文件", "何时", "现在"), lines, "还没有导入过。", links, "最近的导入"), *ways,
    ]  # fmt: skip


async def take(talk: Talk, form: dict[str, str]) -> Done:
    """Keep the sheet until it is stored; its page compares it."""
    row = talk.files.get("sheet")
    if not isinstance(row, RosterImport):
        raise Refused("请先选一个文件。")
    row.by_id, row.at, row.file = talk.staff().id, talk.now, form.get("sheet", "")
    await talk.add(row)
    return Done("读好了，请看一看会改什么，再存。", f"/desk/{PATH}?id={row.id}")


async def store(talk: Talk, form: dict[str, str]) -> str:
    """From here on it goes on by itself, some lines at a time."""
    row = _found(talk.rows, talk.staff(), form.get("id", ""))
    talk.rows.hold(row)
    version = version_now(talk.rows)
    imports.check_confirm(row, version, form.get("seen", ""))
    row.stage, row.seen, row.why = Stage.CONFIRMED, version, ""
    return "收下了，正在存。"


async def undo(talk: Talk, form: dict[str, str]) -> str:
    """As it was before, but for what changed since; in the middle of storing, too."""
    me = talk.staff()
    row = _found(talk.rows, me, form.get("id", ""))
    talk.rows.hold(row)
    imports.check_undo(
        row, talk.now, has_lines=bool(talk.rows.all(imports.people_in(row.id).limit(1)))
    )
    _check_all_in_hand(talk.rows, me, row)
    row.stage = Stage.UNDOING
    return "收下了，正在撤销。"


def _check_all_in_hand(rows: Rows, me: Person, row: RosterImport) -> None:
    """Raises OutOfReach where somebody whom it changed is in other hands now."""
    theirs = (
        select(func.count()).select_from(Person).where(Person.id.in_(imports.people_in(row.id)))
    )
    if rows.all(theirs) != rows.all(access_people(me, theirs, change=True)):
        raise OutOfReach("这份名册里有人现在不归您这个支部，或者成了联络员，请管理员来改。")


def blank(rows: Rows, look: Look) -> Download:
    """A sheet with the headings and one line to follow."""
    return Download("名册.xlsx", XLSX, to_xlsx(template(), "名册"))


def _found(rows: Rows, viewer: Person, number: str) -> RosterImport:
    return access_import(viewer, numbered(rows, RosterImport, number))


def _sheet(body: bytes) -> RosterImport:
    """The sheet, sealed: in a thread, so that nobody waits for it. Raises Refused where it is no roster."""
    sheet = read_bytes(body, headings=heading_words())
    find_heading(sheet.rows)
    return RosterImport(sheet=line_values(sheet.rows))


feature.pages.append(
    Page(
        PATH, "导入名册", view, actions={"compare": take, "store": store, "undo": undo},
        files={"template": blank}, reads={"sheet": _sheet}, about=Thing.IMPORT, order=58,
        touches={"compare": Touch(Thing.IMPORT, by=""), "template": Touch(Thing.NOTHING, by="")},
    )
)  # fmt: skip
