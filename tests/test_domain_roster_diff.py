from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.people import Role, Status
from bot.domain.roster import Change, Field, Known
from bot.domain.roster.headings import Cell
from tests.sheets.lines import (
    BRANCHES,
    FULL,
    WANG,
    WEI,
    compared,
    places,
    roster,
)

DAY = date(1976, 12, 26)

# Who is who


def test_an_unknown_person_is_new_with_the_branch_by_its_full_name() -> None:
    found = compared(("姓名", "所属支部"), ("李大海", "雙鶴社區"))
    assert [(entry.name, entry.branch) for entry in found.new] == [("李大海", BRANCHES[1])]


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        (("编号",), ("0001",)),
        (("编号",), (1.0,)),
        (("出生日期",), ("1948.3.2",)),
        (("手机",), ("138 0000 1234",)),
        (("编号", "出生日期"), (77, "1948-03-02")),
        (("出生日期", "手机"), ("1948-03-12", "13800001234")),
    ],
    ids=["number", "number cell", "birth", "phone", "birth, new number", "phone, other birth"],
)
def test_the_same_person_is_known_again(titles: tuple[str, ...], cells: tuple[Cell, ...]) -> None:
    found = compared(("姓名", *titles), ("王秀英", *cells), known=(WANG, WEI))
    assert (found.new, found.faulty) == ((), ())
    assert found.missing == (WEI,)


def test_a_name_in_the_other_script_is_the_same_name() -> None:
    found = compared(("姓名", "出生日期"), ("韋建國", "1950-10-01"), known=(WEI,))
    assert found.unchanged == (WEI,)


def test_changes_name_the_field_with_old_and_new() -> None:
    found = compared(
        FULL, (1, "王秀英", "女", "1948-03-02", DAY, "", "双鹤", "13800009999", ""), known=(WANG,)
    )
    (changed,) = found.changed
    assert changed.changes == (
        Change(Field.BRANCH, BRANCHES[0], BRANCHES[1]),
        Change(Field.PHONE, "13800001234", "13800009999"),
    )


def test_empty_cells_never_erase() -> None:
    found = compared(FULL, ("0001", "王秀英"), known=(WANG,))
    assert found.unchanged == (WANG,)


def test_a_corrected_name_under_the_same_number_is_a_change() -> None:
    line = (1, "王秀瑛", "女", "1948-03-02")
    (changed,) = compared(FULL, line, known=(WANG,)).changed
    assert changed.changes == (Change(Field.NAME, "王秀英", "王秀瑛"),)


def test_another_person_under_a_known_number_is_faulty() -> None:
    found = compared(FULL, (1, "李大海", "男", "1951-01-01"), known=(WANG,))
    assert places(found.faulty) == [(2, "编号")]
    assert "王秀英" in found.faulty[0].reason


def test_two_known_people_who_match_make_a_line_faulty() -> None:
    twin = replace(WANG, id=3, number="0003", phone="")
    found = compared(("姓名", "出生日期"), ("王秀英", "1948-03-02"), known=(WANG, twin))
    assert "0001、0003" in found.faulty[0].reason
    assert found.missing == (WANG, twin)


def test_a_number_that_two_known_people_could_have_is_faulty() -> None:
    known = (replace(WANG, number="01"), replace(WEI, number="001"))
    assert "01、001" in compared(FULL, (1, "王秀英"), known=known).faulty[0].reason


def test_a_number_exactly_as_written_comes_first() -> None:
    known = (replace(WANG, number="1"), replace(WEI, number="01"))
    assert compared(FULL, ("1", "王秀英"), known=known).unchanged == known[:1]


def test_a_name_alone_that_is_known_is_not_taken_for_a_new_person() -> None:
    found = compared(("姓名", "性别"), ("王秀英", "女"), known=(WANG,))
    assert (found.new, places(found.faulty)) == ((), [(2, "姓名")])


def test_a_namesake_with_another_birth_date_is_new() -> None:
    found = compared(("姓名", "出生日期"), ("王秀英", "1955-05-05"), known=(WANG,))
    assert ([entry.row for entry in found.new], found.missing) == ([2], (WANG,))


TWICE = {
    "number": (("1", "李大海", "", ""), ("01", "周平", "", "")),
    "birth": (("", "李大海", "1950-01-01", ""), ("", "李大海", "1950-01-01", "")),
    "birth, one numbered": (("1", "李大海", "1950-01-01", ""), ("", "李大海", "1950-01-01", "")),
    "phone": (("", "李大海", "", "6523456"), ("", "李大海", "", "6523456")),
    "nothing to compare": (("", "李大海", "1950-01-01", ""), ("", "李大海", "", "6523456")),
    "nothing at all": (("", "李大海", "", ""), ("", "李大海", "", "")),
}


