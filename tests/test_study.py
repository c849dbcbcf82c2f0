"""学习 on the desk: the roll of a day, leave, make-up tasks, the code to scan, the board of a month."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Grant, Person, Role, Status
from bot.domain.schedule import Attendance, DayKind, Leave, MakeUpTask, TaskState
from bot.domain.visits import Half, Reason, State, Visit
from bot.parts import Chart, Code, Progress, Sheet, Table, Tap, Taps, Text
from bot.sheets import read_rows
from handlers.schedule.desk import coming
from tests.calendar_house import OTHER, rule, said
from tests.conftest import Community
from tests.desk_house import Desk
from tests.test_listing import next_of

REF = "rule:1@2026-12-15"
ON_THE_DAY = "2026-12-15T09:10"


@pytest.fixture
def town(community: Community) -> Community:
    """Study on the 15th in two branches; a coordinator of one, three of its members, one of the other."""
    rule(community, "15 09:00", DayKind.STUDY)
    rule(community, "15 09:00", DayKind.STUDY, OTHER)
    for name in ("李敏", "黄丽"):
        staff = community.person(name, Role.VOLUNTEER, address=name)
        community.add(Grant(person_id=staff.id, role=Role.COORDINATOR, branch_id=staff.branch_id))
    for name in ("韦建国", "覃秀英", "卢桂芳"):
        community.person(name, address=name)
    community.person("单建国", branch=OTHER, address="单建国")
    community.clock.set(ON_THE_DAY)
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def taps(desk: Desk, ref: str = REF) -> dict[str, Tap]:
    (found,) = desk.of(Taps, "study", day=ref)
    return {tap.label: tap for tap in found.taps}


def tap(desk: Desk, name: str) -> str:
    return str(desk.press("study", "tap", day=REF, who=taps(desk)[name].value))


def id_of(town: Community, name: str) -> str:
    return str(town.all(select(Person).where(Person.name == name))[0].id)


def number_of(town: Community, name: str) -> str:
    return str(town.all(select(Person).where(Person.name == name))[0].number)


def leave(desk: Desk, name: str, reason: str = "", ref: str = REF) -> str:
    who = id_of(desk.town, name)
    return str(desk.press("study", "leave", day=ref, who=who, reason=reason))


def code(town: Community, branch: str = "三海街道离退休党支部") -> str:
    def read(session: Any) -> str:
        days = schedule.coming(SessionRows(session), None, date(2026, 12, 15), date(2026, 12, 15))
        return next(schedule.code_of(day) for day in days if day.branch == branch)

    return town.house.db.read_now(read)


def board(desk: Desk, month: str = "2026-12", **query: str) -> tuple[int, ...]:
    (chart,) = desk.of(Chart, "study", month=month, **query)
    return chart.series[0].values


def still(desk: Desk, month: str = "2026-12") -> list[str]:
    tables = desk.rows("study", month=month)
    return [row[0] for row in tables if len(row) == 4]


# ── the days ────────────────────────────────────────────────────────────────────────────────────


def test_the_list_shows_the_own_branchs_days_with_how_many_came(desk: Desk) -> None:
    tap(desk, "韦建国")
    leave(desk, "覃秀英")
    rows = desk.rows("study")
    assert rows[0] == ("12月15日(周二)上午9点", "三海街道离退休党支部", "学习日", "1", "1")
    assert {row[1] for row in rows} == {"三海街道离退休党支部"}


def test_a_day_of_another_branch_is_not_opened(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.page("study", day="rule:2@2026-12-15")
    with pytest.raises(Refused):
        desk.press(
            "study", "tap", day="rule:2@2026-12-15", who=f"here:{id_of(desk.town, '单建国')}"
        )


def test_nobody_of_another_branch_is_signed_in(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.press("study", "tap", day=REF, who=f"here:{id_of(desk.town, '单建国')}")


# ── the roll ────────────────────────────────────────────────────────────────────────────────────


def test_one_tap_signs_in_and_another_takes_it_back(desk: Desk) -> None:
    assert list(taps(desk)) == ["韦建国", "覃秀英", "卢桂芳"]
    assert "签到了" in tap(desk, "韦建国")
    assert taps(desk)["韦建国"].on
    assert "没有签到" in tap(desk, "韦建国")
    assert not taps(desk)["韦建国"].on


def test_two_who_tap_the_same_name_dont_undo_each_other(town: Community) -> None:
    first, second = Desk(town, "李敏"), Desk(town, "黄丽")
    wanted = taps(second)["韦建国"].value
    tap(first, "韦建国")
    second.press("study", "tap", day=REF, who=wanted)
    assert taps(first)["韦建国"].on


def test_two_of_one_name_are_told_apart(desk: Desk, town: Community) -> None:
    town.person("韦建国", address="w2")
    first, second = (label for label in taps(desk) if label.startswith("韦建国"))
    assert first.startswith("韦建国（0")
    assert second.startswith("韦建国（0")
    tap(desk, second)
    assert [label for label, one in taps(desk).items() if one.on] == [second]


def test_who_is_not_on_the_list_is_signed_in_by_name_or_number(
    community: Community,
) -> None:
    whole = community.person("韦红梅", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    community.person("单建国", branch=OTHER, address="m2")
    community.clock.set(ON_THE_DAY)
    desk = Desk(community, whole.name)
    desk.press(
        "calendar",
        "add",
        branch="1",
        kind="event",
        to="2026-12-15",
        at="15:00",
        topic="联欢",
        reason="冬至",
    )
    ref = "extra:1@2026-12-15"
    (empty,) = desk.of(Taps, "study", day=ref)
    assert (empty.taps, empty.empty) == ((), "还没有人报名。")
    assert desk.press("study", "came", day=ref, who=" 王秀英 ") == "王秀英：签到了。"
    desk.press("study", "came", day=ref, who=number_of(community, "单建国"))
    assert [one for one, tap in taps(desk, ref).items() if tap.on] == ["王秀英", "单建国"]
    with pytest.raises(Refused, match="已经签到了"):
        desk.press("study", "came", day=ref, who="王秀英")


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("", "请写姓名或编号"),
        ("查无此人", "没有找到“查无此人”"),
        ("单建国", "没有找到"),
        ("韦", "请写编号："),
    ],
)
def test_who_can_not_be_meant_or_reached_is_not_signed_in(
    desk: Desk, town: Community, who: str, why: str
) -> None:
    town.person("韦小兰", address="w3")
    with pytest.raises(Refused, match=why):
        desk.press("study", "came", day=REF, who=who)


def test_who_said_so_in_chat_is_on_the_roll(desk: Desk, town: Community) -> None:
    said(town, "韦建国", "签到")
    assert taps(desk)["韦建国"].on


def test_who_is_on_leave_and_comes_has_nothing_to_make_up(desk: Desk, town: Community) -> None:
    leave(desk, "韦建国", "腿疼")
    assert taps(desk)["韦建国"].note == "请假"
    tap(desk, "韦建国")
    assert town.all(select(MakeUpTask))[0].state is TaskState.DROPPED


def test_signed_in_by_mistake_the_leave_stands_again(desk: Desk, town: Community) -> None:
    leave(desk, "韦建国", "腿疼")
    tap(desk, "韦建国")
    tap(desk, "韦建国")
    assert taps(desk)["韦建国"].note == "请假"
    assert town.all(select(MakeUpTask))[0].state is TaskState.OPEN


def test_a_day_gone_by_is_entered_late_and_says_so(desk: Desk, town: Community) -> None:
    town.clock.set("2026-12-18T10:00")
    tap(desk, "韦建国")
    assert taps(desk)["韦建国"].note == "补记"
    assert town.all(select(Attendance))[0].day == date(2026, 12, 15)


def test_a_day_long_gone_by_says_that_it_is_too_late(desk: Desk) -> None:
    with pytest.raises(Refused, match="过去很久了"):
        desk.page("study", day="rule:1@2026-05-15")


def test_a_day_to_come_has_leave_but_no_roll_yet(desk: Desk, town: Community) -> None:
    town.clock.set("2026-12-14T10:00")
    assert desk.of(Taps, "study", day=REF) == []
    assert "请假" in leave(desk, "韦建国")
    with pytest.raises(Refused, match="还没到"):
        desk.press("study", "tap", day=REF, who=f"here:{id_of(town, '韦建国')}")


def test_a_leave_is_entered_with_its_task_and_the_member_reads_it(
    desk: Desk, town: Community
) -> None:
    leave(desk, "韦建国", "腿疼")
    assert town.all(select(Leave))[0].reason == "腿疼"
    assert "替您请好假了" in town.fetch("韦建国")[0][1].text
    assert town.all(select(MakeUpTask))[0].due_on == date(2026, 12, 29)


def test_a_leave_is_taken_back_on_the_page(desk: Desk, town: Community) -> None:
    leave(desk, "韦建国")
    id_ = str(town.all(select(Leave))[0].id)
    desk.press("study", "back", day=REF, id=id_)
    assert taps(desk)["韦建国"].note == ""
    with pytest.raises(Refused):
        desk.press("study", "back", day=REF, id=id_)


def test_who_is_there_needs_no_leave(desk: Desk) -> None:
    tap(desk, "韦建国")
    with pytest.raises(Refused, match="已经签到"):
        leave(desk, "韦建国")


def test_the_sheet_to_print_has_a_line_for_everybody(desk: Desk) -> None:
    tap(desk, "韦建国")
    leave(desk, "覃秀英")
    (sheet,) = desk.of(Sheet, "study", day=REF, show="sheet")
    assert "签到表" in sheet.title
    assert [row[1:3] for row in desk.rows("study", day=REF, show="sheet")] == [
        ("韦建国", "✓"), ("覃秀英", "请假"), ("卢桂芳", ""),
    ]  # fmt: skip


def test_the_roll_and_the_month_are_taken_home_as_workbooks(desk: Desk, tmp_path: Path) -> None:
    tap(desk, "韦建国")
    for name, query, last in (
        ("roll", {"day": REF}, ("0003", "韦建国", "是")),
        ("month", {"month": "2026-12"}, ("0003", "韦建国", "三海街道离退休党支部", "到会的")),
    ):
        kept = tmp_path / f"{name}.xlsx"
        kept.write_bytes(desk.file("study", name, **query).content)
        assert read_rows(kept).rows[1].cells == last


# ── the code ────────────────────────────────────────────────────────────────────────────────────


def test_the_code_on_the_wall_signs_in_who_says_it(desk: Desk, town: Community) -> None:
    (shown,) = desk.of(Code, "study", day=REF, show="code")
    assert shown.data == f"签到 {code(town)}"
    assert any("发给余热" in text.text for text in desk.of(Text, "study", day=REF, show="code"))
    assert "签到好了" in said(town, "韦建国", shown.data)
    assert taps(desk)["韦建国"].on


def test_the_code_leads_to_the_chat_where_there_is_an_address(desk: Desk, town: Community) -> None:
    web = town.house.settings.web.model_copy(update={"public_url": "https://yure.example"})
    town.house.settings = town.house.settings.model_copy(update={"web": web})
    (shown,) = desk.of(Code, "study", day=REF, show="code")
    assert shown.data.startswith("https://yure.example/chat?say=%E7%AD%BE%E5%88%B0%20")


def test_a_code_is_worth_nothing_on_another_day_or_in_another_branch(
    desk: Desk, town: Community
) -> None:
    theirs = code(town, OTHER)
    assert "不是今天的签到码" in said(town, "韦建国", f"签到 {theirs}")
    mine = code(town)
    town.clock.set("2027-01-15T09:10")
    assert "不是今天的签到码" in said(town, "韦建国", f"签到 {mine}")
    with pytest.raises(Refused):
        desk.page("study", day=REF, show="code")


# ── making up ───────────────────────────────────────────────────────────────────────────────────


def test_of_those_who_make_up_namesakes_are_told_apart_and_nobody_else(town: Community) -> None:
    for n, name in enumerate(("农丽珍", "农丽珍", "陆秀兰")):
        town.person(name, address=f"n{n}")
    for address in ("n0", "n1", "n2"):
        town.say(address, "请假")
        town.say(address, "对")
    town.clock.go(days=31)
    for words in ("请假", "对"):
        town.say("n2", words)
    names = [row[0] for row in Desk(town, "李敏").rows("study", tasks="1")]
    assert names.count("陆秀兰") == 2, "twice the same person is no namesake"
    assert sum(name.startswith("农丽珍（") for name in names) == 2


def test_a_task_is_done_by_one_press_and_taken_back_by_another(desk: Desk, town: Community) -> None:
    leave(desk, "韦建国")
    task = str(town.all(select(MakeUpTask))[0].id)
    assert "补好了" in desk.press("study", "done", task=task)
    with pytest.raises(Refused):
        desk.press("study", "done", task=task)
    desk.press("study", "undone", task=task)
    assert town.all(select(MakeUpTask))[0].state is TaskState.OPEN


def test_tasks_past_their_day_are_marked_and_wait_on_the_today_page(
    desk: Desk, town: Community
) -> None:
    leave(desk, "韦建国")
    town.clock.set("2027-01-05T09:10")
    (row,) = desk.rows("study", tasks="1")
    assert (row[0], row[4]) == ("韦建国", "过了")
    (waits,) = desk.waits("calendar")
    (press,) = waits.presses
    desk.press(press.page, press.action, **dict(press.values))
    assert desk.waits("calendar") == []


def test_tasks_of_another_branch_are_neither_seen_nor_done(town: Community) -> None:
    leave(Desk(town, "李敏"), "韦建国")
    other = town.person("农阿娇", Role.VOLUNTEER)
    town.add(
        Grant(person_id=other.id, role=Role.COORDINATOR, branch_id=town.branch(OTHER).id)
    )  # fmt: skip
    theirs = Desk(town, "农阿娇")
    assert theirs.rows("study", tasks="1") == []
    with pytest.raises(Refused):
        theirs.press("study", "done", task=str(town.all(select(MakeUpTask))[0].id))


# ── the month ───────────────────────────────────────────────────────────────────────────────────


def test_everybody_expected_is_in_exactly_one_group(desk: Desk, town: Community) -> None:
    tap(desk, "韦建国")
    leave(desk, "覃秀英")
    assert board(desk) == (1, 0, 0, 2)
    assert still(desk) == ["覃秀英", "卢桂芳"]
    desk.press("study", "done", task=str(town.all(select(MakeUpTask))[0].id))
    brought(desk, "卢桂芳")
    assert board(desk) == (1, 1, 1, 0)
    assert "学过的3位" in desk.of(Progress, "study", month="2026-12")[0].text


def brought(desk: Desk, name: str, day: str = "2026-12-15") -> str:
    values = {"who": number_of(desk.town, name), "day": day, "by": "梁支委", "what": "读报半小时"}
    return str(desk.press("study", "brought", **values))


def test_ninety_one_members_add_up(desk: Desk, town: Community) -> None:
    for place in range(88):
        town.person(f"黄{place}")
    tap(desk, "韦建国")
    assert sum(board(desk)) == 91
    assert len(still(desk)) == 90


def test_of_very_many_each_page_names_some_and_the_workbook_all(
    desk: Desk, town: Community, tmp_path: Path
) -> None:
    for place in range(130):
        town.person(f"黄{place}")
    assert len(still(desk)) == 120
    rest = next_of(desk.page("study", month="2026-12"))
    assert rest
    assert len(desk.of(Table, "study", **rest)[-1].rows) == 13
    kept = tmp_path / "month.xlsx"
    kept.write_bytes(desk.file("study", "month", month="2026-12").content)
    assert len(read_rows(kept).rows) == 134
    brought(desk, "黄129")
    assert board(desk)[2] == 1


def test_a_visit_that_brought_study_counts_as_delivered(desk: Desk, town: Community) -> None:
    now, day = town.clock(), date(2026, 12, 3)
    who = int(id_of(town, "卢桂芳"))
    town.add(
        Visit(
            person_id=who, branch_id=1, reason=Reason.STUDY, words="", health_note="", place="", day=day,
            half=Half.MORNING, due_on=day, state=State.DONE, created_at=now, settled_at=now, closed_at=now,
        )
    )  # fmt: skip
    assert board(desk) == (0, 0, 1, 2)


def test_what_was_brought_is_listed_and_struck_out_by_a_press(desk: Desk) -> None:
    brought(desk, "卢桂芳")
    row = next(row for row in desk.rows("study", month="2026-12") if len(row) == 5)
    assert row[:4] == ("12月15日(周二)", "卢桂芳", "梁支委", "读报半小时")
    press = row[4]
    desk.press("study", press.action, **dict(press.values))
    assert board(desk) == (0, 0, 0, 3)
    with pytest.raises(Refused):
        desk.press("study", press.action, **dict(press.values))


@pytest.mark.parametrize("wrong", [{"day": "2026-12-20"}, {"day": "x"}, {"by": " "}, {"who": "99"}])
def test_a_delivery_filled_in_wrongly_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    right = {
        "who": number_of(desk.town, "卢桂芳"),
        "day": "2026-12-01",
        "by": "梁支委",
        "what": "报纸",
    }
    with pytest.raises(Refused):
        desk.press("study", "brought", **{**right, **wrong})


def test_the_board_leaves_out_other_branches_and_who_is_not_on_the_roster(
    desk: Desk, town: Community
) -> None:
    town.person("农德才", status=Status.MOVED)
    assert sum(board(desk)) == 3
    with pytest.raises(Refused):
        brought(desk, "单建国")
    assert sum(board(desk, branch=str(town.branch(OTHER).id))) == 0


def test_who_did_not_come_is_told_apart_from_who_still_may(desk: Desk, town: Community) -> None:
    town.clock.set("2026-12-14T09:00")
    assert {row[2] for row in desk.rows("study", month="2026-12")} == {"这个月还有学习日"}
    town.clock.set("2026-12-16T09:00")
    assert {row[2] for row in desk.rows("study", month="2026-12")} == {"没来，也没有请假"}


def test_a_month_that_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.page("study", month="13")


def test_the_page_says_what_is_coming(town: Community, desk: Desk) -> None:
    town.clock.set("2026-12-14T09:00")
    found = town.house.db.read_now(lambda s: coming(SessionRows(s), desk.who(), town.clock()))
    assert [one.title for one in found] == ["上午9点，三海街道离退休党支部学习日"]
