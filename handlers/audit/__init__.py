"""操作记录: who did what, and who looked at which sensitive field; searched, paged by key, taken home."""

from handlers.audit import pages
from handlers.audit.about import feature

__all__ = ["feature", "pages"]
