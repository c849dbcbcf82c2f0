"""What the clock does for political birthdays: a note a week before, a card on the day, lists for the branch."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from bot.cards import birthday_card
from bot.domain import anniversary
from bot.domain.people import Branch, Person, Role, Status, holding
from bot.domain.period import Period
from bot.domain.phrase import Slot
from bot.domain.wording import day_words
from bot.feature import Due, Occasion, Reminder, Round
from bot.now import SHANGHAI
from bot.talk import Media, Rows
from handlers.birthday.talk import candidates, feature, remembered

_STANDS: Final = time(8)
"""The hour of the occasion itself: it stays when the hours of the messages are changed."""
_LISTED: Final = time(8, 30)
"""The same of the lists."""
_WHO = Slot("who", "姓名", "王秀英")
_YEARS = Slot("years", "年数", "50", "入党多少年")
_MONTH = Slot("month", "月份", "12月", needed=True)
NOTE = feature.phrase(
    "note", "政治生日前几天，发给本人", "{姓名}，{日子}是您的政治生日，入党{年数}周年。支部先给您道个喜。",
    _WHO, Slot("day", "日子", "12月10日(周四)", needed=True), _YEARS,
)  # fmt: skip
CARD = feature.phrase(
    "card", "政治生日当天，和贺卡一起发给本人",
    "{姓名}，今天是您的政治生日，入党{年数}周年。支部祝您身体健康，天天开心！", _WHO, _YEARS,
)  # fmt: skip
LIST = feature.phrase(
    "list", "每月1日的生日名单，发给联络员", "{月份}政治生日{人数}位：{名单}。要全名单，请说“生日名单”。",
    _MONTH, Slot("count", "人数", "2"), Slot("names", "名单", "3日王秀英、12日韦建国", "最多六位", needed=True),
)  # fmt: skip
NOBODY = feature.phrase(
    "list_empty", "这个月没有人过政治生日，发给联络员", "{月份}，{支部}没有政治生日。",
    _MONTH, Slot("branch", "支部", "三海街道离退休党支部"),
)  # fmt: skip
MEDALS = feature.phrase(
    "medals", "3月1日，新满50年党龄的，发给联络员",
    "今年七一新满50年党龄的有{人数}位，请对照档案核一核。看名单请说“五十年党龄”。",
    Slot("count", "人数", "3", needed=True),
)  # fmt: skip
MEDAL_MONTH = 3
"""Candidates for the round of 1 July are listed on 1 March."""


def occasions(rows: Rows, first: date, last: date, settings: Any) -> Iterator[Occasion]:
    """One a person and year, one list a branch and month, one list of candidates a year."""
    rule = settings.birthday.leap_rule
    people = remembered(first, last, rule).with_only_columns(Person.id, Person.joined_on)
    for id_, joined_on in rows.table(people):
        for day in anniversary.remembered_between(joined_on, first, last, rule):
            yield Occasion("birthday", day, f"person:{id_}", _STANDS)
    for branch in rows.all(select(Branch).order_by(Branch.id)):
        for day in _firsts(first, last):
            yield Occasion("birthday.list", day, f"branch:{branch.id}", _LISTED, of=branch)
            if day.month == MEDAL_MONTH:
                yield Occasion("birthday.medal", day, f"branch:{branch.id}", _LISTED, of=branch)


def dues(rows: Rows, occasion: Occasion, settings: Any) -> Iterable[Due | Round]:
    """Who is told: the person about the own day, the branch's coordinators about the lists."""
    kind, _, number = occasion.subject.partition(":")
    if kind == "person":
        person = rows.get(Person, int(number))
        return _own(person, occasion, settings) if person is not None else ()
    branch = occasion.of or rows.get(Branch, int(number))
    if branch is None:
        return ()
    words = _month if occasion.rule == "birthday.list" else _medals
    say = partial(words, rows, occasion.on, branch, settings)
    if occasion.rule == "birthday.medal" and not say():
        return ()
    at, people = _at(occasion.on, settings.birthday.list_at), holding(Role.COORDINATOR, branch.id)
    return (Round(occasion, "day", people, at, at + timedelta(days=5), say),)


def _own(person: Person, occasion: Occasion, settings: Any) -> Iterator[Due]:
    """The note a week before and the card on the day, which is useful until the evening."""
    if person.status in (Status.MOVED, Status.DECEASED) or person.joined_on is None:
        return
    years = occasion.on.year - person.joined_on.year
    section = settings.birthday
    before = occasion.on - timedelta(days=section.lead_days)
    yield Due(
        occasion, f"T-{section.lead_days}", person.id, _at(before, section.note_at),
        _at(occasion.on - timedelta(days=1), time(20)),
        NOTE(settings, who=person.name, day=day_words(occasion.on), years=years),
    )  # fmt: skip
    card = Media("picture", "政治生日贺卡", birthday_card(Path(settings.data.dir), years))
    yield Due(
        occasion, "day", person.id, _at(occasion.on, section.card_at), _at(occasion.on, time(20)),
        CARD(settings, who=person.name, years=years),
        media=(card,),
    )  # fmt: skip


def _month(rows: Rows, first: date, branch: Branch, settings: Any) -> str:
    """The month's birthdays of one branch, in one message."""
    rule = settings.birthday.leap_rule
    theirs = remembered(first, Period(first).last, rule).where(Person.branch_id == branch.id)
    people = rows.all(theirs)
    days = sorted(
        (anniversary.remembered_on(p.joined_on, first.year, rule), p.name)
        for p in people
        if p.joined_on
    )
    if not days:
        return NOBODY(settings, month=f"{first.month}月", branch=branch.name)
    listed = "、".join(f"{day.day}日{name}" for day, name in days[:6])
    more = "等" if len(days) > 6 else ""
    return LIST(settings, month=f"{first.month}月", count=len(days), names=f"{listed}{more}")


def _medals(rows: Rows, first: date, branch: Branch, settings: Any) -> str:
    people = rows.all(candidates(first.year).where(Person.branch_id == branch.id))
    if not people:
        return ""
    return MEDALS(settings, count=len(people))


def _firsts(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        if day.day == 1:
            yield day
        day += timedelta(days=1)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI)


REMINDERS = (Reminder("birthday", occasions, dues, lambda settings: settings.birthday.lead_days),)
