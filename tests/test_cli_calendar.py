"""`yure calendar` as scripts and coordinators call it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli.base import opened
from bot.domain.base import Refused
from bot.domain.mail import Outbox
from bot.domain.people import Branch, Grant, Person, Role, Sender
from bot.domain.schedule import CalendarException, DayKind, SignUp
from bot.now import real_now
from tests.commands import invoke

Call = Callable[..., str]
SANHAI, SHUANGHE = "三海街道离退休党支部", "双鹤社区离退休党支部"
AT = ("--at", "2026-11-22T10:00")
SERVICE_2026 = "01-08 02-12 03-12 04-09 05-14 06-11 07-09 08-13 09-10 10-08 11-12 12-10"


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Call `yure calendar …` on a community of two branches; returns what it printed, raises what it raised."""
    with opened(None, tmp_path) as house:
        house.db.write_now(fill)

    def run(*words: str, on: bool = True) -> str:
        where = ("--data", str(tmp_path)) if on else ()
        result = invoke(["calendar", *words, *where])
        if isinstance(result.exception, Refused):
            raise result.exception
        assert result.exit_code in (0, 2), result.output
        return result.output

    run("rule", "add", "--branch", "三海", "--kind", "service", "--rule", "2nd thu 09:00", *AT)
    return run


def fill(session: Any) -> None:
    """Two branches, a member who can be reached, a coordinator of each branch."""
    branches = [Branch(name=name, place="一楼会议室", phone="") for name in (SANHAI, SHUANGHE)]
    session.add_all(branches)
    session.flush()
    for number, name in enumerate(("王秀英", "韦红梅", "黄丽"), 1):
        person = Person(
            number=f"{number:04d}", name=name, created_at=real_now(), branch_id=branches[0].id
        )
        session.add(person)
        session.flush()
        role = Role.MEMBER if number == 1 else Role.COORDINATOR
        branch = None if number == 1 else branches[number - 2].id
        session.add(Grant(person_id=person.id, role=role, branch_id=branch))
    session.add(Sender(channel="terminal", address="m1", person_id=1, bound_at=real_now()))


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_year_is_printed_one_json_a_line(call: Call) -> None:
    found = lines(call("--from", "2026-01-01", "--to", "2026-12-31", "--json"))
    assert [one["day"][5:] for one in found] == SERVICE_2026.split()
    assert found[0] == {
        "day": "2026-01-08", "kind": "service", "branch": SANHAI, "time": "09:00", "place": "一楼会议室",
        "topic": "", "moved_from": None, "reason": "",
    }  # fmt: skip


def test_a_day_that_may_be_a_holiday_says_so(call: Call) -> None:
    (found,) = lines(call("--from", "2027-02-01", "--to", "2027-02-28", "--json"))
    assert (found["day"], found["reason"]) == ("2027-02-11", "可能是假期，待确认（春节）")
    assert "可能是假期，待确认" in call("--from", "2027-02-01", "--to", "2027-02-28")


def test_without_days_the_next_two_months_are_shown(call: Call) -> None:
    assert "2026-12-10 09:00" in call(*AT)


def test_adding_a_rule_shows_its_next_twelve_days(call: Call) -> None:
    words = (
        "--branch",
        SHUANGHE,
        "--kind",
        "study",
        "--rule",
        "每月15日 下午3点",
        "--place",
        "活动室",
    )
    (rule,) = lines(call("rule", "add", *words, "--json", *AT))
    assert (rule["rule"], rule["words"], rule["place"]) == (
        "15 15:00",
        "每月15日 下午3点",
        "活动室",
    )
    assert (len(rule["next"]), rule["next"][0]) == (12, "2026-12-15")
    assert [one["id"] for one in lines(call("rule", "list", "--json", *AT))] == [1, 2]
    assert len(call("rule", "list", "--branch", "鹤", *AT).splitlines()) == 2


