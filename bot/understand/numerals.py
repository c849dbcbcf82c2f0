"""Chinese numerals: 二十五, 廿三, 两, 二零二七, and the double ones that mean "about" (两三, 十五六)."""

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


def about(text: str) -> tuple[int, int] | None:
    """The two ends of a numeral like 两三, 三五, 十五六; None if `text` is not one."""
    found = _ABOUT.fullmatch(text)
    if found is None:
        return None
    tens = number(found[1]) or 0 if found[1] else 0
    low, high = _DIGITS[found[2]], _DIGITS[found[3]]
    return (tens + low, tens + high) if high - low == 1 or (low, high) == (3, 5) else None
