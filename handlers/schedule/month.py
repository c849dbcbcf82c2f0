"""The board of a month on the desk: who came, studied at home, was brought it; who not yet, by name."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain import coverage, schedule
from bot.domain.access.people import access_person
from bot.domain.access.study import access_delivery
from bot.domain.base import Refused
from bot.domain.coverage import Covered, Delivery, Member
from bot.domain.people import Person, with_number
from bot.domain.period import Period
from bot.domain.schedule import DayKind, MakeUpTask
from bot.domain.wording import day_words
from bot.feature import Action, Look
from bot.listing import AFTER, SHOWN, day_and_number, page_of
from bot.now import local_day
from bot.parts import (
    Cell,
    Chart,
    Download,
    Field,
    Form,
    Heading,
    Link,
    Links,
    Part,
    Press,
    Progress,
    Series,
    Table,
)
from bot.sheets import XLSX, to_xlsx
from bot.talk import Rows, Talk, numbered
from handlers.schedule import making_up
from handlers.schedule.about import by_of

GROUPS = ("到会的", "在家补学的", "送学上门的", "还没学的")
MOST = 120
"""Names of one page, and the most to choose from."""
BROUGHT = "brought_after"
"""The name of the key behind which the list of what was brought begins."""
_NAME, _WHAT = 20, 60


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The month's four groups; who is in the last one by name, with what would settle it."""
    month, mine = (
        _month(look.query["month"]),
        _branches(rows, look.viewer, look.query.get("branch", "")),
    )
    found = coverage.coverage(rows, mine, month)
    left = len(found.outstanding)
    ids = found.outstanding_after(look.query.get(AFTER, ""), MOST + 1)
    still, more = page_of(coverage.members_of(rows, ids), look.query, lambda one: one.number, MOST)
    return [
        Heading(f"{month.first.year}年{month.first.month}月的学习"),
        _steps(month, look),
        *_whose(rows, look),
        Progress(
            found.total - left, max(found.total, 1),
            f"在册{found.total}位，学过的{found.total - left}位，还没学的{left}位",
        ),
        _chart(found),
        *_brought(rows, look, month, mine),
        *_form(rows, found, look, month),
        *_still(rows, look, still, month),
        *more,
    ]  # fmt: skip


def _steps(month: Period, look: Look) -> Links:
    branch = f"&branch={look.query['branch']}" if look.query.get("branch", "").isdecimal() else ""
    ways = (
        Link("上个月", f"?month={month.moved(-1).first:%Y-%m}{branch}"),
        Link("下个月", f"?month={month.moved(1).first:%Y-%m}{branch}"),
        Link("存成表格", f"/desk/study/month?month={month.first:%Y-%m}{branch}"),
    )
    return Links(ways, "哪个月")


def _whose(rows: Rows, look: Look) -> list[Part]:
    """A row of branches, where there is more than one to choose from."""
    reach = schedule.reached(rows, look.viewer)
    here = f"?month={look.query['month']}"
    ways = (Link("合在一起", here), *(Link(b.name, f"{here}&branch={b.id}") for b in reach))
    now = f"{here}&branch={look.query['branch']}" if look.query.get("branch") else here
    return [Links(ways, "哪个支部", now)] if len(reach) > 1 else []


def _chart(found: Covered) -> Chart:
    counts = tuple(map(len, found.groups))
    return Chart("ring", "这个月怎么学的", GROUPS, (Series("人数", counts),), "人")


def _still(rows: Rows, look: Look, shown: Sequence[Member], month: Period) -> list[Part]:
    open_tasks = coverage.open_tasks([person.id for person in shown], month)
    tasks = {task.leave.person_id: task for task in rows.all(open_tasks)}
    today = local_day(look.now)
    first, theirs = max(month.first, today), {person.branch_id for person in shown}
    study = schedule.coming(rows, theirs, first, month.last, kind=DayKind.STUDY)
    ahead = {day.branch_id for day in study}
    lines = tuple(_line(person, tasks.get(person.id), ahead) for person in shown)
    links = tuple(f"/desk/members?id={person.id}" for person in shown)
    head = ("姓名", "编号", "怎么回事", "")
    return [Heading("还没学的"), Table(head, lines, "这个月人人都学到了。", links)]


def _line(person: Member, task: MakeUpTask | None, ahead: set[int]) -> tuple[Cell, ...]:
    if task is not None:
        why: str = f"{day_words(task.leave.day)}请了假，最迟{day_words(task.due_on)}补完"
        return (
            person.name,
            person.number,
            why,
            making_up.press(task, f"{person.name}（{person.number}）"),
        )
    why = "这个月还有学习日" if person.branch_id in ahead else "没来，也没有请假"
    return (person.name, person.number, why, "")


