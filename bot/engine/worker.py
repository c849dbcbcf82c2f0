"""Hears for the channels and works through the inbox: in order a person, many people at a time."""

import asyncio
from collections import deque
from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot import inbox
from bot.db import Database
from bot.domain.mail import Heard, Inbox
from bot.engine import after
from bot.engine.hear import Engine
from bot.engine.turn import open_turn
from bot.inbox import Pending
from bot.log import log
from bot.now import Now, real_now
from bot.talk import MENU, Choice, Reply, Said, Spoiled, Talk

PEOPLE_AT_A_TIME = 16
LOOK_AGAIN = 5.0
"""Seconds between looks for messages that another process left behind."""
AGAIN_AFTER = 0.2
SORRY = "这句话我没办成，社区已经知道了，会有人联系您。您也可以再说一遍。"


class Worker:
    """Commits what is heard to the inbox, then answers it."""

    def __init__(self, db: Database, engine: Engine, now: Now) -> None:
        """`now` is the calendar's clock; leases use the machine's."""
        self.db, self.engine, self.now = db, engine, now
        self._waiting: dict[tuple[str, str], deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(PEOPLE_AT_A_TIME)

    async def hear(self, said: Sequence[Said], spoiled: Sequence[Spoiled] = ()) -> None:
        """Commit messages; when this returns their channel may confirm them."""
        new = await self.db.write(lambda session: inbox.accept(session, said, spoiled, real_now()))
        for item in new:
            self._queue(item)

    async def run(self) -> None:
        """Take up what an earlier process left behind, for ever."""
        everything = self.db.is_sqlite
        while True:
            expired = None if everything else real_now()
            left = await self.db.read(
                lambda session, expired=expired: inbox.pending(session, expired=expired)  # type: ignore[misc]
            )
            for item in left:
                self._queue(item)
            everything = False
            await asyncio.sleep(LOOK_AGAIN)

    async def finish(self) -> None:
        """Wait until everything heard is answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _queue(self, item: Pending) -> None:
        key = (item.channel, item.address)
        if key in self._waiting:
            if item not in self._waiting[key]:
                self._waiting[key].append(item)
            return
        self._waiting[key] = deque([item])
        task = asyncio.create_task(self._serve(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, key: tuple[str, str]) -> None:
        """Answer one person's messages one after the other."""
        waiting = self._waiting[key]
        try:
            while waiting:
                async with self._places:
                    await self._handle(waiting[0])
                waiting.popleft()
        finally:
            del self._waiting[key]

    async def _handle(self, item: Pending) -> None:
        while True:
            try:
                await self.db.write(lambda session: self.answer(session, item.id))
            except Exception as error:  # one bad message must not stop the others
                log.error("message failed", inbox=item.id, exc_info=error)
                if await self.db.write(lambda session: self.give_up(session, item.id)):
                    return
                await asyncio.sleep(AGAIN_AFTER)
            else:
                return

    def answer(self, session: Session, id_: int) -> list[Reply]:
        """One message, one transaction (a job for `Database.write`)."""
        row = session.get(Inbox, id_, with_for_update=True)
        if row is None or row.state is not Heard.NEW:
            return []
        replies = self.engine.hear(session, row, self.now())
        row.state, row.done_at, row.lease_until = Heard.DONE, real_now(), None
        return replies

    def give_up(self, session: Session, id_: int) -> bool:
        """Count the failure; after the third the member is told and a coordinator called."""
        row = session.get(Inbox, id_)
        if row is None or not inbox.failed(session, id_, "failed", real_now()):
            return row is None
        said, now = inbox.said(row), self.now()
        turn = open_turn(session, said, now, self.engine.settings, private=False)
        talk = Talk(said, turn.me, turn.people, None, now, self.engine.settings)  # type: ignore[arg-type]
        talk.call_person("failed")
        after.carry_out(session, talk, self.engine.post)
        self.engine.post.answer(
            session, f"a:{id_}:sorry", said.channel, said.who, Reply(SORRY, (Choice(MENU),)), now
        )
        return True


def settle_one(db: Database, worker: Worker, id_: int) -> None:
    """Answer one message here and now (commands): retried and quarantined like any other."""
    while True:
        try:
            db.write_now(lambda session: worker.answer(session, id_))
        except Exception as error:  # the command reports by the message's state
            log.error("message failed", inbox=id_, exc_info=error)
            if db.write_now(lambda session: worker.give_up(session, id_)):
                return
        else:
            return