@pytest.mark.parametrize(
    ("branch", "rule", "why"),
    [("鹤", "胡说", "没看懂"), ("东门", "15", "哪个支部"), ("三海", "2nd thu 09:00", "已经有")],
)
def test_a_rule_that_cant_be_is_refused(call: Call, branch: str, rule: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        call("rule", "add", "--branch", branch, "--kind", "service", "--rule", rule, *AT)


def test_a_rule_ends_and_what_was_held_stays(call: Call) -> None:
    ended = call("rule", "end", "--branch", "三海", "--kind", "service", "--on", "2026-11-30", *AT)
    assert "已经结束" in ended
    found = lines(call("--from", "2026-11-01", "--to", "2027-12-31", "--json"))
    assert [one["day"] for one in found] == ["2026-11-12"]


def test_a_rule_rests_and_goes_on(call: Call) -> None:
    which = ("--branch", "三海", "--kind", "service")
    rest = ("--from", "2027-01-01", "--to", "2027-02-28")
    assert "2027年1月1日至2027年2月28日暂停" in call("rule", "pause", *which, *rest, *AT)
    span = ("--from", "2026-12-01", "--to", "2027-03-31", "--json")
    assert [one["day"] for one in lines(call(*span))] == ["2026-12-10", "2027-03-11"]
    call("rule", "resume", *which, "--on", "2027-02-01", *AT)
    found = [one["day"] for one in lines(call(*span))]
    assert found == ["2026-12-10", "2027-02-11", "2027-03-11"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("pause", "--from", "2026-11-01"), "已经过去"),
        (("pause", "--from", "2027-02-01", "--to", "2027-01-01"), "早于"),
        (("resume", "--on", "2027-02-01"), "没有暂停"),
        (("end", "--on", "2026-12-31", "--as", "黄丽"), "不是这个支部的联络员"),
    ],
)
def test_a_rest_that_cant_be_is_refused(call: Call, words: tuple[str, ...], why: str) -> None:
    command, *options = words
    with pytest.raises(Refused, match=why):
        call("rule", command, "--branch", "三海", "--kind", "service", *options, *AT)


def test_a_rule_rests_once_and_ends_once(call: Call) -> None:
    which = ("--branch", "三海", "--kind", "service")
    call("rule", "pause", *which, "--from", "2027-01-01", *AT)
    with pytest.raises(Refused, match="已经暂停"):
        call("rule", "pause", *which, "--from", "2027-03-01", *AT)
    call("rule", "end", *which, "--on", "2027-06-30", *AT)
    with pytest.raises(Refused, match="不用再停"):
        call("rule", "end", *which, "--on", "2027-12-31", *AT)


def test_what_gets_in_the_way_is_said_beside_the_list_and_by_each_command(call: Call) -> None:
    where = ("--branch", "三海")
    added = call("rule", "add", *where, "--kind", "study", "--rule", "10 09:00", *AT)
    assert "请留意，12月10日(周四)上午9点：同一时间还有志愿服务日" in added
    assert "请留意" in call("--from", "2026-12-01", "--to", "2026-12-31")
    day = ("--kind", "service", "--day", "2026-12-10", "--reason", "维修", *AT)
    away = call("move", *where, *day, "--to", "2026-12-17")
    assert "请留意" not in away
    assert "请留意" not in call("--from", "2026-12-01", "--to", "2026-12-31")
    back = ("--kind", "service", "--day", "2026-12-17", "--reason", "维修", *AT)
    (moved,) = lines(call("move", *where, *back, "--to", "2026-12-10", "--json"))
    assert moved["warning"] == "同一时间还有学习日（也在一楼会议室）。"
    event = ("--kind", "event", "--day", "2026-12-10", "--topic", "联欢", "--reason", "冬至")
    assert "请留意" in call("add", *where, *event, *AT)


def test_who_joined_what_a_rule_does_not_name_any_more_is_told(call: Call, tmp_path: Path) -> None:
    with opened(None, tmp_path) as house:
        house.db.write_now(lambda s: s.add(SignUp(
            person_id=1, branch_id=1, kind=DayKind.SERVICE, source="rule:1", named=date(2026, 12, 10),
            day=date(2026, 12, 10), at=real_now(),
        )))  # fmt: skip
    which = ("--branch", "三海", "--kind", "service")
    call("rule", "pause", *which, "--from", "2026-12-01", "--to", "2026-12-31", *AT)
    with opened(None, tmp_path) as house:
        told = house.db.read_now(lambda s: [row.reply["text"] for row in s.scalars(select(Outbox))])
    assert told == ["12月10日(周四)的志愿服务日取消了，请您别跑空。"]


