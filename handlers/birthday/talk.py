"""What members and coordinators can ask about political birthdays."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta

from pydantic import ConfigDict, Field
from sqlalchemy import Select, select

from bot.config import Section
from bot.domain import anniversary, consent
from bot.domain.access.people import access_people
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.occurrence import Lead
from bot.domain.people import Person, Status
from bot.domain.period import Period
from bot.domain.wording import day_words
from bot.feature import REGISTERED, STAFF, Feature, Place
from bot.talk import Choice, GoTo, Talk
from bot.understand.when import parse_when

_MONTH = re.compile(
    r"(?:[本上下这][个個]?|[0-9０-９一二三四五六七八九十]{1,3})月(?![一二三四五六七八九十0-9]+[日号])"
)
_MY_OWN = re.compile(r"我(?!们)")
_FIFTY = re.compile(r"纪念章|(?:五十|50|５０)年")
WORDS_VERSION = "2026-11"
SHOW, HIDE = "可以告诉", "不用告诉"


class BirthdaySection(Section):
    """[birthday] Lead times and hours (local) of the political birthday."""

    model_config = ConfigDict(title="政治生日")

    lead_days: Lead = Field(7, title="提前几天道喜")
    note_at: time = Field(time(9), title="那天几点道喜")
    card_at: time = Field(time(8), title="生日当天几点发贺卡")
    list_at: time = Field(time(8, 30), title="每月1日几点给支部发名单")
    leap_rule: anniversary.LeapRule = "feb28"
    collective_lead_days: tuple[Lead, ...] = Field((7, 1), title="集体政治生日提前几天提醒")
    """How many days before the collective one (七一) members are reminded of it."""
    collective_starts: time = time(9)
    """When it begins where the rule names no time."""


feature = Feature("birthday", "政治生日", about=Thing.PERSON, settings=BirthdaySection)


@feature.dialog(
    "birthday", "看政治生日和党龄", words=("政治生日", "党龄", "我的党龄", "谁过政治生日"), intents=("birthday",),
    place=Place("乐", "政治生日", 10), roles=REGISTERED, quick=True,
)  # fmt: skip
async def birthday(talk: Talk) -> None:
    """One's own day and party age; others' days only where they agreed, or to who looks after them."""
    month = _month_said(talk)
    if month is not None and talk.me is not None and talk.me.is_staff:
        raise GoTo("birthday_list")
    if month or any(word in talk.said.text for word in ("谁", "哪些", "哪位", "名单", "有没有人")):
        await _others(talk, month)
        return
    if len(talk.people) == 1 and _FIFTY.search(talk.said.text):
        talk.say(_medal(talk.people[0], talk))
        return
    if len(talk.people) > 1:
        for person in talk.people[:3]:
            talk.say(f"{person.name}：{_own(person, talk)}")
        return
    if not talk.people:
        raise Refused("政治生日要登记了才能看。")
    talk.say(
        _own(talk.people[0], talk), [Choice("谁过政治生日"), Choice("公开我的生日", "公开生日")]
    )


def _own(person: Person, talk: Talk) -> str:
    """Day, next time and party age in one or two sentences."""
    if person.joined_on is None:
        return "支部还没登记入党日期。我可以请联络员查一查，请说“找人帮忙”。"
    rule = talk.settings.birthday.leap_rule
    following = anniversary.next_remembered(person.joined_on, talk.today, rule)
    on = person.joined_on
    text = f"入党日期{on.year}年{on.month}月{on.day}日，下一个政治生日是{day_words(following, talk.today)}。"
    if person.full_member_on is None:
        return text + "转正日期还没登记，党龄请问支部。"
    age = anniversary.party_age(person.full_member_on, talk.today, rule)
    return f"{text}党龄{age}年（据支部登记）。"


def _medal(person: Person, talk: Talk) -> str:
    """When fifty years are reached, and who sees to the medal."""
    full = person.full_member_on
    if full is None:
        return "转正日期还没登记，满没满50年请问支部。"
    reached = anniversary.remembered_on(full, full.year + 50, talk.settings.birthday.leap_rule)
    words = f"{reached.year}年{reached.month}月{reached.day}日"
    if reached <= talk.today:
        return f"您{words}党龄满50年（据支部登记）。纪念章由支部报上去，七一前发，发没发请问支部。"
    return f"您到{words}党龄满50年（据支部登记）。满了以后支部会报上去，七一前发纪念章。"


def _month_said(talk: Talk) -> date | None:
    """The first of the month that the words name, where they don't ask about the speaker: 本月政治生日."""
    said = talk.said.text
    if not _MONTH.search(said) or _MY_OWN.search(said):
        return None
    when = parse_when(said, talk.said.at)
    return when.day.replace(day=1) if when is not None else None


def _whole(month: date) -> tuple[date, date, str]:
    """First day, last day, and "12月"."""
    return month, Period(month).last, f"{month.month}月"


