"""What follows where the calendar changes: who is told, whose make-up task falls away, what it is read first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain import schedule
from bot.domain.people import Person
from bot.domain.schedule import Change, Day
from bot.talk import Note, Rows
from handlers.calendar import phrases


@dataclass(frozen=True, slots=True)
class Effect:
    """How many people and messages one change concerns."""

    told: int
    """Were reminded of it: they read a correction."""
    bound: int
    """Signed up or are on leave and were not reminded: they are told as well."""
    unsent: int
    """Reminders that wait and don't go out any more."""

    def words(self) -> str:
        """ "已经提醒过84位，会再告诉他们；另有2位报了名或请了假，也会告诉。还没发的3条提醒不再发。"."""
        if not (self.told or self.bound or self.unsent):
            return "还没有提醒过谁，也没有人报名，不用另外告诉。"
        told = f"已经提醒过{self.told}位，会再告诉他们；" if self.told else "还没有提醒过谁；"
        bound = f"有{self.bound}位报了名、请了假或正要收到提醒，会告诉他们；" if self.bound else ""
        unsent = f"还没发的{self.unsent}条提醒不再发" if self.unsent else "没有等着发的提醒"
        return f"{told}{bound}{unsent}。"


def effect(rows: Rows, change: Change) -> Effect:
    """Counted before it is done; a new day concerns nobody yet."""
    before = change.before
    if before is None:
        return Effect(0, 0, 0)
    if change.elsewhere_only:
        return Effect(0, len(rows.all(schedule.concerned(before))), 0)
    return Effect(
        len(rows.all(schedule.reminded(before))),
        len(rows.all(schedule.bound_to_come(before))),
        rows.all(schedule.unsent(before))[0],
    )


def follow(
    rows: Rows, settings: Any, changes: Iterable[Change], key: str, reason: str = ""
) -> list[Note]:
    """After the calendar has changed: what those are told whom the clock doesn't tell.

    Who was reminded already is told by the clock, which also withdraws what was not sent yet.
    """
    notes: list[Note] = []
    for change in changes:
        if change.before is not None:
            words = _words(settings, change.before, change.after, f"：{reason}" if reason else "")
            notes += _of_one(rows, change.before, change, key, words)
    return notes


def make_up_anew(rows: Rows, before: Day, after: Day | None) -> None:
    """Nobody makes up for what is not held on the day of the leave."""
    schedule.follow(rows.all(schedule.tasks_about(before.source, before.named)), after)
    rows.flush()


def on_again(rows: Rows, settings: Any, day: Day, key: str) -> list[Note]:
    """What those are told who read that a day is cancelled, and now it is held after all."""
    what = f"{schedule.when_words(day)}的{day.title}"
    text = phrases.ON_AGAIN(settings, what=what, where=_where(day))
    people = rows.all(schedule.bound_to_come(day))
    return [Note(person.id, text, f"{key}:{person.id}") for person in people]


def _of_one(rows: Rows, before: Day, change: Change, key: str, text: str) -> Iterable[Note]:
    who = schedule.concerned if change.elsewhere_only else schedule.bound_to_come
    people: Sequence[Person] = rows.all(who(before))
    make_up_anew(rows, before, change.after)
    return [Note(person.id, text, f"{key}:{person.id}") for person in people]


def _words(settings: Any, before: Day, after: Day | None, why: str) -> str:
    what = schedule.what_words(before)
    if after is None:
        return phrases.CANCELLED(settings, what=what, why=why)
    when = schedule.when_words(after)
    return phrases.MOVED(settings, what=what, when=when, where=_where(after), why=why)


def _where(day: Day) -> str:
    return f"，在{day.place}" if day.place else ""
