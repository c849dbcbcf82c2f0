"""Hears for the channels and works through the inbox: in order a person, many people at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot import inbox
from bot.db import Database, Unavailable, hold
from bot.domain.mail import Heard, Inbox
from bot.engine import after, late
from bot.engine.hear import Engine
from bot.engine.turn import forget, open_turn
from bot.inbox import Waiting
from bot.log import log
from bot.now import Now, real_now
from bot.talk import MENU, Choice, Reply, Said, Spoiled, Talk
from bot.understand import ready

PEOPLE_AT_A_TIME = 16
LOOK_AGAIN = 5.0
"""Seconds between looks for messages that another process left behind."""
LOOK_OFTEN = 0.1
"""The same where other processes hear for this one (PostgreSQL)."""
AGAIN_AFTER = 0.2
"""Seconds before a message that failed is tried again."""
WAIT = 1.0
"""Seconds before the next attempt while the database takes nothing."""
DIALOG_SECONDS = 2.0
"""What takes longer is cut off: others wait for it."""
SORRY = "这句话我没办成，社区已经知道了，会有人联系您。您也可以再说一遍。"
Address = tuple[str, str]


class Worker:
    """Commits what is heard to the inbox, then answers it.

    Whatever process handles an address takes the oldest message that waits there, under a lock of the
    address: so the order of a person's messages holds however many processes there are.
    """

    def __init__(self, db: Database, engine: Engine, now: Now) -> None:
        """`now` is the calendar's clock; leases use the machine's."""
        self.db, self.engine, self.now = db, engine, now
        self.answers = True
        """False: this process only hears (`yure run --role web`)."""
        self.unleapt = now
        """The same clock; where the product runs, without the leaps of one that was put forward."""
        self._due: OrderedDict[Address, int] = OrderedDict()
        """How many messages of each address wait of those who write now; the addresses take turns."""
        self._left: OrderedDict[Address, int] = OrderedDict()
        """The same of those whose messages were left behind: who wrote last first, and all of theirs."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._serving = 0
        self._loading: asyncio.Task[None] | None = None
        self._stopping = False

    async def hear(self, said: Sequence[Said], spoiled: Sequence[Spoiled] = ()) -> None:
        """Commit messages; when this returns their channel may confirm them. Raises Unavailable."""
        new = await self.db.write(
            lambda s: inbox.accept(s, said, spoiled, real_now(), leased=self.answers)
        )
        for item in new if self.answers else ():
            key = (item.channel, item.address)
            self._due[key] = self._due.get(key, 0) + self._left.pop(key, 0) + 1
        self._start()

    async def run(self) -> None:
        """Take up what an earlier process left behind and what others hear, until cancelled."""
        everything = self.db.is_sqlite
        if self.answers:
            self._load()
        while self.answers:
            expired = None if everything else real_now()
            try:
                left = await self.db.read(lambda s, expired=expired: inbox.waiting(s, expired))  # type: ignore[misc]
            except Exception as error:  # the database is away; it comes back
                log.warning("inbox not read", reason=type(error).__name__)
            else:
                everything = False
                self._take_up(left)
            await asyncio.sleep(LOOK_AGAIN if self.db.is_sqlite else LOOK_OFTEN)

    async def finish(self) -> None:
        """Wait until everything heard is answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self, seconds: float) -> None:
        """Finish the messages under way, for `seconds` at the most; the rest waits for the next start."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()

    def _load(self) -> "asyncio.Task[None]":
        """What every dialog needs, loaded once and beside all else: it must not count as a dialog's time."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(ready))
        return self._loading

    # ── whose turn it is ────────────────────────────────────────────────────────────────────────

    def _take_up(self, left: Sequence[Waiting]) -> None:
        """`left`: who wrote last first."""
        found = {(one.channel, one.address): one.count for one in left}
        for key in found.keys() & self._due.keys():
            self._due[key] = max(found.pop(key), self._due[key])
        self._left = OrderedDict(
            {**found, **{k: n for k, n in self._left.items() if k not in found}}
        )
        self._start()

    def _start(self) -> None:
        waiting = len(self._due) + len(self._left)
        for _ in range(min(waiting, PEOPLE_AT_A_TIME - self._serving)):
            self._serving += 1
            task = asyncio.create_task(self._serve())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self) -> None:
        """One message after the other, each time of the address whose turn it is."""
        try:
            await self._load()
            while (self._due or self._left) and not self._stopping:
                late = not self._due
                key, count = (self._left if late else self._due).popitem(last=False)
                left = await self._handle(key, count)
                if left > 0:
                    self._again(key, left, late=late)
        finally:
            self._serving -= 1

    def _again(self, key: Address, left: int, *, late: bool) -> None:
        """`left` more wait there: of those left behind at once, else when the others had their turn."""
        if late and key not in self._due:
            self._left[key] = left + self._left.get(key, 0)
            self._left.move_to_end(key, last=False)
        else:
            self._due[key] = left + self._due.get(key, 0)

    async def _handle(self, key: Address, count: int) -> int:
        """Answer one message of an address; returns how many are left there."""
        try:
            done = await self.db.write(lambda s: self._next(s, key, count), DIALOG_SECONDS)
        except Unavailable as error:
            log.warning("message waits", reason=str(error))
            await asyncio.sleep(WAIT)
            return count
        except Exception as error:  # one bad message must not stop the others
            log.error("message failed", channel=key[0], exc_info=error)
            return await self._failed(key, count)
        if done is None:
            await asyncio.sleep(LOOK_OFTEN)
            return count
        return count - done if done else 0

    async def _failed(self, key: Address, count: int) -> int:
        try:
            over = await self.db.write(lambda s: self._give_up_next(s, key))
        except Unavailable:
            over = False
        await asyncio.sleep(AGAIN_AFTER)
        return count - 1 if over else count

    # ── jobs ────────────────────────────────────────────────────────────────────────────────────

    def _next(self, session: Session, key: Address, waiting: int) -> int | None:
        """Answer the oldest message of an address; returns how many are answered by that.

        0: there is none; None: another process is at it.
        """
        if not hold(session, "\n".join(key)):
            return None
        row = inbox.oldest(session, *key)
        if row is None:
            return 0
        engine = self.engine
        summed = late.sum_up(session, row, engine.post, engine.settings, self.unleapt(), waiting)
        if not summed:
            self._answer(session, row)
        return summed or 1

    def _give_up_next(self, session: Session, key: Address) -> bool:
        row = inbox.oldest(session, *key)
        return row is None or self.give_up(session, row.id)

    def answer(self, session: Session, id_: int) -> list[Reply]:
        """One message, one transaction (a job for `Database.write`)."""
        row = session.get(Inbox, id_, with_for_update=True)
        if row is None or row.state is not Heard.NEW:
            return []
        return self._answer(session, row)

    def _answer(self, session: Session, row: Inbox) -> list[Reply]:
        replies = self.engine.hear(session, row, self.now())
        row.state, row.done_at, row.lease_until = Heard.DONE, real_now(), None
        return replies

    def give_up(self, session: Session, id_: int) -> bool:
        """Count the failure; after the third the member is told and a coordinator called."""
        row = session.get(Inbox, id_)
        if row is None or not inbox.failed(session, id_, "failed", real_now()):
            return row is None
        said, now = inbox.as_far_as_readable(row), self.now()
        turn = open_turn(session, said, now, self.engine.settings, private=False)
        if inbox.failed_before(session, row):
            # Not the words but what the talk had come to is to blame: nobody is caught in it.
            forget(turn.conversation)
        talk = Talk(said, turn.me, turn.people, None, now, self.engine.settings)  # type: ignore[arg-type]
        talk.call_person("failed")
        after.carry_out(session, talk, self.engine.post, self.engine.features)
        self.engine.post.answer(
            session, f"a:{id_}:sorry", said.channel, said.who, Reply(SORRY, (Choice(MENU),)), now
        )
        return True


def settle_one(db: Database, worker: Worker, id_: int) -> None:
    """Answer one message here and now (commands): retried and quarantined like any other."""
    ready()
    while True:
        try:
            db.write_now(lambda session: worker.answer(session, id_), DIALOG_SECONDS)
        except Exception as error:  # the command reports by the message's state
            log.error("message failed", inbox=id_, exc_info=error)
            if db.write_now(lambda session: worker.give_up(session, id_)):
                return
        else:
            return
