"""The Chinese way of writing a rule, turned step by step into the short English one.

Each step takes one kind of phrase and leaves the rest alone, so both languages may be mixed:
每月15日 09:00, 每月第二个星期四 shift holidays. The order of the steps matters: a phrase that holds
another one (最后一天 and 一天, 周三 and 三) comes first.
"""

import re
from collections.abc import Callable

from bot.domain.base import Refused
from bot.domain.lunar import FESTIVALS
from bot.domain.recurrence.kind import WEEKDAYS, WEEKDAYS_ZH

_Found = re.Match[str]

_DIGITS = "零一二三四五六七八九"
_NUMERAL = "[零〇一二两三四五六七八九十]+"
_WEEK = "(?:星期|礼拜|周)"
_SIGN = "[一二三四五六日天]"
_DAY = r"(\d{4}-\d\d-\d\d)"
_TO = r"\s*(?:至|到|-|~)\s*"
_ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "末": "last"}
_LUNAR_MONTHS = {"正": "1", "冬": "11", "腊": "12"}
_FESTIVALS = {
    **FESTIVALS,
    "重阳": (9, 9),
    "老年节": (9, 9),
    "元宵": (1, 15),
    "端午": (5, 5),
    "中秋": (8, 15),
    "腊八": (12, 8),
}
_AFTERNOON_UNTIL = {"中午": 11, "下午": 12, "傍晚": 12, "晚": 12, "晚上": 12}
"""Part of the day → hours below this one are meant on the clock's second round."""
_CLOCK = (
    r"(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚)?\s*(?<![\d-])(\d{1,2})"
    r"(?:点钟?(?:(\d{1,2})分?)?|:(\d\d)(?!\d))"
)
_FESTIVAL = "|".join(sorted(_FESTIVALS, key=len, reverse=True))
_SIDES = {"前": "before", "后": "after", "前后": "around"}


def in_english(text: str) -> str:
    """`text` in the short grammar, as far as its phrases are known; the rest stays as it is.

    Raises Refused for phrases that can't be read in one way only.
    """
    for pattern, meaning in _STEPS:
        text = re.sub(pattern, meaning, text)
    return re.sub(r"\s+", " ", text)


def _number(text: str) -> str:
    """十五 → 15, 二〇二六 → 2026; digits stay."""
    plain = text.replace("〇", "零").replace("两", "二")
    if "十" not in plain:
        return "".join(str(_DIGITS.find(sign)) if sign in _DIGITS else sign for sign in plain)
    tens, _, ones = plain.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        raise Refused(f"没看懂“{text}”，请用数字写，例如：每月15日 09:00")
    return str(10 * _DIGITS.index(tens or "一") + _DIGITS.index(ones or "零"))


def _weekday(sign: str) -> str:
    return WEEKDAYS[WEEKDAYS_ZH.index("日" if sign == "天" else sign)]


def _weekly(found: _Found) -> str:
    signs = re.sub("[、和]", ",", re.sub("[至到]", "-", re.sub(_WEEK, "", found[1])))
    return f" {re.sub(_SIGN, lambda sign: _weekday(sign[0]), signs)} "


def _nth(found: _Found) -> str:
    signs = re.findall("[1-5末]", re.sub(_NUMERAL, lambda numeral: _number(numeral[0]), found[1]))
    return f" {','.join(_ORDINALS[sign] for sign in signs)} {_weekday(found[2])} "


def _calendar_week(found: _Found) -> str:
    raise Refused(f"“{found[0]}”说不清是哪一天，请写成：每月第二个星期四 09:00")


def _lunar(found: _Found) -> str:
    leap, month, tens, ones = (found[number] or "" for number in range(1, 5))
    month = _LUNAR_MONTHS.get(month) or _number(month)
    day = int(_number(ones) or 0) + (20 if tens == "廿" else 0)
    return f" lunar {'leap ' if leap else ''}{month}-{day} "


