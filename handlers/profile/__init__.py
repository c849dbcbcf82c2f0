"""我的资料: show (what is kept, a new phone, the script), correct, desk (coordinators), export."""

from handlers.profile import correct, desk, export, show
from handlers.profile.about import feature

__all__ = ["correct", "desk", "export", "feature", "show"]
