"""找人帮忙: members wait for a person; coordinators answer in chat and at the desk; nobody waits unseen."""

from handlers.person import chat, pages, turn
from handlers.person.about import feature

__all__ = ["chat", "feature", "pages", "turn"]
