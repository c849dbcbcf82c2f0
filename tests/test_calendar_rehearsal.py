"""未来30天：谁会收到什么, over a real HTTP server: as the clock will do it, by day and by person, nothing stored."""

from collections.abc import Callable, Iterator
from datetime import date, time

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.foreseen import Foresight, Wanted
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.occurrence import Occurrence
from bot.domain.people import Grant, Person, Role, Status
from bot.domain.schedule import DayKind
from bot.outbox import Quiet
from bot.tuning import change
from tests.calendar_house import OTHER, queued, rule, said, talk, tick
from tests.calendar_house import town as town
from tests.conftest import Community
from tests.desk_http import Browser, served

HERE = "/desk/rehearsal"
Opens = Callable[[str], Browser]


@pytest.fixture
def browser(town: Community) -> Iterator[Opens]:
    """Browsers of coordinators: 韦红梅 of all branches, 黄丽 of the other one."""
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    town.person("农丽珍", address="m7", branch=OTHER, joined_on=date(1988, 12, 14))
    theirs = town.person("黄丽", Role.VOLUNTEER, address="c2", branch=OTHER)
    town.add(Grant(person_id=theirs.id, role=Role.COORDINATOR, branch_id=town.branch(OTHER).id))
    with served(town) as opens:
        yield opens


def asked(town: Community, first: str, last: str, **more: object) -> Foresight:
    wanted = Wanted(date.fromisoformat(first), date.fromisoformat(last), **more)  # type: ignore[arg-type]
    return town.house.db.read_now(lambda s: town.house.rehearse(SessionRows(s), wanted))


def found(
    town: Community, first: str, last: str, **more: object
) -> list[tuple[str, str, str, str | None]]:
    return [
        (
            f"{one.at.astimezone(town.clock().tzinfo):%m-%d %H:%M}",
            one.rule,
            one.person.name,
            one.withheld,
        )
        for one in asked(town, first, last, **more).shown
    ]


def test_a_day_shows_what_the_clock_then_sends(browser: Opens, town: Community) -> None:
    before = found(town, "2026-12-09", "2026-12-10")
    assert before == [
        ("12-09 09:00", "service", "王秀英", None), ("12-10 07:30", "service", "王秀英", None),
    ]  # fmt: skip
    for at in ("2026-12-09T09:00", "2026-12-10T07:30"):
        tick(town, at)
    sent = [
        row for row in queued(town, Mail.REMINDER) if row.key.startswith("r:service:2026-12-10")
    ]
    keys = [row.key.split(":")[-2] for row in sent if row.state is Sending.WAITING]
    assert keys == ["T-1", "day"]


def test_nothing_is_sent_or_stored(browser: Opens, town: Community) -> None:
    browser("韦红梅").open(f"{HERE}?day=2026-12-10")
    assert town.all(select(Occurrence)) == []
    assert town.all(select(Outbox).where(Outbox.kind == Mail.REMINDER)) == []


def test_it_says_the_same_planned_or_not_and_after_a_change(
    browser: Opens, town: Community
) -> None:
    fresh = found(town, "2026-12-01", "2026-12-21")
    tick(town, "2026-11-22T10:05")
    assert found(town, "2026-12-01", "2026-12-21") == fresh
    talk(
        town,
        "c1",
        "改日程",
        "三海街道离退休党支部",
        "12月10日服务",
        "改期",
        "12月16日",
        "维修",
        "对",
    )
    moved = found(town, "2026-12-01", "2026-12-21", rule="service")
    assert [one[0] for one in moved] == ["12-13 09:00", "12-15 09:00", "12-16 07:30"]
    talk(town, "c1", "改日程", "三海街道离退休党支部", "12月16日服务", "取消这次", "台风", "对")
    assert found(town, "2026-12-01", "2026-12-21", rule="service") == []


