"""A member that does not exist says something every few minutes: inbox → dialog → outbox, as everybody's words go.

It is an address on a channel of its own, bound to nobody, so it is in no roster, list, count or notice; what it
said and got is removed again. Where no answer comes, /health is bad and the coordinators are told, once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import outbox
from bot.db import Database, Unavailable
from bot.domain.mail import Heard, Inbox, Mail, Outbox
from bot.domain.people import Role, holding
from bot.domain.phrase import Phrase
from bot.domain.pulse import SELFTEST, Pulse, beat
from bot.log import log
from bot.now import Now, real_now
from bot.outbox import Post
from bot.talk import MENU, Can, Note, Said

CAN: Final = Can(push=False)
FIRST: Final = 30.0
"""Seconds after the start of the first try."""
LOOK_EVERY: Final = 0.2
PATIENCE: Final = timedelta(seconds=30)
TROUBLE: Final = "余热自己试着说了一句话，30秒没有等到回答。请重新启动余热；还不行，请看日志。"
MUTE: Final = Phrase(
    "settings.mute", "机器人可能不回话了，发给全部联络员",
    "机器人现在可能不回话。请告诉管电脑的人重新启动余热；这段时间会员有事，请打电话联系。",
)  # fmt: skip
Hear = Callable[[Sequence[Said]], Awaitable[None]]


class SelfTest:
    """Tries one deployment."""

    def __init__(
        self, db: Database, hear: Hear, post: Post, now: Now, real: Now = real_now
    ) -> None:
        """`hear`: what channels give their messages to."""
        self.db, self.hear, self.post, self.now, self.real = db, hear, post, now, real
        self.patience = PATIENCE

    async def run(self, every: timedelta) -> None:
        """Until cancelled, in one process at a time; `every` 0: never."""
        if not every:
            return

        async def go() -> None:
            await asyncio.sleep(FIRST)
            while True:
                await self.once()
                await asyncio.sleep(every.total_seconds())

        await self.db.alone(SELFTEST, go)

    async def once(self) -> bool:
        """Say something and wait for the answer; what came of it is written down."""
        began = self.real()
        try:
            await self.hear([Said(SELFTEST, SELFTEST, began.isoformat(), self.now(), MENU)])
            well = await self._answered(began)
            await self.db.write(lambda s: self._well(s) if well else self._unwell(s))
        except Unavailable as error:
            # Nothing can be written down: the sign of life grows old, and that is the alarm.
            log.error("selftest failed", reason=str(error))
            return False
        if not well:
            log.error("selftest failed", reason="no answer")
        return well

    async def _answered(self, began: datetime) -> bool:
        while self.real() - began < self.patience:
            if await self.db.write(lambda session: self._fetch(session, began)):
                return True
            await asyncio.sleep(LOOK_EVERY)
        return False

    def _fetch(self, session: Session, began: datetime) -> bool:
        query = select(Inbox.state).where(
            Inbox.channel == SELFTEST, Inbox.update_id == began.isoformat()
        )
        done = session.scalar(query) is Heard.DONE
        return done and bool(outbox.fetch(session, SELFTEST, [SELFTEST], self.now(), self.real()))

    def _well(self, session: Session) -> None:
        beat(session, SELFTEST, self.real(), self.real())
        _tidy(session)

    def _unwell(self, session: Session) -> None:
        row = session.get(Pulse, SELFTEST)
        since = row.last_at if row is not None else None
        beat(session, SELFTEST, self.real(), None, TROUBLE)
        now = self.now()
        for person in session.scalars(holding(Role.COORDINATOR)).unique():
            # The key holds the last success: however long it lasts, each coordinator is told once.
            key = f"selftest:{since.isoformat() if since else now.date()}:{person.id}"
            self.post.note(session, Note(person.id, MUTE(self.post.settings), key, Mail.ALARM), now)


def _tidy(session: Session) -> None:
    """Remove what was said and answered, but for the newest row: other keys are made of ids (see bot.keeping)."""
    for table in (Inbox, Outbox):
        newest = session.scalar(
            select(table.id).where(table.channel == SELFTEST).order_by(table.id.desc()).limit(1)
        )
        session.execute(delete(table).where(table.channel == SELFTEST, table.id < (newest or 0)))
