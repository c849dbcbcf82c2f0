"""Who is a member and on which device: roster, status, cards, bindings and the queue of registrations."""

from bot.members.adding import Wish, add
from bot.members.binding import (
    ACTING,
    STOP_ACTING,
    WELCOME,
    Device,
    Welcome,
    acting_for,
    acts_told,
    bind,
    binding_here,
    branch_name,
    keep_consent,
    own_elsewhere,
    unbind,
    welcome_words,
    withdraw,
)
from bot.members.comparing import compare
from bot.members.invite import Invitation, Ways, invite, revoke, sign_out, ways
from bot.members.kept import Kept, columns, everything
from bot.members.queue import (
    REFUSED,
    TAKEN_BACK,
    WELCOME_KIN,
    Asking,
    Decided,
    approve,
    bind_at_once,
    put_down,
    reject,
    take_back,
)
from bot.members.roster import Importing, Numbers, grant, people_of, together
from bot.members.sessions import end_sessions
from bot.members.staff import staff_notes
from bot.members.undoing import Undoing, Undone, steps

__all__ = [
    "ACTING",
    "REFUSED",
    "STOP_ACTING",
    "TAKEN_BACK",
    "WELCOME",
    "WELCOME_KIN",
    "Asking",
    "Decided",
    "Device",
    "Importing",
    "Invitation",
    "Kept",
    "Numbers",
    "Undoing",
    "Undone",
    "Ways",
    "Welcome",
    "Wish",
    "acting_for",
    "acts_told",
    "add",
    "approve",
    "bind",
    "bind_at_once",
    "binding_here",
    "branch_name",
    "columns",
    "compare",
    "end_sessions",
    "everything",
    "grant",
    "invite",
    "keep_consent",
    "own_elsewhere",
    "people_of",
    "put_down",
    "reject",
    "revoke",
    "sign_out",
    "staff_notes",
    "steps",
    "take_back",
    "together",
    "unbind",
    "ways",
    "welcome_words",
    "withdraw",
]
