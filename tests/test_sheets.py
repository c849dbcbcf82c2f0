import sys
from datetime import date
from pathlib import Path

import pytest

from bot.domain.base import Refused
from bot.domain.roster import diff, heading_words, read
from bot.sheets import Limits, Row, read_rows, text_cell, to_csv
from bot.spreadsheet.__main__ import answer
from bot.spreadsheet.limits import Unreadable
from tests.sheets import healthy, hostile
from tests.sheets.lines import BRANCHES, TODAY, WANG

HEADINGS = frozenset({"姓名", "性别", "出生日期"})
DAY = {"typed": date(1976, 12, 26), "text": "1976-12-26"}
FORMATS = {
    "xlsx": (healthy.xlsx, "typed"),
    "xls": (healthy.xls, "typed"),
    "utf-8": (healthy.csv("utf-8"), "text"),
    "utf-8 with a mark": (healthy.csv("utf-8-sig"), "text"),
    "gbk": (healthy.csv("gbk"), "text"),
    "gb18030": (healthy.csv("gb18030"), "text"),
    "utf-16": (healthy.csv("utf-16", "\t"), "text"),
    "utf-16 without a mark": (healthy.csv("utf-16-le", "\t"), "text"),
    "tabs": (healthy.csv("gbk", "\t"), "text"),
    "semicolons": (healthy.csv("utf-8", ";"), "text"),
}


@pytest.mark.parametrize(("build", "kind"), FORMATS.values(), ids=FORMATS.keys())
def test_every_format_an_office_writes_is_read_with_line_numbers(
    tmp_path: Path, build: hostile.Builder, kind: str
) -> None:
    sheet = read_rows(build(tmp_path / "名册"), headings=HEADINGS)
    assert [row.line for row in sheet.rows] == [1, 2, 3, 4]
    assert sheet.rows[2].cells[1:3] == ("王秀英", "女")
    assert sheet.rows[2].cells[4] == DAY[kind]


def test_blank_lines_are_counted_and_left_out(tmp_path: Path) -> None:
    path = healthy.xlsx(tmp_path / "a.xlsx", [[], ["姓名", None], [" "], ["王秀英", None]])
    assert read_rows(path).rows == (Row(2, ("姓名",)), Row(4, ("王秀英",)))


def test_blank_lines_of_a_text_file_are_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n姓名,备注\n\n王秀英,好\n", encoding="utf-8")
    assert [row.line for row in read_rows(path).rows] == [2, 4]


def test_numbers_and_truth_keep_their_types(tmp_path: Path) -> None:
    path = healthy.xlsx(tmp_path / "a.xlsx", [["姓名", 13800001234, 1.5, True]])
    assert read_rows(path).rows[0].cells == ("姓名", 13800001234, 1.5, True)


