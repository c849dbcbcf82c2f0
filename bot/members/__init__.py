"""Who is a member and on which device: roster, status, cards, bindings and the queue of registrations."""

from bot.members.binding import (
    Device,
    Welcome,
    bind,
    branch_name,
    keep_consent,
    own_elsewhere,
    unbind,
    welcome_words,
    withdraw,
)
from bot.members.invite import Invitation, invite, revoke, sign_out
from bot.members.queue import (
    Asking,
    Decided,
    approve,
    bind_at_once,
    put_down,
    reject,
    staff_for,
    take_back,
)
from bot.members.roster import Importing, Numbers, compare, grant
from bot.members.status import Decision, Standing

__all__ = [
    "Asking",
    "Decided",
    "Decision",
    "Device",
    "Importing",
    "Invitation",
    "Numbers",
    "Standing",
    "Welcome",
    "approve",
    "bind",
    "bind_at_once",
    "branch_name",
    "compare",
    "grant",
    "invite",
    "keep_consent",
    "own_elsewhere",
    "put_down",
    "reject",
    "revoke",
    "sign_out",
    "staff_for",
    "take_back",
    "unbind",
    "welcome_words",
    "withdraw",
]
