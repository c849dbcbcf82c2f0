from datetime import date

import pytest

from bot.domain.base import Refused
from bot.domain.roster import Field, heading_words
from bot.domain.roster.headings import Cell
from tests.sheets.lines import (
    one_cell,
    places,
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
    assert columns[Field(field)].title == "".join(title.split())


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