def _brought(rows: Rows, look: Look, month: Period, mine: Sequence[int]) -> list[Part]:
    """What was brought, a page at a time."""
    after = day_and_number(look.query.get(BROUGHT, ""))
    found = rows.all(coverage.deliveries(mine, month, *after).limit(SHOWN + 1))
    shown, more = page_of(found, look.query, lambda d: f"{d.day}_{d.id}", after=BROUGHT)
    lines = tuple(
        (
            day_words(d.day), d.person.name, d.brought_by, d.what,
            Press("记错了", "unbrought", (("id", str(d.id)),), about=d.person.name),
        )
        for d in shown
    )  # fmt: skip
    head = ("哪天", "送给谁", "谁送的", "送了什么", "")
    empty = "这个月还没有记过。走访里事由是“送学上门”的，自己算进来。"
    return [Heading("送学上门"), Table(head, lines, empty), *more]


def _form(rows: Rows, found: Covered, look: Look, month: Period) -> list[Part]:
    """Writes down what was brought to somebody who hasn't studied yet."""
    if not found.outstanding:
        return []
    fields = (
        _whom(rows, found),
        Field("day", "哪天", "date", min(local_day(look.now), month.last).isoformat()),
        Field("by", "谁送的"),
        Field("what", "送了什么", note="比如：《党员学习材料》12月号，读了半个小时。"),
    )
    return [Form("brought", "记下送学", fields)]


def _whom(rows: Rows, found: Covered) -> Field:
    """By name, or by number where there are too many to choose from."""
    if len(found.outstanding) >= MOST:
        return Field("who", "送给谁", note="请写编号。")
    people = tuple((one.number, one.name) for one in coverage.members_of(rows, found.outstanding))
    return Field("who", "送给谁", "choice", options=people)


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def file(rows: Rows, look: Look) -> Download:
    """The board of the month that `month` names, as a workbook: one line a member."""
    month = _month(look.query.get("month", ""))
    mine = _branches(rows, look.viewer, look.query.get("branch", ""))
    groups = coverage.coverage(rows, mine, month).groups
    how = {id_: group for group, ids in zip(GROUPS, groups, strict=True) for id_ in ids}
    body = [
        (one.number, one.name, one.branch, how[one.id])
        for one in coverage.members(rows, mine)
        if one.id in how
    ]
    head = ("编号", "姓名", "支部", "怎么学的")
    return Download(f"{month.first:%Y-%m}学习.xlsx", XLSX, to_xlsx([head, *body], "每月学习"))


# ── what is pressed ─────────────────────────────────────────────────────────────────────────────


async def brought(talk: Talk, form: dict[str, str]) -> str:
    """Write down who brought what to whom."""
    me = talk.staff()
    person = _member(talk, me, form.get("who", ""))
    day = _past_day(talk, form.get("day", ""))
    by, what = form.get("by", "").strip()[:_NAME], form.get("what", "").strip()[:_WHAT]
    if not by or not what:
        raise Refused("请写上谁送的、送了什么。")
    if talk.rows.all(coverage.same(person, day, what)):
        raise Refused(f"{day_words(day)}给{person.name}送的“{what}”已经记过了。")
    row = coverage.bring(person, day, (by, what), by_of(talk))
    await talk.add(row)
    return f"记下了：{day_words(day)}{by}给{person.name}送学上门。"


async def unbrought(talk: Talk, form: dict[str, str]) -> str:
    """Written down by mistake."""
    me = talk.staff()
    row = access_delivery(me, numbered(talk.rows, Delivery, form.get("id", "")))
    if row.ended_at is not None:
        raise Refused("这一条已经划掉了，请您再看一看。")
    row.ended_at = talk.now
    return f"划掉了：{row.person.name}{day_words(row.day)}的送学。"


def _month(text: str) -> Period:
    """ "2026-11"; Refused where it is none."""
    try:
        return Period(datetime.strptime(text, "%Y-%m").date())  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise Refused("请选一个月份。") from None


def _branches(rows: Rows, viewer: Person, wanted: str) -> list[int]:
    """The branches in reach, or the one of them that is wanted."""
    mine = [branch.id for branch in schedule.reached(rows, viewer)]
    return [id_ for id_ in mine if str(id_) == wanted] if wanted else mine


def _member(talk: Talk, me: Person, number: str) -> Person:
    person = access_person(me, next(iter(talk.rows.all(with_number(number.strip()))), None))
    if person.branch_id is None:
        raise Refused(f"{person.name}不在哪个支部，送学记不到支部里。")
    return person


def _past_day(talk: Talk, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("请选送学的那一天。") from None
    if day > talk.today:
        raise Refused(f"{day_words(day)}还没到。送过了再记。")
    return day


ACTIONS: dict[str, Action] = {"brought": brought, "unbrought": unbrought}
