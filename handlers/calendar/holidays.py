"""The holidays of a year: from a file or typed, with what would change shown first, then kept."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.holidays import Holidays, read_year
from bot.domain.holidays.table_file import heading_words, lines_of, text_of
from bot.domain.people import Person
from bot.domain.schedule import HolidayYear
from bot.domain.wording import day_words, moment_words
from bot.feature import Action, Look
from bot.now import local_day
from bot.parts import Download, Field, Form, Heading, Link, Links, Part, Table, Text
from bot.sheets import Sheet, read_bytes
from bot.talk import Rows, Talk
from handlers.calendar.about import by_of
from handlers.calendar.finding import HERE
from handlers.calendar.preview import of_many
from handlers.calendar.year import keep_year, known_with, proposed, table_of

YEARS = range(2000, 2100)
LONGEST = 20_000
"""Characters that may be typed: a year's notice has a hundredth of it."""
_DAY = re.compile(r"(?<![年\d])(\d{1,2})月(\d{1,2})日")
_SPAN = re.compile(r"(\d{1,2})月(\d{1,2})日?\s*[至到~—-]+\s*(\d{1,2})日")
_STATES = (("confirmed", "国务院通知已经公布，照这个办"), ("open", "还没有公布，先记着，不挪日子"))


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """A year as it is known, and the two ways to give another."""
    today = local_day(look.now)
    year = _year(look.query.get("holidays", ""), today)
    known, own = schedule.holidays_in(rows), rows.get(HolidayYear, year)
    years = tuple(
        Link(f"{y}年", f"{HERE}?holidays={y}") for y in range(today.year - 1, today.year + 3)
    )
    table = table_of(rows, year)
    lines = list(lines_of(table)) if table else []
    return [
        Links(years, "哪一年", f"{HERE}?holidays={year}"),
        Heading(f"{year}年放假安排"),
        Text(
            _state(rows, known, own, year, today), "plain" if year in known.confirmed else "warning"
        ),
        Table(
            ("日子", "安排", "名称"),
            tuple(_read(line) for line in lines),
            "还没有录入。",
        ),
        *(
            [Links((Link("下载这一年的", f"{HERE}/holidays?year={year}"),), "下载")]
            if lines
            else []
        ),
        *_giving(year, lines),
    ]


def _state(rows: Rows, known: Holidays, own: HolidayYear | None, year: int, today: date) -> str:
    if year not in known.confirmed and own is None:
        return f"{year}年还没有录入。像假期的日子写着“可能是假期，待确认”，日子不会自己挪。"
    said = (
        "已经确认，服务日碰上放假会先顺延，等您按“照常办”定下来。"
        if year in known.confirmed
        else "还没有确认，日子不会自己挪。"
    )
    if own is None:
        return f"随余热一起来的，{said}"
    who = rows.get(Person, own.by_id) if own.by_id else None
    return f"{who.name if who else '用命令'}{moment_words(own.at, today)}录入，{said}"


def _giving(year: int, lines: Sequence[str]) -> list[Part]:
    state = Field("state", "公布了吗", "choice", "confirmed", _STATES)
    typed = "\n".join(lines) or f"{year}-01-01,放假,元旦"
    note = "一行一天，或者一段：2月5日至2月11日，放假，春节。调休上班写：2月20日，上班，春节。"
    return [
        Form(
            "holidays_file", "比对一下",
            (Field("sheet", "表格文件", "file", note="三列：日期、名称、安排（放假或上班）。"), state),
            title="从文件录入（Excel 或 CSV）", slow="正在比对，请等一等",
        ),
        Form(
            "holidays_typed", "比对一下",
            (Field("year", "", "hidden", str(year)), Field("text", "放假安排", "area", typed, note=note), state),
            title="自己写",
        ),
    ]  # fmt: skip


def _year(text: str, today: date) -> int:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    if text and year not in YEARS:
        raise Refused(f"没有“{text[:10]}”这一年。")
    return year or today.year


def file(rows: Rows, look: Look) -> Download:
    """A year as text, to be corrected and given back."""
    year = _year(look.query.get("year", ""), local_day(look.now))
    table = table_of(rows, year)
    if table is None:
        raise Refused(f"{year}年还没有录入，没有可以下载的。")
    lines = [f"{year},{'已确认' if table.confirmed else '未确认'}", *lines_of(table)]
    return Download(
        f"{year}年放假安排.txt", "text/plain; charset=utf-8", "\n".join(lines).encode("utf-8-sig")
    )


# ── giving a year ───────────────────────────────────────────────────────────────────────────────


