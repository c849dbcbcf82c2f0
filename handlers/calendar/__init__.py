"""日程: what coordinators decide about days and rules (chat, pages), are asked (asks), let calendars read (feed),
and may look at before it happens (rehearsal).
"""

from handlers.calendar import asks, chat, chat_add, feed, pages, rehearsal
from handlers.calendar.about import decide, feature, take_back

__all__ = [
    "asks",
    "chat",
    "chat_add",
    "decide",
    "feature",
    "feed",
    "pages",
    "rehearsal",
    "take_back",
]
