"""kill -9 of the product under traffic: nothing acknowledged is lost, nothing is done twice.

    python -m tests.faults kills --kills 200 --seeds 3

Members write on Telegram and on the web page all the time, each message with one effect in the database;
reminders fall due and notices go out meanwhile. Processes are killed at random moments and started again;
on PostgreSQL four of them share the work (web, two workers, clock).
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.channels.telegram import CAN
from bot.domain.mail import Heard, Inbox, Mail, Outbox, Sending, Undo
from bot.domain.people import Branch, Sender
from bot.domain.schedule import CalendarRule, DayKind
from bot.now import SHANGHAI, real_now
from bot.talk import Note
from tests.botapi import BotApi
from tests.faults.nest import spawn
from tests.faults.traffic import Visitor, Writers, free_port
from tests.faults.yure import FIRST, OPEN, Yure, add_members, community, quiet, rows
from tests.postgres import server

WORDS = "少提醒我"
"""Acts at once and leaves one row that says how to take it back: the effect that is counted."""
WRITERS, REMINDED = 20, 10
FIRST_REMINDED = FIRST + 500
_REMINDED = select(Sender.person_id).where(
    Sender.address.in_([str(FIRST_REMINDED + n) for n in range(REMINDED)])
)
NOON = datetime(2026, 12, 9, 12, tzinfo=SHANGHAI)
"""Where the calendar stands at the start of a run; it goes on at the machine's pace, over every kill."""
DUE = {"学习日": ("SCHEDULE", DayKind.STUDY), "志愿服务日": ("SERVICE_DAY", DayKind.SERVICE)}
PATIENCE = 300.0
"""Seconds; long, for on a busy machine slow is not stuck."""
MOMENTS = 4
"""Reminders of each of two kinds fall due at two moments: of the day itself and of tomorrow."""
EVE = f"（补发）{NOON.month}月{NOON.day}日"
"""Yesterday's reminder of today: sent late where the first start comes before the morning's falls due."""
A_KILL = 1.2
"""Seconds from one kill to the next, roughly."""


@dataclass
class Found:
    """What a run found; the first nine must be 0."""

    lost: int = 0
    doubled: int = 0
    unanswered: int = 0
    copies_beyond: int = 0
    doubts_unlisted: int = 0
    web_lost: int = 0
    reminders_missing: int = 0
    reminders_invented: int = 0
    stuck: int = 0
    heard: int = 0
    on_web: int = 0
    reminders: int = 0
    notices: int = 0
    doubts: int = 0
    kills: int = 0

    @property
    def bad(self) -> bool:
        """Whether a bar is missed."""
        names = list(self.__dataclass_fields__)
        return any(getattr(self, name) for name in names[: names.index("heard")])


