"""The calendar in words as members read them."""

from collections.abc import Sequence
from datetime import date

from bot.domain.holidays import Placing
from bot.domain.schedule.day import Day
from bot.domain.wording import day_words, time_words

_PLACE, _TOPIC, _REASON = 14, 18, 12
"""Characters of each that fit into one message."""


def when_words(day: Day, today: date | None = None) -> str:
    """ "12月15日(周二)上午9点", without the hour where it is not said."""
    return day_words(day.day, today) + (time_words(day.at) if day.at else "")


def what_words(day: Day, today: date | None = None) -> str:
    """ "12月15日(周二)的学习日": the day and what is held on it."""
    return f"{day_words(day.day, today)}的{day.title}"


def topic_of(day: Day) -> dict[str, str]:
    """What a conversation keeps of a day it spoke of."""
    return {
        "source": day.source,
        "named": day.named.isoformat(),
        "branch": str(day.branch_id),
    }


def whole(day: Day, today: date) -> str:
    """When, where and what, with what is not ordinary: at most 100 characters with a short beginning."""
    return when_words(day, today) + rest(day)


def rest(day: Day) -> str:
    """Where and what, to follow the day: "，在一楼会议室，内容：《论十大关系》。"."""
    parts = [""]
    if day.place:
        parts.append(f"在{_cut(day.place, _PLACE)}")
    if day.topic and day.topic != day.title:
        parts.append(f"内容：{_cut(day.topic, _TOPIC)}")
    if day.material:
        parts.append(f"材料：{_cut(day.material, _TOPIC)}")
    return f"{'，'.join(parts)}{note(day)}。"


def note(day: Day) -> str:
    """ "（原定2月11日，春节放假，顺延）", "（可能是假期，待确认）", or nothing."""
    if day.state is Placing.MAYBE_HOLIDAY:
        return "（可能是假期，待确认）"
    if day.state is Placing.STUCK:
        return "（正逢放假，待确认）"
    if day.moved_from is None:
        return ""
    reason = f"，{_cut(day.reason, _REASON)}" if day.reason else ""
    return f"（原定{day.moved_from.month}月{day.moved_from.day}日{reason}）"


def line(day: Day, today: date) -> str:
    """One line of a list: "12月10日(周四)上午9点 志愿服务日"."""
    unsure = "（待确认）" if day.asks else ""
    return f"{when_words(day, today)} {_cut(day.title, 10)}{unsure}"


def numbered(days: Sequence[Day], today: date) -> str:
    """Lines with their numbers."""
    return "\n".join(f"{n}. {line(day, today)}" for n, day in enumerate(days, 1))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
