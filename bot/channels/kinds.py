"""What the composition root knows of a channel before it is opened, and what it hands over to open it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.db import Database
from bot.now import Now
from bot.pages import Doors, Looks
from bot.talk import Can, Channel
from bot.voice.speaking import Clips


@dataclass(frozen=True, slots=True)
class Needs:
    """What a channel may need to be opened."""

    db: Database
    looks: Looks
    doors: Doors
    data_dir: Path
    now: Now
    """The calendar's clock."""
    real: Now
    section: Any
    """The channel's own settings."""
    clips: Clips | None = None
    """Makes the messages that are read aloud; None where nobody sends or shows any."""


def always(section: Any) -> bool:
    """A channel that needs no configuration."""
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to reach people: listed once in `CHANNELS`."""

    name: str
    can: Can
    open: Callable[[Needs], Channel]
    section: str = ""
    """Its section in config.toml, "" where it has none."""
    settings: type[BaseModel] | None = None
    configured: Callable[[Any], bool] = always
