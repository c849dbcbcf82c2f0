"""What crosses between a channel and a dialog: Said, Reply, Choice, Media; and a Note to somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.mail import Mail

MENU, PERSON, BACK, LESS = "主菜单", "找人帮忙", "上一步", "少提醒我"


@dataclass(frozen=True, slots=True)
class Media:
    """Something that is not text. `path` is a file in the data folder; `ref` the channel's own handle.

    kind: picture, voice, video, file, sticker, location, contact, poll, unknown. A contact's `name` is its phone
    number, given only where the channel vouches that it is the sender's own.
    """

    kind: str
    name: str = ""
    path: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message heard. `who` is the channel's address of the sender, `at` an aware moment."""

    channel: str
    who: str
    id: str
    at: datetime
    text: str = ""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. Pressing it is the same as typing `says`; `label` (≤ 8 characters) is what it shows."""

    says: str
    label: str = ""

    def __post_init__(self) -> None:
        """A label left out is the words themselves."""
        if not self.label:
            object.__setattr__(self, "label", self.says)


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person: text, up to four choices, the fixed row, pictures or voice."""

    text: str
    choices: tuple[Choice, ...] = ()
    fixed: tuple[str, ...] = (MENU, PERSON)
    media: tuple[Media, ...] = ()
    own_words: bool = False
    """Written by a coordinator: the rules of wording for the bot's own texts don't apply."""

    def values(self) -> dict[str, Any]:
        """As plain values, for the outbox and for JSON."""
        return {
            "text": self.text,
            "choices": [{"says": c.says, "label": c.label} for c in self.choices],
            "fixed": list(self.fixed),
            "media": [{"kind": m.kind, "name": m.name, "path": m.path} for m in self.media],
            "own_words": self.own_words,
        }

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Reply:
        """The inverse of `values`."""
        return cls(
            text=values["text"],
            choices=tuple(Choice(c["says"], c["label"]) for c in values["choices"]),
            fixed=tuple(values["fixed"]),
            media=tuple(Media(m["kind"], m["name"], m["path"]) for m in values["media"]),
            own_words=values.get("own_words", False),
        )


@dataclass(frozen=True, slots=True)
class Note:
    """A message to another person, queued in the same transaction as the dialog's own writes.

    `key` makes it unique: the same key is never sent twice. `plain` stands instead of `text` on channels
    that are not private (Telegram): no address and no health there. `due_at`/`useful_until`: calendar time.
    """

    person_id: int
    """0 for somebody unregistered: then `address` says where."""
    text: str
    key: str
    kind: Mail = Mail.VISIT
    plain: str = ""
    choices: tuple[Choice, ...] = ()
    media: tuple[Media, ...] = ()
    due_at: datetime | None = None
    useful_until: datetime | None = None
    occurrence_id: int | None = None
    notice_id: int | None = None
    address: tuple[str, str] | None = None
    """(channel, address) where the answer must go back to exactly there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Raw words given to one question, with the moment they were said (aware)."""

    key: str
    text: str
    at: datetime
    media: tuple[Media, ...] = ()
