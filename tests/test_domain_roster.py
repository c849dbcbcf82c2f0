import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.base import Refused
from bot.domain.people import Role, Status
from bot.domain.roster import Change, Field, Known, diff, heading_words
from bot.domain.roster.branches import find_branch
from bot.domain.roster.headings import Cell
from tests.sheets.lines import (
    BRANCHES,
    FULL,
    TODAY,
    WANG,
    WEI,
    compared,
    one_cell,
    places,
    reason,
    roster,
)

DAY = date(1976, 12, 26)

# Headings


def test_headings_stand_in_any_order_below_a_title_with_spaces_inside() -> None:
    (entry,) = roster(
        ("三海街道离退休党员名册",),
        (),
        ("手 机", "出生日期", "姓 名"),
        (13800001234.0, "1948-03-02", "王秀英"),
    ).entries
    assert (entry.row, entry.name, entry.phone) == (4, "王秀英", "13800001234")
    assert entry.born_on == date(1948, 3, 2)


SYNONYMS = {
    "number": ("编号", "党员编号", "編號"),
    "sex": ("性别", "性 別"),
    "born_on": ("出生日期", "出生年月", "生日", "出生日期(年月日)"),
    "joined_on": ("入党日期", "入党时间", "入黨時間", "入党时间*"),
    "full_member_on": ("转正日期", "转正时间"),
    "branch": ("所属支部", "支部", "所在支部", "所在党支部"),
    "phone": ("手机", "手机号", "联系电话", "电话", "手机号码（必填）", "聯繫電話"),
    "address": ("住址", "家庭住址", "地址"),
    "roles": ("角色", "身份"),
    "note": ("备注", "備註"),
    "status": ("状态",),
}


@pytest.mark.parametrize(
    ("field", "title"), [(field, title) for field, titles in SYNONYMS.items() for title in titles]
)
def test_every_usual_heading_is_understood(field: str, title: str) -> None:
    columns = one_cell(title, None).heading.columns
    assert columns[Field(field)].title == title


def test_a_line_counter_is_nobodys_number_and_unknown_columns_are_listed() -> None:
    read = roster(("序号", "姓名", "性别", "身份证号"), (1, "王秀英", "女", "4507"))
    assert read.heading.ignored == ("序号", "身份证号")
    assert read.entries[0].number == ""


def test_of_two_columns_for_one_thing_the_better_is_read_and_the_other_listed() -> None:
    read = roster(("姓名", "联系电话", "手机"), ("王秀英", "0777-6523456", "13800001234"))
    assert read.entries[0].phone == "13800001234"
    assert read.heading.ignored == ("联系电话",)


@pytest.mark.parametrize("lines", [[], [("甲", "乙")], [("姓名",), ("王秀英",)]])
def test_a_sheet_without_headings_is_refused_with_an_example(lines: list[tuple[Cell, ...]]) -> None:
    with pytest.raises(Refused, match="请在名册上方写一行列名"):
        roster(*lines)


def test_the_words_for_choosing_a_sheet_are_in_both_scripts() -> None:
    assert {"姓名", "性别", "性別", "编号", "編號"} <= heading_words()


# Lines that hold nobody


@pytest.mark.parametrize(
    "line",
    [
        (92, None, None),
        (None, " ", ""),
        ("序号", "姓名", "性别"),
        ("合计", "91人", None),
        ("填表人：李四", None, None),
        (None, "备注：以上属实", None),
    ],
    ids=["numbered", "blank", "heading again", "sum", "signature", "remark"],
)
def test_a_line_that_holds_nobody_is_passed_over(line: tuple[Cell, ...]) -> None:
    read = roster(("序号", "姓名", "性别"), (1, "王秀英", "女"), line)
    assert ([entry.row for entry in read.entries], read.faulty) == ([2], ())


def test_a_short_line_ends_in_empty_cells() -> None:
    (entry,) = roster(("姓名", "性别", "备注"), ("王秀英",)).entries
    assert (entry.sex, entry.note) == ("", "")


# Dates

WAYS = {
    "dashes": "1976-12-26",
    "dots": "1976.12.26",
    "slashes": "1976/12/26",
    "Chinese": "1976年12月26日",
    "digits": "19761226",
    "digits in a number cell": 19761226.0,
    "serial": 28120,
    "serial as a float": 28120.0,
    "serial with a time": 28120.75,
    "serial as text": "28120",
    "date": DAY,
    "moment": datetime(1976, 12, 26, 8, 30),  # noqa: DTZ001 - as a table holds it
    "moment as text": "1976-12-26 00:00:00",
    "spaces": " 1976 年 12 月 26 日 ",
    "full width": "１９７６．１２．２６",
    "long dash": "1976—12—26".replace("—", "–"),
}


@pytest.mark.parametrize("cell", WAYS.values(), ids=WAYS.keys())
def test_a_date_is_read_as_people_and_programs_write_it(cell: Cell) -> None:
    assert one_cell("入党日期", cell).entries[0].joined_on == DAY


