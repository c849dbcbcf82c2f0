"""[web]: where the pages are reached, how much may be said, and by which clocks."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from bot.now import Now


class WebchatSettings(BaseModel):
    """[web]: where the pages are reached, and how much strangers may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:8000"
    stranger_a_minute: int = Field(30, ge=1)
    """Messages of one unknown browser."""
    strangers_a_minute: int = Field(600, ge=1)
    """Messages of all unknown browsers together."""
    member_a_minute: int = Field(60, ge=1)


@dataclass(frozen=True, slots=True)
class Clocks:
    """`now` shows the calendar (it may be moved), `real` measures sessions and rates."""

    now: Now
    real: Now
