"""The pages of the settings through the real server: who may change what, and from when it holds."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.deeds import Deed
from bot.domain.organisations import Membership, Organisation
from bot.domain.people import Branch, Grant, Person, Role, Status
from bot.domain.schedule import CalendarRule, DayKind
from bot.domain.settings import SettingChange
from bot.members import roles
from bot.parts import Form, Press, Table, Text
from bot.standing import Decision, Standing
from bot.tuning import follow
from tests.conftest import Community
from tests.desk_house import Desk
from tests.desk_http import served
from tests.engines import community, url

__all__ = ["community", "url"]

OTHER = "双鹤社区离退休党支部"
PAGES = ("settings", "texts", "branches", "organisations", "roles", "keeping")


@pytest.fixture
def town(community: Community) -> Community:
    """韦红梅 administers, 李敏 coordinates 三海, 王秀英 is a member."""
    community.person("韦红梅", Role.ADMINISTRATOR, address="a1")
    li = community.person("李敏", address="c1")
    community.add(Grant(person_id=li.id, role=Role.COORDINATOR, branch_id=li.branch_id))
    community.person("王秀英", address="m1")
    return community


def named(town: Community, name: str) -> Person:
    found: Person = town.all(select(Person).where(Person.name == name))[0]
    return found


# ── through the server ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_changes_a_coordinator_reads_a_member_is_sent_away(
    town: Community, path: str
) -> None:
    with served(town) as opens:
        for name, status in (("韦红梅", 200), ("李敏", 200), ("王秀英", 403)):
            browser = opens(name)
            browser.open(f"/desk/{path}")
            assert browser.status == status


def test_a_value_changed_on_the_page_holds_and_is_told_with_its_file(town: Community) -> None:
    page = "settings?name=quiet.start&value=19:30"
    with served(town) as opens:
        browser = opens("韦红梅")
        told = browser.press(page, "change", name="quiet.start", value="20:30", was="21:00")
        assert "“从几点起不打扰”改成 20:30 了。" in told
        shown = browser.open("/desk/settings")
        assert "韦红梅2026年11月22日在页面上改的；文件或默认写的是 21:00" in shown
        assert "请再看一看" in browser.press(
            page, "change", name="quiet.start", value="20:00", was="21:00"
        )
        assert "要写几点几分" in browser.press(page, "change", name="quiet.start", value="25:61")
    deed = town.all(select(Deed))[-1]
    assert (deed.did, deed.objects) == ("settings.change", ["setting_change:1"])
    town.house.db.read_now(lambda session: follow(session, town.house.settings))
    assert town.house.settings.quiet.start.isoformat("minutes") == "20:30"


def test_a_coordinator_can_change_nothing(town: Community) -> None:
    wanted = {"name": "quiet.start", "value": "20:30"}
    role = {"who": "王秀英", "role": "administrator"}
    with served(town) as opens:
        browser = opens("李敏")
        for page, action, form in (("settings", "change", wanted), ("roles", "give", role)):
            browser.press(page, action, via="import", **form)
            assert browser.status == 403
    assert town.all(select(SettingChange)) == []


def test_a_role_that_is_taken_is_gone_with_the_next_request(town: Community) -> None:
    grant = next(grant for grant in named(town, "李敏").grants if grant.role is Role.COORDINATOR)
    with served(town) as opens:
        hers = opens("李敏")
        hers.open("/desk")
        assert hers.status == 200
        told = opens("韦红梅").press("roles", "take", id=str(grant.id))
        assert "李敏不再是联络员了" in told
        hers.open("/desk")
        assert hers.status == 403


def test_a_role_that_is_given_holds_with_the_next_request(town: Community) -> None:
    form = {"who": named(town, "李敏").number, "role": "administrator"}
    with served(town) as opens:
        hers = opens("李敏")
        hers.open("/account/staff")
        assert hers.status == 403
        told = opens("韦红梅").press("roles", "give", **form)
        assert "李敏现在是管理员了" in told
        hers.open("/account/staff")
        assert hers.status == 200


def test_a_member_who_is_given_a_role_comes_in_by_a_new_link(town: Community) -> None:
    form = {"who": named(town, "王秀英").number, "role": "coordinator", "branch": "1"}
    with served(town) as opens:
        hers = opens("王秀英")
        hers.open("/desk")
        assert hers.status == 403
        told = opens("韦红梅").press("roles", "give", **form)
        assert "王秀英现在是联络员（三海街道离退休党支部）了" in told
        hers.open("/desk")
        assert hers.path == "/signin"
        anew = opens("王秀英")
        anew.open("/desk")
        assert (anew.status, anew.path) == (200, "/desk")


def test_the_last_administrator_stays_one(town: Community) -> None:
    with served(town) as opens:
        browser = opens("韦红梅")
        grant = next(g for g in named(town, "韦红梅").grants if g.role is Role.ADMINISTRATOR)
        assert "最后一位管理员" in browser.press("roles", "take", id=str(grant.id))
        browser.open("/desk/roles")
        assert browser.status == 200


@pytest.mark.parametrize("status", ["paused", "moved", "deceased"])
def test_the_last_administrator_stays_on_the_roster(town: Community, status: str) -> None:
    one = named(town, "韦红梅")
    form = {"id": str(one.id), "to": status, "was": "active", "reason": "住院"}
    with served(town) as opens:
        browser = opens("韦红梅")
        page = f"members?id={one.id}&to={status}"
        assert "最后一位管理员" in browser.press(page, "standing", **form)
        town.person("黄国强", Role.ADMINISTRATOR)
        assert "最后一位管理员" not in browser.press(page, "standing", **form)
    assert named(town, "韦红梅").status is Status(status)


# ── the rules ───────────────────────────────────────────────────────────────────────────────────


def test_of_two_administrators_who_take_each_others_role_at_once_one_stays(
    town: Community,
) -> None:
    other = town.person("黄国强", Role.ADMINISTRATOR)
    grants = [
        next(g for g in person.grants if g.role is Role.ADMINISTRATOR)
        for person in (named(town, "韦红梅"), named(town, other.name))
    ]

    async def both() -> list[Any]:
        def job(id_: int) -> Any:
            return lambda s: roles.take(SessionRows(s), s.get(Grant, id_)).name

        tries = (town.house.db.write(job(grant.id)) for grant in grants)
        return await asyncio.gather(*tries, return_exceptions=True)

    done = asyncio.run(both())
    assert sorted(isinstance(one, Refused) for one in done) == [False, True]
    assert len(town.all(select(Grant).where(Grant.role == Role.ADMINISTRATOR))) == 1


def test_of_two_administrators_who_are_paused_at_once_one_stays(town: Community) -> None:
    ids = [named(town, "韦红梅").id, town.person("黄国强", Role.ADMINISTRATOR).id]
    decision = Decision(None, "试试", town.clock())

    def pause(id_: int) -> Any:
        def job(session: Session) -> None:
            one = session.get_one(Person, id_)
            Standing((), print, None).change(SessionRows(session), one, Status.PAUSED, decision)

        return job

    async def both() -> list[Any]:
        tries = (town.house.db.write(pause(id_)) for id_ in ids)
        return await asyncio.gather(*tries, return_exceptions=True)

    done = asyncio.run(both())
    assert sorted(isinstance(one, Refused) for one in done) == [False, True]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"who": "没有的人", "role": "coordinator"}, "名册里没有"),
        ({"who": "王秀英", "role": "member"}, "请选联络员"),
        ({"who": "王秀英", "role": "king"}, "请选联络员"),
        ({"who": "李敏", "role": "coordinator", "branch": "1"}, "已经是联络员"),
        ({"who": "王秀英", "role": "coordinator", "branch": "77"}, "没有这个支部"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(
    town: Community, form: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        Desk(town, "韦红梅").press("roles", "give", **form)


def test_a_branch_is_added_changed_and_read_by_members(town: Community) -> None:
    desk = Desk(town, "韦红梅")
    desk.press("branches", "add", name=OTHER, phone="0777-6420119")
    branch = town.all(select(Branch).where(Branch.name == OTHER))[0]
    with pytest.raises(Refused, match="已经有了"):
        desk.press("branches", "add", name=OTHER)
    desk.press("branches", "change", id=str(branch.id), name="双鹤支部", hours="周一上午")
    changed = town.all(select(Branch).where(Branch.id == branch.id))[0]
    assert (changed.name, changed.hours, changed.phone) == ("双鹤支部", "周一上午", "")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "平山支部" * 11}, "名字太长了，写了44个字，最多40个。"),
        ({"hours": "周一到周五" * 9}, "办公时间太长了"),
        ({"phone": "不知道"}, "电话“不知道”里没有号码"),
        ({"name": " "}, "要有名字"),
    ],
)
def test_what_is_typed_of_a_branch_is_never_cut_silently(
    town: Community, form: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        Desk(town, "韦红梅").press("branches", "add", **({"name": OTHER} | form))
    assert town.all(select(Branch).where(Branch.name == OTHER)) == []


def test_the_name_of_a_branch_that_ended_stays_its_own(town: Community) -> None:
    desk = Desk(town, "韦红梅")
    desk.press("branches", "add", name=OTHER, phone="０７７７-6420119")
    branch = town.all(select(Branch).where(Branch.name == OTHER))[0]
    desk.press("branches", "end", id=str(branch.id))
    with pytest.raises(Refused, match="已经停了，名字还留着"):
        desk.press("branches", "add", name=OTHER)


@pytest.mark.parametrize("said", ["999", "3、1、41", "-2", "两天"])
def test_several_numbers_are_refused_with_their_bounds(town: Community, said: str) -> None:
    with pytest.raises(Refused, match="可以写几个整数，每个1到40，中间用顿号隔开"):
        Desk(town, "韦红梅").press("settings", "change", name="visit.lead_days", value=said)


def test_a_branch_with_people_is_not_ended_and_says_how_many(town: Community) -> None:
    desk = Desk(town, "韦红梅")
    assert any("还有3位" in text.text for text in desk.of(Text, "branches", id="1", end="1"))
    with pytest.raises(Refused, match="还有3位"):
        desk.press("branches", "end", id="1")


def test_ending_a_branch_says_what_follows_and_does_it(town: Community) -> None:
    desk = Desk(town, "韦红梅")
    desk.press("branches", "add", name=OTHER)
    branch = town.all(select(Branch).where(Branch.name == OTHER))[0]
    desk.press("roles", "give", who="王秀英", role="coordinator", branch=str(branch.id))
    town.add(
        CalendarRule(
            branch_id=branch.id, kind=DayKind.STUDY, rule="15 09:00", created_at=town.clock()
        )
    )
    (table,) = desk.of(Table, "branches", id=str(branch.id), end="1")
    assert [row[1] for row in table.rows][:2] == [
        "1条规律到昨天为止：每月15日 上午9点",
        "1位不再管这个支部",
    ]
    desk.press("branches", "end", id=str(branch.id))
    assert not any(r is Role.COORDINATOR for r in named(town, "王秀英").roles)
    assert OTHER not in str(desk.page("members"))
    assert "停了" in str(desk.page("branches"))
    assert all(form.action != "end" for form in desk.of(Form, "branches", id=str(branch.id)))
    with pytest.raises(Refused, match="已经停了"):
        desk.press("branches", "change", id=str(branch.id), name="另一个名字")


def test_a_renamed_organisation_keeps_its_people(town: Community) -> None:
    one = town.add(Organisation(name="老体协"))
    town.add(Membership(person_id=named(town, "王秀英").id, organisation_id=one.id))
    desk = Desk(town, "韦红梅")
    assert desk.press("organisations", "rename", id=str(one.id), name="老年体协")
    assert desk.rows("organisations") == [("老年体协", "1位")]
    desk.press("organisations", "add", name="关工委")
    with pytest.raises(Refused, match="已经有了"):
        desk.press("organisations", "rename", id=str(one.id), name="关工委")


def test_a_coordinator_sees_the_own_branch_and_no_buttons(town: Community) -> None:
    town.add(Branch(name=OTHER))
    desk = Desk(town, "李敏")
    assert OTHER not in str(desk.rows("branches"))
    assert [p for path in PAGES for p in (*desk.of(Form, path), *desk.of(Press, path))] == []