def read_sheet(body: bytes) -> Sheet:
    """A posted table, opened by a child process of bounded memory and time."""
    return read_bytes(body, headings=heading_words())


async def from_file(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """What a table would change; nothing is stored yet."""
    sheet: Any = talk.files.get("sheet")
    if not isinstance(sheet, Sheet):
        raise Refused("请先选一个文件。")
    lines = [(row.line, row.cells) for row in sheet.rows]
    return _compared(talk, text_of(lines, confirmed=form.get("state") == "confirmed"))


async def typed(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """What the typed lines would change; nothing is stored yet."""
    text = form.get("text", "")
    if len(text) > LONGEST:
        raise Refused(f"写得太长了，最多{LONGEST}字。一行一天就够。")
    state = "已确认" if form.get("state") == "confirmed" else "未确认"
    year = _year(form.get("year", ""), talk.today)
    whole = f"{year},{state}\n{_in_full(text.strip(), year)}"
    read_year(whole, above=1)
    return _compared(talk, whole)


def _in_full(text: str, year: int) -> str:
    """ "2月5日至11日" with the month and the year that go without saying."""
    return _DAY.sub(rf"{year}年\1月\2日", _SPAN.sub(r"\1月\2日至\1月\3日", text))


def _compared(talk: Talk, text: str) -> tuple[Part, ...]:
    rows = talk.rows
    by_of(talk)
    found, known = proposed(rows, text, talk.today), schedule.holidays_in(rows)
    own, year = rows.get(HolidayYear, found.table.year), found.table.year
    state = "已确认" if found.table.confirmed else "未确认"
    fields = (Field("text", "", "hidden", text), Field("was", "", "hidden", _version(own)))
    return (
        Heading(f"{year}年放假安排：{state}，放假{len(found.table.off)}天，调休上班{len(found.table.worked)}天"),
        Table(("日子", "现在", "以后"), tuple(_differing(known, known_with(rows, found.table), year)),
              "放假和上班的日子跟现在一样。", caption="变了的日子"),
        *of_many(rows, found.changes, "学习日、服务日都不用挪。"),
        Form("holidays_keep", "就这样存", fields, back=f"{HERE}?holidays={year}"),
        Links((Link("不存，回去改", f"{HERE}?holidays={year}"),), "不存"),
    )  # fmt: skip


def _differing(was: Holidays, will: Holidays, year: int) -> list[tuple[str, str, str]]:
    """Each day of the year that is off, worked or ordinary otherwise than before."""
    start = date(year, 1, 1)
    days = [start + timedelta(days=n) for n in range((date(year + 1, 1, 1) - start).days)]
    spans: list[tuple[date, date, str, str]] = []
    for day in days:
        before, now = _kind(was, day), _kind(will, day)
        if spans and spans[-1][1:] == (day - timedelta(days=1), before, now):
            spans[-1] = (spans[-1][0], day, before, now)
        elif before != now:
            spans.append((day, day, before, now))
    return [(_span(first, last), before, now) for first, last, before, now in spans]


def _read(line: str) -> tuple[str, ...]:
    """A line of our text as people read it."""
    days, *rest = line.split(",")
    first, _, last = days.partition("..")
    return (_span(date.fromisoformat(first), date.fromisoformat(last or first)), *rest)


def _span(first: date, last: date) -> str:
    """ "2月5日(周五)至2月11日(周四)"; one day alone."""
    return day_words(first) if first == last else f"{day_words(first)}至{day_words(last)}"


def _kind(known: Holidays, day: date) -> str:
    name = known.name_of(day)
    if name:
        return f"{name}放假" if day.year in known.confirmed else f"可能是{name}"
    return "调休上班" if day in known.worked else "平常"


async def keep(talk: Talk, form: dict[str, str]) -> str:
    """Keep it, if nobody has given the year anew meanwhile."""
    await talk.all(schedule.one_at_a_time())
    text = form.get("text", "")
    if len(text) > LONGEST:
        raise Refused("写得太长了，请重新录入。")
    own = talk.rows.get(HolidayYear, read_year(text).year)
    if _version(own) != form.get("was", ""):
        raise Refused("刚才有人录入过这一年的放假安排，请再比对一次。")
    row, notes = keep_year(talk.rows, talk.settings, text, by_of(talk))
    for note in notes:
        talk.tell(note)
    state = "已确认" if row.confirmed else "未确认"
    return f"存好了：{row.year}年放假安排，{state}。"


def _version(own: HolidayYear | None) -> str:
    return own.at.isoformat() if own else ""


ACTIONS: dict[str, Action] = {
    "holidays_file": from_file, "holidays_typed": typed, "holidays_keep": keep,
}  # fmt: skip
