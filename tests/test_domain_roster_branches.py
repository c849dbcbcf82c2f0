import pytest

from bot.domain.roster import diff
from bot.domain.roster.branches import find_branch, is_new_branch
from tests.sheets.lines import BRANCHES, TODAY, compared, roster


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


def test_a_branch_written_wrongly_is_faulty_with_the_known_ones_named() -> None:
    (fault,) = compared(("姓名", "支部"), ("李大海", "三梅街道支部")).faulty
    assert (fault.row, fault.column) == (2, "支部")
    assert all(branch in fault.reason for branch in BRANCHES)


def test_the_first_roster_of_all_brings_its_branches() -> None:
    read = roster(("姓名", "支部"), ("李大海", "海边支部"), ("周平", "海边支部"))
    assert diff(read, (), (), TODAY).new_branches == ("海边支部",)


@pytest.mark.parametrize("said", ["城西社区离退休党支部", "三海街道第二党支部", "海边党总支"])
def test_a_third_branch_needs_no_code(said: str) -> None:
    assert is_new_branch(said, BRANCHES)
    assert compared(("姓名", "支部"), ("李大海", said)).new_branches == (said,)


@pytest.mark.parametrize("said", ["三海街支部", "三梅街道支部", "海边", "支部"])
def test_a_slip_or_a_vague_word_makes_no_branch(said: str) -> None:
    assert not is_new_branch(said, BRANCHES)


def test_short_forms_within_the_first_roster_are_one_branch() -> None:
    names = ("双鹤", "双鹤社区离退休党支部", "双鹤社区")
    lines = [(f"李大{n}", name) for n, name in zip("海山河", names, strict=True)]
    found = diff(roster(("姓名", "支部"), *lines), (), (), TODAY)
    assert {entry.branch for entry in found.new} == {names[1]}
    assert found.new_branches == (names[1],)


def test_full_names_of_one_beginning_are_two_branches() -> None:
    names = ("双鹤社区党支部", "双鹤社区第一党支部")
    read = roster(("姓名", "支部"), ("李大海", names[0]), ("周平", names[1]))
    assert diff(read, (), (), TODAY).new_branches == names


def test_a_short_form_of_two_new_branches_is_faulty() -> None:
    lines = ("李大海", "双鹤"), ("周平", "双鹤社区党支部"), ("李明", "双鹤街道党支部")
    (fault,) = diff(roster(("姓名", "支部"), *lines), (), (), TODAY).faulty
    assert (fault.row, fault.column) == (2, "支部")
