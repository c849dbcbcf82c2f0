"""Imports of the roster on the desk: what a sheet said, what it changes line by line, and how it is taken back.

compared ─ confirm → confirmed → storing → stored ─ take back (within a day) → undoing → undone
    ↑_______ the roster changed in between _|       └──────── take back ──────────↑

`confirmed`, `storing` and `undoing` are gone through by `bot.members.importing`, some lines a transaction.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, Update, func, select, update
from sqlalchemy.orm import Bundle, Mapped, mapped_column, relationship

from bot.domain.base import Base, Refused
from bot.domain.people import Person
from bot.domain.sealed import Cipher, RowKey, Sealed

UNDO_FOR: Final = timedelta(days=1)


class Stage(StrEnum):
    """How far an import has come."""

    COMPARED = "compared"
    CONFIRMED = "confirmed"
    STORING = "storing"
    STORED = "stored"
    UNDOING = "undoing"
    UNDONE = "undone"


STAGE_TITLE = {
    Stage.COMPARED: "比对过，还没有存", Stage.CONFIRMED: "正在存", Stage.STORING: "正在存",
    Stage.STORED: "存好了", Stage.UNDOING: "正在撤销", Stage.UNDONE: "撤销了",
}  # fmt: skip
UNDER_WAY = frozenset({Stage.CONFIRMED, Stage.STORING, Stage.UNDOING})
"""Nobody need press anything: it goes on, after a restart too."""


class RosterImport(RowKey, Base):
    """One sheet that a coordinator dropped, until it is stored or forgotten."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None: a command that did not say who."""
    at: Mapped[datetime]
    file: Mapped[str] = mapped_column(default="")
    """The file's own name, for people."""
    stage: Mapped[Stage] = mapped_column(default=Stage.COMPARED)
    seen: Mapped[int] = mapped_column(default=0)
    """The version of the roster with which it was compared when it was confirmed."""
    newest: Mapped[int] = mapped_column(default=0)
    """The highest id of a person then: whoever came later was not compared."""
    why: Mapped[str] = mapped_column(default="")
    """Why nothing was stored though it was confirmed."""
    # A megabyte, which only a comparison reads.
    sheet_sealed: Mapped[Cipher] = mapped_column(deferred=True)
    stored_at: Mapped[datetime | None]

    by: Mapped[Person | None] = relationship(lazy="joined")

    sheet = Sealed[list[Any]](list)
    """The lines of the sheet, [line, cells], as `bot.sheets.line_values` writes them; [] once stored."""


class Kind(StrEnum):
    """What a line does."""

    NEW = "new"
    CHANGED = "changed"


class Doing(StrEnum):
    """How far a line has come."""

    PLANNED = "planned"
    STORED = "stored"
    LEFT = "left"
    UNDONE = "undone"
    KEPT = "kept"
    """Taken back it was not: it changed since."""