@pytest.mark.parametrize("lines", TWICE.values(), ids=TWICE.keys())
def test_two_lines_for_one_person_are_both_faulty(lines: tuple[tuple[Cell, ...], ...]) -> None:
    found = compared(("编号", "姓名", "出生日期", "手机"), *lines)
    assert ([fault.row for fault in found.faulty], found.new) == ([2, 3], ())
    assert "第2、3行" in found.faulty[0].reason


def test_two_lines_that_reach_one_known_person_by_different_ways_are_faulty() -> None:
    found = compared(
        ("编号", "姓名", "出生日期", "手机"),
        ("1", "王秀英", "", ""),
        ("", "王秀英", "", "13800001234"),
        known=(WANG,),
    )
    assert [fault.row for fault in found.faulty] == [2, 3]
    assert found.missing == ()


def test_namesakes_born_on_one_day_with_numbers_of_their_own_are_two_people() -> None:
    lines = (("1", "王秀英", "1948-03-02"), ("2", "王秀英", "1948-03-02"))
    found = compared(("编号", "姓名", "出生日期"), *lines, known=(WANG,))
    assert (found.unchanged, [entry.number for entry in found.new]) == ((WANG,), ["2"])


def test_a_faulty_line_is_not_counted_and_its_person_not_missed() -> None:
    found = compared(("姓名", "出生日期", "手机"), ("王秀英", "1948-03-02", "1"), known=(WANG,))
    assert (found.new, found.changed, found.unchanged, found.missing) == ((), (), (), ())


def test_absent_people_are_listed_but_not_those_who_left() -> None:
    gone = replace(WEI, status=Status.MOVED)
    dead = replace(WEI, id=4, number="0004", status=Status.DECEASED)
    found = compared(("姓名", "性别"), ("李大海", "男"), known=(WANG, gone, dead))
    assert found.missing == (WANG,)


def test_a_roster_gives_roles_and_takes_none() -> None:
    known = replace(WANG, roles=frozenset({Role.COORDINATOR}))
    lines = (("编号", "姓名", "角色"), (1, "王秀英", "党员"))
    (changed,) = compared(*lines, known=(known,)).changed
    both = frozenset({Role.COORDINATOR, Role.MEMBER})
    assert changed.changes == (Change(Field.ROLES, known.roles, both),)
    assert compared(*lines, known=(replace(known, roles=both),)).changed == ()


def test_new_dates_are_held_against_those_already_known() -> None:
    found = compared(("编号", "姓名", "入党日期"), (1, "王秀英", "1960-01-01"), known=(WANG,))
    assert places(found.faulty) == [(2, "入党日期")]


def test_the_deceased_are_not_brought_back_by_a_roster() -> None:
    known = replace(WANG, status=Status.DECEASED)
    found = compared(("编号", "姓名", "状态"), (1, "王秀英", "在册"), known=(known,))
    assert places(found.faulty) == [(2, "状态")]


def test_faults_come_in_the_order_of_the_sheet() -> None:
    found = compared(
        ("姓名", "手机", "所属支部"), ("韦建国", "1", "海边"), ("王1", "13800001234", "三海")
    )
    assert places(found.faulty) == [(2, "手机"), (2, "所属支部"), (3, "姓名")]


# Size


def _crowd(size: int) -> tuple[tuple[Cell, ...], ...]:
    given = "秀英建国志强桂兰德明玉珍"
    return tuple(
        (
            n, f"王{given[n % 12]}{given[n // 12 % 12]}", "女", DAY - timedelta(days=9000 + n % 999),
            DAY, DAY, "雙鶴", 13800000000 + n, f"双鹤路{n}号",
        )
        for n in range(1, size + 1)
    )  # fmt: skip


def test_five_thousand_lines_are_compared() -> None:
    lines = _crowd(5_000)
    known = tuple(
        Known(id=entry.row, **{field.value: getattr(entry, field) for field in Field})
        for entry in roster(FULL, *lines).entries
    )
    found = compared(FULL, *lines, known=known)
    assert (len(found.changed), found.faulty) == (5_000, ())  # 雙鶴 by its full name


def test_five_thousand_lines_of_one_name_are_all_in_doubt() -> None:
    found = compared(("姓名", "性别"), *[("王秀英", "女")] * 5_000, known=(WANG,))
    assert len(found.faulty) == 5_000


def test_every_reason_is_short_and_polite_chinese() -> None:
    cells: tuple[Cell, ...] = ("x" * 300, 5, "1976.12", "2030-01-01", "1976-13-01", "1" * 40)
    titles = (*FULL, "角色", "状态", "备注")
    faults = [fault for cell in cells for fault in compared(titles, (cell,) * len(titles)).faulty]
    assert len(faults) > 30
    assert [fault.reason for fault in faults if len(fault.reason) > 100] == []
    assert [fault.reason for fault in faults if "请" not in fault.reason] == []
