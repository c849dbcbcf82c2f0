"""Which column holds what: headings in any order, in both scripts, below a title, with spaces inside."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Final, Protocol

from bot.domain.base import Refused
from bot.text import squeeze, to_traditional

Cell = str | int | float | date | datetime | None


class Line(Protocol):
    """A line of a sheet: its number counted from the top, from 1, and its cells."""

    @property
    def line(self) -> int: ...

    @property
    def cells(self) -> Sequence[Cell]: ...


class Field(StrEnum):
    """What a roster says of a person; the values are the attributes of `Entry` and `Known`."""

    NUMBER = "number"
    NAME = "name"
    SEX = "sex"
    BORN_ON = "born_on"
    JOINED_ON = "joined_on"
    FULL_MEMBER_ON = "full_member_on"
    BRANCH = "branch"
    ORGANISATIONS = "organisations"
    PHONE = "phone"
    ADDRESS = "address"
    ROLES = "roles"
    NOTE = "note"
    STATUS = "status"


# The better heading first: of 手机 and 联系电话 in one sheet the mobile is taken. 序号 counts lines and
# changes from sheet to sheet: it is nobody's number.
_WORDS: Final[dict[Field, str]] = {
    Field.NUMBER: "编号 党员编号 人员编号 会员编号 成员编号",
    Field.NAME: "姓名 党员姓名 成员姓名 名字",
    Field.SEX: "性别",
    Field.BORN_ON: "出生日期 出生年月日 生日 出生时间 出生年月",
    Field.JOINED_ON: "入党日期 入党时间 入党年月日 入党年月",
    Field.FULL_MEMBER_ON: "转正日期 转正时间 转正年月日 转正年月 转为正式党员日期",
    Field.BRANCH: "所属支部 所在支部 所属党支部 所在党支部 支部 党支部 支部名称 所属党组织 所在党组织",
    Field.ORGANISATIONS: "所属组织 所在组织 参加组织 组织 协会",
    Field.PHONE: "手机 手机号 手机号码 移动电话 联系电话 联系方式 电话 电话号码",
    Field.ADDRESS: "住址 家庭住址 现住址 居住地址 居住地 家庭地址 联系地址 地址",
    Field.ROLES: "角色 身份",
    Field.NOTE: "备注",
    Field.STATUS: "状态 人员状态",
}
_RANK: Final = {
    squeeze(word): (field, rank)
    for field, words in _WORDS.items()
    for rank, word in enumerate(words.split())
}
_ASIDE: Final = re.compile(r"[(（\[【].*?[)）\]】]")
_LOOKED_AT: Final = 30


@cache
def heading_words() -> frozenset[str]:
    """All headings that are understood, in both scripts: by them a sheet is known for a roster."""
    words = [word for words in _WORDS.values() for word in words.split()]
    return frozenset(words) | {to_traditional(word) for word in words}


FIELD_TITLE: Final = {field: words.split()[0] for field, words in _WORDS.items()}
"""What each is called in a sheet of ours."""
_EXAMPLE: Final = {
    Field.NUMBER: "0001", Field.NAME: "韦建国", Field.SEX: "男", Field.BORN_ON: "1948-03-05",
    Field.JOINED_ON: "1976-12-26", Field.FULL_MEMBER_ON: "1976-12-26", Field.PHONE: "13800000000",
    Field.ROLES: "党员", Field.NOTE: "这一行是样子，请删掉",
}  # fmt: skip


def template() -> tuple[tuple[str, ...], ...]:
    """An empty roster: the headings, and one line to follow."""
    return tuple(FIELD_TITLE.values()), tuple(_EXAMPLE.get(field, "") for field in FIELD_TITLE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its place from 0, and its heading as the sheet writes it, without spaces."""

    place: int
    title: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The line with the headings; `ignored` are the headings of columns that aren't read."""

    line: int
    columns: dict[Field, Column]
    ignored: tuple[str, ...]

    def title(self, field: Field) -> str:
        """The heading of a field, without the spaces that widen it; that of the name if there is no such column."""
        return self.columns.get(field, self.columns[Field.NAME]).title


def find_heading(rows: Iterable[Line]) -> Heading:
    """The first of the upper lines that heads a name and something else. Raises `Refused` without."""
    for row, _ in zip(rows, range(_LOOKED_AT), strict=False):
        heading = heading_in(row)
        if heading:
            return heading
    raise Refused(
        "没有找到表头。请在名册上方写一行列名：姓名、出生日期、入党日期、所属支部、手机。"
    )


def heading_in(row: Line) -> Heading | None:
    """The headings in this line, if it has any."""
    titles = {
        place: " ".join(cell.split())
        for place, cell in enumerate(row.cells)
        if isinstance(cell, str) and cell.strip()
    }
    best: dict[Field, tuple[int, Column]] = {}
    for place, title in titles.items():
        field, rank = _RANK.get(squeeze(_ASIDE.sub("", title)), (None, 0))
        if field and (field not in best or rank < best[field][0]):
            best[field] = (rank, Column(place, "".join(title.split())))
    if Field.NAME not in best or len(best) < 2:
        return None
    columns = {field: column for field, (_, column) in best.items()}
    taken = {column.place for column in columns.values()}
    ignored = tuple(title for place, title in titles.items() if place not in taken)
    return Heading(row.line, columns, ignored)
