"""A message as it is read out: dates, hours, phone numbers and amounts in words; nothing that can't be heard."""

import re
from collections.abc import Callable
from typing import Final

from bot.domain.voice import Voice

_DIGITS: Final = "零一二三四五六七八九"
_UNITS: Final = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
_MEASURES: Final = "个位点人天条次件家名本张遍句岁元块"
"""Before these 2 is said 两."""
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[\w./?=&%#:~+-]+", re.ASCII)
_SILENT: Final = re.compile(
    r"[《》〈〉“”‘’「」『』*_#|^\\\"'✓✔☑\ufe0f\u2600-\u27bf\U0001f000-\U0001faff]"
)
_PAUSE: Final = re.compile(r"\s*[\n()（）【】]\s*")
_ONE_PAUSE: Final = re.compile(r"[，。？！；：、]{2,}")

Say = Callable[[re.Match[str], Voice], str]


def spoken(text: str, voice: Voice = Voice.MANDARIN) -> str:
    """`text` in the words of somebody who reads it out; "" where nothing of it can be heard."""
    said = _SILENT.sub("", _ADDRESS.sub("链接", text))
    for pattern, say in _RULES:
        said = pattern.sub(lambda found, say=say: say(found, voice), said)  # type: ignore[misc]
    said = _PAUSE.sub("，", said)
    said = _ONE_PAUSE.sub(lambda found: found[0].replace("，", "") or "，", said).strip("， ")
    return said if any(char.isalnum() for char in said) else ""


def numeral(value: int) -> str:
    """A whole number below 10^16 in words: 110 → 一百一十, 12 → 十二, 10200 → 一万零二百."""
    said = _said(value)
    return said[1:] if said.startswith("一十") else said


def figures(text: str, voice: Voice) -> str:
    """The figures in `text` one by one, as on the phone, where Mandarin says 幺 for one."""
    one = "幺" if voice is Voice.MANDARIN else "一"
    return "".join(one if char == "1" else _DIGITS[int(char)] for char in text if char.isdecimal())


def _said(value: int) -> str:
    if value < 10:
        return _DIGITS[value]
    worth, unit = next(pair for pair in _UNITS if value >= pair[0])
    high, low = divmod(value, worth)
    joint = "零" if low < worth // 10 else ""
    return _said(high) + unit + (joint + _said(low) if low else "")


def _by_figures(found: re.Match[str], voice: Voice) -> str:
    return figures(found[0], voice)


def _year(found: re.Match[str], voice: Voice) -> str:
    return "".join(_DIGITS[int(char)] for char in found[1]) + "年"


def _day(found: re.Match[str], voice: Voice) -> str:
    year, month, day = found[1], int(found[2]), int(found[3])
    said = "".join(_DIGITS[int(char)] for char in year)
    return f"{said}年{numeral(month)}月{numeral(day)}日"


def _hour(found: re.Match[str], voice: Voice) -> str:
    hour, minute = int(found[1]), int(found[2])
    minutes = "" if not minute else ("零" if minute < 10 else "") + numeral(minute) + "分"
    return ("两" if hour == 2 else numeral(hour)) + "点" + minutes


def _minutes_past(found: re.Match[str], voice: Voice) -> str:
    """The minutes of 8点05分; "点" itself was read with its hour."""
    minute = int(found[1])
    return "点" + ("零" if found[1].startswith("0") and minute else "") + numeral(minute) + "分"


def _money(found: re.Match[str], voice: Voice) -> str:
    yuan, cents = int(found[1]), (found[2] or "").ljust(2, "0")[:2]
    jiao, fen = int(cents[0]), int(cents[1])
    said = f"{_two(yuan)}元" if yuan or not (jiao or fen) else ""
    said += f"{numeral(jiao)}角" if jiao else "零" if fen and yuan else ""
    return said + (f"{numeral(fen)}分" if fen else "")


def _decimal(found: re.Match[str], voice: Voice) -> str:
    return f"{numeral(int(found[1]))}点" + "".join(_DIGITS[int(char)] for char in found[2])


def _percent(found: re.Match[str], voice: Voice) -> str:
    return f"百分之{numeral(int(found[1]))}"


def _to(found: re.Match[str], voice: Voice) -> str:
    return "到"


def _counted(found: re.Match[str], voice: Voice) -> str:
    return _two(int(found[0]))


def _ordinary(found: re.Match[str], voice: Voice) -> str:
    # A number with a leading zero, or longer than any count here, is a name: it is spelled.
    if (found[0].startswith("0") and len(found[0]) > 1) or len(found[0]) > 6:
        return figures(found[0], voice)
    return numeral(int(found[0]))


def _two(value: int) -> str:
    return "两" if value == 2 else numeral(value)


_PHONES: Final = (
    r"1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}(?:-\d{1,4})?|[48]00[- ]?\d{3}[- ]?\d{4}|96110|123\d\d"
    r"|1(?:10|19|20|22)(?![年月日号元块个位人天条次件家名本张遍句岁分点.%多])"
)
_RULES: Final[tuple[tuple[re.Pattern[str], Say], ...]] = tuple(
    (re.compile(pattern, re.ASCII), say)
    for pattern, say in (
        (rf"(?<!\d)(?:{_PHONES})(?!\d)", _by_figures),
        (r"(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)", _day),
        (r"(?<=[\d日点分年月号周天一-十])\s*[-–—~～至]+\s*(?=[\d周上下星])", _to),
        (r"(?<!\d)(\d{4})年", _year),
        (r"(?<!\d)(\d{1,2})[:：]([0-5]\d)(?::\d\d)?(?!\d)", _hour),
        (r"(?<=\d)点([0-5]?\d)分?(?!\d)", _minutes_past),
        (r"[￥¥](\d{1,12})(?:\.(\d{1,2}))?(?!\d)(?:元|块)?", _money),
        (r"(?<!\d)(\d{1,12})(?:\.(\d{1,2}))?(?:元|块钱|块)", _money),
        (r"(\d{1,12})(?:\.\d+)?[%％]", _percent),
        (r"(?<![\d.])(\d{1,12})\.(\d{1,6})(?![\d.])", _decimal),
        (rf"(?<![\d第.])2(?=[{_MEASURES}]|小时)", _counted),
        (r"\d+", _ordinary),
    )
)
"""In this order: what was read by one is words by the time the next looks."""
