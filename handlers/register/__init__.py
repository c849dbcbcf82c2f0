"""登记: members register by card or by name and phone; coordinators look at what is in doubt.

talk (the questions), reading (the answers), outcome (bound or waiting), desk (coordinators in chat), pages
(coordinators on the web), privacy (for everybody), leave (退出登记), acting (停止代办),
anew (the words of consent changed).
"""

from handlers.register import acting, anew, desk, leave, outcome, pages, privacy, talk
from handlers.register.about import feature

__all__ = ["acting", "anew", "desk", "feature", "leave", "outcome", "pages", "privacy", "talk"]
