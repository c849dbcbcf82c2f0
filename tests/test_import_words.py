"""What a compared roster would change, in words: from what to what, and nothing that is masked elsewhere."""

from datetime import date

import pytest

from bot.domain.people import Role, Status
from bot.domain.roster import Change, Field
from bot.members.importing.told import change_words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            Change(Field.BORN_ON, date(1950, 3, 5), date(1951, 3, 5)),
            "出生日期：1950-03-05 → 1951-03-05",
        ),
        (Change(Field.JOINED_ON, None, date(1976, 12, 26)), "入党日期：空着 → 1976-12-26"),
        (Change(Field.SEX, "", "女"), "性别：空着 → 女"),
        (Change(Field.STATUS, Status.ACTIVE, Status.PAUSED), "状态：在册 → 暂停"),
        (
            Change(Field.PHONE, "13900005678", "13700000001"),
            "手机：139****5678 → 137****0001",
        ),
        (Change(Field.ADDRESS, "钟秀路1号", "钟秀路2号"), "住址"),
        (Change(Field.NOTE, "", "心脏不好"), "备注"),
        (
            Change(Field.ROLES, frozenset({Role.MEMBER}), frozenset({Role.MEMBER, Role.VOLUNTEER})),
            "角色：加上志愿者",
        ),
        (
            Change(Field.ORGANISATIONS, frozenset[str](), frozenset({"老体协", "关工委"})),
            "所属组织：加上关工委、老体协",
        ),
    ],
)
def test_a_change_says_from_what_to_what(change: Change, words: str) -> None:
    assert change_words(change) == words
