"""The sign-in sheet of one day: who signed in, who joined, who is on leave and why."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain import schedule
from bot.domain.people import Person, told_apart
from bot.domain.schedule import Day
from bot.parts import Part, Table, Text
from bot.talk import Rows

LATELY = timedelta(days=31)
HEAD = ("姓名", "签到", "报名", "请假", "原因")


def lately(rows: Rows, viewer: Person, today: date) -> list[Day]:
    """What these branches held within a month, the last first."""
    held = schedule.held(rows, viewer, today - LATELY, today - timedelta(days=1))
    return sorted(held, key=schedule.from_the_last)


def sheet(rows: Rows, day: Day) -> Sequence[Part]:
    """Everybody expected, and everybody who said something, by name. Reasons are for coordinators only."""
    here = {row.person_id for row in rows.all(schedule.signed_in(day))}
    joined = {row.person_id for row in rows.all(schedule.signed_up(day))}
    away = {row.person_id: row for row in rows.all(schedule.on_leave(day))}
    people = [line.person for line in schedule.roll(rows, day)]
    names = told_apart(people)
    lines = tuple(
        (
            names[person.id], "是" if person.id in here else "", "是" if person.id in joined else "",
            "是" if person.id in away else "", away[person.id].reason if person.id in away else "",
        )
        for person in people
    )  # fmt: skip
    counts = f"应到{len(lines)}位，签到{len(here)}位，报名{len(joined)}位，请假{len(away)}位。"
    return [
        Text(counts),
        Table(HEAD, lines),
    ]
