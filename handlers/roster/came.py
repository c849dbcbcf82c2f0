"""Where one person was, and from what they stayed away."""

from collections.abc import Iterator

from sqlalchemy import select

from bot.domain.people import Person
from bot.domain.schedule import KIND_TITLE, Attendance, Leave
from bot.domain.wording import day_words
from bot.feature import Look
from bot.listing import Place
from bot.now import local_day
from bot.parts import Part, Table
from bot.talk import Rows
from handlers.roster.lately import Line, merged, merging

_LIST = "came"


def came(rows: Rows, look: Look, one: Person) -> list[Part]:
    """Study and service days, the latest first."""
    today = local_day(look.now)
    shown, ways = merged(look, _lines(rows, look, one), _LIST)
    lines = tuple((day_words(day, today), kind, how) for _, (day, kind, how) in shown)
    head = ("日子", "做什么", "来没来")
    return [Table(head, lines, "还没有记录。", caption="学习和服务"), *ways]


def _lines(rows: Rows, look: Look, one: Person) -> Iterator[Line]:
    page = merging(look, _LIST, days=True)
    there = select(Attendance).where(Attendance.person_id == one.id, Attendance.ended_at.is_(None))
    for here in rows.all(page.of(there, Attendance.day, Attendance.id, 0)):
        yield Place(here.day, 0, here.id), (here.day, KIND_TITLE[here.kind], "到了")
    away = select(Leave).where(Leave.person_id == one.id, Leave.ended_at.is_(None))
    for left in rows.all(page.of(away, Leave.day, Leave.id, 1)):
        yield Place(left.day, 1, left.id), (left.day, KIND_TITLE[left.kind], "请假")
