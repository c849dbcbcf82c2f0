"""Structured logs with ids only, and the one redactor that every logger, warning and exception passes.

What people say, and what they are called, is Chinese: a log line holds no Chinese character at all. Of an
exception its type, its place and its message without quoted values are kept. For words, ask `yure doctor`.
"""

import logging
import logging.handlers
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

from bot.spared import without

# structlog takes rich for tracebacks in colour: 5 MB and 0.04 s.
with without("rich", "rich.console", "rich.traceback"):
    import structlog

_HIDDEN: Final = (
    (re.compile(r"(?<![\w])\d{6,12}:[A-Za-z0-9_-]{30,}"), "<token>"),
    (re.compile(r"/bot\d{5,}:[^/\s]+"), "/bot<token>"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "<phone>"),
    (re.compile(r"(://[^/\s:@]+:)[^@/\s]+@"), r"\1<secret>@"),
    (re.compile(r"(/in/)[A-Za-z0-9_-]{8,}"), r"\1<token>"),
)
_WORDS: Final = re.compile(
    r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+"
)
_QUOTED: Final = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”")
_MOST: Final = 2000
_FRAMES: Final = 12


def redact(text: str) -> str:
    """`text` without bot tokens, phone numbers, passwords in addresses and sign-in tokens, cut at 2,000 characters."""
    for pattern, mask in _HIDDEN:
        text = pattern.sub(mask, text)
    return text if len(text) <= _MOST else text[:_MOST] + "…"


def wordless(text: str) -> str:
    """`redact`, and without a Chinese word: what a log may hold."""
    return redact(_WORDS.sub("<words>", text))


def trace(error: BaseException) -> str:
    """Where an exception comes from, the innermost frames last; messages without what they quote."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < _FRAMES:
        message = wordless(_QUOTED.sub("'…'", str(seen)))
        frames = traceback.extract_tb(seen.__traceback__)[-_FRAMES:]
        places = " > ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
        lines.append(f"{type(seen).__name__}: {message} [{places}]")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return redact(" <- ".join(lines))


def _events(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Our own events: values and exceptions pass the redactor."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["exception"] = trace(error)
    for key, value in event.items():
        if not isinstance(value, int | float | None):
            event[key] = wordless(str(value))
    return event


class Redacted(logging.Formatter):
    """Formats records of libraries, which may quote anything: without what they quote. Ours are JSON already."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        if record.name == "yure":
            return record.getMessage()
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {record.getMessage()}"
        error = record.exc_info[1] if record.exc_info else None
        told = f"{line} {trace(error)}" if error is not None else line
        return wordless(_QUOTED.sub("'…'", told)).replace("\n", " ")


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(Redacted())

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # of StreamHandler it is an attribute
        return sys.stderr


def set_up(level: str = "INFO") -> None:
    """Send our own events, the libraries' records to standard error, redacted."""
    root = logging.getLogger()
    if not any(isinstance(handler, _Stderr) for handler in root.handlers):
        root.addHandler(_Stderr())
    root.setLevel(logging.WARNING)
    logging.getLogger("yure").setLevel(level)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _events,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: logging.getLogger("yure"),
        cache_logger_on_first_use=True,
    )


def catch_the_rest() -> None:
    """Log what nobody caught instead of printing it: for a process of ours, from its start."""
    set_up()
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, None)


def to_file(path: Path, megabytes: int, keep: int) -> None:
    """Write the same to a file too; when it is full it is put aside, and the oldest beyond `keep` goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=megabytes * 2**20, backupCount=keep, encoding="utf-8", delay=True
    )
    handler.setFormatter(Redacted())
    logging.getLogger().addHandler(handler)


def _uncaught(
    kind: type[BaseException], error: BaseException | None, where: TracebackType | None
) -> None:
    """The end of a process or a thread that nobody foresaw."""
    if error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        log.critical("uncaught", exc_info=error)


log = structlog.get_logger("yure")
