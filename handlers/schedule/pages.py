"""What anybody may read of the calendar, nobody's name in it: the next sixty days, and a month to hang up."""

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import quote

from bot.domain import schedule
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.period import Period
from bot.domain.schedule import Day
from bot.feature import ANYONE, Look, Page
from bot.now import local_day
from bot.paper import installed
from bot.parts import Code, Field, Link, Links, Paper, Part, Search, Sheet, Table, Text
from bot.talk import Rows
from handlers.schedule.about import feature

SHOWN = timedelta(days=60)
MONTHS = 6
"""So many months may be chosen for the notice-board: this one and those that follow."""
A_MINUTE = 30
"""So many sheets a minute from one network address: a PDF takes a processor for a second or two."""
HEAD = ("日子", "支部", "做什么", "地点", "内容", "说明")
_MORE = Links(
    (
        Link("公开的通知", "/p/notices"),
        Link("打印一个月的", "/p/board"),
        Link("通知是真的吗？", "/p/check"),
        Link("个人信息怎么保管", "/p/privacy"),
    ),
    "别的公开页",
)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """One table, of all branches or of one; a member's page and a stranger's are the same."""
    today = local_day(look.now)
    branch = schedule.chosen_branch(rows, look.query.get("branch", ""))
    return [
        Text("以后两个月的学习日、服务日和活动。有改动会写在说明里。"),
        _of_branches(rows, f"/schedule?branch={branch.id}" if branch else "/schedule"),
        _table(rows, branch, today, today + SHOWN, "最近还没有排学习日和服务日。"),
        _MORE,
    ]


def _of_branches(rows: Rows, here: str) -> Links:
    links = (
        Link(branch.name, f"/schedule?branch={branch.id}")
        for branch in rows.all(schedule.branches())
    )
    return Links((Link("全部支部", "/schedule"), *links), "看哪个支部", here)


def _table(rows: Rows, branch: Branch | None, first: date, last: date, empty: str) -> Table:
    """What is held, and what is off after all; of one branch without its name in every line."""
    sheet = schedule.read_sheet(rows, branch.id if branch else None, first, last)
    days = schedule.calendar_of(sheet, first, last, schedule.holidays_in(rows))
    lines = [_row(day) for day in days if first <= day.day <= last]
    shown = [0, *range(2 if branch else 1, len(HEAD))]
    return Table(
        tuple(HEAD[n] for n in shown), tuple(tuple(line[n] for n in shown) for line in lines), empty
    )


def _row(day: Day) -> tuple[str, ...]:
    when, topic = schedule.when_words(day), day.topic if day.topic != day.title else ""
    return (when, day.branch, day.title, day.place, topic, _note(day))


def _note(day: Day) -> str:
    """What is not ordinary about a day; who read of it before must read that it is off."""
    if day.cancelled:
        return f"取消了，{day.reason}" if day.reason else "取消了"
    return schedule.note(day).strip("（）")


# ── a month for the notice-board ────────────────────────────────────────────────────────────────


def board(rows: Rows, look: Look) -> Sequence[Part]:
    """An A4 sheet of one month, with a code that leads to the chat."""
    first = _month(look.query.get("month", ""), local_day(look.now))
    return [
        _asking(rows, look, local_day(look.now), first),
        *_as_file(look, first),
        _sheet(rows, look),
    ]


def printed(rows: Rows, look: Look) -> Paper:
    """The same sheet as a PDF."""
    first = _month(look.query.get("month", ""), local_day(look.now))
    return Paper(f"{first.year}年{first.month}月日程.pdf", _sheet(rows, look))


def _as_file(look: Look, first: date) -> list[Part]:
    """A button for the PDF, where it can be made."""
    if not installed():
        return []
    asked = f"?month={first:%Y-%m}&branch={quote(look.query.get('branch', ''))}"
    return [Links((Link("下载成PDF", f"/p/board/pdf{asked}"),), "下载")]


def _sheet(rows: Rows, look: Look) -> Sheet:
    first = _month(look.query.get("month", ""), local_day(look.now))
    branch = schedule.chosen_branch(rows, look.query.get("branch", ""))
    office, web = look.settings.office, look.settings.web
    call = (
        f"{office.name}，电话{office.phone}（{office.hours}）。"
        if office.phone
        else f"{office.name}。"
    )
    sheet = (
        Text(branch.name if branch else "各支部", "lead"),
        _table(rows, branch, first, Period(first).last, "这个月还没有排学习日和服务日。"),
        Text(f"有改动会另外通知。有事请找{call}"),
        Code(web.address, "用手机扫一扫，有事跟我们说"),
    )
    return Sheet(sheet, f"{first.year}年{first.month}月日程")


def _asking(rows: Rows, look: Look, today: date, first: date) -> Search:
    every = (("", "全部支部"), *((str(b.id), b.name) for b in rows.all(schedule.branches())))
    month, months = today.replace(day=1), []
    for _ in range(MONTHS):
        months.append((f"{month:%Y-%m}", f"{month.year}年{month.month}月"))
        month = Period(month).moved(1).first
    chosen = look.query.get("branch", "")
    return Search((
        Field("branch", "支部", "choice", chosen, every, required=False),
        Field("month", "月份", "choice", f"{first:%Y-%m}", tuple(months), required=False,
              note="选好以后，用浏览器的“打印”，纸选A4。"),
    ), "看这个月的")  # fmt: skip


def _month(text: str, today: date) -> date:
    """The first day of a month like "2026-12"; of this month where none is named."""
    if not text:
        return today.replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refused(f"没有“{text[:10]}”这个月。请写成像“{today:%Y-%m}”这样。") from None


feature.pages.append(
    Page("schedule", "学习日和服务日", view, roles=ANYONE, about=Thing.NOTHING, by="")
)
feature.pages.append(
    Page(
        "board", "公告栏", board, roles=ANYONE, files={"pdf": printed}, about=Thing.NOTHING, by="",
        a_minute=A_MINUTE,
    )
)  # fmt: skip