async def _others(talk: Talk, month: date | None) -> None:
    """Who of the branch has a day soon, or in that month, as far as they agreed to be named."""
    me = talk.me
    agreed = await talk.all(consent.who_agreed(consent.SHOW_BIRTHDAY, me.branch_id if me else None))
    soon_days = (talk.today, talk.today + timedelta(days=30), "最近30天")
    first, last, title = _whole(month) if month else soon_days
    soon = _soon(agreed, first, last, talk)
    if not soon:
        talk.say(f"{title}，没有哪位同志愿意公开政治生日。您自己的日子，请说“政治生日”。")
        return
    listed = "；".join(f"{day.month}月{day.day}日{person.name}" for day, person in soon[:5])
    talk.say(f"{title}的政治生日：{listed}。")


@feature.dialog(
    "birthday_consent",
    "选择公不公开政治生日",
    words=("公开我的生日", "公开政治生日", "不公开我的生日"),
)
async def birthday_consent(talk: Talk) -> None:
    """Agree, or withdraw, that others of the branch may be told the day."""
    person = await talk.member()
    taken = await talk.choose(
        "show", "支部的同志问起来，可以把您的政治生日告诉他们吗？", [SHOW, HIDE]
    )
    now_live = await talk.one(consent.live(person.id, consent.SHOW_BIRTHDAY))
    if taken == SHOW and now_live is None:
        by = talk.me.id if talk.me else None
        await talk.add(consent.given(person.id, consent.SHOW_BIRTHDAY, WORDS_VERSION, talk.now, by))
    if taken == HIDE and now_live is not None:
        now_live.withdrawn_at = talk.now
    talk.say(
        "记下了：可以告诉。想改，随时再说“公开我的生日”。"
        if taken == SHOW
        else "记下了：不告诉别人。"
    )


@feature.dialog(
    "birthday_list", "看政治生日名单", words=("政治生日名单", "生日名单"),
    place=Place("办", "生日名单", 60), roles=STAFF,
)  # fmt: skip
async def birthday_list(talk: Talk) -> None:
    """The next days of the coordinator's branches, also across the new year; or those of a month."""
    me, month = talk.staff(), _month_said(talk)
    first, last, title = (talk.today, talk.today + timedelta(days=31), "往后31天")
    if month is not None:
        first, last, title = _whole(month)
    who = remembered(first, last, talk.settings.birthday.leap_rule)
    found = _soon(await talk.all(access_people(me, who)), first, last, talk)
    if not found:
        raise Refused(f"{title}没有政治生日。")
    lines = [f"{day_words(day)} {person.name}" for day, person in found]
    for start in range(0, min(len(lines), 15), 5):
        talk.say("\n".join(lines[start : start + 5]))
    if len(lines) > 15:
        talk.say(f"还有{len(lines) - 15}位，请到网页上的名单里看。")


@feature.dialog(
    "medal_list", "看五十年党龄名单", words=("五十年党龄", "50年党龄", "光荣在党50年", "纪念章名单"),
    place=Place("办", "五十年党龄", 65), roles=STAFF,
)  # fmt: skip
async def medal_list(talk: Talk) -> None:
    """Candidates of the next round (1 July), from 转正; the boundary day is marked 待核."""
    me = talk.staff()
    year = talk.today.year + (1 if (talk.today.month, talk.today.day) > (7, 1) else 0)
    people = await talk.all(access_people(me, candidates(year)))
    if not people:
        raise Refused(f"{year}年七一没有新满50年党龄的同志。")
    lines = [f"{p.name}{_check(p, year)}" for p in people]
    talk.say(
        f"{year}年七一新满50年党龄{len(people)}位（据转正日期，请再核对）：{'、'.join(lines[:8])}"
    )


def _check(person: Person, year: int) -> str:
    full = person.full_member_on
    return "(待核)" if full and anniversary.fifty_years(full, year) == "check" else ""


def candidates(year: int) -> Select[Person]:
    """Active people who reach 50 years of party age between the last round and 1 July of `year`."""
    first, last = date(year - 51, 7, 2), date(year - 50, 7, 1)
    return (
        select(Person)
        .where(Person.status == Status.ACTIVE, Person.full_member_on.between(first, last))
        .order_by(Person.full_member_on, Person.id)
    )


def remembered(first: date, last: date, leap_rule: anniversary.LeapRule) -> Select[Person]:
    """People on the roster, paused ones too, whose political birthday falls on these days: by month and day."""
    keys = anniversary.keys_remembered_between(first, last, leap_rule)
    here = (Status.ACTIVE, Status.PAUSED)
    return select(Person).where(Person.joined_month_day.in_(list(keys)), Person.status.in_(here))


def _soon(
    people: Sequence[Person], first: date, last: date, talk: Talk
) -> list[tuple[date, Person]]:
    rule = talk.settings.birthday.leap_rule
    pairs = [
        (day, person)
        for person in people
        if person.joined_on is not None
        for day in anniversary.remembered_between(person.joined_on, first, last, rule)
    ]
    return sorted(pairs, key=lambda pair: (pair[0], pair[1].id))
