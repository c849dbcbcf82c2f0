"""Chinese numerals: 二十五, 廿三, 两, 二零二七, and the double ones that mean "about" (两三, 十五六); sums in words."""

import re
from typing import Final

HAN: Final = "零〇一二两三四五六七八九十廿卅百千万亿"
"""The characters a numeral is made of, after `everyday`."""

_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_EVERYDAY: Final = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟俩仨弍弎", "一二三四五六七八九十百千两三二三"
)
_TEN: Final = 10
_ABOUT: Final = re.compile(
    r"([廿二三四五六七八九]?十)?([一二两三四五六七八])([二两三四五六七八九])"
)


def everyday(text: str) -> str:
    """`text` with the numerals of a bank form (叁佰) as everyday ones."""
    return text.translate(_EVERYDAY)


def number(text: str) -> int | None:
    """The whole number `text` says in full, or None: 二十五, 一千零五十, 廿三, 二零二七, 12."""
    if text.isascii():
        return int(text) if text.isdecimal() and len(text) <= 15 else None
    if len(text) > 1 and "两" in text and set(text) <= set(_DIGITS):
        return None
    if text and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text[:15]))
    return _with_units(text.replace("廿", "二十").replace("卅", "三十"))


def _with_units(text: str) -> int | None:
    for big, worth in (("亿", 10**8), ("万", 10**4)):
        high, found, low = text.partition(big)
        if found:
            top, rest = _with_units(high), _with_units(low) if low else 0
            return None if top is None or rest is None else top * worth + rest
    return _below_ten_thousand(text)


def _below_ten_thousand(text: str) -> int | None:
    total, digit, last = 0, None, 10_000
    for index, char in enumerate(text):
        if char in _DIGITS:
            if digit:  # two digits side by side are no numeral with units
                return None
            digit = _DIGITS[char]
        elif char in _UNITS and _UNITS[char] < last:
            last = _UNITS[char]
            if digit is None and index > 0 and last != 10:
                return None
            total += (1 if digit is None else digit) * last
            digit = None
        else:
            return None
    return total + (digit or 0) if text else None


def in_row(text: str) -> tuple[int, int] | None:
    """The two numerals of 十五十六, each in full and the second one more; None if there are none."""
    for cut in range(1, len(text)):
        low, high = number(text[:cut]), number(text[cut:])
        if low is not None and high == low + 1 and text[cut] != "零":
            return (low, high) if low >= _TEN else None
    return None


def about(text: str) -> tuple[int, int] | None:
    """The two ends of a numeral like 两三, 三五, 十五六; None if `text` is not one."""
    found = _ABOUT.fullmatch(text)
    if found is None:
        return None
    tens = number(found[1]) or 0 if found[1] else 0
    low, high = _DIGITS[found[2]], _DIGITS[found[3]]
    return (tens + low, tens + high) if high - low == 1 or (low, high) == (3, 5) else None


DIGITS: Final = "零一二三四五六七八九"
_GROUPS: Final = ("", "万", "亿")


def in_words(value: int) -> str:
    """A whole number from 0 as it is read aloud: 一万零五百, 十二."""
    if value == 0:
        return "零"
    words, pending_zero, place = "", False, 0
    groups: list[int] = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            pending_zero = bool(words)
            continue
        if words and (pending_zero or group < 1000):
            words += "零"
        words += _four(group) + _GROUPS[place]
        pending_zero = False
    return words.removeprefix("一") if words.startswith("一十") else words


def _four(value: int) -> str:
    """A number below ten thousand; 一十 is kept, the caller drops its 一 at the front."""
    words, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += ("零" if zero and words else "") + DIGITS[digit] + name
        zero = digit == 0
    return words


def amount_in_words(fen: int) -> str:
    """The sum as it is read aloud: 三百五十元整, 二十元五角, 一千零五元零二分."""
    yuan, small = divmod(abs(fen), 100)
    jiao, cents = divmod(small, 10)
    words = ("负" if fen < 0 else "") + (f"{in_words(yuan)}元" if yuan or not small else "")
    if not small:
        return words + "整"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return words + (f"{DIGITS[cents]}分" if cents else "")