class RosterImportLine(RowKey, Base):
    """One line of a confirmed import: what it is to do, then what it did."""

    __tablename__ = "roster_import_line"
    __table_args__ = (
        UniqueConstraint("import_id", "row"),
        Index("ix_roster_import_line_doing", "import_id", "doing", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id"))
    row: Mapped[int]
    """The line of the sheet."""
    kind: Mapped[Kind]
    doing: Mapped[Doing] = mapped_column(default=Doing.PLANNED)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom it changes; of somebody new once stored."""
    plan_sealed: Mapped[Cipher]
    left: Mapped[str] = mapped_column(default="")
    """What of it was not stored, or not taken back, and why."""

    source: Mapped[RosterImport] = relationship()

    plan = Sealed[dict[str, Any]](dict)
    """{"entry": fields, "changes": [[field, old, new], …]}; once stored {"name": …, "changes": what it did}."""


def of(person_id: int) -> Select[RosterImport]:
    """The imports of one coordinator, the latest first."""
    return (
        select(RosterImport).where(RosterImport.by_id == person_id).order_by(RosterImport.id.desc())
    )


def under_way() -> Select[RosterImport]:
    """Those that are gone on with, the oldest first."""
    return (
        select(RosterImport).where(RosterImport.stage.in_(UNDER_WAY)).order_by(RosterImport.id)
    )  # fmt: skip


def about(person_id: int) -> Select[RosterImportLine]:
    """What imports did to one person, the latest first."""
    whom = RosterImportLine.person_id == person_id
    return (
        select(RosterImportLine)
        .where(whom, RosterImportLine.doing == Doing.STORED)
        .order_by(RosterImportLine.id.desc())
    )


def lines(import_id: int, *doing: Doing) -> Select[RosterImportLine]:
    """The lines of one import that have come so far, in their order."""
    here = RosterImportLine.import_id == import_id
    return (
        select(RosterImportLine)
        .where(here, RosterImportLine.doing.in_(doing))
        .order_by(RosterImportLine.id)
    )


def left_out(import_id: int) -> Select[RosterImportLine]:
    """The lines of which something was not stored, or not taken back."""
    every = lines(import_id, *Doing)
    return every.where(RosterImportLine.left != "")


def people_in(import_id: int) -> Select[Any]:
    """Whom its lines are about."""
    whom = RosterImportLine.person_id
    return select(whom).where(RosterImportLine.import_id == import_id, whom.is_not(None))


def letting_go(ids: Iterable[int]) -> Update:
    """Lines about people who are removed again: they stay, as nobody's."""
    gone = RosterImportLine.person_id.in_(list(ids))
    return update(RosterImportLine).where(gone).values(person_id=None)


def counting(import_id: int) -> Select[Any]:
    """(kind, how far, whether something was left, how many) of the lines of one import."""
    left = RosterImportLine.left != ""
    counted: Bundle[Any] = Bundle(
        "counted", RosterImportLine.kind, RosterImportLine.doing, left.label("left"),
        func.count().label("lines"),
    )  # fmt: skip
    here = RosterImportLine.import_id == import_id
    return select(counted).where(here).group_by(RosterImportLine.kind, RosterImportLine.doing, left)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines of an import have come how far."""

    by: dict[tuple[Kind, Doing], int]
    left: int
    """Of which something was not stored, or not taken back."""

    @classmethod
    def of(cls, counted: Iterable[tuple[Kind, Doing, bool, int]]) -> "Counts":
        """What `counting` found."""
        by: Counter[tuple[Kind, Doing]] = Counter()
        left = 0
        for kind, doing, some_left, many in counted:
            by[kind, doing] += many
            left += many if some_left else 0
        return cls(dict(by), left)

    def many(self, *doing: Doing, kind: Kind | None = None) -> int:
        """How many have come so far, of one kind or both."""
        return sum(
            many for (of, so_far), many in self.by.items()
            if so_far in doing and kind in (None, of)
        )  # fmt: skip


def check_confirm(row: RosterImport, version: int, seen: str) -> None:
    """Raises Refused where it was confirmed before, or the roster is another than the one that was `seen`."""
    if row.stage is not Stage.COMPARED:
        raise Refused(f"这份名册已经{STAGE_TITLE[row.stage]}。要再导入，请重新选文件。")
    if seen != str(version):
        raise Refused("您看过以后，名册又变了。请看一看新的比对，再按“就这样存”。")


def check_undo(row: RosterImport, now: datetime, has_lines: bool) -> None:
    """Raises Refused where nothing was stored, or more than a day ago."""
    if row.stage is Stage.STORING:
        return
    if row.stage is not Stage.STORED or row.stored_at is None:
        raise Refused("这份名册没有存过，没有什么要撤销。")
    if now - row.stored_at > UNDO_FOR:
        raise Refused("存了超过一天，不能整份撤销了。请改好名册，再导入一次。")
    if not has_lines:
        raise Refused("这份名册是换新版本以前存的，不能整份撤销了。请改好名册，再导入一次。")
