"""通知: coordinators write, a second one approves, the clock sends; members say 收到; who is missed is called."""

from handlers.notice import approve, calls, freeze, pages, progress, public, read, write
from handlers.notice.about import feature

__all__ = ["approve", "calls", "feature", "freeze", "pages", "progress", "public", "read", "write"]