def test_of_several_rules_the_one_to_end_must_be_named(call: Call) -> None:
    which = ("--branch", "三海", "--kind", "service")
    call("rule", "add", *which, "--rule", "last fri 15:00", *AT)
    with pytest.raises(Refused, match="哪一条"):
        call("rule", "end", *which, *AT)
    assert "到2026年11月22日为止" in call(
        "rule", "end", *which, "--rule", "每月最后一个星期五 15:00", *AT
    )
    with pytest.raises(Refused, match="没有这条规律"):
        call("rule", "end", *which, "--rule", "daily", *AT)


def test_a_preview_stores_nothing(call: Call) -> None:
    found = lines(
        call("preview", "--rule", "2nd thu", "--from", "2026-01-01", "--to", "2026-12-31", "--json")
    )
    assert [one["day"][5:] for one in found] == SERVICE_2026.split()
    assert len(call("preview", "--rule", "每月15日 09:00", *AT).splitlines()) == 12
    assert len(call("rule", "list", *AT).splitlines()) == 2


def test_a_preview_of_a_service_day_shows_where_a_holiday_puts_it(call: Call) -> None:
    span = ("--from", "2026-10-01", "--to", "2026-10-09", "--json")
    (found,) = lines(call("preview", "--rule", "1st thu 09:00", "--kind", "service", *span))
    assert (found["day"], found["moved_from"]) == ("2026-10-08", "2026-10-01")


def test_a_day_is_moved_with_a_reason_and_restored(call: Call) -> None:
    day = ("--branch", "三海", "--kind", "service", "--day", "2026-12-10")
    by = ("--to", "2026-12-17", "--time", "15:00", "--reason", "会议室维修", "--as", "韦红梅")
    assert "改到12月17日(周四)" in call("move", *day, *by, *AT)
    (found,) = lines(call("--from", "2026-12-01", "--to", "2026-12-31", "--json"))
    assert (found["day"], found["time"], found["moved_from"], found["reason"]) == (
        "2026-12-17", "15:00", "2026-12-10", "会议室维修",
    )  # fmt: skip
    assert "照原来的办" in call("restore", "--branch", "三海", "--day", "2026-12-17", *AT)
    assert "2026-12-10" in call("--from", "2026-12-01", "--to", "2026-12-31")


def test_who_decided_and_why_is_kept(call: Call, tmp_path: Path) -> None:
    day = ("--branch", "三海", "--day", "2026-12-10", "--reason", "台风", "--as", "韦红梅")
    call("cancel", *day, *AT)
    with opened(None, tmp_path) as house:
        (row,) = house.db.read_now(lambda s: s.scalars(select(CalendarException)).unique().all())
    assert (row.by_id, row.reason) == (2, "台风")
    assert call("--from", "2026-12-01", "--to", "2026-12-31") == ""


@pytest.mark.parametrize("who", ["黄丽", "王秀英"])
def test_who_doesnt_look_after_the_branch_decides_nothing(call: Call, who: str) -> None:
    day = ("--branch", "三海", "--day", "2026-12-10", "--reason", "台风")
    with pytest.raises(Refused, match="不是这个支部的联络员"):
        call("cancel", *day, "--as", who, *AT)


def test_a_day_without_anything_is_refused_and_so_is_one_with_two_things(call: Call) -> None:
    day = ("--branch", "三海", "--reason", "台风", *AT)
    with pytest.raises(Refused, match="没有安排"):
        call("cancel", "--day", "2026-12-11", *day)
    call("rule", "add", "--branch", "三海", "--kind", "study", "--rule", "2nd thu 15:00", *AT)
    with pytest.raises(Refused, match="哪一样"):
        call("cancel", "--day", "2026-12-10", *day)
    with pytest.raises(Refused, match="没有改动"):
        call("restore", "--branch", "三海", "--day", "2026-12-10", "--kind", "study", *AT)