def _festival(found: _Found) -> str:
    month, day = _FESTIVALS[found[1]]
    return f" lunar {month}-{day} "


def _iso(found: _Found) -> str:
    return f" {found[1]}-{int(found[2]):02d}-{int(found[3]):02d} "


def _clock(found: _Found) -> str:
    part, hour = found[1] or "", int(found[2])
    if part.startswith("晚") and hour == 12:
        raise Refused("“晚上12点”说不清是哪一天，请写成：00:00 或 23:59")
    if hour < _AFTERNOON_UNTIL.get(part, 0):
        hour += 12
    elif part == "凌晨" and hour == 12:
        hour = 0
    return f" {hour:02d}:{int(found[3] or found[4] or 0):02d} "


def _month_days(found: _Found) -> str:
    return f" {','.join(re.findall('[0-9]+', found[1]))} "


def _offset(found: _Found) -> str:
    return f" {found[3]} days {_SIDES[found[2]]} {found[1]} "


_STEPS: tuple[tuple[str, str | Callable[[_Found], str]], ...] = (
    (r"\(闰日按3月1日\)", " mar01 "),
    (r"\([^()]*\)", " "),
    ("月底|月末", "月最后一天"),
    ("第[1-5一二三四五]周", _calendar_week),
    (f"每个?{_WEEK}({_SIGN}(?:[至到、,和]{_WEEK}?{_SIGN})*)", _weekly),
    ("最后一?个?工作日", "末工作日"),
    ("最后一天", "末日"),
    ("最后一?个", "末"),
    (f"每个?月([第个、,和的末一二三四五1-5]+){_WEEK}({_SIGN})", _nth),
    ("每个?月?的?末工作日", " last workday "),
    ("每个?月?的?末日", " last day "),
    ("(?<!历)(?<!闰)([正冬腊]月)", r"农历\1"),
    (
        rf"(?:每年)?(?:农历|阴历)(闰?)([正冬腊]|{_NUMERAL}|\d+)月(初|廿)?({_NUMERAL}|\d+)?[日号]?",
        _lunar,
    ),
    (f"(?:每年)?({_FESTIVAL})", _festival),
    ("点半", "点30分"),
    ("点一刻", "点15分"),
    ("点三刻", "点45分"),
    (_NUMERAL, lambda found: _number(found[0])),
    (r"(?<!\d)(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})(?!\d)[日号]?", _iso),
    (_CLOCK, _clock),
    ("每天|每日|天天", " daily "),
    (r"每个?月(\d+[日号](?:[、,和]\d+[日号])*)", _month_days),
    (r"每年(\d{1,2})月(\d{1,2})[日号]", r" yearly \1-\2 "),
    (rf"从?\s*{_DAY}\s*起,?\s*每(\d+)个?{_WEEK}", r" every \2 weeks from \1 "),
    (rf"每(\d+)个?{_WEEK},?\s*从\s*{_DAY}\s*起?", r" every \1 weeks from \2 "),
    ("政治生日|入党日?的?周年|入党纪念日", " anniversary of joined "),
    ("转正日?的?周年", " anniversary of full "),
    ("生日", " anniversary of born "),
    (rf"{_DAY}\s*的?周年", r" anniversary of \1 "),
    ("提前", "前"),
    (r"^([^前后]+)(前后|前|后)各?(\d+)天", _offset),
    (rf"{_DAY}{_TO}{_DAY}\s*(?:暂停|停办)", r" pause \1..\2 "),
    (rf"(?:暂停|停办)\s*{_DAY}{_TO}{_DAY}", r" pause \1..\2 "),
    (rf"从?\s*{_DAY}\s*起(?:暂停|停办)", r" pause \1.. "),
    (rf"(?:截至|截止|到|至)\s*{_DAY}\s*(?:为止|止)?", r" until \1 "),
    ("遇?节?假日顺延", " shift holidays "),
    ("遇?节?假日(?:跳过|停办|不办|取消)", " skip holidays "),
)
"""Pattern and what it becomes, in order."""
