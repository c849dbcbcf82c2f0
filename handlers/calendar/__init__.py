"""日程: what coordinators decide about single days (chat, pages), are asked (asks), and let calendars read (feed)."""

from handlers.calendar import asks, chat, feed, pages
from handlers.calendar.about import decide, feature, take_back

__all__ = ["asks", "chat", "decide", "feature", "feed", "pages", "take_back"]
