"""The month at the desk, as a sheet of weeks and as a list: what is held, moved, cancelled, off and worked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.domain import schedule
from bot.domain.holidays import Holidays
from bot.domain.people import Branch, Person
from bot.domain.period import Period
from bot.domain.schedule import Day, Meetings
from bot.domain.wording import time_words
from bot.feature import Look
from bot.now import local_day
from bot.parts import Cell, Link, Links, Part, Table, Text
from bot.talk import Rows
from handlers.calendar.finding import HERE, branches_shown, every, month_asked, to_day

WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
HEAD = ("日子", "支部", "做什么", "地点", "内容", "说明")
FRIDAY = 4
"""The last weekday on which people work without being told to."""


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The month that `month` names; `list`: as a list; `branch`: of one branch."""
    today = local_day(look.now)
    first = month_asked(look.query.get("month", ""), today)
    branches = branches_shown(rows, look.viewer, look.query)
    days = every(rows, branches, first, Period(first).last)
    holidays = schedule.holidays_in(rows)
    shown = list_of(days) if look.query.get("list") else _sheet(days, first, today, holidays)
    return [
        _turning(look, first, today),
        *_of_branches(rows, look.viewer, look),
        *_unconfirmed(first, holidays),
        Text(f"{first.year}年{first.month}月：{_counted(days)}", "lead"),
        shown,
    ]


def list_of(days: Sequence[Day], empty: str = "这个月没有安排。") -> Table:
    """Days one under the other; each leads to its own page."""
    links, meetings = tuple(to_day(day) for day in days), Meetings(days)
    return Table(HEAD, tuple(_row(day, meetings) for day in days), empty, links)


def said_of(day: Day, meetings: Meetings) -> str:
    """What is not ordinary about a day, in a few words."""
    if day.cancelled:
        return f"取消了：{day.reason}" if day.reason else "取消了"
    odd = (schedule.note(day).strip("（）"), meetings.words(day).removesuffix("。"))
    return "；".join(filter(None, odd))


def _row(day: Day, meetings: Meetings) -> tuple[str, ...]:
    when, topic = schedule.when_words(day), day.topic if day.topic != day.title else ""
    return (when, day.branch, day.title, day.place, topic, said_of(day, meetings))


def _turning(look: Look, first: date, today: date) -> Links:
    rest = "".join(
        f"&{name}={look.query[name]}" for name in ("branch", "list") if look.query.get(name)
    )
    former, following = (Period(first).moved(by).first for by in (-1, 1))
    ways = [("上个月", former), ("这个月", today.replace(day=1)), ("下个月", following)]
    links = [Link(label, f"{HERE}?month={month:%Y-%m}{rest}") for label, month in ways]
    branch = f"&branch={look.query['branch']}" if look.query.get("branch") else ""
    as_list = "" if look.query.get("list") else "&list=1"
    label = "看成一列" if as_list else "看成月历"
    links.append(Link(label, f"{HERE}?month={first:%Y-%m}{branch}{as_list}"))
    return Links(tuple(links), "翻月份")


def _of_branches(rows: Rows, viewer: Person, look: Look) -> list[Part]:
    """One branch or all, for who looks after several."""
    mine: list[Branch] = schedule.reached(rows, viewer)
    if len(mine) < 2:
        return []
    kept = "".join(
        f"&{name}={look.query[name]}" for name in ("month", "list") if look.query.get(name)
    )
    ways = [("", "全部支部"), *((str(branch.id), branch.name) for branch in mine)]
    links = tuple(Link(name, f"{HERE}?branch={ref}{kept}") for ref, name in ways)
    return [Links(links, "看哪个支部", f"{HERE}?branch={look.query.get('branch', '')}{kept}")]


def _unconfirmed(first: date, holidays: Holidays) -> list[Part]:
    """A word on a year whose notice is not in our files."""
    if not holidays.unconfirmed(first, first):
        return []
    return [
        Text(
            f"{first.year}年的放假安排还没有确认：像假期的日子写着“可能是假期，待确认”，什么都不会自己挪。",
            "warning",
        ),
        Links((Link(f"录入{first.year}年的放假安排", f"{HERE}?holidays={first.year}"),), "假期"),
    ]


def _counted(days: Sequence[Day]) -> str:
    held = [day for day in days if not day.cancelled]
    kinds = {
        title: sum(day.kind is kind for day in held) for kind, title in schedule.KIND_TITLE.items()
    }
    said = "，".join(f"{title}{many}次" for title, many in kinds.items() if many)
    off = len(days) - len(held)
    return f"{said or '没有安排'}{f'，取消了{off}次' if off else ''}。"


def _sheet(days: Sequence[Day], first: date, today: date, holidays: Holidays) -> Table:
    start = first - timedelta(days=first.weekday())
    held, weeks = _held(days), list[tuple[Cell, ...]]()
    while start <= Period(first).last:
        week = [start + timedelta(days=n) for n in range(7)]
        marks = [_mark(day, today, holidays) if day.month == first.month else "" for day in week]
        weeks.append(tuple(_cell(*one, held) for one in zip(week, marks, strict=True)))
        start += timedelta(days=7)
    return Table(WEEK, tuple(weeks), caption=f"{first.year}年{first.month}月", even=True)


def _cell(day: date, mark: str, held: Mapping[date, list[Link]]) -> Cell:
    """A plain number where nothing is said of the day: on a narrow page it is left out."""
    if (mark == f"{day.day}日" and day not in held) or not mark:
        return mark
    return (mark, *held.get(day, ()))


def _mark(day: date, today: date, holidays: Holidays) -> str:
    return f"{day.day}日{' 今天' if day == today else ''}{day_mark(day, holidays)}"


def _held(days: Sequence[Day]) -> dict[date, list[Link]]:
    """What is held, by its day."""
    meetings, held = Meetings(days), defaultdict[date, list[Link]](list)
    for one in days:
        at = time_words(one.at) if one.at else ""
        odd = said_of(one, meetings)
        said = f"，{odd}" if odd else ""
        held[one.day].append(Link(f"{at}{one.title} {one.branch}{said}", to_day(one)))
    return held


def day_mark(day: date, holidays: Holidays) -> str:
    """ " 春节放假", " 调休上班", " 可能是春节（待确认）", or nothing."""
    name = holidays.name_of(day)
    if name and day.year in holidays.confirmed:
        return f" {name}放假"
    if name:
        return f" 可能是{name}（待确认）"
    return " 调休上班" if day in holidays.worked and day.weekday() > FRIDAY else ""
