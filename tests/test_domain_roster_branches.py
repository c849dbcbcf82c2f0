import pytest

from bot.domain.roster import diff
from bot.domain.roster.branches import find_branch
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


def test_an_unknown_branch_is_faulty_with_the_known_ones_named() -> None:
    (fault,) = compared(("姓名", "支部"), ("李大海", "海边支部")).faulty
    assert (fault.row, fault.column) == (2, "支部")
    assert all(branch in fault.reason for branch in BRANCHES)


def test_the_first_roster_of_all_brings_its_branches() -> None:
    read = roster(("姓名", "支部"), ("李大海", "海边支部"), ("周平", "海边支部"))
    assert diff(read, (), (), TODAY).new_branches == ("海边支部",)
