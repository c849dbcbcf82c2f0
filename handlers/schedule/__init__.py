"""学习安排: when we meet and what for, leave and making up, signing in, all that is coming.

asking (学习日, a month), follow (几点开始, after an answer), events (活动), leave (请假), back (不请假了),
present (签到, 补学完了), remind, pages (public); for coordinators desk (the page), rollcall (one day),
making_up (tasks), month (who took part, who not yet).
Service days are the feature service_day; what coordinators decide is the feature calendar.
"""

from handlers.schedule import asking, back, desk, events, follow, leave, pages, present, remind
from handlers.schedule.about import feature

__all__ = [
    "asking", "back", "desk", "events", "feature", "follow", "leave", "pages", "present", "remind",
]  # fmt: skip
