"""What was heard and what is to be said: inbox, conversations, outbox, and what can be taken back."""

from bot.domain.mail.heard import (
    Conversation,
    Heard,
    Inbox,
    Undo,
    heard_as,
    undoable,
)
from bot.domain.mail.outgoing import (
    CHANGED,
    MAIL_TITLE,
    PAUSED,
    PAUSED_ON_PAGE,
    SAME_DEVICE,
    SENDING_TITLE,
    Mail,
    Outbox,
    Pace,
    Sending,
    never_left,
    said_as,
)

__all__ = [
    "CHANGED", "MAIL_TITLE", "PAUSED", "PAUSED_ON_PAGE", "SAME_DEVICE", "SENDING_TITLE", "Conversation", "Heard",
    "Inbox", "Mail", "Outbox", "Pace", "Sending", "Undo", "heard_as", "never_left", "said_as", "undoable",
]  # fmt: skip
