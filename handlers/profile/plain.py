"""The export in plain Chinese: how the values of a row read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from bot.domain import handover, registration
from bot.domain.consent import PURPOSE_TITLE
from bot.domain.deed_words import did_words
from bot.domain.people import CHANNEL_TITLE, ROLE_TITLE, STATUS_TITLE
from bot.domain.roster import Field
from bot.domain.roster.headings import FIELD_TITLE
from bot.now import local
from handlers.profile.titles import COLUMN_TITLE, ENUM_TITLE, TECHNICAL

_CODES: Final[dict[str, str]] = {
    **CHANNEL_TITLE,
    **PURPOSE_TITLE,
    **handover.WHY_TITLE,
    **{why.value: title for why, title in registration.WHY_TITLE.items()},
    "chat": "在对话里",
    "phone": "打电话",
    "desk": "在网页上",
    "self": "本人",
    "card": "登记卡",
    "page": "在网页上",
    "command": "用命令",
}

_CODES_OF_OURS: Final = frozenset((("inbox", "reason"), ("outbox", "reason")))
"""Elsewhere a reason is somebody's words."""
_OF_SHEETS: Final[dict[str, str]] = {
    one.value: title for one, title in [*ROLE_TITLE.items(), *STATUS_TITLE.items()]
}
_CODED: Final = frozenset(("by_relation", "channel", "how", "purpose", "relation", "via", "why"))


def line(table: str, values: Iterable[tuple[str, Any]]) -> str:
    """One row: "时间：2026年11月22日 10:00；内容：…"; empty where nothing in it says more about the reader."""
    shown = [
        (COLUMN_TITLE[name], _words(name, value))
        for name, value in values if name not in TECHNICAL and (table, name) not in _CODES_OF_OURS
    ]  # fmt: skip
    return "；".join(f"{title}：{words}" for title, words in shown if words)


def _words(name: str, value: Any) -> str:
    if name in _BY_NAME:
        return _BY_NAME[name](value)
    if isinstance(value, Mapping | list | tuple):
        return _inner_words(name, value)
    if isinstance(value, Enum):
        return ENUM_TITLE[type(value)][value]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        here = local(value)
        return f"{_day(here)} {here:%H:%M}"
    if isinstance(value, date):
        return _day(value)
    return _CODES.get(value, str(value)) if name in _CODED else str(value)


def _inner_words(name: str, value: Mapping[str, Any] | Sequence[Any]) -> str:
    """What was said or sent, without the buttons around it."""
    if isinstance(value, Mapping):
        return str(value["text"]) if "text" in value else _inner_words(name, [*value.values()])
    return "、".join(filter(None, (_words(name, one) for one in value)))


def _changed(field: str, old: Any, new: Any) -> str:
    """One field that an import changed: "住址：青年路8号→建设路1号"."""
    title = FIELD_TITLE[Field(field)]
    before, after = (_sheet_words(value) for value in (old, new))
    return f"{title}：{before or '没有'}→{after or '没有'}"


def _sheet_words(value: Any) -> str:
    if isinstance(value, list):
        return "和".join(map(_sheet_words, value))
    return _OF_SHEETS.get(value, str(value or ""))


def _plan(plan: Mapping[str, Any]) -> str:
    """What a line of a roster changed."""
    return "、".join(_changed(*change) for change in plan.get("changes", []))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_BY_NAME: Final[dict[str, Callable[[Any], str]]] = {
    "did": did_words, "media": lambda every: f"{len(every)}份", "plan": _plan,
}  # fmt: skip
"""Columns whose values read in a way of their own."""
