"""The composition root: configuration → database → channels → engine → clock → web; started and stopped in order."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot import config as configuration
from bot import web
from bot.backup import folder_of, nightly
from bot.channels import CHANNELS, Kind, Needs
from bot.channels.webchat import SignIn, WebChat
from bot.checks import Checks, with_pulse
from bot.clock import Clock
from bot.clock import Turn as ClockTurn
from bot.config import Settings
from bot.db import Database, SessionRows
from bot.domain.foreseen import Difference, Foresight, Wanted
from bot.domain.pulse import CLOCK, SELFTEST
from bot.engine import Engine
from bot.engine.after import carry_out
from bot.engine.worker import Worker
from bot.feature import Turn
from bot.keeping import Purge
from bot.log import log
from bot.members import Welcome
from bot.migrations import check as schema
from bot.notices import NoticeTurn
from bot.now import Now, real_now
from bot.outbox import Post, Quiet
from bot.pages import Doors, Hashing, Looks, Office
from bot.reminding import Comparing, Deciding, Foreseeing, Planning
from bot.sealing import path_of, trouble_with
from bot.selftest import CAN as SELFTEST_CAN
from bot.selftest import SelfTest
from bot.sender import Carrier, Rate
from bot.talk import Channel, Hears, Rows, Talk
from bot.teaching import Learned
from bot.tuning import Following, Tuned, knobs_of
from bot.voice import installed
from bot.voice.ears import Ears
from bot.voice.hearing import Deaf, Sherpa
from bot.voice.speaking import Clips, Espeak
from handlers import FEATURES

GRACE = 1.5
"""Seconds that messages under way have to be answered when the product stops."""


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
        post = Post(self.post.channels, _quiet(settings))
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
        return Checks(
            self.db, self.folder, backups, self.settings, self.now, real_now, schema, unsound
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
    post = Post(can, _quiet(settings))
    settings.on_change.append(lambda: setattr(post, "quiet", _quiet(settings)))
    engine = Engine(FEATURES, post, settings)
    worker = Worker(db, engine, now)
    reminders = [reminder for feature in FEATURES for reminder in feature.reminders]
    planning, deciding = Planning(reminders, post, settings), Deciding(reminders, post, settings)
    turns = [turn for feature in FEATURES for turn in feature.turns]
    bound = [_bound(turn, post, settings) for turn in turns]
    clock = Clock(db, planning, deciding, now, [*bound, NoticeTurn(post, settings)])
    return House(settings, now, db, kinds, post, engine, worker, clock)


def _quiet(settings: Tuned) -> Quiet:
    return Quiet(settings.quiet.start, settings.quiet.end)


def _bound(turn: Turn, post: Post, settings: Tuned) -> ClockTurn:
    """A feature's turn as the clock calls it."""

    def on_session(session: Session, now: datetime) -> None:
        turn(SessionRows(session), lambda note: post.note(session, note, now), now, settings)

    return on_session


