"""What people say when they register: a name, a card's code, the end of a phone number, a relation."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from bot.domain.base import Refused
from bot.domain.cards import plain_code
from bot.domain.registration import TAIL, plain_phone
from bot.talk import Answer, Media
from bot.text import clean, normal
from bot.understand import understand

FORGOTTEN: Final = "记不得了"
_FORGOTTEN: Final = frozenset({FORGOTTEN, "不记得", "忘了", "忘记了", "没有手机", "没有电话"})
KIN: Final = (
    "儿子 女儿 媳妇 儿媳 女婿 老伴 丈夫 妻子 老公 老婆 孙子 孙女 外孙 外孙女 侄子 侄女 外甥 弟弟 妹妹 "
    "哥哥 姐姐 亲戚 家属 保姆 护工 邻居 朋友 志愿者"
)

_SIGN: Final = r"[\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff〇]"
_NAME: Final = re.compile(rf"{_SIGN}{{2,4}}|(?=.{{3,20}}$){_SIGN}+(?:·{_SIGN}+)+")
"""Four characters at the most; names of other peoples are longer, with a dot between their parts."""
_LEAD: Final = re.compile(
    r"^(?:您好|你好|我的|本人|老人|登记|姓名|名字|全名|她|他|我|叫做|叫|是|名叫|为|[:：,，。\s])+(?=.{2})"
)
_TITLE: Final = re.compile(r"(?:同志|老人家|老人|大爷|大妈|阿姨|奶奶|爷爷)$")
_DOTS: Final = re.compile(r"[•‧・･.。∙⋅]")
_ANY_KIN: Final = "|".join(sorted(KIN.split(), key=len, reverse=True))
_RELATION: Final = re.compile(
    rf"[,，。;；\s]*我(?:就)?是(?:她|他|老人|人家)?(?:家)?的?(?P<kin>{_ANY_KIN})"
)
_NUMBER_LEAD: Final = re.compile(r"的?(?:手机|电话)?(?:号码|号|尾号)?是?\s*$")
_EDGE: Final = " ,，。!！?？:：;；"
_DIGITS: Final = re.compile(r"[\d\-\s]{4,}")
_CODE_LEAD: Final = re.compile(r"^(?:登记)?(?:卡号|卡片号|卡|号码|代码)(?:是|为)?[:：\s]*")
_TAIL_SAID: Final = re.compile(
    r"(?:尾号|[后末]四位(?:数字?)?)(?:是|为|[:：,，\s])*(?P<tail>\d{4})(?!\d)"
)
_FOR_OTHER: Final = re.compile(
    r"(?:替|帮|给|代)(?:我|俺|咱)?(?:们)?(?:家)?(?:里)?的?"
    r"(?:老人|妈|爸|娘|母亲|父亲|老伴|奶奶|爷爷|外婆|外公|婆婆|公公|阿婆|阿公|岳父|岳母|邻居|隔壁|亲戚)"
)


_COURTESIES: Final = "你好您好谢谢多谢在吗好的可以同意没有不要同志老人我妈我爸老伴本人登记注册"
_NO_NAMES: Final = frozenset(_COURTESIES[at : at + 2] for at in range(0, len(_COURTESIES), 2))
_MAY_BE_NAMES: Final = frozenset({"register", "profile", "smalltalk", "oos"})


@dataclass(frozen=True, slots=True)
class Named:
    """What was answered to the question for a name: the name with what stood beside it, or a card's code."""

    name: str = ""
    phone: str = ""
    relation: str = ""
    code: str = ""


def card_said(words: str) -> dict[str, str] | None:
    """The slots of a sentence that is a card's code: "卡号 ABCD2345", or the bare code with a letter in it."""
    led = _CODE_LEAD.sub("", clean(words))
    code = plain_code(led)
    bare = led == clean(words)
    return {"person": code} if code and not (bare and code.isdigit()) else None


def tail_in(words: str) -> str:
    """The last four digits that a sentence names as such ("手机尾号0086"), or ""."""
    found = _TAIL_SAID.search(normal(words))
    return found["tail"] if found else ""


def is_for_other(words: str) -> bool:
    """Whether somebody says that it is for an old person at home or next door."""
    return bool(_FOR_OTHER.search(normal(words)))


def read_name(answer: Answer) -> Named:
    """A whole name, with digits of the phone and a relation where they were said with it; or a code."""
    text = clean(answer.text)
    code = card_said(text)
    if code is not None:
        return Named(code=code["person"])
    text = unicodedata.normalize("NFKC", text)
    kin = _RELATION.search(text)
    rest = _RELATION.sub("", text)
    digits = _DIGITS.search(rest)
    words = _NUMBER_LEAD.sub("", rest[: digits.start()] if digits else rest)
    words = _DOTS.sub("·", _LEAD.sub("", words).strip(_EDGE))
    name = _TITLE.sub("", words).replace(" ", "")
    if not _NAME.fullmatch(name) or _is_wish(name):
        raise Refused("请只说全名，比如“王秀英”。")
    phone = plain_phone(digits.group()) if digits else ""
    return Named(name, phone if _usable(phone) else "", kin["kin"] if kin else "")


def _is_wish(words: str) -> bool:
    """Whether it is no name but a courtesy, or something to be done: the engine then offers that."""
    if words in _NO_NAMES:
        return True
    meant = understand(words)
    return meant.action == "act" and meant.intent not in _MAY_BE_NAMES


def _usable(phone: str) -> bool:
    return len(phone) == TAIL or 7 <= len(phone) <= 12


def read_phone(answer: Answer) -> tuple[str, bool]:
    """The digits, and whether the channel vouches for them; ("", False) where they are forgotten."""
    card = next((item for item in answer.media if item.kind == "contact"), None)
    if card is not None:
        return _vouched(card)
    if normal(answer.text) in _FORGOTTEN:
        return "", False
    phone = plain_phone(answer.text)
    if not _usable(phone):
        raise Refused("请回电话的最后四位数字，比如1234。记不得，就按“记不得了”。")
    return phone, False


def _vouched(card: Media) -> tuple[str, bool]:
    phone = plain_phone(card.name)
    if not phone:
        raise Refused("请发您自己的电话，或者回电话的最后四位数字。")
    return phone, True


def read_relation(answer: Answer) -> str:
    """What somebody is to the old person; up to six characters."""
    text = normal(clean(answer.text))
    known = [kin for kin in KIN.split() if kin in text]
    relation = max(known, key=len) if known else re.sub(r"^(?:我)?是?(?:他|她|老人)?的?", "", text)
    if not re.fullmatch(r"[\u3400-\u9fff]{2,6}", relation):
        raise Refused("请说您是老人的什么人，比如“女儿”“邻居”。")
    return relation
