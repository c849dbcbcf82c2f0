"""How soon people were answered: who asked for a person, and who waited to be registered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.domain import figures
from bot.domain.figures import WAITING, Whose
from bot.domain.period import Period
from bot.parts import Chart, Series
from bot.talk import Rows
from handlers.reports.about import HOW_SOON, Asked, Figure, Section, soon


@dataclass(frozen=True, slots=True)
class Queue:
    """People who wait for something. What its three figures count: all, the mean, who still waits."""

    name: str
    query: Callable[[Whose, Period], Any]
    means: tuple[str, str, str]


QUEUES: Final = (
    Queue("找人帮忙", figures.answered, (
        "这段时间里找过人的人次，系统替人叫的也算。", "从找人到有人接，平均多久；还没人接的不算。",
        "这段时间里找过人、到现在没人接的。",
    )),
    Queue("登记核对", figures.decided, (
        "这段时间里等联络员核对的登记；自动通过的不算。", "从提出登记到通过或者不通过，平均多久。",
        "这段时间里提出、到现在没有核对的登记。",
    )),
)  # fmt: skip


def section(rows: Rows, asked: Asked) -> Section:
    """Figures beside those before, and bars of how soon."""
    found: list[Figure] = []
    series = []
    for queue in QUEUES:
        now, mean = soon(rows, queue.query(asked.whose, asked.span))
        before, mean_before = soon(rows, queue.query(asked.whose, asked.before))
        many, took, waits = queue.means
        found += [
            Figure(queue.name, sum(now.values()), sum(before.values()), many),
            Figure(f"{queue.name}平均等了", mean, mean_before, took),
            Figure(f"{queue.name}还等着", now.get(WAITING, 0), before.get(WAITING, 0), waits),
        ]
        series.append(Series(queue.name, tuple(now.get(one, 0) for one in HOW_SOON)))
    chart = Chart("bars", "多久有人回", HOW_SOON, tuple(series), "多久")
    return Section("回话快慢", tuple(found), ((chart, "每个人次等了多久才有人接、有人核对。"),))
