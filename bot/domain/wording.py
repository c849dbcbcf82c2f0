"""Days and times in words as members read them: 12月10日(周四)上午9点, never ISO."""

from datetime import date, datetime, time
from typing import Final

from bot.now import local

_WEEKDAYS: Final = "一二三四五六日"
_NEAR: Final = ("今天", "明天", "后天")
# From this hour on, people call it so.
_PARTS: Final = ((18, "晚上"), (13, "下午"), (12, "中午"), (8, "上午"), (5, "早上"), (0, "凌晨"))
_NOON: Final = 12


def day_words(day: date, today: date | None = None) -> str:
    """ "12月10日(周四)"; with the year in front where it is not the year of `today`."""
    year = "" if today is None or today.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日(周{_WEEKDAYS[day.weekday()]})"


def near_day_words(day: date, today: date) -> str:
    """ "今天", "明天" or "后天" where it is one of these, else `day_words`."""
    ahead = (day - today).days
    return _NEAR[ahead] if 0 <= ahead < len(_NEAR) else day_words(day, today)


def time_words(at: time) -> str:
    """ "上午9点", "下午2点半", "晚上7点05分"."""
    part = next(word for hour, word in _PARTS if at.hour >= hour)
    hour = at.hour - _NOON if at.hour > _NOON else at.hour
    minutes = {0: "", 30: "半"}.get(at.minute, f"{at.minute:02d}分")
    return f"{part}{hour}点{minutes}"


def moment_words(moment: datetime, today: date | None = None) -> str:
    """ "12月10日(周四)上午9点" of an aware moment, as the clock in Asia/Shanghai shows it."""
    here = local(moment)
    return f"{day_words(here.date(), today)}{time_words(here.time())}"


def half_day_words(day: date, at: time, today: date | None = None) -> str:
    """ "12月10日(周四)上午" or "…下午": the half of `day` in which `at` lies."""
    return f"{day_words(day, today)}{'上午' if at.hour < _NOON else '下午'}"
