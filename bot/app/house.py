"""What commands and the running product share: configuration → database → channels → engine → clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot import config as configuration
from bot.backup import folder_of, lacking
from bot.channels import CHANNELS, Kind, Needs
from bot.checks import Checks
from bot.clock import Clock
from bot.clock import Turn as ClockTurn
from bot.config import Settings
from bot.db import Database, SessionRows
from bot.domain.foreseen import Difference, Foresight, Wanted
from bot.domain.pulse import SELFTEST
from bot.engine import Engine
from bot.engine.after import carry_out
from bot.engine.worker import Worker
from bot.feature import Turn
from bot.members import Importer
from bot.migrations import check as schema
from bot.notices import NoticeTurn
from bot.now import Now, real_now
from bot.outbox import Post, Quiet
from bot.pages import Doors, Looks, Office
from bot.reminding import Comparing, Deciding, Foreseeing, Planning
from bot.sealing import path_of, trouble_with
from bot.selftest import CAN as SELFTEST_CAN
from bot.standing import Standing
from bot.talk import Rows, Talk
from bot.tuning import Tuned, knobs_of
from handlers import FEATURES


@dataclass
class House:
    """Everything that stands on one data folder: what commands and the running product share."""

    settings: Tuned
    now: Now
    db: Database
    kinds: Sequence[Kind]
    """The channels that this configuration opens."""
    post: Post
    engine: Engine
    worker: Worker
    clock: Clock
    importer: Importer

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.settings.data.dir)

    def carry_out(self, session: Session, talk: Talk) -> None:
        """Queue what an action of the console left to do."""
        carry_out(session, talk, self.post, FEATURES)

    def rehearse(self, rows: Rows, wanted: Wanted) -> Foresight:
        """What the clock would send in the days to come; writes nothing."""
        if not isinstance(rows, SessionRows):
            raise TypeError("a rehearsal reads the database itself")
        return self._foreseeing().foresee(rows.session, wanted, self.now())

    def compare(self, rows: Rows, settings: Tuned, branches: frozenset[int] | None) -> Difference:
        """What would change in that if these settings held; writes nothing."""
        if not isinstance(rows, SessionRows):
            raise TypeError("a rehearsal reads the database itself")
        reminders = self.clock.planning.reminders
        post = Post(self.post.channels, _quiet(settings), settings)
        would = Foreseeing(Planning(reminders, post, settings), Deciding(reminders, post, settings))
        comparing = Comparing(self._foreseeing(), would)
        return comparing.compare(rows.session, branches, self.now())

    def _foreseeing(self) -> Foreseeing:
        return Foreseeing(self.clock.planning, self.clock.deciding)

    def checks(self) -> Checks:
        """How everything is: one list for doctor, /health and /metrics."""
        backups = folder_of(self.folder, self.settings.backup)
        keys = path_of(self.folder, self.settings.data.key_file)
        unsound = partial(trouble_with, self.db, self.folder, keys)
        lacks = partial(lacking, self.db, self.settings.backup)
        return Checks(
            self.db, self.folder, backups, self.settings, self.now, real_now, schema, unsound, lacks
        )

    def close(self) -> None:
        """Finish what is being written and close the database."""
        self.db.close()


def sections() -> dict[str, type[BaseModel]]:
    """The sections of config.toml that channels and features bring."""
    found = {kind.section: kind.settings for kind in CHANNELS if kind.settings is not None}
    return found | {f.name: f.settings for f in FEATURES if f.settings is not None}


def database_url(settings: Settings) -> str:
    """The configured database, or SQLite in the data folder (made where missing)."""
    folder = Path(settings.data.dir)
    folder.mkdir(parents=True, exist_ok=True)
    return str(settings.database.url) or f"sqlite:///{folder / 'yure.db'}"


def build(started: Settings, now: Now) -> House:
    """Put the house together; nothing runs yet and no channel is opened."""
    db = Database(database_url(started))
    kinds = [
        kind
        for kind in CHANNELS
        if kind.configured(getattr(started, kind.section) if kind.section else None)
    ]
    can = {kind.name: kind.can for kind in kinds} | {SELFTEST: SELFTEST_CAN}
    phrases = [phrase for feature in FEATURES for phrase in feature.phrases]
    settings = Tuned(started, knobs_of(configuration.CORE | sections()), phrases)
    post = Post(can, _quiet(settings), settings)
    settings.on_change.append(lambda: setattr(post, "quiet", _quiet(settings)))
    engine = Engine(FEATURES, post, settings)
    worker = Worker(db, engine, now)
    reminders = [reminder for feature in FEATURES for reminder in feature.reminders]
    planning, deciding = Planning(reminders, post, settings), Deciding(reminders, post, settings)
    turns = [turn for feature in FEATURES for turn in feature.turns]
    bound = [_bound(turn, post, settings) for turn in turns]
    clock = Clock(db, planning, deciding, now, [*bound, NoticeTurn(post, settings)])
    importer = Importer(db, partial(_standing, post, settings, now), now)
    return House(settings, now, db, kinds, post, engine, worker, clock, importer)


def _quiet(settings: Tuned) -> Quiet:
    return Quiet(settings.quiet.start, settings.quiet.end)


def _standing(post: Post, settings: Tuned, now: Now, session: Session) -> Standing:
    """Changes where people stand, and tells others what follows."""
    return Standing(FEATURES, lambda note: post.note(session, note, now()), settings)


def _bound(turn: Turn, post: Post, settings: Tuned) -> ClockTurn:
    """A feature's turn as the clock calls it."""

    def on_session(session: Session, now: datetime) -> None:
        turn(SessionRows(session), lambda note: post.note(session, note, now), now, settings)

    return on_session


async def probe(house: House) -> dict[str, str]:
    """What each channel that can be asked from outside says of itself: "" when well (`yure doctor`)."""
    looks = Looks(Office(), "")
    doors = Doors(house.db, real_now, secure=False)
    found = {}
    for kind in house.kinds:
        section = getattr(house.settings, kind.section) if kind.section else None
        channel = kind.open(
            Needs(house.db, looks, doors, house.folder, house.now, real_now, section)
        )
        examine, hang_up = (getattr(channel, name, None) for name in ("examine", "hang_up"))
        if examine is not None and hang_up is not None:
            found[kind.name] = await examine()
            await hang_up()
    return found
