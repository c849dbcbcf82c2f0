"""Short answers: a digit of a numbered list, a button's word with politeness behind it."""

import re
from typing import Final

from bot.text.script import normal, squeeze

_MOST: Final = 20
_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {
    char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖拾", start=1)
}
# Superscripts and subscripts become digits under NFKC, but nobody who writes m² chooses 2.
_NO_DIGIT: Final = frozenset("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")

_CHOICE: Final = re.compile(
    r"[\s(\[【《<“\"']*"
    r"(?:我?(?:就|要|想|还是)?(?:选择?|要|按|回复?|答)?|就)?(?:选项|序号|编号)?(?P<nth>第)?\s*"
    r"(?P<number>[0-9]{1,2}|[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]{1,3})"
    r"\s*(?:号|(?(nth)(?:个|项|条|种|样|行|选项)))?\s*[)\]】》>”\"'.。、,:;!?~…\s]*"
    r"(?:吧|啊|呀|哦|喔|噢|啦|了|的|嘅|咯|哈|嘛|谢谢您?|多谢|好了|就行|就好|好)*[.。,!?~…\s]*"
)

_TAIL_WORDS: Final = (
    "谢谢您",
    "谢谢你",
    "多谢你",
    "麻烦了",
    "麻烦您",
    "麻烦你",
    "辛苦了",
    "劳驾",
    "谢谢",
    "多谢",
    "唔该",
    "感谢",
    "拜托",
    *"吧啊呀哦喔噢啦了哈嘛咯哟呢喽呐哇哩",
)
# Without its last character the word would say something else.
_WHOLE: Final = frozenset({"算了", "完了", "错了", "为了", "除了", "病了", "死了", "罢了"})
_EDGE: Final = " \t\n.。,，!！?？~～…、;；:：'\"“”‘’-—^_"

_YES: Final = re.compile(
    r"对[的对头]?|是[的啊]?|[好行][的吧啊嘅]?|可以的?|[嗯恩]+|没(?:错|问题)|需?要的?|同意|确[定认]|正确|愿意|"
    r"我?能?[去来]|可以[去来]|能|就这[样么]办?|ok|系嘅?|啱啊?|得|中"
)
_NO: Final = re.compile(
    r"不[是对要用了行好必能]?|不(?:需要|用了|同意|愿意)|没有?|错了?|否|不改了?|我?不能?[去来]|唔[系要使啱得]|冇"
)


def yes_or_no(text: str) -> bool | None:
    """Whether `text` is nothing but a yes (True) or a no (False), in Mandarin or Cantonese; else None."""
    said = {squeeze(text), squeeze(polite_tail_off(text))}
    if any(_NO.fullmatch(form) for form in said):
        return False
    return True if any(_YES.fullmatch(form) for form in said) else None


def digit_choice(text: str) -> int | None:
    """The place in a numbered list that `text` names, 1 to 20: "1", "１", "第一个", "选一"."""
    if not text or len(text) > 30 or _NO_DIGIT.intersection(text):
        return None
    found = _CHOICE.fullmatch(normal(text))
    if found is None:
        return None
    value = _value(found["number"])
    return value if value is not None and 1 <= value <= _MOST else None


def _value(number: str) -> int | None:
    if number[0] in "0123456789":
        return int(number)
    digits = [_DIGITS[char] for char in number]
    match digits:
        case [value]:
            return value
        case [10, unit] if unit < 10:
            return 10 + unit
        case [2, 10]:
            return _MOST
    return None


def polite_tail_off(text: str) -> str:
    """`normal(text)` without the signs, particles and thanks at its end; never empty for a word."""
    left = normal(text).strip(_EDGE)
    while left not in _WHOLE:
        word = next((word for word in _TAIL_WORDS if left.endswith(word)), "")
        shorter = left.removesuffix(word).rstrip(_EDGE)
        if not word or not shorter:
            break
        left = shorter
    return left
