"""What single cells of a roster mean: names, phones, roles and the rest."""

import re
import unicodedata
from datetime import date, datetime
from typing import Final, TypeVar

from bot.domain.base import Refused
from bot.domain.organisations import read_name as read_organisation
from bot.domain.people import ROLE_TITLE, STATUS_TITLE, Role, Status
from bot.domain.roster.days import Misread
from bot.domain.roster.headings import Cell
from bot.text import normal

_T = TypeVar("_T")

LONGEST: Final = 200
"""Characters of an address or a remark."""

_NOTHING: Final = frozenset(
    {"无", "不详", "暂无", "未知", "没有", "/", "-", "--", "—", "——", "n/a"}
)
_NAME: Final = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff〇·]{2,20}"
)
"""Chinese characters, private ones too (old registers write rare names with them), and the dot."""
_DOTS: Final = re.compile(r"[·•‧・･.。∙⋅]")
_PHONE_SIGNS: Final = re.compile(r"[\s\-()._]")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE: Final = re.compile(r"0[0-9]{9,11}|[2-8][0-9]{6,7}")
_SEVERAL: Final = re.compile(r"[、,;/\s]+")

_ROLES: Final = {
    "党员": Role.MEMBER, "会员": Role.MEMBER, "成员": Role.MEMBER, "正式党员": Role.MEMBER,
    "预备党员": Role.MEMBER, "老党员": Role.MEMBER, "退休党员": Role.MEMBER,
    "离退休党员": Role.MEMBER, "member": Role.MEMBER,
    "志愿者": Role.VOLUNTEER, "volunteer": Role.VOLUNTEER,
    "联络员": Role.COORDINATOR, "协调员": Role.COORDINATOR, "coordinator": Role.COORDINATOR,
}  # fmt: skip
_STATUS: Final = {
    "在册": Status.ACTIVE, "正常": Status.ACTIVE, "在世": Status.ACTIVE, "健在": Status.ACTIVE,
    "暂停": Status.PAUSED, "停用": Status.PAUSED,
    "迁出": Status.MOVED, "转出": Status.MOVED, "已迁出": Status.MOVED, "已转出": Status.MOVED,
    "去世": Status.DECEASED, "已去世": Status.DECEASED, "已故": Status.DECEASED,
    "逝世": Status.DECEASED, "过世": Status.DECEASED,
}  # fmt: skip
_SEXES: Final = {"男": "男", "女": "女", "男性": "男", "女性": "女"}


def read_text(cell: Cell) -> str:
    """A cell as one line of text; "" for what people write where nothing is known (无, 不详, /)."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    text = cell.isoformat() if isinstance(cell, date) else str("" if cell is None else cell)
    text = " ".join(text.split())
    # Our own exports lead "+86…" with an apostrophe; Excel users type one to keep zeros.
    text = text.removeprefix("'").strip()
    return "" if normal(text) in _NOTHING else text


def read_long(cell: Cell) -> str:
    """An address or a remark."""
    text = read_text(cell)
    if len(text) > LONGEST:
        raise Misread(f"字太多，请缩短到{LONGEST}字以内。")
    return text


def read_number(cell: Cell) -> str:
    """A person's 编号, without spaces, in half-width capitals."""
    number = unicodedata.normalize("NFKC", read_text(cell)).replace(" ", "").upper()
    if len(number) > 20:
        raise Misread("编号太长，请缩短到20个字以内。")
    return number


def read_name(cell: Cell) -> str:
    """A name of 2 to 20 Chinese characters; spaces that only widen it (王 英) are left out."""
    text = read_text(cell).replace(" ", "")
    if not text:
        raise Misread("缺少姓名，请补上。")
    name = _DOTS.sub("·", text)
    if not _NAME.fullmatch(name) or name.startswith("·") or name.endswith("·"):
        raise Misread(f"“{text[:20]}”不像姓名。请只写2到20个汉字。")
    return name


def read_phone(cell: Cell) -> str:
    """Digits of a mobile or a landline, without +86; a number cell has lost the area code's zero."""
    text = unicodedata.normalize("NFKC", read_text(cell))
    digits = _PHONE_SIGNS.sub("", text)
    for abroad in ("+86", "0086", "86"):
        if _MOBILE.fullmatch(digits.removeprefix(abroad)):
            return digits.removeprefix(abroad)
    if isinstance(cell, int | float) and _LANDLINE.fullmatch(f"0{digits}") and len(digits) > 8:
        return f"0{digits}"
    if not _LANDLINE.fullmatch(digits):
        raise Misread(_phone_fault(text, digits))
    return digits


def _phone_fault(text: str, digits: str) -> str:
    if re.fullmatch(r"[\d.]+e\+?\d+", text.lower()):
        return "号码被表格改短了。请把这一列设为“文本”，再填一次。"
    if len(digits) > 15:
        return "这里不止一个号码，请只留一个。"
    if digits.isdigit():
        return f"号码有{len(digits)}位，请核对：手机11位，座机要带区号。"
    return f"认不出“{text[:20]}”这个号码。请只写数字。"


def read_sex(cell: Cell) -> str:
    """男 or 女."""
    return _one_of(_SEXES, read_text(cell), "男、女")


def read_status(cell: Cell) -> Status:
    """Where the person stands: 在册, 暂停, 迁出, 去世."""
    return _one_of(_STATUS, read_text(cell), "、".join(STATUS_TITLE.values()))


def read_roles(cell: Cell) -> frozenset[Role]:
    """One role or several: 党员、志愿者. An administrator is never made by a roster."""
    words = [word for word in _SEVERAL.split(normal(read_text(cell))) if word]
    titles = "、".join(title for role, title in ROLE_TITLE.items() if role in _ROLES.values())
    return frozenset(_one_of(_ROLES, word, titles) for word in words)


def read_organisations(cell: Cell) -> frozenset[str]:
    """One organisation or several: 老体协、关工委."""
    words = [word for word in _SEVERAL.split(normal(read_text(cell))) if word]
    try:
        return frozenset(map(read_organisation, words))
    except Refused as no:
        raise Misread(str(no)) from None


def _one_of(known: dict[str, _T], word: str, titles: str) -> _T:
    key = normal(word).replace(" ", "")
    if key not in known:
        raise Misread(f"不认识“{word[:20]}”。请写：{titles}。")
    return known[key]