class Run:
    """One run on one engine."""

    def __init__(self, stack: ExitStack, kills: int, seed: int, engine: str) -> None:
        """`engine`: "sqlite" or "postgresql"."""
        self.kills, self.chance = kills, random.Random(seed)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        url = stack.enter_context(server().database()) if engine != "sqlite" else ""
        self.api = stack.enter_context(BotApi(latency=0.05, jitter=0.02))
        self.house = community(folder, url, WRITERS)
        stack.callback(self.house.close)
        self.house.post.channels = {**self.house.post.channels, "telegram": CAN}
        self.house.db.write_now(_reminded)
        self.port, self.notices = free_port(), 0
        self.team = [
            Yure(self.api, folder, url, "--role", role, **self._settings())
            for role in (["web", "worker", "worker", "clock"] if url else ["all"])
        ]
        stack.callback(lambda: [one.end() for one in self.team])
        writers = [FIRST + n for n in range(WRITERS)]
        self.writers = Writers(self.api, seed, writers, WORDS)
        self.visitor = Visitor(self.port)

    def _settings(self) -> dict[str, str]:
        """The moments at which reminders fall due, spread over the run."""
        length = max(4.0, self.kills * A_KILL)
        names = [f"{kind}__{at}" for kind, _ in DUE.values() for at in ("REMIND_AT", "MORNING_AT")]
        due = {
            f"YURE_{name}": (NOON + timedelta(seconds=length * (n + 0.5) / MOMENTS)).strftime("%T")
            for n, name in enumerate(names)
        }
        often = {f"YURE_WEBCHAT__{who}_A_MINUTE": "100000" for who in ("STRANGER", "STRANGERS")}
        many = {"YURE_SERVICE_DAY__LEAD_DAYS": "[1]", "YURE_LIMITS__REMINDERS_A_DAY": "10"}
        # Where the machine is slow one answer would do for many messages; here each one's effect is counted.
        many |= {"YURE_WEB__PORT": str(self.port), "YURE_LIMITS__WAITING": "500"}
        return due | often | many

    def go(self) -> Found:
        """Kill, settle, compare."""
        self.began = time.monotonic()
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._start, self.team))
        with self.writers, self.visitor:
            for n in range(self.kills):
                self._let_live()
                if n % 20 == 0:
                    self._notice()
                victim = self.chance.choice(self.team)
                victim.kill()
                self._start(victim)
        stuck = self._settle()
        found = Judge(self).found()
        found.stuck += stuck
        found.kills = self.kills
        return found

    def _let_live(self) -> None:
        """A moment that ends anywhere: half the times in the start, else once the page has said yes again."""
        if self.chance.random() < 0.5:
            time.sleep(self.chance.uniform(0.0, 0.5))
            return
        said, end = len(self.visitor.said), time.monotonic() + 5
        while len(self.visitor.said) == said and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(self.chance.uniform(0.0, 0.4))

    def now(self) -> datetime:
        """The calendar."""
        return NOON + timedelta(seconds=time.monotonic() - self.began)

    def _start(self, one: Yure) -> None:
        role = one.options[:2]
        one.spawn, one.options = spawn, (*role, "--at", self.now().isoformat())
        one.start()

    def _notice(self) -> None:
        """The office writes to everybody, through a command beside the product."""
        self.notices += 1
        self.house.db.write_now(self._tell_all)

    def _tell_all(self, session: Session) -> None:
        for person_id in session.scalars(_REMINDED):
            note = Note(
                person_id, f"通知第{self.notices}号", f"n:{self.notices}:{person_id}", Mail.NOTICE
            )
            self.house.post.note(session, note, self.now())

    def _settle(self) -> int:
        """Until all is confirmed, handled, due and sent; returns how much is left when patience ends."""
        self.api.wait_confirmed(PATIENCE)
        end = time.monotonic() + PATIENCE
        while not (self._all_due() and quiet(self.house)) and time.monotonic() < end:
            self._let_go()
        left = select(func.count(Outbox.id)).where(Outbox.state.in_(OPEN))
        return int(rows(self.house, left)[0][0])

    def _all_due(self) -> bool:
        eve = Outbox.key.like(f"%:{NOON:%Y-%m-%d}:%:T-1:%")
        reminders = select(func.count(Outbox.id)).where(Outbox.kind == Mail.REMINDER, ~eve)
        return int(rows(self.house, reminders)[0][0]) >= MOMENTS * REMINDED

    def _let_go(self) -> None:
        """What the dead still held is in doubt now, not in a minute: no send takes so long here."""
        sending = select(Outbox.id, Outbox.attempts).where(Outbox.state == Sending.SENDING)
        before = rows(self.house, sending)
        time.sleep(1.0)
        dead = [id_ for id_, attempts in set(before) & set(rows(self.house, sending))]
        past = {"lease_until": real_now() - timedelta(seconds=1)}
        still = update(Outbox).where(Outbox.id.in_(dead), Outbox.state == Sending.SENDING)
        self.house.db.write_now(lambda s: s.execute(still.values(past)))


def _reminded(session: Session) -> None:
    """A branch with a study day and a service day, today and tomorrow."""
    branch = Branch(name="桂园支部", place="二楼", phone="0777-7654321")
    session.add(branch)
    session.flush()
    add_members(session, branch, FIRST_REMINDED, REMINDED)
    for _, kind in DUE.values():
        for day in (NOON, NOON + timedelta(days=1)):
            rule = f"{day:%Y-%m-%d} 18:00"
            session.add(CalendarRule(branch_id=branch.id, kind=kind, rule=rule, created_at=NOON))


