"""The product while it runs: channels open, pages served, the clock ticking; started and stopped in order."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from functools import partial

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot import web
from bot.app.house import House
from bot.backup import nightly
from bot.channels import Kind, Needs
from bot.channels.webchat import SignIn, WebChat
from bot.checks import with_pulse
from bot.domain.pulse import CLOCK
from bot.keeping import Purge
from bot.log import log
from bot.members import Welcome
from bot.now import Steady, real_now, seconds_running
from bot.pages import Doors, Hashing, Looks, Office
from bot.selftest import SelfTest
from bot.sender import Carrier, Rate
from bot.talk import Channel, Hears
from bot.teaching import Learned
from bot.tuning import Following
from bot.voice import installed
from bot.voice.ears import Ears
from bot.voice.hearing import Deaf, Sherpa
from bot.voice.speaking import Clips, Espeak
from handlers import FEATURES

GRACE = 1.5
"""Seconds that messages under way have to be answered when the product stops."""


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
        self.unleapt = Steady(house.now, seconds_running).now
        self.channels = {kind.name: self._open(kind) for kind in house.kinds}
        self.ears = self._ears()
        self.learned = Learned(house.folder)
        worker = f"{socket.gethostname()}:{os.getpid()}"
        self.carrier = Carrier(house.db, house.post, self.channels, house.now, worker)
        self.carrier.rate = Rate(settings.sending.a_second, settings.sending.chat_gap)
        house.worker.answers, house.worker.unleapt = role.has(Role.WORKER), self.unleapt

    def _open(self, kind: Kind) -> Channel:
        section = getattr(self.house.settings, kind.section) if kind.section else None
        house = self.house
        # A page must not show as due, nor drop as too late, what is so by a clock that leapt.
        needs = Needs(
            house.db, self.looks, self.doors, house.folder, self.unleapt, real_now, section
        )
        return kind.open(replace(needs, clips=self.clips))

    def _ears(self) -> Ears:
        """What listens to voice messages, if anything does; without it they go to a person."""
        house, section = self.house, self.house.settings.voice
        fetches = {
            name: channel.fetch_file
            for name, channel in self.channels.items()
            if hasattr(channel, "fetch_file")
        }
        ears = Ears(house.db, house.folder, house.worker.hear, self.unleapt, fetches)
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
            yield house.importer.run()
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
        welcome = Welcome(house.post, house.settings)
        signin = SignIn(house.db, self.looks, self.doors, house.now, welcome)
        states = {name: channel.state for name, channel in self.channels.items()}
        token = house.settings.health.token
        look = house.checks().look
        health = web.Health({**states, CLOCK: self.carrier.state}, look, token)
        routes: list[BaseRoute] = [*signin.routes(), *account.routes(), *desk.routes()]
        routes += health.routes()
        for channel in self.channels.values():
            routes += getattr(channel, "routes", list)()
        return web.make_app(self.looks, routes, account.locked)


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
