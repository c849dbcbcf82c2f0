"""上门走访: members ask for a home visit, coordinators invite a volunteer, who goes and reports.

request (ask), change (status, another time, cancel), follow (questions after it), volunteer (accept,
outcome), desk (coordinators in chat), pages (coordinators on the web: board, one visit, fresh ones,
day_sheet), remind, closing (outcomes; who leaves the roster), telling (notes).
"""

from handlers.visit import change, desk, follow, pages, remind, request, volunteer
from handlers.visit.about import feature
from handlers.visit.closing import close_for

__all__ = [
    "change",
    "close_for",
    "desk",
    "feature",
    "follow",
    "pages",
    "remind",
    "request",
    "volunteer",
]