@given(st.dates(date(1910, 1, 1), TODAY))
def test_a_serial_is_the_day_that_excel_shows(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert one_cell("出生日期", serial).entries[0].born_on == day


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("1976.12", "缺少日"),
        (1976.12, "缺少日"),
        ("1976年12月", "缺少日"),
        ("197612", "缺少日"),
        (1976, "缺少日"),
        ("1976-02-30", "没有"),
        ("76-12-26", "认不出"),
        ("去年", "认不出"),
        (12, "认不出"),
        (-5.0, "认不出"),
        (1e300, "认不出"),
        ("²", "认不出"),
        (True, "认不出"),
        ("2027-01-01", "还没有到"),
        ("1876-12-26", "太早"),
    ],
)
def test_a_date_in_doubt_is_faulty_with_the_reason(cell: Cell, says: str) -> None:
    assert says in reason("入党日期", cell)


def test_a_birth_month_is_faulty_under_a_heading_that_asks_for_the_day() -> None:
    assert "缺少日" in reason("出生日期", "1948.03")


def test_a_birth_month_under_a_heading_that_asks_for_no_more_is_noted_and_not_made_up() -> None:
    read = one_cell("出生年月", "1948.03")
    assert (read.faulty, read.entries[0].born_on) == ((), None)
    assert places(read.noted) == [(2, "出生年月")]


@pytest.mark.parametrize("empty", [None, "", "无", "不详", "/", "——", "N/A"])
def test_what_people_write_for_unknown_is_empty(empty: Cell) -> None:
    read = roster(("姓名", "出生日期", "手机"), ("王秀英", empty, empty))
    assert (read.faulty, read.entries[0].born_on, read.entries[0].phone) == ((), None, "")


LIVES = {
    "17 at joining": (("1950-01-02", "1968-01-01", None), "入党日期", "不满18岁"),
    "17 when full": (("1950-01-02", None, "1968-01-01"), "转正日期", "不满18岁"),
    "full before joining": ((None, "1976-12-26", "1976-12-25"), "转正日期", "早于入党日期"),
    "joined before birth": (("1976-01-01", "1970-01-01", None), "入党日期", "不满18岁"),
}


@pytest.mark.parametrize(("days", "column", "says"), LIVES.values(), ids=LIVES.keys())
def test_dates_that_do_not_fit_together_are_faulty(
    days: tuple[Cell, ...], column: str, says: str
) -> None:
    (fault,) = roster(("姓名", "出生日期", "入党日期", "转正日期"), ("王秀英", *days)).faulty
    assert fault.column == column
    assert says in fault.reason


def test_eighteen_at_joining_and_full_on_the_same_day_are_right() -> None:
    read = roster(
        ("姓名", "出生日期", "入党日期", "转正日期"),
        ("王秀英", "1958-12-26", "1976-12-26", "1976-12-26"),
    )
    assert read.faulty == ()


# Phones, names and the rest

PHONES: tuple[tuple[Cell, str], ...] = (
    (13800001234, "13800001234"),
    (13800001234.0, "13800001234"),
    ("138 0000 1234", "13800001234"),
    ("138-0000-1234", "13800001234"),
    ("+86 13800001234", "13800001234"),
    ("+8613800001234", "13800001234"),
    ("0086-13800001234", "13800001234"),
    ("'+86 138 0000 1234", "13800001234"),
    ("１３８００００１２３４", "13800001234"),
    ("0777-6523456", "07776523456"),
    ("(0777)6523456", "07776523456"),
    (7776523456.0, "07776523456"),
    ("010-65234567", "01065234567"),
    ("6523456", "6523456"),
)


@pytest.mark.parametrize(("cell", "digits"), PHONES, ids=repr)
def test_a_phone_is_read_as_digits(cell: Cell, digits: str) -> None:
    assert one_cell("手机", cell).entries[0].phone == digits


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("1380000123", "10位"),
        ("138000012345", "12位"),
        ("12800001234", "11位"),
        ("13800001234/13900005678", "只留一个"),
        ("1.38E+10", "文本"),
        ("问儿子", "认不出"),
        ("١٣٨٠٠٠٠١٢٣٤", "请"),
    ],
)
def test_a_wrong_phone_is_faulty_with_the_reason(cell: Cell, says: str) -> None:
    assert says in reason("手机", cell)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("王 英", "王英"),
        ("王　英", "王英"),
        ("买买提•艾力", "买买提·艾力"),
        ("𠮷田英", "𠮷田英"),
        ("韋建國", "韋建國"),
        ("王" * 20, "王" * 20),
    ],
)
def test_a_name_is_two_to_twenty_chinese_characters(cell: str, name: str) -> None:
    assert roster(("姓名", "性别"), (cell, "女")).entries[0].name == name


@pytest.mark.parametrize("cell", ["王", "王" * 21, "Wang", "王秀英1", "王？英", "·王英", 7, "无"])
def test_what_is_no_name_is_faulty(cell: Cell) -> None:
    assert places(roster(("姓名", "性别"), (cell, "女")).faulty) == [(2, "姓名")]


