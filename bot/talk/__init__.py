"""What crosses between a channel and a dialog, and `Talk`, a dialog's side of it: one subject a file, this is the door.

A dialog is one async function, run again from its first line on every message. An `ask` that is already
answered returns at once; the next one takes the words just heard; the one after that stops the run with
`Waiting`. Only raw answers are kept, so a restart, "上一步" and a new release cost nothing.

    BaseException
     ├─ Waiting      a question stands open (also: the answer to it was not usable)
     ├─ GoTo         the dialog hands over to another dialog
     └─ Change       the person wants to answer some questions anew
    Exception
     ├─ Refused      (bot.domain.base) a rule says no
     ├─ Busy         the channel asks to wait; surely not sent
     ├─ Unreachable  the channel says this address gets nothing any more
     └─ Doubtful     nobody knows whether the message went out
"""

from bot.talk.asking import Talk
from bot.talk.channel import Can, Channel, Hears, Spoiled
from bot.talk.choosing import CHANGE, YES, Parser, as_text, choice_said, said_by_yes
from bot.talk.rows import Rows, gate_of, numbered
from bot.talk.script import in_script, traditional
from bot.talk.signals import Busy, Change, Doubtful, GoTo, Unreachable, Waiting
from bot.talk.staff import Staffing, all_staff, staff_for
from bot.talk.telling import Step, Steps, Tell, unstepped, untold
from bot.talk.values import (
    BACK,
    LESS,
    MENU,
    PERSON,
    Answer,
    Choice,
    Media,
    Note,
    Reply,
    Said,
)

__all__ = [
    "BACK",
    "CHANGE",
    "LESS",
    "MENU",
    "PERSON",
    "YES",
    "Answer",
    "Busy",
    "Can",
    "Change",
    "Channel",
    "Choice",
    "Doubtful",
    "GoTo",
    "Hears",
    "Media",
    "Note",
    "Parser",
    "Reply",
    "Rows",
    "Said",
    "Spoiled",
    "Staffing",
    "Step",
    "Steps",
    "Talk",
    "Tell",
    "Unreachable",
    "Waiting",
    "all_staff",
    "as_text",
    "choice_said",
    "gate_of",
    "in_script",
    "numbered",
    "said_by_yes",
    "staff_for",
    "traditional",
    "unstepped",
    "untold",
]
