"""People and how they reach us: branches, persons, roles, status history, senders, consents, cards.

A *person* is somebody the community knows, whatever the role. A *sender* is one address on one channel
(a Telegram chat, a browser, a terminal name) bound to a person; one phone may be bound to several
persons, and a relative's phone is bound with the relation it stands in.
"""

from bot.domain.people.lookup import (
    bound_to,
    called,
    highest_number,
    holding,
    in_organisations,
    living_at,
    looked_after,
    senders_of,
    with_number,
    with_surname,
)
from bot.domain.people.names import told_apart
from bot.domain.people.tables import (
    Branch,
    Card,
    Consent,
    Grant,
    Person,
    Sender,
    StatusChange,
    last_four,
    month_day,
)
from bot.domain.people.titles import (
    CHANNEL_TITLE,
    ROLE_TITLE,
    STAFF_ROLES,
    STATUS_TITLE,
    Role,
    Status,
)

__all__ = [
    "CHANNEL_TITLE",
    "ROLE_TITLE",
    "STAFF_ROLES",
    "STATUS_TITLE",
    "Branch",
    "Card",
    "Consent",
    "Grant",
    "Person",
    "Role",
    "Sender",
    "Status",
    "StatusChange",
    "bound_to",
    "called",
    "highest_number",
    "holding",
    "in_organisations",
    "last_four",
    "living_at",
    "looked_after",
    "month_day",
    "senders_of",
    "told_apart",
    "with_number",
    "with_surname",
]  # fmt: skip
