"""/desk/study for coordinators: the days to call the roll of, make-up tasks, the board of a month."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from urllib.parse import quote

from bot.domain import schedule
from bot.domain.access.things import Level, Thing
from bot.domain.people import Person
from bot.domain.schedule import Attendance, Day, Leave
from bot.domain.versions import CALENDAR
from bot.domain.wording import time_words
from bot.feature import Action, Coming, Look, MakeFile, Page, Touch
from bot.listing import behind, page_of
from bot.now import local_day
from bot.parts import Heading, Link, Links, Part, Table, Text
from bot.talk import Rows
from handlers.schedule import making_up, month, rollcall
from handlers.schedule.about import feature
from handlers.schedule.rollcall import LATE, PATH, SOON

HERE = f"/desk/{PATH}"
HEAD = ("日子", "支部", "做什么", "签到", "请假")
View = Callable[[Rows, Look], Sequence[Part]]


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The day that `day` names, the tasks, the month that `month` names, or the list of days."""
    views: dict[str, View] = {"day": rollcall.view, "tasks": making_up.view, "month": month.view}
    asked = next((name for name in views if look.query.get(name)), "")
    today = local_day(look.now)
    ways = {
        "": Link("点名", HERE),
        "tasks": Link("补课", f"{HERE}?tasks=1"),
        "month": Link("每月学习", f"{HERE}?month={today:%Y-%m}"),
    }
    here = ways["" if asked == "day" else asked].to
    return [Links(tuple(ways.values()), here=here), *views.get(asked, _days)(rows, look)]


def _days(rows: Rows, look: Look) -> list[Part]:
    """Today's and coming days first; then those gone by, for whom something is entered late."""
    today = local_day(look.now)
    days = schedule.held(rows, look.viewer, today - LATE, today + SOON)
    coming = [day for day in days if day.day >= today]
    past = sorted((day for day in days if day.day < today), key=schedule.from_the_last)
    gone, more = page_of(
        behind(past, look.query, schedule.from_the_last), look.query, schedule.from_the_last
    )
    counted = _Counts(rows, [*coming, *gone])
    return [
        Text("按一下日子就可以点名、记请假、打印签到表。"),
        Heading("今天和以后"),
        counted.table(coming, today, "一个月里没有学习和服务。日子在“日程”里定。"),
        Heading("办过的，可以补记"),
        counted.table(gone, today, "最近两个月没有办过。"),
        *more,
    ]


class _Counts:
    """How many signed in and took leave, of many days by two queries."""

    def __init__(self, rows: Rows, days: Sequence[Day]) -> None:
        self.here, self.away = (
            {(source, named): many for source, named, many in rows.table(query)}
            for query in (schedule.counts(Attendance, days), schedule.counts(Leave, days))
        )

    def table(self, days: Sequence[Day], today: date, empty: str) -> Table:
        links = tuple(f"?day={quote(schedule.ref_of(day))}" for day in days)
        return Table(HEAD, tuple(self._row(day, today) for day in days), empty, links)

    def _row(self, day: Day, today: date) -> tuple[str, ...]:
        key = (day.source, day.named)
        here = str(self.here.get(key, 0)) if day.day <= today else ""
        when = schedule.when_words(day, today)
        return (when, day.branch, day.title, here, str(self.away.get(key, 0)))


def coming(rows: Rows, viewer: Person, now: datetime) -> list[Coming]:
    """The next days of these branches, for a Today page on which nobody waits."""
    today = local_day(now)
    return [
        Coming(
            day.day,
            f"{_at(day)}{day.branch}{day.title}",
            f"{HERE}?day={quote(schedule.ref_of(day))}",
        )
        for day in schedule.held(rows, viewer, today, today + SOON)
    ]


def _at(day: Day) -> str:
    return f"{time_words(day.at)}，" if day.at else ""


ACTIONS: dict[str, Action] = {**rollcall.ACTIONS, **making_up.ACTIONS, **month.ACTIONS}
feature.coming, feature.waits_on = coming, CALENDAR
FILES: dict[str, MakeFile] = {"roll": rollcall.file, "month": month.file}
TOUCHES = {
    "done": Touch(Thing.TASK, by="task"),
    "undone": Touch(Thing.TASK, by="task"),
    "brought": Touch(Thing.PERSON, by="who", level=Level.SEE),
    "unbrought": Touch(Thing.DELIVERY),
    "month": Touch(Thing.DAY, by=""),
}
feature.pages.append(
    Page(PATH, "学习", view, actions=ACTIONS, files=FILES, by="day", touches=TOUCHES, order=30)
)
