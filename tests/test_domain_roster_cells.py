from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Role, Status
from bot.domain.roster.headings import Cell
from tests.sheets.lines import (
    TODAY,
    one_cell,
    places,
    reason,
    roster,
)

DAY = date(1976, 12, 26)

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
