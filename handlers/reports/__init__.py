"""报表: attendance, visits, notices and answers of a month or a quarter, beside those of the one before."""

from handlers.reports import pages
from handlers.reports.about import feature

__all__ = ["feature", "pages"]
