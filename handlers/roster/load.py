"""/desk/import: a sheet is dropped, compared, looked at, stored, and may be taken back within a day."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain import imports
from bot.domain.access.people import access_person
from bot.domain.access.records import access_import
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.imports import STAGE_TITLE, RosterImport, Stage
from bot.domain.people import Person
from bot.domain.roster import Changed, RosterDiff, heading_words, read
from bot.domain.roster.headings import FIELD_TITLE, template
from bot.domain.wording import moment_words
from bot.feature import Done, Look, Page, Touch
from bot.members import Importing, Undoing, compare, people_of, steps, together
from bot.now import local_day
from bot.parts import Download, Field, Form, Heading, Link, Links, Part, Press, Table, Text
from bot.sheets import XLSX, Sheet, line_values, lines_of, read_bytes, to_xlsx
from bot.talk import Rows, Steps, Talk, Tell, numbered, untold
from handlers.roster.about import feature

PATH = "import"
KINDS = {
    "faulty": "有误", "new": "新增", "changed": "有变化", "missing": "名册上没有", "noted": "请留意",
    "unchanged": "没变化",
}  # fmt: skip
SHOWN = 200
"""Lines of one list on the page."""
LATELY = 5


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The form with what was imported lately; with `id` what that sheet would change."""
    if look.query.get("id"):
        return _one(rows, look)
    today = local_day(look.now)
    lately = rows.all(imports.of(look.viewer.id).limit(LATELY))
    lines = tuple(
        (row.file or "名册", moment_words(row.at, today), STAGE_TITLE[row.stage]) for row in lately
    )
    links = tuple(f"/desk/{PATH}?id={row.id}" for row in lately)
    fields = (
        Field(
            "sheet",
            "名册文件",
            "file",
            note=".xlsx、.xls 或 CSV 都行；表头在哪一行、列的先后都不要紧。",
        ),
    )
    return [
        Text("先比对，看清楚会改什么，再存。表上没有的人只列出来，不会删。"),
        Links((Link("下载空白名册", f"/desk/{PATH}/template"),), "名册样子"),
        Form("compare", "比对", fields, "导入名册", slow="正在读，请等一等"),
        Table(("文件", "何时", "现在"), lines, "还没有导入过。", links, "最近的导入"),
    ]


def _one(rows: Rows, look: Look) -> Sequence[Part]:
    row = _found(rows, look.viewer, look.query["id"])
    head: list[Part] = [
        Heading(f"{row.file or '名册'}：{STAGE_TITLE[row.stage]}"),
        Links((Link("再选一份", f"/desk/{PATH}"),)),
    ]
    if row.stage is not Stage.COMPARED:
        may = row.stage is Stage.STORED
        undo = Press("撤销这次导入", "undo", (("id", str(row.id)),), about=row.file)
        return [
            *head,
            Text(f"{moment_words(row.stored_at or row.at)}存的。"),
            *([undo] if may else []),
        ]
    diff = _compared(rows, row, look.viewer, look.now)
    lists = {kind: list(_lines(diff, kind)) for kind in KINDS}
    shown = look.query.get("show") or next((kind for kind in KINDS if lists[kind]), "new")
    ways = tuple(
        Link(f"{title} {len(lists[kind])}", f"?id={row.id}&show={kind}")
        for kind, title in KINDS.items()
    )
    return [
        *head, *_advice(diff, row), Links(ways, "看哪一种", f"?id={row.id}&show={shown}"),
        Table(("行", "谁", "什么"), tuple(lists.get(shown, [])[:SHOWN]), "没有。", caption=_caption(shown, lists)),
    ]  # fmt: skip


def _advice(diff: RosterDiff, row: RosterImport) -> list[Part]:
    if diff.faulty:
        return [
            Text(
                f"有{len(diff.faulty)}处要改，什么都没有存。请在表里改好，再选一次文件。", "warning"
            )
        ]
    if not diff.new and not diff.changed:
        return [Text("和名册一样，没有什么要存的。", "good")]
    words = f"会新增{len(diff.new)}位，改{len(diff.changed)}位。存了以后，一天之内可以整份撤销。"
    new = f"会新建支部：{'、'.join(diff.new_branches)}。" if diff.new_branches else ""
    if diff.new_organisations:
        new += f"会新建组织：{'、'.join(diff.new_organisations)}。"
    store = Form(
        "store", "就这样存", (Field("id", "", "hidden", str(row.id)),), slow="正在存，请等一等"
    )
    return [Text(words + new, "lead"), store]


