"""Visits: how many were asked for and made, how long people waited, who was not seen for longest."""

from datetime import timedelta

from bot.domain import figures
from bot.domain.period import Period
from bot.domain.visits import OPEN, State
from bot.parts import Chart, Link, Series
from bot.talk import Rows
from handlers.reports.about import Asked, Figure, Section, counted, long_words

HALF_A_YEAR = timedelta(days=182)
OUTCOMES = ("见到了", "没见到", "取消了", "还没去")


def section(rows: Rows, asked: Asked) -> Section:
    """Figures beside those before, and a ring of what became of the visits."""
    now, before = _figures(rows, asked, asked.span), _figures(rows, asked, asked.before)
    means = (
        "这段时间里提出来的走访，会员、家人、邻居和联络员提的都算。",
        "日子在这段时间里、见到了本人的走访。",
        "日子在这段时间里、去了没见到人的走访。",
        "见到了的走访，从提出到见到平均等了多久。",
        "见到了的走访里，等得最久的一次。",
        "在册会员里，到这段时间最后一天为止，半年里没有一次走访见到的。",
    )
    names = ("提出的", "见到了", "没见到", "平均等了", "最久等了", "半年没见到的")
    found = tuple(map(Figure, names, now, before, means))
    counts = counted(rows, figures.visits_on(asked.whose, asked.span))
    values = (
        counts.get(State.DONE, 0), counts.get(State.NOT_HOME, 0), counts.get(State.CANCELLED, 0),
        sum(counts.get(state, 0) for state in OPEN),
    )  # fmt: skip
    ring = Chart("ring", "走访怎么样了", OUTCOMES, (Series("次数", values),), "次")
    more = Link("最久没见的是谁", "/desk/visits?unseen=1")
    return Section("走访", found, ((ring, "日子在这段时间里的走访，各有多少次。"),), more)


def _figures(rows: Rows, asked: Asked, span: Period) -> tuple[int | str, ...]:
    counts = counted(rows, figures.visits_on(asked.whose, span))
    ((many,),) = rows.table(figures.visits_asked(asked.whose, span))
    ((mean, longest),) = rows.table(figures.visits_waited(asked.whose, span))
    ((unseen,),) = rows.table(figures.unseen(asked.whose, span.last - HALF_A_YEAR, span.last))
    return (
        many, counts.get(State.DONE, 0), counts.get(State.NOT_HOME, 0),
        *(long_words(float(one) if one is not None else None) for one in (mean, longest)),
        unseen,
    )  # fmt: skip
