"""How much may be said on the web chat, and by which clocks it lives."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from bot.now import Now


class WebchatSettings(BaseModel):
    """[webchat]: how much one may say, so that nobody floods the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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
