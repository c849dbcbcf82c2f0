"""Imports of the roster on the desk: what a sheet said, what it would change, and how it is taken back.

compared ─ store → stored ─ undo (within a day) → undone
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base, Refused
from bot.domain.sealed import Cipher, RowKey, Sealed

UNDO_FOR: Final = timedelta(days=1)


class Stage(StrEnum):
    """How far an import has come."""

    COMPARED = "compared"
    STORED = "stored"
    UNDONE = "undone"


STAGE_TITLE = {
    Stage.COMPARED: "比对过，还没有存", Stage.STORED: "存好了", Stage.UNDONE: "撤销了",
}  # fmt: skip


class RosterImport(RowKey, Base):
    """One sheet that a coordinator dropped, until it is stored or forgotten."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    file: Mapped[str] = mapped_column(default="")
    """The file's own name, for people."""
    stage: Mapped[Stage] = mapped_column(default=Stage.COMPARED)
    sheet_sealed: Mapped[Cipher]
    did_sealed: Mapped[Cipher]
    stored_at: Mapped[datetime | None]

    sheet = Sealed[list[Any]](list)
    """The lines of the sheet, [line, cells], as `bot.sheets.line_values` writes them."""
    did = Sealed[dict[str, Any]](dict)
    """What it did, as `bot.members.undoing` writes it; empty until stored."""


def of(person_id: int) -> Select[RosterImport]:
    """The imports of one coordinator, the latest first."""
    return (
        select(RosterImport).where(RosterImport.by_id == person_id).order_by(RosterImport.id.desc())
    )


def stored() -> Select[RosterImport]:
    """All imports that hold, the latest first."""
    return (
        select(RosterImport)
        .where(RosterImport.stage == Stage.STORED)
        .order_by(RosterImport.id.desc())
    )


def fields_of(row: RosterImport, person_id: int) -> list[str] | None:
    """What an import changed of somebody: names of fields, [] of whoever was new; None where it did nothing."""
    did = row.did
    if person_id in did.get("new", []):
        return []
    changes = did.get("changed", {}).get(str(person_id))
    return None if changes is None else [field for field, _, _ in changes]


def check_store(row: RosterImport) -> None:
    """Raises Refused where it was stored before."""
    if row.stage is not Stage.COMPARED:
        raise Refused(f"这份名册已经{STAGE_TITLE[row.stage]}。要再导入，请重新选文件。")


def check_undo(row: RosterImport, now: datetime) -> None:
    """Raises Refused where nothing was stored, or more than a day ago."""
    if row.stage is not Stage.STORED or row.stored_at is None:
        raise Refused("这份名册没有存过，没有什么要撤销。")
    if now - row.stored_at > UNDO_FOR:
        raise Refused("存了超过一天，不能整份撤销了。请改好名册，再导入一次。")