def test_a_day_is_added_planned_and_confirmed(call: Call) -> None:
    where = ("--branch", "三海")
    event = ("--kind", "event", "--day", "2026-12-20", "--time", "15:00", "--topic", "联欢")
    call("add", *where, *event, "--reason", "冬至", *AT)
    call(
        "plan",
        *where,
        "--kind",
        "service",
        "--day",
        "2026-12-10",
        "--topic",
        "打扫公园",
        "--place",
        "公园",
    )
    call("plan", *where, "--kind", "service", "--day", "2026-12-10", "--topic", "清理河道")
    call("keep", *where, "--day", "2027-02-11", *AT)
    found = lines(call("--from", "2026-12-01", "--to", "2027-02-28", "--json"))
    assert [(one["day"], one["topic"], one["reason"]) for one in found] == [
        ("2026-12-10", "清理河道", ""), ("2026-12-20", "联欢", "冬至"), ("2027-01-14", "", ""),
        ("2027-02-11", "", ""),
    ]  # fmt: skip


def test_the_years_file_is_imported_shown_and_moves_the_service_day(
    call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "2027.txt"
    file.write_text(
        "2027,已确认\n2027-02-05..2027-02-13,放假,春节\n2027-02-20,上班,春节\n", "utf-8"
    )
    assert "2027-02-05 春节" in call("holidays", str(file))
    shown = lines(call("holidays", "--show", "2027", "--json"))[0]
    assert (shown["confirmed"], shown["worked"]) == (True, ["2027-02-20"])
    (found,) = lines(call("--from", "2027-02-01", "--to", "2027-02-28", "--json"))
    assert (found["day"], found["moved_from"]) == ("2027-02-15", "2027-02-11")
    file.write_text("2027,未确认\n2027-02-06,放假,春节\n", "utf-8")
    assert "未确认" in call("holidays", str(file))


def test_a_table_of_a_year_is_compared_before_it_is_stored(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    rows = ["日期,名称,安排", "2027-02-05至2027-02-13,春节,放假", "2027/2/20,春节,上班"]
    file.write_text("\n".join(rows), "utf-8")
    call("rule", "add", "--branch", "三海", "--kind", "study", "--rule", "15 09:00", *AT)
    (moved,) = lines(call("holidays", str(file), "--dry-run", "--json", *AT))
    assert (moved["day"], moved["to"]) == ("2027-02-11", "2027-02-15")
    assert moved["warning"] == "同一时间还有学习日（也在一楼会议室）。"
    assert lines(call("holidays", "--show", "2027", "--json"))[0]["off"] == {}
    stored = call("holidays", str(file), "--as", "韦红梅", *AT)
    assert "2027 已确认" in stored
    assert "2027-02-11 → 2027-02-15；请留意，同一时间还有学习日" in stored
    call("holidays", str(file), "--unconfirmed", *AT)
    assert lines(call("holidays", "--show", "2027", "--json"))[0]["confirmed"] is False


def test_a_file_that_cant_be_read_is_refused(call: Call, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="读不了"):
        call("holidays", str(tmp_path / "none.txt"))
    (tmp_path / "bad.txt").write_text("2027,已确认\n乱\n", "utf-8")
    with pytest.raises(Refused, match="第2行"):
        call("holidays", str(tmp_path / "bad.txt"))


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "12月1日"),
        ("holidays",),
        ("move", "--branch", "三海", "--day", "2026-12-10", "--to", "2026-12-17", "--time", "9点", "--reason", "修"),
    ],
)  # fmt: skip
def test_a_slip_of_the_finger_is_a_usage_error(call: Call, words: tuple[str, ...]) -> None:
    assert "Usage" in call(*words)


def test_options_before_a_subcommand_are_a_usage_error(call: Call, tmp_path: Path) -> None:
    output = call("--data", str(tmp_path), "rule", "list", on=False)
    assert "Usage" in output
