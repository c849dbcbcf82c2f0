"""What the calendar asks of coordinators: days that may be holidays, and make-up tasks past their day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from bot.domain import schedule
from bot.domain.holidays import Placing
from bot.domain.mail import Mail
from bot.domain.people import Person, Role, holding, told_apart
from bot.domain.phrase import Slot
from bot.domain.schedule import Day, Leave, MakeUpTask, reached
from bot.domain.versions import CALENDAR
from bot.feature import Need, Tells, Waits
from bot.now import local, local_day
from bot.parts import Press
from bot.talk import Choice, Note, Rows
from handlers.calendar.about import AHEAD, KEEP, asking_first, feature

WARN_AHEAD = timedelta(days=45)
"""So far ahead coordinators are asked: before the first reminder, with time to reach an office."""
_ASKED_FROM, _ASKED_UNTIL = time(9), time(18)
_SOON = timedelta(days=7)
_FEW, _TASKS = 3, "/desk/study?tasks=1"
"""So many make-up tasks are named on Today, and where all of them are."""


ASKED = feature.phrase(
    "ask", "活动碰上放假或者撞上别的，问联络员", "{支部}：{问题}请说“改日程”来定。",
    Slot("branch", "支部", "三海街道离退休党支部"),
    Slot("question", "问题", "2月11日(周四)的志愿服务日：春节放假。照常还是改期？", needed=True),
)  # fmt: skip


def ask(rows: Rows, tell: Tells, now: datetime, settings: Any) -> None:
    """Once for each day that a holiday moved or makes uncertain: to confirm it or to decide otherwise."""
    if not _ASKED_FROM <= local(now).time() < _ASKED_UNTIL:
        return
    today = local_day(now)
    days = schedule.coming(rows, None, today, today + WARN_AHEAD)
    meeting = schedule.undecided(days)
    for day in days:
        clash = meeting.get(day.ref, "")
        if not (day.asks or clash):
            continue
        for person in rows.all(holding(Role.COORDINATOR, day.branch_id)):
            state = f"{day.state}:meets" if clash else day.state
            key = f"calendar:ask:{day.source}:{day.named}:{state}:{person.id}"
            text = ASKED(settings, branch=day.branch, question=f"{_question(day)}{clash}")
            tell(Note(person.id, text, key, Mail.VISIT, choices=(Choice("改日程"),)))


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """The same days, and make-up tasks past their day, for the Today page."""
    today = local_day(now)
    mine = [branch.id for branch in reached(rows, viewer)]
    every = schedule.coming(rows, None, today, today + AHEAD)
    meeting = schedule.undecided(every)
    for day in asking_first(day for day in every if day.branch_id in mine):
        clash = meeting.get(day.ref, "")
        if day.asks or clash:
            title = f"{day.branch}：{schedule.what_words(day)}{'待定' if day.asks else '撞上了'}"
            soon = day.day - today <= _SOON
            to = f"/desk/calendar?day={quote(schedule.ref_of(day))}"
            seen = (("day", schedule.ref_of(day)), ("version", day.version))
            about = f"{day.branch}{schedule.what_words(day)}"
            yield Waits(
                title,
                f"{_question(day)}{clash}",
                None,
                soon,
                "改日程",
                Need.REMINDER,
                to,
                (Press(KEEP, "keep", seen, "calendar", about),),
            )
    yield from _to_make_up(rows.all(schedule.overdue(today, mine)))


def _to_make_up(tasks: Sequence[MakeUpTask]) -> Iterator[Waits]:
    """The first few by name; the others in one line, for a page of names hides what is urgent."""
    names = told_apart([task.leave.person for task in tasks])
    for task in tasks[:_FEW]:
        detail = f"应在{task.due_on.month}月{task.due_on.day}日前补完"
        name = names[task.leave.person_id]
        done = Press("补学完了", "done", (("task", str(task.id)),), "study", name)
        yield Waits(
            f"{name}还没有补课",
            detail,
            task.leave.at,
            kind=Need.REMINDER,
            to=_TASKS,
            presses=(done,),
        )
    if others := tasks[_FEW:]:
        title, since = f"还有{len(others)}次补课没有补完", others[0].leave.at
        yield Waits(
            title, "名单在“补课”那里，补完了在那里点一下。", since, kind=Need.REMINDER, to=_TASKS
        )


def _question(day: Day) -> str:
    if day.state is Placing.MOVED and day.moved_from is not None:
        was = f"{day.moved_from.month}月{day.moved_from.day}日"
        return f"{day.title}原定{was}，{day.reason}到{schedule.when_words(day)}，行吗？"
    if not day.asks:
        return f"{schedule.when_words(day)}的{day.title}："
    return f"{schedule.what_words(day)}：{day.reason}。照常还是改期？"


feature.waiting, feature.waits_on = waits, (*CALENDAR, Leave, MakeUpTask)
feature.turns.append(ask)
