"""Notices at work: reach, preview, approval, expansion into the outbox, report. No dialog, no channel."""

from bot.notices.desk import (
    APPROVALS,
    EVERYBODY,
    Preview,
    approve,
    approvers,
    branches_of,
    cancel,
    confirm,
    find_person,
    get,
    preview,
    put_down,
    read_audience,
    reject,
    send_again,
)
from bot.notices.expand import GOT_IT, reply_of
from bot.notices.freezing import FREEZE, THAW, freeze, frozen_words, thaw
from bot.notices.reach import count, reach_of
from bot.notices.report import Missed, Report, call_list, called, receive, report
from bot.notices.turn import REPORT, NoticeTurn, escalate, tick

__all__ = [
    "APPROVALS",
    "EVERYBODY",
    "FREEZE",
    "GOT_IT",
    "REPORT",
    "THAW",
    "Missed",
    "NoticeTurn",
    "Preview",
    "Report",
    "approve",
    "approvers",
    "branches_of",
    "call_list",
    "called",
    "cancel",
    "confirm",
    "count",
    "escalate",
    "find_person",
    "freeze",
    "frozen_words",
    "get",
    "preview",
    "put_down",
    "reach_of",
    "read_audience",
    "receive",
    "reject",
    "reply_of",
    "report",
    "send_again",
    "thaw",
    "tick",
]
