"""报表: what is counted of a month or a quarter, for whom, beside what was before; and what is taken home."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.base import Refused
from bot.domain.handover import Handover, HandoverState
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices import How, Notice, NoticeReceipt
from bot.domain.notices import State as NoticeState
from bot.domain.people import Grant, Person, Role
from bot.domain.period import MONTH, QUARTER, Period, period
from bot.domain.schedule import Attendance, DayKind, Leave
from bot.domain.visits import Half, Reason, State, Visit
from bot.parts import Chart, Sheet, Table
from bot.sheets import read_bytes
from tests.conftest import Community
from tests.desk_house import Desk

OTHER = "双鹤社区离退休党支部"
TODAY = date(2026, 11, 22)


@pytest.fixture
def town(community: Community) -> Community:
    """Two branches: who coordinates one of them, who both; three members, one of them of the other."""
    community.branch(OTHER)
    one, every = community.person("李敏", address="c1"), community.person("韦小兰", address="c2")
    community.add(Grant(person_id=one.id, role=Role.COORDINATOR, branch_id=one.branch_id))
    community.add(Grant(person_id=every.id, role=Role.COORDINATOR))
    for name in ("韦建国", "覃秀英"):
        community.person(name)
    community.person("单建国", branch=OTHER)
    community.clock.set("2026-11-22T10:00")
    return community


def who(town: Community, name: str) -> Person:
    return Desk(town, name).who()


def figures(desk: Desk, **query: str) -> dict[str, tuple[str, str]]:
    """Of every figure: now, before."""
    (table,) = (t for t in desk.of(Table, "reports", **query) if len(t.head) == 4)
    return {str(name): (str(now), str(before)) for name, now, before, _ in table.rows}


def chart(desk: Desk, title: str, **query: str) -> dict[str, dict[str, int]]:
    """A chart by series and label."""
    (found,) = (c for c in desk.of(Chart, "reports", **query) if c.title == title)
    return {one.name: dict(zip(found.labels, one.values, strict=True)) for one in found.series}


def part(town: Community, name: str, day: date, kind: DayKind, table: type = Attendance) -> None:
    person, at = who(town, name), datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    town.add(
        table(
            person_id=person.id, branch_id=person.branch_id, kind=kind, source="rule:1", named=day, day=day, at=at,
        )
    )  # fmt: skip


def came(town: Community) -> None:
    for name, day, kind in (
        ("韦建国", date(2026, 11, 15), DayKind.STUDY), ("覃秀英", date(2026, 11, 15), DayKind.STUDY),
        ("单建国", date(2026, 11, 15), DayKind.STUDY), ("韦建国", date(2026, 11, 12), DayKind.SERVICE),
        ("韦建国", date(2026, 10, 15), DayKind.STUDY), ("韦建国", date(2026, 10, 31), DayKind.SERVICE),
    ):  # fmt: skip
        part(town, name, day, kind)
    part(town, "覃秀英", date(2026, 11, 12), DayKind.SERVICE, Leave)


def visit(town: Community, name: str, state: State, day: date, waited: timedelta) -> None:
    person, made = who(town, name), datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    town.add(
        Visit(
            person_id=person.id, branch_id=person.branch_id, reason=Reason.TALK, day=day, half=Half.MORNING,
            due_on=day, state=state, created_at=made - waited, settled_at=made - waited, closed_at=made,
        )
    )  # fmt: skip


# ── periods ─────────────────────────────────────────────────────────────────────────────────────


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.sampled_from((MONTH, QUARTER)))
def test_periods_follow_one_another_without_a_gap(day: date, months: int) -> None:
    first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    span = Period(first, months)
    assert span.first <= day <= span.last
    assert span.moved(1).first == span.last + timedelta(days=1)
    assert span.moved(1).moved(-1) == span == period(span.key, day)
    assert span.ends == span.moved(1).begins


@pytest.mark.parametrize(
    "key", ["2026", "2026-13", "2026-00", "2026-q5", "1999-01", "x", "2026-1", "²026-01"]
)
def test_no_other_period_is_guessed(key: str) -> None:
    with pytest.raises(Refused, match="从上面选"):
        period(key, TODAY)


# ── counts ──────────────────────────────────────────────────────────────────────────────────────


def test_who_came_is_counted_by_kind_beside_the_month_before(town: Community) -> None:
    came(town)
    found = figures(Desk(town, "韦小兰"))
    assert found["学习日到了"] == ("3", "1")
    assert found["志愿服务日到了"] == ("1", "1")
    assert found["志愿服务日请假"] == ("1", "0")


def test_who_came_is_drawn_by_branch_and_by_month(town: Community) -> None:
    came(town)
    desk = Desk(town, "韦小兰")
    assert chart(desk, "各支部到了多少人次")["学习日"][OTHER] == 1
    months = chart(desk, "半年来到了多少人次")["学习日"]
    assert months == {"6月": 0, "7月": 0, "8月": 0, "9月": 0, "10月": 1, "11月": 3}


def test_no_month_is_drawn_that_is_still_to_come(town: Community) -> None:
    came(town)
    months = chart(Desk(town, "韦小兰"), "半年来到了多少人次", period="2026-q4")["学习日"]
    assert months == {"6月": 0, "7月": 0, "8月": 0, "9月": 0, "10月": 1, "11月": 3}


def test_a_coordinator_of_one_branch_counts_that_one_alone(town: Community) -> None:
    came(town)
    desk = Desk(town, "李敏")
    assert figures(desk)["学习日到了"] == ("2", "1")
    assert OTHER not in chart(desk, "各支部到了多少人次")["学习日"]
    other = str(who(town, "单建国").branch_id)
    with pytest.raises(Refused, match="您负责的支部"):
        desk.page("reports", branch=other)
    with pytest.raises(Refused, match="您负责的支部"):
        desk.file("reports", "csv", branch=other)


def test_a_quarter_is_counted_beside_the_quarter_before(town: Community) -> None:
    came(town)
    assert figures(Desk(town, "韦小兰"), period="2026-q4")["学习日到了"] == ("4", "0")
    assert figures(Desk(town, "韦小兰"), period="2027-q1")["学习日到了"] == ("0", "4")


def test_what_was_withdrawn_does_not_count(town: Community) -> None:
    came(town)
    town.house.db.write_now(
        lambda s: s.query(Attendance).update({"ended_at": datetime(2026, 11, 16, tzinfo=UTC)})
    )
    assert figures(Desk(town, "韦小兰"))["学习日到了"] == ("0", "0")


def test_visits_are_counted_with_how_long_people_waited(town: Community) -> None:
    visit(town, "韦建国", State.DONE, date(2026, 11, 5), timedelta(days=2))
    visit(town, "覃秀英", State.DONE, date(2026, 11, 9), timedelta(days=4))
    visit(town, "单建国", State.NOT_HOME, date(2026, 11, 20), timedelta(days=1))
    visit(town, "单建国", State.DONE, date(2026, 10, 2), timedelta(hours=3))
    desk = Desk(town, "韦小兰")
    found = figures(desk, part="visited")
    assert found["见到了"] == ("2", "1")
    assert found["没见到"] == ("1", "0")
    assert found["平均等了"] == ("3.0天", "3小时")
    assert found["最久等了"] == ("4.0天", "3小时")
    assert chart(desk, "走访怎么样了", part="visited")["次数"] == {
        "见到了": 2, "没见到": 1, "取消了": 0, "还没去": 0,
    }  # fmt: skip


def test_who_was_not_seen_for_half_a_year_is_counted_to_the_last_day(town: Community) -> None:
    visit(town, "韦建国", State.DONE, date(2026, 11, 5), timedelta(days=2))
    now, before = figures(Desk(town, "韦小兰"), part="visited")["半年没见到的"]
    assert int(before) - int(now) == 1


def test_notices_are_counted_by_how_far_they_came(town: Community) -> None:
    at = datetime(2026, 11, 10, 2, tzinfo=UTC)
    notice = Notice(
        code="A1", text="明天停水。", text_hash="h", audience="all", audience_title="全体",
        by_id=who(town, "韦小兰").id, state=NoticeState.SENT, starts_at=at, created_at=at,
    )  # fmt: skip
    town.add(notice)
    for name, states in (
        ("韦建国", (Sending.FAILED, Sending.SENT)), ("覃秀英", (Sending.WAITING,)), ("单建国", (Sending.UNREACHABLE,)),
    ):  # fmt: skip
        for revision, state in enumerate(states):
            key = f"notice:{notice.id}:{revision}:{name}"
            town.add(
                Outbox(
                    key=key, kind=Mail.NOTICE, person_id=who(town, name).id, channel="web", address="a", state=state,
                    due_at=at, created_at=at, notice_id=notice.id,
                )
            )  # fmt: skip
    for name, how in (("韦建国", How.CHAT), ("单建国", How.PHONE)):
        town.add(NoticeReceipt(notice_id=notice.id, person_id=who(town, name).id, at=at, how=how))
    found = figures(Desk(town, "韦小兰"), part="told")
    assert [
        found[name][0] for name in ("发了几条", "发给", "到了", "说收到的", "电话告诉的")
    ] == list("13111")
    ours = figures(Desk(town, "李敏"), part="told")
    assert (ours["发给"][0], ours["电话告诉的"][0]) == ("2", "0")


def test_a_notice_stopped_halfway_is_counted_one_stopped_before_is_not(town: Community) -> None:
    at, by = datetime(2026, 11, 10, 2, tzinfo=UTC), who(town, "韦小兰").id
    halfway, _ = (
        town.add(
            Notice(
                code=code, text="明天停水。", text_hash="h", audience="all", audience_title="全体", by_id=by,
                state=NoticeState.CANCELLED, starts_at=at, created_at=at,
            )
        )
        for code in ("A1", "A2")
    )  # fmt: skip
    town.add(
        Outbox(
            key=f"notice:{halfway.id}:0:1", kind=Mail.NOTICE, person_id=by, channel="web", address="a",
            state=Sending.SENT, due_at=at, created_at=at, notice_id=halfway.id,
        )
    )  # fmt: skip
    found = figures(Desk(town, "韦小兰"), part="told")
    assert [found[name][0] for name in ("发了几条", "发给", "到了")] == list("111")


def test_how_soon_people_were_answered_is_counted(town: Community) -> None:
    at = datetime(2026, 11, 10, 2, tzinfo=UTC)
    for minutes in (10, 50, None):
        taken = at + timedelta(minutes=minutes) if minutes else None
        state = HandoverState.CLOSED if taken else HandoverState.OPEN
        town.add(
            Handover(
                channel="web", address="a", person_id=who(town, "韦建国").id, why="asked", words="在吗", at=at,
                state=state, taken_at=taken,
            )
        )  # fmt: skip
    desk = Desk(town, "李敏")
    found = figures(desk, part="answered")
    assert found["找人帮忙"] == ("3", "0")
    assert found["找人帮忙平均等了"] == ("30分钟", "没有")
    assert found["找人帮忙还等着"] == ("1", "0")
    bars = chart(desk, "多久有人回", part="answered")["找人帮忙"]
    assert bars == {"半小时内": 1, "两小时内": 1, "一天内": 0, "一天以后": 0, "还没有": 1}


# ── paper and files ─────────────────────────────────────────────────────────────────────────────


def test_all_parts_stand_on_one_sheet_of_paper(town: Community) -> None:
    desk = Desk(town, "韦小兰")
    (sheet,) = desk.of(Sheet, "reports", part="all")
    assert sheet.title == "2026年11月报表"
    captions = [one.caption for one in sheet.parts if isinstance(one, Table)]
    assert captions == ["到会", "走访", "通知", "回话快慢"]


def test_every_figure_says_in_a_sentence_what_it_counts(town: Community) -> None:
    for name in ("came", "visited", "told", "answered"):
        for table in Desk(town, "韦小兰").of(Table, "reports", part=name):
            assert all(str(row[-1]).endswith("。") for row in table.rows if len(row) == 4)


def test_an_unknown_part_is_refused_in_words(town: Community) -> None:
    with pytest.raises(Refused, match="没有这一部分"):
        Desk(town, "韦小兰").page("reports", part="secrets")


def test_the_workbook_holds_numbers_as_numbers(town: Community) -> None:
    came(town)
    file = Desk(town, "韦小兰").file("reports", "xlsx", period="2026-11")
    assert file.name == "2026年11月报表.xlsx"
    rows = [row.cells for row in read_bytes(file.content).rows]
    assert rows[0] == ("哪一部分", "指标", "支部", "数", "前一期", "怎么算的")
    assert rows[1][:5] == ("到会", "学习日到了", "2个支部", 3, 1)
    assert ("到会", "学习日到了", OTHER, 1) in [row[:4] for row in rows]


def test_the_plain_file_opens_in_excel_and_computes_nothing(town: Community) -> None:
    town.branch("=1+1")
    file = Desk(town, "韦小兰").file("reports", "csv")
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert "到会,学习日到了,'=1+1,0,," in file.content.decode("utf-8-sig")
