"""Which days, branch and hour a page means; everything asked for is within the viewer's reach."""

from collections.abc import Mapping
from datetime import date, time
from urllib.parse import quote

from bot.domain import schedule
from bot.domain.access.people import access_branch
from bot.domain.access.reach import reaches
from bot.domain.base import OutOfReach, Refused
from bot.domain.people import Branch, Person
from bot.domain.schedule import Day, DayKind
from bot.talk import Rows, numbered

HERE = "/desk/calendar"


def to_day(day: Day, **more: str) -> str:
    """The address of one day, with what is to be done about it."""
    asked = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    return f"{HERE}?day={quote(schedule.ref_of(day))}{asked}"


def every(rows: Rows, branches: list[Branch], first: date, last: date) -> list[Day]:
    """All that these branches hold or have cancelled from `first` to `last`, in order."""
    sheet, mine = schedule.read_sheet(rows, None, first, last), {branch.id for branch in branches}
    days = schedule.calendar_of(sheet, first, last, schedule.holidays_in(rows))
    return [day for day in days if day.branch_id in mine and first <= day.day <= last]


def one_day(rows: Rows, viewer: Person, ref: str) -> Day:
    """The day that an address or a form names, cancelled or not; Refused where there is none in reach."""
    named = _named(ref)
    sheet = schedule.read_sheet(rows, None, named, named)
    days = schedule.calendar_of(sheet, named, named, schedule.holidays_in(rows))
    day = schedule.found(days, ref)
    if not reaches(viewer, day.branch_id):
        raise OutOfReach("这一天不归您这个支部。")
    return day


def _named(ref: str) -> date:
    try:
        return date.fromisoformat(ref.partition("@")[2])
    except ValueError:
        raise Refused("没有这一天。请从月历里按一下日子。") from None


def branches_shown(rows: Rows, viewer: Person, query: Mapping[str, str]) -> list[Branch]:
    """The one branch asked for, or all in reach."""
    if not query.get("branch"):
        return schedule.reached(rows, viewer)
    return [access_branch(viewer, numbered(rows, Branch, query["branch"]))]


def month_asked(text: str, today: date) -> date:
    """The first day of a month like "2026-12"; of this month where none is named."""
    try:
        return date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError:
        raise Refused(f"没有“{text[:10]}”这个月。请按“上个月”“下个月”来翻。") from None


def day_of(form: Mapping[str, str], name: str = "to") -> date:
    """A day from a form. Raises Refused where there is none."""
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError:
        raise Refused("请选一个日子。") from None


def any_day(form: Mapping[str, str], name: str) -> date | None:
    """A day from a form, where one was given."""
    return day_of(form, name) if form.get(name) else None


def hour_of(form: Mapping[str, str]) -> time | None:
    """An hour from a form, where one was given. Raises Refused where it is none."""
    try:
        return time.fromisoformat(form["at"]) if form.get("at") else None
    except ValueError:
        raise Refused("请选几点，比如上午9点。") from None


def kind_of(form: Mapping[str, str]) -> DayKind:
    """What kind of day a form chose. Raises Refused where it chose none."""
    try:
        return DayKind(form.get("kind", ""))
    except ValueError:
        raise Refused("请选是学习日、服务日还是活动。") from None


def words_of(form: Mapping[str, str], name: str) -> str:
    """Words from a form."""
    return form.get(name, "").strip()
