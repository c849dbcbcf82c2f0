"""The 31 labels a message may carry, what they cost when wrong, and which wish goes first."""

from typing import Final

LABELS: Final = (
    "register",
    "schedule",
    "checkin",
    "study_home",
    "service_info",
    "service_join",
    "leave",
    "visit_request",
    "visit_manage",
    "emergency",
    "care",
    "wish_post",
    "wish_list",
    "wish_claim",
    "birthday",
    "fund_donate",
    "fund_apply",
    "fund_ledger",
    "book_search",
    "book_borrow",
    "book_return",
    "book_renew",
    "venue",
    "edu_site",
    "event",
    "profile",
    "human",
    "stop",
    "help",
    "smalltalk",
    "oos",
)

SAFE: Final = frozenset(
    {
        "help",
        "human",
        "smalltalk",
        "oos",
        "schedule",
        "service_info",
        "wish_list",
        "birthday",
        "fund_ledger",
        "book_search",
    }
)
"""Acting wrongly on these changes nothing that is kept."""

GRAVE: Final = frozenset({"fund_donate", "leave", "profile", "visit_manage", "stop"})
"""Money, cancels and own data: asked about sooner than the rest."""

# Most urgent first; a wish that somebody waits for at a certain hour stands before one that can
# be done any day, and a courtesy stands last.
_URGENT: Final = (
    "emergency",
    "human",
    "leave",
    "visit_manage",
    "fund_apply",
    "visit_request",
    "stop",
    "care",
    "checkin",
    "study_home",
    "schedule",
    "service_info",
    "service_join",
    "event",
    "book_return",
    "book_renew",
    "book_borrow",
    "book_search",
    "venue",
    "edu_site",
    "profile",
    "register",
    "wish_post",
    "wish_claim",
    "wish_list",
    "fund_donate",
    "fund_ledger",
    "birthday",
    "help",
    "smalltalk",
    "oos",
)
URGENCY: Final = {label: place for place, label in enumerate(_URGENT)}
"""The place of a label in the order in which several wishes are met; 0 is first."""
