"""Structured logs with ids only, and the one redactor that every logger and every exception passes."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_HIDDEN = (
    (re.compile(r"(?<![\w])\d{6,12}:[A-Za-z0-9_-]{30,}"), "<token>"),
    (re.compile(r"/bot\d{5,}:[^/\s]+"), "/bot<token>"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "<phone>"),
    (re.compile(r"(://[^/\s:@]+:)[^@/\s]+@"), r"\1<secret>@"),
    (re.compile(r"(/in/)[A-Za-z0-9_-]{8,}"), r"\1<token>"),
)
_MOST = 2000


def redact(text: str) -> str:
    """`text` without bot tokens, phone numbers, passwords in addresses and sign-in tokens, cut at 2,000 characters."""
    for pattern, mask in _HIDDEN:
        text = pattern.sub(mask, text)
    return text if len(text) <= _MOST else text[:_MOST] + "…"


def _redact_event(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event


class _Redacted(logging.Formatter):
    """Formats the records of libraries: message, arguments and trace pass the redactor."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def set_up(level: str = "INFO") -> None:
    """Send our own events and the libraries' records to standard error, redacted. Once a process."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(_Redacted("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(logging.WARNING)
    logging.getLogger("yure").setLevel(level)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: logging.getLogger("yure"),
        cache_logger_on_first_use=True,
    )


log = structlog.get_logger("yure")