def test_control_characters_are_cleaned_off_at_the_door(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名\u200b,\u202e备注\x1f\n", encoding="utf-8")
    assert read_rows(path).rows[0].cells == ("姓名", "备注")


def test_the_first_sheet_with_a_heading_is_read(tmp_path: Path) -> None:
    sheets = {"说明": [["怎样填写"]], "三海": healthy.ROSTER, "双鹤": healthy.ROSTER}
    path = healthy.several_sheets(tmp_path / "a.xlsx", sheets)
    sheet = read_rows(path, headings=HEADINGS | {"姓名"})
    assert (sheet.name, sheet.others) == ("三海", ("双鹤",))


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    sheets = {"旧": healthy.ROSTER, "新": healthy.ROSTER}
    path = healthy.several_sheets(tmp_path / "a.xlsx", sheets, hidden=["旧"])
    assert read_rows(path, headings=HEADINGS).name == "新"


def test_without_a_heading_the_first_sheet_with_anything_is_read(tmp_path: Path) -> None:
    path = healthy.several_sheets(tmp_path / "a.xlsx", {"空": [], "表": [["甲"]]})
    assert read_rows(path, headings=HEADINGS).name == "表"


def test_a_large_sheet_elsewhere_in_the_file_does_no_harm(tmp_path: Path) -> None:
    sheets = {"别的": [["x"] * 70], "名册": healthy.ROSTER}
    path = healthy.several_sheets(tmp_path / "a.xlsx", sheets)
    assert read_rows(path, headings=HEADINGS).name == "名册"


@pytest.mark.parametrize("name", ["名册.csv", "名册.xls", "名册.txt", "名册"])
def test_a_wrong_extension_does_not_matter(tmp_path: Path, name: str) -> None:
    assert len(read_rows(healthy.xlsx(tmp_path / name)).rows) == 4


def test_five_thousand_members_fit(tmp_path: Path) -> None:
    person = ["王秀英", "女", "1948-03-02", "1976-12-26", "三海街道", "13800001234"] * 2
    path = healthy.xlsx(tmp_path / "a.xlsx", [["姓名", "性别"], *[person] * 5_000])
    assert len(read_rows(path).rows) == 5_001


def test_a_real_roster_goes_from_the_file_to_the_difference(tmp_path: Path) -> None:
    sheet = read_rows(healthy.xls(tmp_path / "名册.xls"), headings=heading_words())
    found = diff(read(sheet.rows, TODAY), (WANG,), BRANCHES, TODAY)
    assert ([entry.name for entry in found.new], found.unchanged) == (["韦建国"], (WANG,))
    assert (found.ignored, found.faulty) == (("序号",), ())


SMALL = Limits(rows=3, columns=2, cell_chars=5, text_chars=12, file_bytes=20_000)
OVER = {
    "超过3行": [["甲"]] * 4,
    "超过2列": [["甲", "乙", "丙"]],
    "第2行有一格": [["甲"], ["甲乙丙丁戊己"]],
    "太大": [["甲乙丙丁戊", "甲乙丙丁戊"], ["甲乙丙丁戊"]],
}


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize(("said", "table"), OVER.items(), ids=range(len(OVER)))
def test_each_limit_is_kept_and_named(
    tmp_path: Path, suffix: str, said: str, table: healthy.Table
) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        path.write_bytes(to_csv([[str(cell) for cell in row] for row in table]))
    else:
        healthy.xlsx(path, table)
    with pytest.raises(Unreadable, match=said):
        list(answer(path, HEADINGS, SMALL, allow=lambda _: None))


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"1,2\n" * 6_000)
    with pytest.raises(Refused, match="太大"):
        read_rows(path, limits=SMALL)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="找不到"):
        read_rows(tmp_path / "none.xlsx")


def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = healthy.xlsx(tmp_path / "a.xlsx")
    with pytest.raises(Refused, match="太大"):
        read_rows(path, limits=Limits(wall_seconds=0.001))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't bound memory")
def test_a_child_without_memory_is_a_refusal(tmp_path: Path) -> None:
    path = healthy.csv("utf-8")(tmp_path / "a.csv")
    with pytest.raises(Refused, match="太大"):
        read_rows(path, limits=Limits(memory_bytes=10_000))


def test_the_child_sees_none_of_our_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.sheets import _environment

    monkeypatch.setenv("YURE_TELEGRAM__TOKEN", "secret")
    assert "secret" not in str(_environment())


def test_reading_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (spool := tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(spool))
    read_rows(healthy.xlsx(tmp_path / "a.xlsx"))
    assert list(spool.iterdir()) == []


def test_the_answer_names_the_sheet_then_its_lines(tmp_path: Path) -> None:
    path = healthy.xls(tmp_path / "a.xls")
    documents = list(answer(path, HEADINGS, Limits(), allow=lambda _: None))
    assert documents[0] == {"sheet": "名册", "others": []}
    assert documents[3] == (3, [1, "王秀英", "女", {"day": "1948-03-02"}, *documents[3][1][4:]])  # type: ignore[index]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "＝1", "\t=1", " =1"])
def test_a_cell_that_would_be_computed_is_led_by_an_apostrophe(text: str) -> None:
    assert text_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [("王秀英", "王秀英"), (-5, "-5"), (None, ""), (date(2026, 1, 2), "2026-01-02")],
)
def test_other_cells_are_written_as_they_are(value: object, text: str) -> None:
    assert text_cell(value) == text


def test_csv_has_a_mark_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(to_csv([["姓名", "备注"], ["王秀英", '爱说"好",\n常来']]))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_rows(path).rows[1].cells == ("王秀英", '爱说"好",\n常来')
