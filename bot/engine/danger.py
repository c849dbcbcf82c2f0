"""How seriously words are taken as danger, given where in a conversation they are said."""

import re
from typing import Final

from bot.text import normal, squeeze
from bot.understand import Alarm, danger_sign, despair, emergency

BARE: Final = 6
"""Fewer characters than this tell a classifier too little for an alarm without asking."""
_PLAIN: Final = re.compile(
    r"摔倒|跌倒|滑倒|跌低|仆低|摔[咗着伤]|起不来|爬不起|[胸心]口?[好很真]?[痛疼闷]|头好?晕|着火|起火|"
    r"救[命我]|快来|来人|出血|喘不|不行了"
)
"""Words that name a danger in however short a sentence."""
_SOMEBODY: Final = re.compile(
    r"(?:我|俺|阮|我们?家|咱家|家里)?的?(?:隔壁|对门|楼[上下]|邻居|[一二三四五六七八九十\d]+楼)?的?"
    r"(?:[老小阿]?[\u4e00-\u9fff]{0,2}(?:妈妈?|爸爸?|母亲|父亲|娘|爹|老伴|老婆|老公|爱人|丈夫|妻子|儿子|女儿|"
    r"[伯叔婶姨姑舅嫂姐哥弟妹爷奶公婆]{1,2}|大[爷妈娘叔姐哥]|老师|老太太?|老头子?|邻居)|[老小阿][\u4e00-\u9fff])?"
)
"""Nothing but somebody, or where somebody lives: who it is about, not what happened."""
_ANSWER: Final = re.compile(
    r"没?见[到着]了?|没人在?|不在家?|没有人?|不[行能用要]|去不了|没事了?|没有?危险"
)


_ADDRESS: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{1,8}(?:省|市|县|区|镇|乡|村|街道?|路|巷|里|苑|小区|社区|大院))+"
    r"[\d一二三四五六七八九十百]+(?:号|栋|幢|座|单元|楼|室|房|组|队|[-—]|[\d一二三四五六七八九十百])*"
)
"""Where somebody lives, said alone."""


def level(text: str, *, busy: bool, known: bool) -> Alarm:
    """Danger as far as the words carry it.

    `busy`: they answer a question; `known`: they are a dialog's own words, or words that always work. Then a
    danger must be named.
    """
    if not text:
        return Alarm.NONE
    if danger_sign(text) or despair(text):
        return emergency(text)
    plain = _PLAIN.search(normal(text)) is not None
    if not plain and _is_answer(text):
        return Alarm.NONE
    found = emergency(text)
    named = found is Alarm.ALARM and plain
    if busy or known:
        return Alarm.ALARM if named else Alarm.NONE
    if len(squeeze(text)) >= BARE or named:
        return found
    return Alarm.ASK if found is Alarm.ALARM else found


def _is_answer(text: str) -> bool:
    bare = squeeze(text)
    return any(p.fullmatch(bare) for p in (_ANSWER, _SOMEBODY, _ADDRESS))
