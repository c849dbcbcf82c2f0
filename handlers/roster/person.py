"""One person's page: what is kept, devices, consents, taking part, visits, messages, history."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from bot.domain.consent import PURPOSE_TITLE
from bot.domain.people import CHANNEL_TITLE, STATUS_TITLE, Consent, Person, Sender, Status
from bot.domain.visits import REASON_TITLE, STATE_TITLE, Visit
from bot.domain.wording import day_words, moment_words
from bot.feature import Look
from bot.now import local_day
from bot.parts import Facts, Heading, Link, Links, Part, Table
from bot.talk import Rows
from bot.text import mask_phone
from handlers.roster import new_phone, sight, standing
from handlers.roster.about import PATH, found, roles_words
from handlers.roster.came import came
from handlers.roster.history import history
from handlers.roster.lately import a_page
from handlers.roster.messages import messages


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All of it; with `to` in the query, what a change of standing brings with it."""
    one = found(rows, look.viewer, look.query.get("id", ""))
    back = Links((Link("回到名册", f"/desk/{PATH}"),))
    if look.query.get("to"):
        return [back, *standing.view(rows, look, one)]
    if look.query.get("phone"):
        return [back, *new_phone.view(rows, look, one)]
    return [
        back,
        Heading(f"{one.name}（{one.number}）"),
        Facts(_facts(one)),
        *sight.presses(one),
        *_ways(one),
        *_devices(rows, look, one),
        *_consents(rows, look, one),
        *came(rows, look, one),
        *_visits(rows, look, one),
        *messages(rows, look, one),
        *history(rows, look, one),
        *sight.seen(rows, look, one),
    ]


def _ways(one: Person) -> list[Links]:
    """What a coordinator comes to this page for, above the long lists."""
    visit = Link("约一次走访", f"/desk/visits?person={one.id}")
    return [
        *([Links((visit,), "约走访")] if one.status is Status.ACTIVE else []),
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


def _devices(rows: Rows, look: Look, one: Person) -> list[Part]:
    today = local_day(look.now)
    query = select(Sender).where(Sender.person_id == one.id)
    devices, ways = a_page(rows, look, query, Sender.id, "devices")
    lines = tuple(
        (
            CHANNEL_TITLE.get(d.channel, d.channel), "本人" if d.relation == "self" else d.relation,
            _moment(d.bound_at, today), _moment(d.seen_at, today),
            "停用了" if d.ended_at else "发不到" if d.unreachable_at else "在用",
        )
        for d in devices
    )  # fmt: skip
    head = ("设备", "谁的", "登记", "最近用过", "现在")
    table = Table(head, lines, "还没有登记过手机。", caption="手机和网页")
    return [table, *ways, new_phone.link(one)]


def _consents(rows: Rows, look: Look, one: Person) -> list[Part]:
    today = local_day(look.now)
    query = select(Consent).where(Consent.person_id == one.id)
    consents, ways = a_page(rows, look, query, Consent.id, "consents")
    lines = tuple(
        (
            PURPOSE_TITLE.get(c.purpose, c.purpose), _moment(c.given_at, today), c.version,
            f"{_moment(c.withdrawn_at, today)}收回" if c.withdrawn_at else "有效",
        )
        for c in consents
    )  # fmt: skip
    head = ("同意什么", "何时", "说明的版本", "现在")
    return [Table(head, lines, "还没有同意过什么。", caption="同意书"), *ways]


def _visits(rows: Rows, look: Look, one: Person) -> list[Part]:
    today = local_day(look.now)
    query = select(Visit).where(Visit.person_id == one.id)
    visits, ways = a_page(rows, look, query, Visit.id, "visits")
    lines = tuple(
        (day_words(v.day, today), REASON_TITLE[v.reason], STATE_TITLE[v.state]) for v in visits
    )
    links = tuple(f"/desk/visits?id={v.id}" for v in visits)
    return [Table(("日子", "事由", "状态"), lines, "还没有走访过。", links, "走访"), *ways]


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "没登记"


def _moment(moment: datetime | None, today: date) -> str:
    return moment_words(moment, today) if moment else ""
