"""Goes on with confirmed imports: plans them, stores them, takes them back, some lines a transaction.

The lines say how far it is, and are changed in the transaction that stores them: after a kill in the middle the
next start goes on, and nothing is stored twice. Members' answers are written in between.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.db import Database, SessionRows, insert_once
from bot.domain import imports
from bot.domain.imports import Doing, RosterImport, RosterImportLine, Stage
from bot.domain.organisations import Organisation
from bot.domain.people import Branch, Person, Status
from bot.log import log
from bot.members.importing.compared import Compared, compared, forget, version_now
from bot.members.importing.planning import in_parts, plan
from bot.members.importing.storing import Ready, Storing, ready
from bot.members.importing.undoing import Undoing
from bot.now import Now
from bot.standing import Decision, Standing
from bot.talk import Step, unstepped

PIECE: Final = 25
"""Lines of one transaction: another writer waits for some 20 ms."""
PLANNED: Final = 250
"""Lines written down in one transaction, before anything is done."""
BREATH: Final = 0.001
"""Seconds after so many lines are sealed: else whoever writes meanwhile waits for the interpreter, 5 ms a statement."""
LOOK_EVERY: Final = 1.0
AFTER_FAULT: Final = 60.0
"""Seconds after a look that failed: what fails once mostly fails again."""
Done = TypeVar("Done")
CHANGED = "您按了“就这样存”以后，名册又变了，所以什么都没有存。请看一看新的比对，再按一次。"


class Importer:
    """Brings every import to its end, whoever confirmed it and in which process."""

    def __init__(self, db: Database, standing: Callable[[Session], Standing], now: Now) -> None:
        """`standing` changes where people stand, in a session."""
        self.db, self.standing, self.now = db, standing, now
        self._stop = threading.Event()

    async def run(self) -> None:
        """Look for something to go on with until cancelled, in one process; the piece under way is finished."""

        async def watch() -> None:
            while True:
                pause = await self._look()
                await asyncio.sleep(pause)

        try:
            await self.db.alone("importing", watch)
        finally:
            self._stop.set()

    async def _look(self) -> float:
        """Go on with what there is; returns the seconds to the next look."""
        try:
            await asyncio.to_thread(self.work)
        except Exception as error:  # one import's fault must not end the others; the log says why
            log.error("import failed", exc_info=error)
            return AFTER_FAULT
        return LOOK_EVERY

    def work(self, step: Step = unstepped) -> None:
        """Everything that is under way, to its end, blocking. `step`: after each line."""
        while not self._stop.is_set():
            found = self.db.read_now(_next)
            if found is None:
                return
            id_, stage = found
            going = {
                Stage.CONFIRMED: self._plan,
                Stage.STORING: self._store,
                Stage.UNDOING: self._undo,
            }
            going[stage](id_, step)

    # ── planned ─────────────────────────────────────────────────────────────────────────────────

    def _plan(self, id_: int, step: Step) -> None:
        found, lines, newest = self.db.read_now(lambda session: self._planned(session, id_))
        why = _why_not(found)
        for some in in_parts(lines if not why else [], PLANNED):
            if self._stop.is_set() or not self._write(partial(_note, id_=id_, lines=some)):
                return
        self._write(partial(_begin, id_=id_, found=found, newest=newest, why=why), durable=True)

    def _planned(self, session: Session, id_: int) -> tuple[Compared, list[dict[str, Any]], int]:
        rows = SessionRows(session)
        row = session.get_one(RosterImport, id_)
        found = compared(rows, row, row.by, self.now())
        newest = session.scalar(select(func.max(Person.id))) or 0
        same = found.version == row.seen and not _why_not(found)
        lines: list[dict[str, Any]] = []
        for line in plan(rows, found.found, id_) if same else ():
            lines.append(line)
            if len(lines) % PIECE == 0:
                self._stop.wait(BREATH)
        return found, lines, newest

    # ── stored, taken back ──────────────────────────────────────────────────────────────────────

    def _store(self, id_: int, step: Step) -> None:
        lines = imports.lines(id_, Doing.PLANNED).limit(PIECE)
        while not self._stop.is_set():
            opened = self.db.read_now(lambda s: {one.id: ready(one) for one in s.scalars(lines)})
            if not opened:
                break
            if not self._write(partial(self._put, id_=id_, opened=opened)):
                return
            for _ in opened:
                step()
        else:
            return
        self._write(partial(_end, id_=id_, now=self.now()), durable=True)

    def _put(self, session: Session, id_: int, opened: dict[int, Ready]) -> bool:
        row = _held(session, id_, Stage.STORING)
        if row is None:
            return False
        rows = SessionRows(session)
        query = imports.lines(id_, Doing.PLANNED).where(RosterImportLine.id.in_(opened))
        lines = session.scalars(query).all()
        now = self.now()
        storing = Storing(rows, row, self._standing(session, row, now), now)
        storing.store(lines, [opened[line.id] for line in lines])
        return True

    def _undo(self, id_: int, step: Step) -> None:
        while not self._stop.is_set():
            taken = self._write(partial(self._take_back, id_=id_))
            if not taken:
                return
            for _ in range(taken):
                step()

    def _take_back(self, session: Session, id_: int) -> int:
        """How many lines were taken back; 0 where that was all."""
        row = _held(session, id_, Stage.UNDOING)
        if row is None:
            return 0
        stored = imports.lines(id_, Doing.STORED).order_by(None)
        lines = session.scalars(stored.order_by(RosterImportLine.id.desc()).limit(PIECE)).all()
        if not lines:
            row.stage, row.sheet = Stage.UNDONE, []
            return 0
        rows = SessionRows(session)
        Undoing(rows, row, self._standing(session, row, self.now())).undo(lines)
        return len(lines)

    def _standing(
        self, session: Session, row: RosterImport, now: datetime
    ) -> Callable[[Person, Status, str], None]:
        standing, rows = self.standing(session), SessionRows(session)

        def change(person: Person, status: Status, reason: str) -> None:
            standing.change(rows, person, status, Decision(row.by, reason, now))

        return change

    def _write(self, job: Callable[[Session], Done], *, durable: bool = False) -> Done:
        """A piece that a power cut takes away is made again: the lines say so."""
        return self.db.write_now(job, durable=durable)


def _next(session: Session) -> tuple[int, Stage] | None:
    found = session.scalars(imports.under_way().limit(1)).first()
    return (found.id, found.stage) if found is not None else None


def _held(session: Session, id_: int, stage: Stage) -> RosterImport | None:
    """The import, held until the transaction ends; None where somebody brought it further meanwhile."""
    found = select(RosterImport).where(RosterImport.id == id_, RosterImport.stage == stage)
    return session.scalars(found.with_for_update(of=RosterImport)).first()


def _why_not(found: Compared) -> str:
    """Why nothing of it may be stored; "" where it may."""
    many = len(found.found.faulty)
    return f"名册有{many}处要改，什么都没有存。" if many else ""


def _note(session: Session, id_: int, lines: Sequence[dict[str, Any]]) -> bool:
    """Write down some of the plan, each line once; False where the plan is void."""
    row = _held(session, id_, Stage.CONFIRMED)
    if row is not None and row.seen == version_now(SessionRows(session)):
        insert_once(session, RosterImportLine, lines, returning=RosterImportLine.id)
    return row is not None


def _begin(session: Session, id_: int, found: Compared, newest: int, why: str) -> None:
    """From here on it is stored; or nothing is, and its coordinator looks at it again."""
    row = _held(session, id_, Stage.CONFIRMED)
    if row is None:
        return
    if version_now(SessionRows(session)) != row.seen:
        why = why or CHANGED
    if why:
        session.execute(delete(RosterImportLine).where(RosterImportLine.import_id == id_))
        row.stage, row.why = Stage.COMPARED, why
        return
    session.add_all(Branch(name=name) for name in found.found.new_branches)
    session.add_all(Organisation(name=name) for name in found.found.new_organisations)
    row.stage, row.newest, row.why = Stage.STORING, newest, ""


def _end(session: Session, id_: int, now: datetime) -> None:
    row = _held(session, id_, Stage.STORING)
    if row is not None and not session.scalars(imports.lines(id_, Doing.PLANNED).limit(1)).all():
        row.stage, row.stored_at, row.sheet = Stage.STORED, now, []
        forget(row.row_key)
