"""One person's page: what is kept, devices, consents, taking part, visits, messages, history."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from bot.domain.consent import PURPOSE_TITLE
from bot.domain.people import CHANNEL_TITLE, STATUS_TITLE, Consent, Person, Sender
from bot.domain.schedule import KIND_TITLE, Attendance, Leave
from bot.domain.visits import REASON_TITLE, STATE_TITLE, Visit
from bot.domain.wording import day_words, moment_words
from bot.feature import Look
from bot.now import local_day
from bot.parts import Facts, Heading, Link, Links, Part, Press, Table
from bot.talk import Rows
from bot.text import mask_phone
from handlers.roster import sight, standing
from handlers.roster.about import PATH, found, roles_words
from handlers.roster.history import history
from handlers.roster.messages import messages

LATELY = 12
"""Rows of each list."""


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All of it; with `to` in the query, what a change of standing brings with it."""
    one = found(rows, look.viewer, look.query.get("id", ""))
    back = Links((Link("回到名册", f"/desk/{PATH}"),))
    if look.query.get("to"):
        return [back, *standing.view(rows, look, one)]
    today = local_day(look.now)
    return [
        back,
        Heading(f"{one.name}（{one.number}）"),
        Facts(_facts(one)),
        *sight.presses(one),
        *_devices(rows, one, today),
        _consents(rows, one, today),
        _came(rows, one, today),
        _visits(rows, one, today),
        *messages(rows, look, one),
        history(rows, look, one),
        sight.seen(rows, one),
        standing.links(one),
    ]


def _facts(one: Person) -> tuple[tuple[str, str], ...]:
    return (
        ("支部", one.branch.name if one.branch else "没有"),
        ("组织", "、".join(org.name for org in one.organisations) or "没有"),
        ("身份", roles_words(one)),
        ("状态", STATUS_TITLE[one.status]),
        ("性别", one.sex or "没登记"),
        ("出生", _day(one.born_on)),
        ("入党", _day(one.joined_on)),
        ("转正", _day(one.full_member_on)),
        ("电话", mask_phone(one.phone) or "没登记"),
        ("住址", "有登记" if one.address_sealed else "没登记"),
        ("备注", "有备注" if one.note_sealed else "没有"),
        ("提醒", "本人说少提醒" if one.reminders_off else "开着"),
    )


def _devices(rows: Rows, one: Person, today: date) -> list[Part]:
    query = select(Sender).where(Sender.person_id == one.id).order_by(Sender.id.desc())
    devices = rows.all(query.limit(LATELY))
    lines = tuple(
        (
            CHANNEL_TITLE.get(d.channel, d.channel), "本人" if d.relation == "self" else d.relation,
            _moment(d.bound_at, today), _moment(d.seen_at, today),
            "停用了" if d.ended_at else "发不到" if d.unreachable_at else "在用",
        )
        for d in devices
    )  # fmt: skip
    head = ("设备", "谁的", "登记", "最近用过", "现在")
    new = Press("换手机了，做一张新卡", "new_phone", (("id", str(one.id)),), about=one.name)
    return [Table(head, lines, "还没有登记过手机。", caption="手机和网页"), new]


def _consents(rows: Rows, one: Person, today: date) -> Table:
    query = select(Consent).where(Consent.person_id == one.id).order_by(Consent.id.desc())
    lines = tuple(
        (
            PURPOSE_TITLE.get(c.purpose, c.purpose), _moment(c.given_at, today), c.version,
            f"{_moment(c.withdrawn_at, today)}收回" if c.withdrawn_at else "有效",
        )
        for c in rows.all(query.limit(LATELY))
    )  # fmt: skip
    return Table(
        ("同意什么", "何时", "说明的版本", "现在"), lines, "还没有同意过什么。", caption="同意书"
    )


def _came(rows: Rows, one: Person, today: date) -> Table:
    came = select(Attendance).where(Attendance.person_id == one.id, Attendance.ended_at.is_(None))
    away = select(Leave).where(Leave.person_id == one.id, Leave.ended_at.is_(None))
    there = [
        (a.day, KIND_TITLE[a.kind], "到了")
        for a in rows.all(came.order_by(Attendance.day.desc()).limit(LATELY))
    ]
    absent = [
        (a.day, KIND_TITLE[a.kind], "请假")
        for a in rows.all(away.order_by(Leave.day.desc()).limit(LATELY))
    ]
    lines = sorted([*there, *absent], reverse=True)[:LATELY]
    shown = tuple((day_words(day, today), kind, how) for day, kind, how in lines)
    return Table(("日子", "做什么", "来没来"), shown, "还没有记录。", caption="学习和服务")


def _visits(rows: Rows, one: Person, today: date) -> Table:
    query = select(Visit).where(Visit.person_id == one.id).order_by(Visit.id.desc())
    visits = rows.all(query.limit(LATELY))
    lines = tuple(
        (day_words(v.day, today), REASON_TITLE[v.reason], STATE_TITLE[v.state]) for v in visits
    )
    links = tuple(f"/desk/visits?id={v.id}" for v in visits)
    return Table(("日子", "事由", "状态"), lines, "还没有走访过。", links, "走访")


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "没登记"


def _moment(moment: datetime | None, today: date) -> str:
    return moment_words(moment, today) if moment else ""
