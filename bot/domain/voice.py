"""Where messages are read aloud: one choice for each device, made there by whoever uses it."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base


class Voice(StrEnum):
    """A way of speaking; the value is its ISO 639-3 code."""

    MANDARIN = "cmn"
    CANTONESE = "yue"


VOICE_TITLE: Final = {Voice.MANDARIN: "普通话", Voice.CANTONESE: "广东话"}


class ReadAloud(Base):
    """This device asked to have its messages read to it. No row: it did not."""

    __tablename__ = "read_aloud"

    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    voice: Mapped[Voice]
    since: Mapped[datetime]


def listeners() -> Select[int]:
    """How many devices are read to."""
    return select(func.count()).select_from(ReadAloud)
