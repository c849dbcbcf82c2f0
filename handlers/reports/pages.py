"""/desk/reports: a part of the report of a month or a quarter, to look at, to print, to take home."""

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import quote

from sqlalchemy import select

from bot.domain.access.people import access_branch, access_branches
from bot.domain.base import Refused
from bot.domain.people import Branch, looked_after
from bot.domain.period import MONTH, QUARTER, Period, period
from bot.domain.schedule import KIND_TITLE
from bot.feature import Look, MakeFile, Page
from bot.now import local_day
from bot.parts import Download, Heading, Link, Links, Part, Sheet, Table, Text
from bot.sheets import XLSX, to_csv, to_xlsx
from bot.talk import Rows, numbered
from handlers.reports import answered, came, told, visited
from handlers.reports.about import PATH, Asked, Makes, Section, feature

CSV = "text/csv; charset=utf-8"
PARTS: dict[str, tuple[str, Makes]] = {
    "came": ("到会", came.section), "visited": ("走访", visited.section), "told": ("通知", told.section),
    "answered": ("回话快慢", answered.section),
}  # fmt: skip
EVERY = "all"
HEAD = ("哪一部分", "指标", "支部", "数", "前一期", "怎么算的")
MOST_BRANCHES = 12
"""So many are offered as links."""


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The part that `part` names, or all of them on one sheet of paper."""
    asked = _asked(rows, look)
    chosen = look.query.get("part", "came")
    head = [*_ways(rows, look, asked), Heading(f"{asked.span.title} {_whose(asked)}")]
    if chosen == EVERY:
        parts = [part for _, make in PARTS.values() for part in _shown(make(rows, asked), asked)]
        return [*head, Sheet(tuple(parts), f"{asked.span.title}报表")]
    if chosen not in PARTS:
        raise Refused("报表里没有这一部分。")
    return [*head, *_shown(PARTS[chosen][1](rows, asked), asked)]


def _shown(section: Section, asked: Asked) -> list[Part]:
    head = (section.title, asked.span.title, asked.before.title, "怎么算的")
    lines = tuple((one.name, str(one.now), str(one.before), one.means) for one in section.figures)
    drawn = [part for chart, means in section.charts for part in (chart, Text(means))]
    more = [Links((section.more,))] if section.more else []
    return [Table(head, lines, caption=section.title), *more, *drawn]


def _ways(rows: Rows, look: Look, asked: Asked) -> list[Part]:
    span, today = asked.span, local_day(look.now)
    chosen, branch = look.query.get("part", "came"), look.query.get("branch", "")
    here = _to(span, chosen, branch)
    whens = [
        *(Link(one.title, _to(one, chosen, branch)) for one in _around(span, today)),
        Link("看季度", _to(Period(_quarter(span.first), QUARTER), chosen, branch))
        if span.months == MONTH
        else Link("看月份", _to(Period(span.first), chosen, branch)),
    ]
    parts = [
        *(Link(title, _to(span, name, branch)) for name, (title, _) in PARTS.items()),
        Link("全部，打印用", _to(span, EVERY, branch)),
    ]
    home = [
        Link("存成表格", f"/desk/{PATH}/xlsx{_to(span, '', branch)}"),
        Link("存成CSV", f"/desk/{PATH}/csv{_to(span, '', branch)}"),
    ]
    every = _reached(rows, look)
    whose = [
        Link("合在一起", _to(span, chosen, "")),
        *(Link(name, _to(span, chosen, str(id_))) for id_, name in every.items()),
    ]
    few = [Links(tuple(whose), "哪个支部", here)] if 1 < len(every) <= MOST_BRANCHES else []
    return [
        Links(tuple(whens), "哪段时间", here), Links(tuple(parts), "哪一部分", here), *few,
        Links(tuple(home), "带走"),
    ]  # fmt: skip


def _around(span: Period, today: date) -> list[Period]:
    """The one before, this one, the next one unless it is still to come."""
    found = [span.moved(-1), span]
    return [*found, span.moved(1)] if span.moved(1).first <= today else found


def _quarter(first: date) -> date:
    return first.replace(month=(first.month - 1) // QUARTER * QUARTER + 1)


def _to(span: Period, part: str, branch: str) -> str:
    named = {"period": span.key, "part": part, "branch": branch}
    return "?" + "&".join(f"{name}={quote(value)}" for name, value in named.items() if value)


def _whose(asked: Asked) -> str:
    return (
        next(iter(asked.names.values())) if len(asked.names) == 1 else f"{len(asked.names)}个支部"
    )


def _reached(rows: Rows, look: Look) -> dict[int, str]:
    query = access_branches(look.viewer, select(Branch).order_by(Branch.id))
    return {branch.id: branch.name for branch in rows.all(query)}


def _asked(rows: Rows, look: Look) -> Asked:
    """Of the branches in reach, or the one of them that is named. Raises Refused where it isn't."""
    today = local_day(look.now)
    span = period(look.query.get("period", ""), today)
    names, wanted = _reached(rows, look), look.query.get("branch", "")
    if wanted:
        branch = access_branch(look.viewer, numbered(rows, Branch, wanted))
        names = {branch.id: branch.name}
    everybody = not wanted and looked_after(look.viewer) is None
    return Asked(span, None if everybody else tuple(names), names, today)


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def _lines(rows: Rows, asked: Asked) -> Iterator[tuple[str | int, ...]]:
    yield HEAD
    for _, make in PARTS.values():
        section = make(rows, asked)
        for one in section.figures:
            yield (section.title, one.name, _whose(asked), one.now, one.before, one.means)
    found = came.by_branch(rows, asked)
    for id_, name in asked.names.items():
        for kind in came.KINDS:
            yield ("到会", f"{KIND_TITLE[kind]}到了", name, found.get((id_, kind), 0), "", "")


def workbook(rows: Rows, look: Look) -> Download:
    """All parts, and who came by branch, one line a figure."""
    asked = _asked(rows, look)
    return Download(f"{asked.span.title}报表.xlsx", XLSX, to_xlsx(_lines(rows, asked), "报表"))


def plain(rows: Rows, look: Look) -> Download:
    """The same as CSV."""
    asked = _asked(rows, look)
    return Download(f"{asked.span.title}报表.csv", CSV, to_csv(_lines(rows, asked)))


FILES: dict[str, MakeFile] = {"xlsx": workbook, "csv": plain}
feature.pages.append(Page(PATH, "报表", view, files=FILES, by="branch", order=70))