@pytest.mark.parametrize(
    ("change", "withheld", "words"),
    [
        ("off", "opted_out", "不发：本人说过“少提醒我”"), ("phone", "unreachable", "发不到"),
        ("paused", "paused", "不发：暂停"),
    ],
)  # fmt: skip
def test_what_is_withheld_says_why(
    browser: Opens, town: Community, change: str, withheld: str, words: str
) -> None:
    person = town.person("覃秀兰", address=None if change == "phone" else "m9")

    def job(session: object) -> None:
        row = session.get(Person, person.id)  # type: ignore[attr-defined]
        row.reminders_off = change == "off"
        row.status = Status.PAUSED if change == "paused" else Status.ACTIVE

    town.house.db.write_now(job)
    (one,) = asked(town, "2026-12-10", "2026-12-10", person_id=person.id).shown
    assert one.withheld == withheld
    assert words in browser("韦红梅").open(f"{HERE}?day=2026-12-10")


def test_a_moment_that_new_settings_put_into_the_past_says_so(
    browser: Opens, town: Community
) -> None:
    tick(town, "2026-12-03T10:00")
    lead = ("service_day.lead_days", "7、1")
    house = town.house
    house.db.write_now(lambda s: change(SessionRows(s), house.settings, lead, None, town.clock()))
    tick(town, "2026-12-03T10:01")
    assert "不发：改设置以前的时刻" in browser("韦红梅").open(f"{HERE}?day=2026-12-03")


def test_quiet_hours_move_what_can_wait_and_withhold_what_cannot(
    browser: Opens, town: Community
) -> None:
    town.house.post.quiet = Quiet(time(7), time(10))
    evening, morning = asked(town, "2026-12-09", "2026-12-10").shown
    assert (evening.withheld, morning.withheld) == (None, "quiet_hours")
    words = browser("韦红梅").open(f"{HERE}?person=王秀英")
    assert "12月9日(周三)上午10点 王秀英" in words
    assert "碰上晚上不打扰的钟点" in words


def test_the_most_of_a_day_counts_what_a_filter_leaves_out(browser: Opens, town: Community) -> None:
    rule(town, "2nd thu 15:00", DayKind.STUDY)
    rule(town, "2nd thu 10:00", DayKind.COLLECTIVE)
    every = {(one[1], one[3]) for one in found(town, "2026-12-10", "2026-12-10")}
    alone = {(one[1], one[3]) for one in found(town, "2026-12-10", "2026-12-10", rule="study")}
    assert alone <= every


def test_one_person_is_found_by_name_over_thirty_days(browser: Opens, town: Community) -> None:
    page = browser("韦红梅")
    words = page.open(f"{HERE}?person=农丽珍")
    assert "只看农丽珍" in words
    assert "12月7日(周一)上午9点" in words
    assert "农丽珍，今天是您的政治生日" in words
    assert "王秀英" not in words
    assert "没有找到“张三”" in page.open(f"{HERE}?person=张三")


def test_a_rule_and_a_branch_narrow_it_down(browser: Opens, town: Community) -> None:
    page = browser("韦红梅")
    assert "共0条" in page.open(f"{HERE}?day=2026-12-10&rule=study")
    words = page.open(f"{HERE}?day=2026-12-19&branch={town.branch(OTHER).id}")
    assert "农丽珍" in words
    assert "12月10日 1条" in page.open(HERE)


def test_a_coordinator_of_one_branch_reads_of_the_own_people_only(
    browser: Opens, town: Community
) -> None:
    other = browser("黄丽")
    assert "王秀英" not in other.open(f"{HERE}?day=2026-12-10")
    assert "没有找到" in other.open(f"{HERE}?person=王秀英")
    other.open(f"{HERE}?branch=1")
    assert other.status == 403
    assert "农丽珍" in other.open(f"{HERE}?day=2026-12-19")


@pytest.mark.parametrize("day", ["2026-11-21", "2026-12-22", "下周"])
def test_a_day_outside_the_thirty_is_refused_in_words(browser: Opens, day: str) -> None:
    page = browser("韦红梅")
    page.open(f"{HERE}?day={day}")
    assert page.status == 409


def test_many_are_paged(browser: Opens, town: Community) -> None:
    for n in range(120):
        town.person(f"黄{n}", address=f"n{n}")
    page = browser("韦红梅")
    assert "共121条，这一页100条" in page.open(f"{HERE}?day=2026-12-10")
    (more,) = page.links("下一页")
    assert "共121条，这一页21条" in page.open(more)


def test_members_do_not_see_it(browser: Opens, town: Community) -> None:
    member = browser("王秀英")
    member.open(HERE)
    assert member.status == 403
    assert "12月10日" in said(town, "m1", "服务日")