@pytest.mark.parametrize(
    ("cell", "roles"),
    [
        ("党员", {Role.MEMBER}),
        ("会员", {Role.MEMBER}),
        ("成员", {Role.MEMBER}),
        ("黨員", {Role.MEMBER}),
        ("志愿者", {Role.VOLUNTEER}),
        ("联络员", {Role.COORDINATOR}),
        ("协调员", {Role.COORDINATOR}),
        ("Coordinator", {Role.COORDINATOR}),
        ("党员、志愿者", {Role.MEMBER, Role.VOLUNTEER}),
        ("党员/联络员", {Role.MEMBER, Role.COORDINATOR}),
    ],
)
def test_roles_are_read_one_or_several(cell: str, roles: set[Role]) -> None:
    assert one_cell("角色", cell).entries[0].roles == roles


@pytest.mark.parametrize("cell", ["管理员", "administrator", "厨师"])
def test_a_role_that_no_roster_gives_is_faulty(cell: str) -> None:
    assert "党员、志愿者、联络员" in reason("角色", cell)


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("在册", Status.ACTIVE),
        ("暂停", Status.PAUSED),
        ("已迁出", Status.MOVED),
        ("去世", Status.DECEASED),
    ],
)
def test_a_status_is_read(cell: str, status: Status) -> None:
    assert one_cell("状态", cell).entries[0].status == status


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("性别", "X"),
        ("状态", "出差"),
        ("住址", "路" * 201),
        ("备注", "好" * 201),
        ("编号", "1" * 21),
    ],
)
def test_other_cells_that_make_no_sense_are_faulty(title: str, cell: str) -> None:
    assert reason(title, cell).endswith("。")


def test_all_faults_are_collected_not_only_the_first() -> None:
    read = roster(
        ("姓名", "出生日期", "手机"),
        ("王1", "昨天", "123"),
        ("韦建国", "1950-10-01", "13900005678"),
        ("李四", "2030-01-01", "13900005678"),
    )
    assert places(read.faulty) == [
        (2, "姓名"), (2, "出生日期"), (2, "手机"), (4, "出生日期")
    ]  # fmt: skip


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


# Branches


@pytest.mark.parametrize(
    "said",
    [
        "双鹤社区离退休党支部",
        "雙鶴社區離退休黨支部",
        "双鹤",
        "雙鶴",
        "双鹤社区",
        "双鹤社区党支部",
        "双鹤 社区 离退休干部党支部",
        "中共双鹤社区支部委员会",
    ],
)
def test_a_branch_is_known_by_its_short_name_in_either_script(said: str) -> None:
    assert find_branch(said, BRANCHES) == BRANCHES[1]


@pytest.mark.parametrize("said", ["社区", "党支部", "双", "海边", "中共"])
def test_a_branch_that_is_not_meant_clearly_is_not_guessed(said: str) -> None:
    assert find_branch(said, BRANCHES) is None


def test_a_short_name_that_fits_two_branches_is_not_guessed() -> None:
    assert find_branch("双鹤", (*BRANCHES, "双鹤街道离退休党支部")) is None


def test_an_unknown_branch_is_faulty_with_the_known_ones_named() -> None:
    (fault,) = compared(("姓名", "支部"), ("李大海", "海边支部")).faulty
    assert (fault.row, fault.column) == (2, "支部")
    assert all(branch in fault.reason for branch in BRANCHES)


def test_the_first_roster_of_all_brings_its_branches() -> None:
    read = roster(("姓名", "支部"), ("李大海", "海边支部"), ("周平", "海边支部"))
    assert diff(read, (), (), TODAY).new_branches == ("海边支部",)


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


def test_five_thousand_lines_are_compared_within_two_seconds() -> None:
    lines = _crowd(5_000)
    known = tuple(
        Known(id=entry.row, **{field.value: getattr(entry, field) for field in Field})
        for entry in roster(FULL, *lines).entries
    )
    begun = time.perf_counter()
    found = compared(FULL, *lines, known=known)
    assert time.perf_counter() - begun < 2.0
    assert (len(found.changed), found.faulty) == (5_000, ())  # 雙鶴 by its full name


def test_five_thousand_lines_of_one_name_take_no_longer() -> None:
    begun = time.perf_counter()
    found = compared(("姓名", "性别"), *[("王秀英", "女")] * 5_000, known=(WANG,))
    assert time.perf_counter() - begun < 2.0
    assert len(found.faulty) == 5_000


def test_every_reason_is_short_and_polite_chinese() -> None:
    cells: tuple[Cell, ...] = ("x" * 300, 5, "1976.12", "2030-01-01", "1976-13-01", "1" * 40)
    titles = (*FULL, "角色", "状态", "备注")
    faults = [fault for cell in cells for fault in compared(titles, (cell,) * len(titles)).faulty]
    assert len(faults) > 30
    assert [fault.reason for fault in faults if len(fault.reason) > 100] == []
    assert [fault.reason for fault in faults if "请" not in fault.reason] == []
