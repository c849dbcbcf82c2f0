"""学说话: members lend words that were not understood; coordinators say what they mean, in chat and on a page."""

from handlers.teach import chat, desk
from handlers.teach.about import feature

__all__ = ["chat", "desk", "feature"]