def _caption(kind: str, lists: dict[str, list[tuple[str, str, str]]]) -> str:
    many = len(lists.get(kind, []))
    return f"{KINDS.get(kind, '')}{many}条" + (f"，先看前{SHOWN}条" if many > SHOWN else "")


def _lines(diff: RosterDiff, kind: str) -> Iterator[tuple[str, str, str]]:
    """(line, who, what) of one kind."""
    if kind in ("faulty", "noted"):
        yield from ((str(one.row), one.column, one.reason) for one in getattr(diff, kind))
    elif kind == "new":
        yield from ((str(one.row), one.name, one.branch) for one in diff.new)
    elif kind == "changed":
        yield from map(_changed, diff.changed)
    else:
        yield from (("", f"{one.name}（{one.number}）", one.branch) for one in getattr(diff, kind))


def _changed(one: Changed) -> tuple[str, str, str]:
    what = "、".join(FIELD_TITLE[change.field] for change in one.changes)
    return str(one.entry.row), f"{one.known.name}（{one.known.number}）", what


async def take(talk: Talk, form: dict[str, str]) -> Done:
    """Read a sheet and keep it until it is stored; its page compares it."""
    me, sheet = talk.staff(), talk.files.get("sheet")
    if not isinstance(sheet, Sheet):
        raise Refused("请先选一个文件。")
    read(sheet.rows, talk.today, Steps(talk.progress, "正在读表", len(sheet.rows)))
    row = RosterImport(
        by_id=me.id, at=talk.now, file=form.get("sheet", ""), sheet=line_values(sheet.rows), did={}
    )
    await talk.add(row)
    return Done("读好了，请看一看会改什么，再存。", f"/desk/{PATH}?id={row.id}")


async def store(talk: Talk, form: dict[str, str]) -> str:
    """All of it or nothing; compared anew, for the roster may have changed since."""
    me = talk.staff()
    row = _found(talk.rows, me, form.get("id", ""))
    imports.check_store(row)
    diff = _compared(talk.rows, row, me, talk.now, talk.progress)
    importing = Importing(talk.rows, talk.set_standing, talk.now)
    many = len(diff.new) + len(diff.changed)
    importing.store(diff, Steps(talk.progress, "正在存", many))
    row.stage, row.stored_at, row.did = Stage.STORED, talk.now, steps(diff, importing.added)
    row.sheet = []
    return f"存好了：新增{len(diff.new)}位，改了{len(diff.changed)}位。一天之内可以撤销。"


async def undo(talk: Talk, form: dict[str, str]) -> str:
    """As it was before, but for what changed since."""
    me = talk.staff()
    row = _found(talk.rows, me, form.get("id", ""))
    imports.check_undo(row, talk.now)
    ids = [int(id_) for id_ in (*row.did.get("new", []), *row.did.get("changed", {}))]
    for some in together(ids):
        for person in people_of(talk.rows, some).values():
            access_person(me, person, change=True)
    undoing = Undoing(talk.rows, talk.set_standing)
    done = undoing.undo(row.did, Steps(talk.progress, "正在撤销", len(ids)))
    row.stage, row.did = Stage.UNDONE, {}
    left = f"，{done.left}处后来又动过，没有改回" if done.left else ""
    return f"撤销了：去掉{done.removed}位，改回{done.restored}位{left}。"


def blank(rows: Rows, look: Look) -> Download:
    """A sheet with the headings and one line to follow."""
    return Download("名册.xlsx", XLSX, to_xlsx(template(), "名册"))


def _compared(
    rows: Rows, row: RosterImport, by: Person, now: datetime, tell: Tell = untold
) -> RosterDiff:
    lines = lines_of(row.sheet)
    step = Steps(tell, "正在读表", len(lines))
    return compare(rows, read(lines, local_day(now), step), now, by, tell)


def _found(rows: Rows, viewer: Person, number: str) -> RosterImport:
    return access_import(viewer, numbered(rows, RosterImport, number))


def _sheet(body: bytes) -> Sheet:
    return read_bytes(body, headings=heading_words())


feature.pages.append(
    Page(
        PATH, "导入名册", view, actions={"compare": take, "store": store, "undo": undo},
        files={"template": blank}, reads={"sheet": _sheet}, about=Thing.IMPORT, order=58,
        touches={"compare": Touch(Thing.IMPORT, by=""), "template": Touch(Thing.NOTHING, by="")},
    )
)  # fmt: skip
