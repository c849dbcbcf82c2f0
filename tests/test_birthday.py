"""Political birthdays: what members ask, and what the clock does on the days."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.mail import Outbox, Sending
from bot.domain.people import Role, Status
from bot.domain.schedule import CalendarRule, DayKind
from bot.now import SHANGHAI
from bot.reminding import Deciding, Planning
from handlers import FEATURES
from tests.conftest import Community


def tick(community: Community, times: int = 1) -> None:
    """Turns of the clock: plan and decide."""
    reminders = [r for f in FEATURES for r in f.reminders]
    house = community.house
    for _ in range(times):
        house.db.write_now(
            lambda s: Planning(reminders, house.post, house.settings).plan(s, community.clock())
        )
        house.db.write_now(
            lambda s: Deciding(reminders, house.post, house.settings).decide(s, community.clock())
        )


def reminders_of(community: Community, person_id: int) -> list[Outbox]:
    return community.all(
        select(Outbox)
        .where(Outbox.person_id == person_id, Outbox.key.like("r:birthday:%"))
        .order_by(Outbox.id)
    )


def test_own_day_and_party_age_are_answered_from_the_two_dates(community: Community) -> None:
    community.person(
        "王秀英", address="m1", joined_on=date(1976, 12, 26), full_member_on=date(1976, 12, 26)
    )
    text = community.say("m1", "政治生日")[0].text
    assert "12月26日(周六)" in text
    assert "党龄49年（据支部登记）" in text


def test_party_age_is_never_derived_from_the_admission(community: Community) -> None:
    community.person("王秀英", address="m1", joined_on=date(1976, 12, 26), full_member_on=None)
    assert "转正日期还没登记" in community.say("m1", "党龄")[0].text


def test_others_are_named_only_with_their_consent(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.person("黄国强", address="m2", joined_on=date(1972, 12, 1))
    assert "黄国强" not in community.say("m1", "谁过政治生日")[0].text
    community.say("m2", "公开我的生日")
    community.say("m2", "1")
    assert "12月1日黄国强" in community.say("m1", "谁过政治生日")[0].text
    community.say("m2", "公开我的生日")
    community.say("m2", "2")
    assert "黄国强" not in community.say("m1", "谁过政治生日")[0].text


def test_a_note_comes_a_week_before_and_a_card_with_a_picture_on_the_day(
    community: Community,
) -> None:
    person = community.person("王秀英", address="m1", joined_on=date(1976, 12, 26))
    community.clock.set("2026-12-19T09:00")
    tick(community)
    assert [r.text for _, r in community.fetch("m1")] == [
        "王秀英，12月26日(周六)是您的政治生日，入党50周年。支部先给您道个喜。"
    ]
    community.clock.set("2026-12-26T08:00")
    tick(community)
    [(_, card)] = community.fetch("m1")
    assert "今天是您的政治生日" in card.text
    assert (community.house.settings.data.dir / card.media[0].path).read_bytes()[:4] == b"\x89PNG"
    assert len(reminders_of(community, person.id)) == 2


def test_a_note_comes_in_the_old_month_for_a_birthday_early_in_the_next(
    community: Community,
) -> None:
    community.person("王秀英", address="m1", joined_on=date(1976, 12, 3))
    community.clock.set("2026-11-26T09:00")
    tick(community)
    assert [r.text[:12] for _, r in community.fetch("m1")] == ["王秀英，12月3日(周四"]


def test_a_hundred_ticks_on_the_day_make_one_card(community: Community) -> None:
    person = community.person("王秀英", address="m1", joined_on=date(1976, 11, 22))
    community.clock.set("2026-11-22T08:01")
    tick(community, times=100)
    assert [r.state for r in reminders_of(community, person.id)] == [Sending.WAITING]


def test_a_leap_day_is_remembered_on_28_february(community: Community) -> None:
    person = community.person("王秀英", address="m1", joined_on=date(1972, 2, 29))
    community.clock.set("2027-02-28T08:00")
    tick(community)
    rows = reminders_of(community, person.id)
    assert [
        (r.state, r.due_at.astimezone(SHANGHAI).date())
        for r in rows
        if r.state is not Sending.EXPIRED
    ] == [(Sending.WAITING, rows[-1].created_at.astimezone(SHANGHAI).date())]


def test_the_list_of_29_december_already_names_3_january(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1", joined_on=date(1990, 6, 1))
    community.person("王秀英", joined_on=date(1971, 1, 3))
    community.clock.set("2026-12-29T09:00")
    assert "1月3日(周日) 王秀英" in community.say("c1", "生日名单")[0].text


def test_after_an_outage_the_card_sent_late_says_so_and_the_note_is_superseded(
    community: Community,
) -> None:
    person = community.person("王秀英", address="m1", joined_on=date(1976, 11, 22))
    community.clock.set("2026-11-01T08:00")
    tick(community)
    community.clock.set("2026-11-22T15:00")
    tick(community)
    assert [r.text[:4] for _, r in community.fetch("m1")] == ["（补发）"]
    assert [r.reason for r in reminders_of(community, person.id)] == ["superseded", ""]


def test_a_card_missed_by_a_day_is_listed_as_expired_and_not_sent(community: Community) -> None:
    person = community.person("黄国强", address="m2", joined_on=date(1976, 11, 21))
    community.clock.set("2026-11-01T08:00")
    tick(community)
    community.clock.set("2026-11-22T15:00")
    tick(community)
    assert community.fetch("m2") == []
    assert {r.state for r in reminders_of(community, person.id)} == {Sending.EXPIRED}


def test_what_fell_due_before_the_first_tick_was_never_missed(community: Community) -> None:
    person = community.person("黄国强", address="m2", joined_on=date(1976, 11, 21))
    tick(community)
    assert reminders_of(community, person.id) == []


def test_nobody_deceased_paused_or_opted_out_gets_a_card(community: Community) -> None:
    for name, values in {
        "甘大山": {"status": Status.DECEASED},
        "覃美兰": {"status": Status.PAUSED},
        "黄国强": {"reminders_off": True},
    }.items():
        community.person(name, address=name, joined_on=date(1976, 11, 22), **values)
    community.clock.set("2026-11-22T08:00")
    tick(community)
    assert [community.fetch(name) for name in ("甘大山", "覃美兰", "黄国强")] == [[], [], []]


def test_the_branch_gets_its_month_on_the_first(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1", joined_on=date(1990, 6, 1))
    community.person("王秀英", joined_on=date(1976, 12, 26))
    community.clock.set("2026-12-01T08:30")
    tick(community)
    assert "12月政治生日1位：26日王秀英" in community.fetch("c1")[0][1].text


def test_fifty_years_are_listed_for_2027_and_not_2028(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1", joined_on=date(1990, 6, 1))
    community.person("王秀英", joined_on=date(1976, 12, 26), full_member_on=date(1976, 12, 26))
    community.clock.set("2027-03-01T10:00")
    assert "王秀英" in community.say("c1", "五十年党龄")[0].text
    community.clock.set("2028-03-01T10:00")
    assert "王秀英" not in community.say("c1", "五十年党龄")[0].text


def test_a_member_without_any_address_is_put_on_the_call_list(community: Community) -> None:
    person = community.person("王秀英", joined_on=date(1976, 11, 22))
    community.clock.set("2026-11-22T08:00")
    tick(community)
    assert [(r.channel, r.state) for r in reminders_of(community, person.id)][-1] == (
        "phone",
        Sending.UNREACHABLE,
    )


def test_the_collective_birthday_is_told_a_week_and_a_day_before(community: Community) -> None:
    community.person("王秀英", address="m1", joined_on=date(1976, 12, 26))
    branch = community.branch("三海街道离退休党支部")
    at = community.clock()
    community.add(
        CalendarRule(
            branch_id=branch.id, kind=DayKind.COLLECTIVE, rule="yearly 07-01 09:00", created_at=at
        )
    )
    for moment in ("2027-06-20T09:00", "2027-06-24T09:00", "2027-06-30T09:00"):
        community.clock.set(moment)
        tick(community)
    texts = [reply.text for _, reply in community.fetch("m1")]
    assert [text[:16] for text in texts] == ["7月1日(周四)上午9点集体政治"] * 2


@pytest.mark.parametrize("words", ["五十年纪念章", "我有没有50年党龄", "我什么时候领纪念章"])
def test_who_asks_for_the_medal_hears_when_fifty_years_are_full(
    community: Community, words: str
) -> None:
    community.person("王秀英", address="m1")
    assert "2026年12月26日党龄满50年" in community.say("m1", words)[0].text


@pytest.mark.parametrize(
    ("words", "named", "not_named"),
    [
        ("本月政治生日", "11月3日(周二) 黄国强", "王秀英"),
        ("这个月谁过政治生日", "11月3日(周二) 黄国强", "王秀英"),
        ("下个月的政治生日", "12月26日(周六) 王秀英", "黄国强"),
        ("12月政治生日名单", "12月26日(周六) 王秀英", "黄国强"),
        ("明年1月的政治生日有哪些", "1月没有政治生日", "王秀英"),
    ],
)
def test_a_coordinator_who_names_a_month_reads_its_list(
    community: Community, words: str, named: str, not_named: str
) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1", joined_on=date(1990, 6, 1))
    community.person("王秀英", joined_on=date(1976, 12, 26))
    community.person("黄国强", joined_on=date(1972, 11, 3))
    text = "\n".join(reply.text for reply in community.say("c1", words))
    assert named in text
    assert not_named not in text


def test_a_coordinator_who_asks_about_the_own_day_in_this_month_reads_that(
    community: Community,
) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1", joined_on=date(1990, 6, 1))
    assert "下一个政治生日是2027年6月1日" in community.say("c1", "我这个月过政治生日吗")[0].text


def test_a_member_who_names_a_month_reads_those_who_agreed(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.person("黄国强", address="m2", joined_on=date(1972, 11, 3))
    assert "11月，没有哪位同志愿意公开" in community.say("m1", "本月政治生日")[0].text
    community.say("m2", "公开我的生日")
    community.say("m2", "1")
    assert "11月的政治生日：11月3日黄国强" in community.say("m1", "本月政治生日")[0].text
