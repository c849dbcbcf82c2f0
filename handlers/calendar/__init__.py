"""日程: what coordinators decide about single days (chat, pages), and what they are asked (asks)."""

from handlers.calendar import asks, chat, pages
from handlers.calendar.about import decide, feature, take_back

__all__ = ["asks", "chat", "decide", "feature", "pages", "take_back"]
