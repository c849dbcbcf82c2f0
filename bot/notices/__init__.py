"""Notices at work: reach, preview, approval, expansion into the outbox, report. No dialog, no channel."""

from bot.notices.approving import APPROVALS, approve, confirm, may_confirm, reject
from bot.notices.audience import (
    EVERYBODY,
    branches_of,
    corrected,
    find_person,
    left_over,
    read_audience,
)
from bot.notices.desk import (
    Preview,
    cancel,
    correct,
    get,
    go_on,
    goes_at,
    hold,
    left_out,
    may_pause,
    pause,
    preview,
    put_down,
    rewrite,
    send_again,
)
from bot.notices.expand import GOT_IT, reader, reply_of
from bot.notices.freezing import FREEZE, THAW, freeze, frozen_words, thaw
from bot.notices.past import began, edited_meanwhile, edited_words, lately_edited, record
from bot.notices.phrases import GO_ON, PAUSE, PHRASES, REPORT
from bot.notices.reach import count, reach_of
from bot.notices.report import Missed, Report, call_list, called, receive, report
from bot.notices.said import in_words
from bot.notices.turn import NoticeTurn, escalate, tick

__all__ = [
    "APPROVALS",
    "EVERYBODY",
    "FREEZE",
    "GOT_IT",
    "GO_ON",
    "PAUSE",
    "PHRASES",
    "REPORT",
    "THAW",
    "Missed",
    "NoticeTurn",
    "Preview",
    "Report",
    "approve",
    "began",
    "branches_of",
    "call_list",
    "called",
    "cancel",
    "confirm",
    "correct",
    "corrected",
    "count",
    "edited_meanwhile",
    "edited_words",
    "escalate",
    "find_person",
    "freeze",
    "frozen_words",
    "get",
    "go_on",
    "goes_at",
    "hold",
    "in_words",
    "lately_edited",
    "left_out",
    "left_over",
    "may_confirm",
    "may_pause",
    "pause",
    "preview",
    "put_down",
    "reach_of",
    "read_audience",
    "reader",
    "receive",
    "record",
    "reject",
    "reply_of",
    "report",
    "rewrite",
    "send_again",
    "thaw",
    "tick",
]
