"""One import of the roster: what the sheet would change, how far storing is, what came of it."""

from collections.abc import Sequence

from bot.domain import imports
from bot.domain.imports import (
    STAGE_TITLE,
    UNDER_WAY,
    Counts,
    Doing,
    Kind,
    RosterImport,
    RosterImportLine,
    Stage,
)  # fmt: skip
from bot.domain.wording import moment_words
from bot.feature import Look
from bot.listing import ahead, behind, page_of
from bot.members import Compared, compared
from bot.parts import Field, Form, Heading, Link, Links, Live, Part, Press, Progress, Table, Text
from bot.talk import Rows

KINDS = {
    "faulty": "有误", "new": "新增", "changed": "有变化", "missing": "名册上没有", "noted": "请留意",
    "unchanged": "没变化",
}  # fmt: skip


def view(rows: Rows, look: Look, row: RosterImport) -> Sequence[Part]:
    """Its page. `show` in the query: which kind of line; `after`: behind which."""
    # How far it is changes below while the page stands open, so the heading doesn't say it.
    far = f"：{STAGE_TITLE[row.stage]}" if row.stage is Stage.COMPARED else ""
    head: list[Part] = [
        Heading(f"{row.file or '名册'}{far}"),
        Links((Link("再选一份", "/desk/import"),)),
    ]
    if row.stage is not Stage.COMPARED:
        return [*head, Live("far", _far(rows, look, row)), *_left(rows, look, row)]
    found = compared(rows, row, look.viewer, look.now)
    asked = look.query.get("show", "")
    shown = asked if asked in KINDS else next((k for k in KINDS if found.lists[k]), "new")
    ways = tuple(
        Link(f"{title} {len(found.lists[kind])}", f"?id={row.id}&show={kind}")
        for kind, title in KINDS.items()
    )
    query = look.query | {"show": shown}
    ahead = behind(found.lists[shown], query, lambda item: item[0])
    page, more = page_of(ahead, query, lambda item: item[0])
    caption = f"{KINDS[shown]}{len(found.lists[shown])}条"
    return [
        *head, *_advice(found, row), Links(ways, "看哪一种", f"?id={row.id}&show={shown}"),
        Table(_heads(shown), tuple(line for _, line in page), "没有。", caption=caption), *more,
    ]  # fmt: skip


def _heads(shown: str) -> tuple[str, str, str]:
    """What stands in the columns of one list."""
    match shown:
        case "faulty" | "noted":
            return ("行", "哪一格", "为什么")
        case "changed":
            return ("行", "谁", "改什么")
    return ("行", "谁", "支部")


def _advice(found: Compared, row: RosterImport) -> list[Part]:
    diff = found.found
    why = [Text(row.why, "warning")] if row.why else []
    if diff.faulty:
        words = f"有{len(diff.faulty)}处要改，什么都没有存。请在表里改好，再选一次文件。"
        return [Text(words, "warning")]
    if not (diff.new or diff.changed or found.lists["unchanged"]):
        return [*why, Text("这张表里没有会员。请看看是不是选错了文件，再选一次。", "warning")]
    if not diff.new and not diff.changed:
        return [*why, Text("和名册一样，没有什么要存的。", "good")]
    words = f"会新增{len(diff.new)}位，改{len(diff.changed)}位。存了以后，一天之内可以整份撤销。"
    new = f"会新建支部：{'、'.join(diff.new_branches)}。" if diff.new_branches else ""
    if diff.new_organisations:
        new += f"会新建组织：{'、'.join(diff.new_organisations)}。"
    seal = (Field("id", "", "hidden", str(row.id)), Field("seen", "", "hidden", str(found.version)))
    return [*why, Text(words + new, "lead"), Form("store", "就这样存", seal)]


def _far(rows: Rows, look: Look, row: RosterImport) -> tuple[Part, ...]:
    """How far it is, followed while the page stands open; then what came of it."""
    counts = Counts.of(rows.all(imports.counting(row.id)))
    undo = Press("撤销这次导入", "undo", (("id", str(row.id)),), about=row.file)
    if row.stage in UNDER_WAY:
        again = Text("这一页会自己变；没有变，请刷新。关掉这一页也会接着办，停电了也会。")
        stop = Press("不存了，撤销已经存的", "undo", (("id", str(row.id)),), about=row.file)
        return (
            _progress(row.stage, counts),
            again,
            *([stop] if row.stage is Stage.STORING else []),
        )
    done = Text(f"{moment_words(row.stored_at or row.at)}：{_result(row, counts)}", "good")
    return (done, *([undo] if row.stage is Stage.STORED else []))


def _progress(stage: Stage, counts: Counts) -> Progress:
    taken, stored = counts.many(Doing.UNDONE, Doing.KEPT), counts.many(Doing.STORED, Doing.LEFT)
    if stage is Stage.UNDOING:
        total = taken + counts.many(Doing.STORED)
        return Progress(taken, max(total, 1), f"正在撤销：{taken}/{total}")
    if stage is Stage.CONFIRMED:
        return Progress(0, 1, "马上开始存")
    total = stored + counts.many(Doing.PLANNED)
    return Progress(stored, max(total, 1), f"正在存：{stored}/{total}")


def _result(row: RosterImport, counts: Counts) -> str:
    """What was stored, or taken back, in numbers that the lines say."""
    if row.stage is Stage.UNDONE:
        gone = counts.many(Doing.UNDONE, kind=Kind.NEW)
        back = counts.many(Doing.UNDONE, kind=Kind.CHANGED)
        left = f"，{counts.left}位后来又动过，没有全改回" if counts.left else ""
        return f"撤销了：去掉{gone}位，改回{back}位{left}。"
    new = counts.many(Doing.STORED, kind=Kind.NEW)
    changed = counts.many(Doing.STORED, kind=Kind.CHANGED)
    left = f"，{counts.left}位没有全存" if counts.left else ""
    return f"存好了：新增{new}位，改了{changed}位{left}。一天之内可以撤销。"


def _left(rows: Rows, look: Look, row: RosterImport) -> list[Part]:
    """The lines of which something was not stored, or not taken back."""
    found = ahead(imports.left_out(row.id), look.query, RosterImportLine.id, latest=False)
    shown, ways = page_of(rows.all(found), look.query, lambda one: str(one.id))
    if not shown:
        return []
    lines = tuple((str(one.row), one.plan.get("name", ""), one.left) for one in shown)
    return [
        Table(
            ("行", "谁", "为什么"),
            lines,
            caption="没有全存的" if row.stage is Stage.STORED else "没有全改回的",
        ),
        *ways,
    ]
