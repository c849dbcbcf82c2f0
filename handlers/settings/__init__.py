"""设置: what an administrator decides: hours and times, words, branches, organisations, roles, keeping."""

from handlers.settings import branches, kept, organisations, roles, texts, values
from handlers.settings.about import feature

__all__ = ["branches", "feature", "kept", "organisations", "roles", "texts", "values"]
