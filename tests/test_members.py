"""Rosters stored, people's status, and the sign-in page's welcome: on a real database."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain import cards, consent
from bot.domain.base import Refused
from bot.domain.imports import RosterImport, Stage
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Branch, Grant, Person, Role, Sender, Status, StatusChange
from bot.domain.registration import KEEP
from bot.domain.roster import RosterDiff, heading_words, read
from bot.domain.visits import State, Visit
from bot.members import (
    Device,
    Numbers,
    Welcome,
    bind,
    sign_out,
    unbind,
    version_now,
)
from bot.members.importing import compare
from bot.now import local_day
from bot.sheets import line_values, read_rows
from bot.standing import Decision
from bot.talk import Note
from tests.conftest import Community
from tests.sheets import healthy

HEAD = [
    "姓 名",
    "性别",
    "出生日期",
    "入党时间",
    "转正日期",
    "所属支部",
    "手机",
    "住址",
    "角色",
    "备注",
]
WANG = ["王秀英", "女", "1948.3.2", "1976年12月26日", "1976-12-26", "三海街道离退休党支部",
        "138 0000 1234", "三海路1号", "党员", "独居"]  # fmt: skip
WEI = ["韦建国", "男", "1950/10/1", "1972/2/29", "1972-02-29", "双鹤社区离退休党支部", 13900005678,
       "", "党员、志愿者", ""]  # fmt: skip


def store(town: Community, path: Path) -> RosterDiff:
    """Import a file, confirmed whatever is found."""
    house, now = town.house, town.clock()
    sheet = read_rows(path, headings=heading_words())

    def job(session: Session) -> RosterDiff:
        rows = SessionRows(session)
        found = compare(rows, read(sheet.rows, local_day(now)), now)
        session.add(
            RosterImport(
                by_id=None, at=now, sheet=line_values(sheet.rows), seen=version_now(rows), stage=Stage.CONFIRMED
            )
        )  # fmt: skip
        return found

    found = house.db.write_now(job)
    house.importer.work()
    return found


def people(town: Community) -> dict[str, Person]:
    return {p.name: p for p in town.all(select(Person).order_by(Person.id))}


def counts(found: RosterDiff) -> tuple[int, int, int, int]:
    return len(found.new), len(found.changed), len(found.unchanged), len(found.missing)


def change(town: Community, name: str, status: Status, reason: str = "住院") -> None:
    def job(session: Session) -> None:
        one = session.scalars(select(Person).where(Person.name == name)).unique().one()
        decision = Decision(None, reason, town.clock())
        town.house.importer.standing(session).change(SessionRows(session), one, status, decision)

    town.house.db.write_now(job)


def roster(path: Path, *lines: Sequence[object]) -> Path:
    return healthy.xlsx(path / "roster.xlsx", [["离退休党员名册"], HEAD, *lines])


# ── the roster ──────────────────────────────────────────────────────────────────────────────────


def test_a_first_roster_brings_people_branches_and_numbers(
    community: Community, tmp_path: Path
) -> None:
    found = store(community, roster(tmp_path, WANG, WEI))
    assert counts(found) == (2, 0, 0, 0)
    wang, wei = people(community).values()
    assert (wang.number, wei.number) == ("0001", "0002")
    assert wang.branch is not None
    assert wang.branch.name == "三海街道离退休党支部"
    assert len(community.all(select(Branch))) == 2


def test_every_field_is_stored_and_dates_are_never_derived(
    community: Community, tmp_path: Path
) -> None:
    store(community, roster(tmp_path, WANG, WEI))
    wang, wei = people(community).values()
    assert (wang.sex, wang.phone, wang.address, wang.note) == (
        "女",
        "13800001234",
        "三海路1号",
        "独居",
    )
    assert (wang.born_on, wang.joined_on) == (date(1948, 3, 2), date(1976, 12, 26))
    assert (wang.full_member_on, wang.joined_month_day) == (date(1976, 12, 26), 1226)
    assert wei.joined_month_day == 229
    assert wei.roles == {Role.MEMBER, Role.VOLUNTEER}


@pytest.mark.parametrize("kind", ["xls", "utf-8-sig", "gbk", "gb18030"])
def test_old_excel_and_csv_in_office_encodings_are_stored_alike(
    community: Community, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"roster.{'xls' if kind == 'xls' else 'csv'}"
    healthy.xls(path) if kind == "xls" else healthy.csv(kind)(path)
    assert counts(store(community, path)) == (2, 0, 0, 0)
    assert people(community)["韦建国"].joined_on == date(1972, 2, 29)


def test_the_same_roster_again_changes_nothing(community: Community, tmp_path: Path) -> None:
    path = roster(tmp_path, WANG, WEI)
    store(community, path)
    assert counts(store(community, path)) == (0, 0, 2, 0)


def test_changes_are_stored_and_absent_people_stay(community: Community, tmp_path: Path) -> None:
    store(community, roster(tmp_path, WANG, WEI))
    moved = [*WANG[:3], "1976年7月1日", "1976-07-01", "双鹤", "13700009999", *WANG[7:]]
    assert counts(store(community, roster(tmp_path, moved))) == (0, 1, 0, 1)
    wang = people(community)["王秀英"]
    assert (wang.phone, wang.joined_month_day) == ("13700009999", 701)
    assert wang.branch is not None
    assert wang.branch.name == "双鹤社区离退休党支部"
    assert people(community)["韦建国"].status is Status.ACTIVE


def test_one_faulty_line_stores_nothing(community: Community, tmp_path: Path) -> None:
    bad = [*WEI[:2], "1950年13月1日", *WEI[3:]]
    store(community, roster(tmp_path, WANG, bad))
    (row,) = community.all(select(RosterImport))
    assert (row.stage, row.why) == (Stage.COMPARED, "名册有1处要改，什么都没有存。")
    assert people(community) == {}
    assert community.all(select(Branch)) == []


def test_a_coordinator_of_the_roster_reaches_the_own_branch_alone(
    community: Community, tmp_path: Path
) -> None:
    store(community, roster(tmp_path, [*WANG[:8], "联络员", ""], WEI))
    (grant,) = community.all(select(Grant).where(Grant.role == Role.COORDINATOR))
    assert grant.branch_id == people(community)["王秀英"].branch_id


def test_a_status_in_the_roster_is_kept_with_its_history(
    community: Community, tmp_path: Path
) -> None:
    store(community, roster(tmp_path, WANG))
    path = healthy.xlsx(
        tmp_path / "two.xlsx", [["姓名", "手机", "状态"], ["王秀英", "13800001234", "迁出"]]
    )
    store(community, path)
    assert people(community)["王秀英"].status is Status.MOVED
    (row,) = community.all(select(StatusChange))
    assert (row.status, row.reason) == (Status.MOVED, "名册导入")


def test_numbers_go_on_after_the_highest_in_use(community: Community) -> None:
    community.person("王秀英", number="0091")
    community.person("韦建国", number="A7")
    numbers = community.house.db.read_now(lambda s: Numbers(SessionRows(s), ["93"]))
    assert [numbers.next(), numbers.next()] == ["0094", "0095"]


# ── status ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [Status.PAUSED, Status.MOVED, Status.DECEASED])
def test_whoever_leaves_the_roster_gets_nothing_more(community: Community, status: Status) -> None:
    wang = community.person("王秀英", address="m1")
    note = Note(wang.id, "明天学习。", "test:1", Mail.PERSON)
    community.house.db.write_now(lambda s: community.house.post.note(s, note, community.clock()))
    change(community, "王秀英", status)
    (row,) = community.all(select(Outbox))
    assert (row.state, row.reason) == (Sending.CANCELLED, status.value)
    assert community.fetch("m1") == []


def test_open_visits_are_closed_and_the_coordinator_hears_of_it(community: Community) -> None:
    community.person("韦红梅", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    for words in ("请人上门", "想有人聊聊", "星期五上午", "对"):
        community.say("m1", words)
    community.fetch("c1")
    change(community, "王秀英", Status.DECEASED)
    assert [visit.state for visit in community.all(select(Visit))] == [State.CANCELLED]
    assert len(community.fetch("c1")) == 1


def test_a_change_is_kept_with_who_when_and_why(community: Community) -> None:
    community.person("王秀英")
    change(community, "王秀英", Status.PAUSED)
    community.clock.go(days=1)
    change(community, "王秀英", Status.ACTIVE, "出院")
    rows = community.all(select(StatusChange).order_by(StatusChange.id))
    assert [(row.status, row.reason) for row in rows] == [("paused", "住院"), ("active", "出院")]


def test_the_same_status_twice_is_refused(community: Community) -> None:
    community.person("王秀英")
    with pytest.raises(Refused, match="本来就是“在册”"):
        change(community, "王秀英", Status.ACTIVE)


@pytest.mark.parametrize(
    ("status", "worthless"), [(Status.PAUSED, False), (Status.MOVED, True), (Status.DECEASED, True)]
)
def test_cards_outlast_a_pause_only(community: Community, status: Status, worthless: bool) -> None:
    wang = community.person("王秀英")
    card, _, _ = cards.make(wang.id, community.clock())
    community.add(card)
    change(community, "王秀英", status)
    assert (community.all(select(type(card)))[0].revoked_at is not None) is worthless


# ── devices ─────────────────────────────────────────────────────────────────────────────────────


def bound(community: Community, person: Person, address: str) -> Sender:
    def job(session: Session) -> Sender:
        device = Device("terminal", address)
        return bind(SessionRows(session), person, device, community.clock())

    return community.house.db.write_now(job)


def test_the_sign_in_page_keeps_the_consent_and_says_welcome(community: Community) -> None:
    wang = community.person("王秀英")
    sender = community.bind(wang, "b1", "web")
    greet = Welcome(community.house.post, community.house.settings)
    for _ in range(2):
        community.house.db.write_now(lambda s: greet(s, wang, sender, community.clock()))
    assert len(community.all(consent.live(wang.id, KEEP))) == 1
    ((kind, reply),) = community.fetch("b1", "web")
    assert (kind, reply.text[:8]) == ("answer", "登记好了，王秀英"[:8])


def test_the_consent_ends_with_the_last_own_device(community: Community) -> None:
    wang = community.person("王秀英")
    first, second = bound(community, wang, "a"), bound(community, wang, "b")
    for sender, left in ((first, 1), (second, 0)):

        def job(session: Session, id_: int = sender.id) -> None:
            unbind(SessionRows(session), session.get_one(Sender, id_), community.clock())

        community.house.db.write_now(job)
        assert len(community.all(consent.live(wang.id, KEEP))) == left


def test_a_device_bound_again_is_the_same_row(community: Community) -> None:
    wang = community.person("王秀英")
    first = bound(community, wang, "a")
    community.house.db.write_now(lambda s: sign_out(SessionRows(s), wang, community.clock()))
    again = bound(community, wang, "a")
    assert (again.id, again.ended_at) == (first.id, None)


def test_an_error_of_the_database_names_nobody(community: Community) -> None:
    community.person("王秀英", number="0001")
    with pytest.raises(IntegrityError) as caught:
        community.person("韦建国", number="0001", phone="13911115678")
    assert "韦建国" not in str(caught.value)
    assert "13911115678" not in str(caught.value)