class Role(StrEnum):
    """Which parts a process runs; on PostgreSQL they may be spread over several."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    CLOCK = "clock"

    def has(self, part: "Role") -> bool:
        """Whether this process runs that part."""
        return self in (Role.ALL, part)


class Running:
    """The product while it runs: channels open, web served, clock ticking."""

    def __init__(self, house: House, listener: socket.socket | None, role: Role = Role.ALL) -> None:
        """`listener`: the socket on which pages are served, by roles that serve them."""
        self.house, self.listener, self.role = house, listener, role
        self.stop = asyncio.Event()
        settings = house.settings
        port = listener.getsockname()[1] if listener else settings.web.port
        public = settings.web.public_url or f"http://{settings.web.host}:{port}"
        self.looks = Looks(Office(settings.office.name, settings.office.phone), public)
        terms = settings.doors.terms
        self.doors = Doors(house.db, real_now, secure=self.looks.secure, terms=terms)
        self.hashing = Hashing()
        self.clips = Clips(house.folder, Espeak() if installed() else None)
        self.channels = {kind.name: self._open(kind) for kind in house.kinds}
        self.ears = self._ears()
        self.learned = Learned(house.folder)
        worker = f"{socket.gethostname()}:{os.getpid()}"
        self.carrier = Carrier(house.db, house.post, self.channels, house.now, worker)
        self.carrier.rate = Rate(settings.sending.a_second, settings.sending.chat_gap)
        house.worker.answers = role.has(Role.WORKER)

    def _open(self, kind: Kind) -> Channel:
        section = getattr(self.house.settings, kind.section) if kind.section else None
        house = self.house
        needs = Needs(house.db, self.looks, self.doors, house.folder, house.now, real_now, section)
        return kind.open(replace(needs, clips=self.clips))

    def _ears(self) -> Ears:
        """What listens to voice messages, if anything does; without it they go to a person."""
        house, section = self.house, self.house.settings.voice
        fetches = {
            name: channel.fetch_file
            for name, channel in self.channels.items()
            if hasattr(channel, "fetch_file")
        }
        ears = Ears(house.db, house.folder, house.worker.hear, house.now, fetches)
        ears.wanted = bool(section.listen_model)
        self._keep(ears)
        house.settings.on_change.append(lambda: self._keep(ears))
        try:
            ears.listener = Sherpa(section) if ears.wanted else None
        except Deaf as trouble:
            log.error("voice_not_understood", reason=str(trouble))
        return ears

    def _keep(self, ears: Ears) -> None:
        ears.keep = timedelta(days=self.house.settings.voice.keep_days)

    async def run(self) -> None:
        """Run every part until `stop` is set; then stop in order, within 5 s."""
        tasks = [asyncio.ensure_future(part) for part in self._parts()]
        for task in tasks:
            task.add_done_callback(self._ended)
        try:
            if self.listener is None:
                await self.stop.wait()
            else:
                closing = [c.close for c in self.channels.values() if isinstance(c, WebChat)]
                closing.append(self.hashing.close)
                desk = self.desk()
                await web.serve(self.pages(desk), self.listener, self.stop, [*closing, desk.close])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, self.house.worker.stop(GRACE), return_exceptions=True)
            for channel in self.channels.values():
                if (hang_up := getattr(channel, "hang_up", None)) is not None:
                    await hang_up()

    def _parts(self) -> Iterator[Awaitable[None]]:
        house, hear = self.house, self.ears.hear
        yield Following(house.db, house.settings).run()
        if self.role.has(Role.WORKER):
            yield house.worker.run()
            yield self.ears.run()
            yield self.learned.run()
            yield self.carrier.run()
            minutes = timedelta(minutes=house.settings.health.probe_minutes)
            yield SelfTest(house.db, house.worker.hear, house.post, house.now).run(minutes)
        if self.role.has(Role.CLOCK):
            yield house.clock.run()
            yield nightly(house.db, house.folder, house.settings.backup, house.now)
            yield Purge(house.db, house.folder, house.settings, house.now).run()
        for name, channel in self.channels.items():
            on_pages = bool(getattr(channel, "routes", list)())
            if on_pages and self.role.has(Role.WEB):
                yield with_pulse(house.db, channel, channel.run(hear), real_now)
            elif not on_pages and self.role.has(Role.WORKER):
                # Only one process may poll; the others stand by.
                yield house.db.alone(name, partial(self._receive, channel, hear))

    async def _receive(self, channel: Channel, hear: Hears) -> None:
        await with_pulse(self.house.db, channel, channel.run(hear), real_now)

    def _ended(self, task: "asyncio.Future[None]") -> None:
        """A part that dies takes the process with it: a supervisor starts it anew, silence helps nobody."""
        if not task.cancelled() and task.exception() is not None:
            log.error("part died", exc_info=task.exception())
            self.stop.set()

    def desk(self) -> web.Desk:
        """The coordinators' pages."""
        house = self.house
        running = web.Running(
            house.now, real_now, house.settings, house.folder, house.carry_out, house.post.channels,
            house.rehearse, house.compare,
        )  # fmt: skip
        return web.Desk(house.db, self.looks, self.doors, FEATURES, running)

    def pages(self, desk: web.Desk) -> Starlette:
        """Everything that is served, as the server gets it."""
        house = self.house
        account = web.Account(desk.frame, desk.running, self.hashing)
        signin = SignIn(
            house.db,
            self.looks,
            self.doors,
            house.post,
            house.now,
            Welcome(house.post, house.settings),
        )
        states = {name: channel.state for name, channel in self.channels.items()}
        token = house.settings.health.token
        look = house.checks().look
        health = web.Health({**states, CLOCK: self.carrier.state}, look, token)
        routes: list[BaseRoute] = [*signin.routes(), *account.routes(), *desk.routes()]
        routes += health.routes()
        for channel in self.channels.values():
            routes += getattr(channel, "routes", list)()
        return web.make_app(self.looks, routes, account.locked)


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


async def serve(running: Running) -> None:
    """Run until SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers on the loop; there Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, running.stop.set)
    spare_the_collector()
    await running.run()


def spare_the_collector() -> None:
    """What is loaded by now stays for ever: the collector need not walk through it for every message.

    Each such walk holds up everybody: a tenth of a second, and more on a busy computer.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
