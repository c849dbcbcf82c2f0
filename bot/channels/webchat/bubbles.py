"""Messages as the template shows them: files sorted by what shows them, the hour where it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels.webchat.history import Line, media_url, name_of
from bot.domain.wording import near_day_words, time_words
from bot.now import local, local_day
from bot.talk import Choice, Media

GAP: Final = timedelta(minutes=30)
"""After a pause of this length the hour is shown."""
_KINDS: Final = {
    "picture": "照片", "sticker": "表情", "voice": "录音", "video": "录像", "location": "位置",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message. `url` is "" where only its kind can be said."""

    kind: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of the page."""

    own: bool
    text: str
    files: tuple[File, ...]
    when: str
    """Shown above it; "" where it follows soon upon the one before."""
    choices: tuple[Choice, ...] = ()
    """The buttons that still mean something."""


def bubbles(lines: Sequence[Line], now: datetime) -> list[Bubble]:
    """The lines of one page, oldest first. `now`: the calendar's moment, for 今天."""
    shown = []
    asked = _asked(lines)
    before: datetime | None = None
    for line in lines:
        later = before is None or line.at - before >= GAP or local_day(line.at) != local_day(before)
        files = tuple(_file(media) for media in line.media)
        when = _when(line.at, now) if later else ""
        choices = line.choices if line is asked else ()
        shown.append(Bubble(line.own, line.text, files, when, choices))
        before = line.at
    return shown


def _asked(lines: Sequence[Line]) -> Line | None:
    """The last message with buttons, unless the person has spoken since."""
    for line in reversed(lines):
        if line.own:
            return None
        if line.choices:
            return line
    return None


def _file(media: Media) -> File:
    title = name_of(media) or _KINDS.get(media.kind, "文件")
    return File(media.kind, title, media_url(media))


def _when(at: datetime, now: datetime) -> str:
    return f"{near_day_words(local_day(at), local_day(now))} {time_words(local(at).time())}"