class Judge:
    """Compares what was said and due with what was done and what arrived."""

    def __init__(self, run: Run) -> None:
        """Reads everything once."""
        self.run, self.house = run, run.house
        self.mail = rows(
            self.house,
            select(Outbox.address, Outbox.state, Outbox.attempts, Outbox.reason, Outbox.kind, Outbox.channel),
        )  # fmt: skip
        self.arrived = run.api.sent()

    def found(self) -> Found:
        """Everything."""
        found = Found(on_web=len(self.run.visitor.said))
        self._heard(found)
        self._answers(found)
        self._unother(found)
        pushed = [row for row in self.mail if row.channel == "telegram"]
        found.copies_beyond += sum(row.attempts > 2 for row in pushed)
        found.doubts = sum(row.reason == "doubt" for row in pushed)
        # A copy on the wire beyond the attempts counted would be one that nobody knows of.
        attempts = Counter[str]()
        for row in pushed:
            attempts[row.address] += row.attempts
        wire = Counter(str(sent.chat) for sent in self.arrived)
        found.doubts_unlisted = sum((wire - attempts).values())
        return found

    def _heard(self, found: Found) -> None:
        heard = [message for (message,) in rows(self.house, select(Inbox))]
        telegram = [row for row in heard if row.channel == "telegram"]
        found.heard = sum(self.run.writers.said.values())
        found.lost = abs(found.heard - len(telegram)) + sum(
            row.state is not Heard.DONE for row in heard
        )
        web = Counter(row.text for row in heard if row.channel == "web")
        found.web_lost = sum(web[words] != 1 for words in self.run.visitor.said)

    def _answers(self, found: Found) -> None:
        undo = select(Undo.address, func.count()).group_by(Undo.address)
        done = {int(address): number for address, number in rows(self.house, undo)}
        arrived = Counter(sent.chat for sent in self.arrived)
        undone = 0
        for member, said in self.run.writers.said.items():
            mine = [row for row in self.mail if row.address == str(member)]
            sure = sum(row.state is Sending.SENT for row in mine)
            found.doubled += max(0, done.get(member, 0) - said)
            undone += max(0, said - done.get(member, 0))
            found.unanswered += max(0, said - len(mine)) + max(0, sure - arrived[member])
        found.lost += undone

    def _unother(self, found: Found) -> None:
        """Each reminder once, twice only where it was in doubt; each notice once at the most."""
        texts = Counter((sent.chat, sent.text.removeprefix("（重发）")) for sent in self.arrived)
        for chat in range(FIRST_REMINDED, FIRST_REMINDED + REMINDED):
            mine = {text: n for (whose, text), n in texts.items() if whose == chat}
            other = [text for text in mine if text.startswith(("通知第", EVE))]
            reminders = [text for text in mine if text not in other]
            expected = [
                sum(text.startswith("今天") is today and name in text for text in reminders)
                for name in DUE for today in (True, False)
            ]  # fmt: skip
            found.reminders_missing += expected.count(0)
            found.reminders_invented += len(reminders) - sum(n > 0 for n in expected)
            found.copies_beyond += sum(mine[text] > 2 for text in reminders)
            found.copies_beyond += sum(
                mine[text] > 1 for text in other if text.startswith("通知第")
            )
            found.reminders += len(reminders)
            found.notices += sum(text.startswith("通知第") for text in other)
        # A notice that did not arrive must be listed as in doubt.
        notices = [row for row in self.mail if row.kind is Mail.NOTICE]
        sure = sum(row.state is Sending.SENT for row in notices)
        found.unanswered += max(0, sure - found.notices)
        found.stuck += sum(row.state not in (Sending.SENT, Sending.DOUBTFUL) for row in notices)


def run(kills: int, seed: int, engine: str) -> Found:
    """One run on one engine ("sqlite" or "postgresql")."""
    with ExitStack() as stack:
        return Run(stack, kills, seed, engine).go()
