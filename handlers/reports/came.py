"""How often members came to study days and service days, by branch and over half a year."""

from collections import Counter
from datetime import date

from bot.domain import figures
from bot.domain.period import MONTH, Period
from bot.domain.schedule import KIND_TITLE, DayKind
from bot.parts import Chart, Series
from bot.talk import Rows
from handlers.reports.about import Asked, Figure, Section

KINDS = (DayKind.STUDY, DayKind.SERVICE)
MONTHS = 6
MOST = 12
"""Branches in the chart: the workbook has them all."""


def section(rows: Rows, asked: Asked) -> Section:
    """Figures by kind, bars by branch, lines by month."""
    now, before = _by_kind(rows, asked, asked.span), _by_kind(rows, asked, asked.before)
    found = []
    for kind in KINDS:
        title = KIND_TITLE[kind]
        found += [
            Figure(
                f"{title}到了", now[0][kind], before[0][kind], f"{title}签到的人次，补记的也算。"
            ),
            Figure(f"{title}请假", now[1][kind], before[1][kind], f"{title}请了假、没有撤的人次。"),
        ]
    return Section("到会", tuple(found), (_branches(rows, asked), _months(rows, asked)))


def by_branch(rows: Rows, asked: Asked) -> dict[tuple[int, DayKind], int]:
    """How often members came, of each branch and kind."""
    return {
        (id_, kind): many for id_, kind, many in rows.table(figures.came(asked.whose, asked.span))
    }


def _by_kind(
    rows: Rows, asked: Asked, span: Period
) -> tuple[dict[DayKind, int], dict[DayKind, int]]:
    sums = []
    for query in (figures.came(asked.whose, span), figures.away(asked.whose, span)):
        every = rows.table(query)
        sums.append({kind: sum(many for _, one, many in every if one is kind) for kind in KINDS})
    return sums[0], sums[1]


def _branches(rows: Rows, asked: Asked) -> tuple[Chart, str]:
    found = by_branch(rows, asked)
    most = sorted(asked.names, key=lambda id_: -sum(found.get((id_, kind), 0) for kind in KINDS))
    ids = sorted(most[:MOST])
    series = tuple(
        Series(KIND_TITLE[kind], tuple(found.get((id_, kind), 0) for id_ in ids)) for kind in KINDS
    )
    chart = Chart(
        "bars", "各支部到了多少人次", tuple(asked.names[id_] for id_ in ids), series, "支部"
    )
    rest = f"只画人次最多的{MOST}个支部，全部在表格文件里。" if len(asked.names) > MOST else ""
    return chart, f"每个支部这段时间里签到的人次，不是人数：来两次算两次。{rest}"


def _months(rows: Rows, asked: Asked) -> tuple[Chart, str]:
    # Not what is still to come: a line that falls to nought would say that nobody came.
    last = Period(min(asked.span.last, asked.today).replace(day=1), MONTH)
    months = [last.moved(-back) for back in reversed(range(MONTHS))]
    found: Counter[tuple[date, DayKind]] = Counter()
    for day, kind, many in rows.table(figures.came_by_day(asked.whose, months[0].first, last.last)):
        found[day.replace(day=1), kind] += many
    series = tuple(
        Series(KIND_TITLE[kind], tuple(found[month.first, kind] for month in months))
        for kind in KINDS
    )
    labels = tuple(f"{m.first.month}月" for m in months)
    return Chart(
        "lines", "半年来到了多少人次", labels, series, "月"
    ), "到这时为止的六个月，每个月签到的人次。"
