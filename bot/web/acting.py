"""An action of a page, run as in chat: a transaction, a Talk of the acting person, the same rules."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from bot.db import SessionRows, take_turns
from bot.db.touched import touched
from bot.domain.base import Refused
from bot.domain.doors import CHANNEL
from bot.domain.people import Person
from bot.feature import Action, Compare, Done, Page, ReadFile, Rehearse
from bot.now import Now
from bot.pages import read_upload, save_upload
from bot.parts import Part
from bot.talk import Can, Change, GoTo, Said, Talk, Tell, Waiting, untold
from bot.text import clean, visible

Outcome = str | Done | tuple[Part, ...]
CarryOut = Callable[[Session, Talk], None]
"""Queues what an action left to do: notes, calls for a person, what can be taken back."""


@dataclass(frozen=True, slots=True)
class Running:
    """What actions need of the running program."""

    now: Now
    """The calendar's clock."""
    real: Now
    """The machine's clock."""
    settings: Any
    """`bot.config.Settings`, handed to actions as `talk.settings`."""
    data_dir: Path
    carry_out: CarryOut
    channels: Mapping[str, Can] = field(default_factory=dict)
    """The channels that run, handed to actions as `talk.channels`."""
    rehearse: Rehearse | None = None
    """What the clock would send in the days to come, handed to views."""
    compare: Compare | None = None
    """What other settings would change in that, handed to views."""


def typed(form: FormData) -> dict[str, str]:
    """The words of a posted form, several values of a name joined by commas."""
    values: dict[str, str] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            seen = visible(value)
            values[name] = f"{values[name]},{seen}" if name in values else seen
    return values


async def put_files(
    form: FormData, values: dict[str, str], data_dir: Path, reads: Mapping[str, ReadFile]
) -> dict[str, Any]:
    """Add the files of a form to its words: the path in the data folder; of one that `reads` names, its name.

    Returns what was read of the latter. It takes its time in a thread, before the action's transaction.
    Raises Refused for a bad file.
    """
    files: dict[str, Any] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            continue
        if name in reads and value.filename:
            values[name] = clean(value.filename)[:80]
            files[name] = await asyncio.to_thread(reads[name], await read_upload(value))
        else:
            values[name] = (await save_upload(value, data_dir)).path if value.filename else ""
    return files


@dataclass(frozen=True, slots=True)
class Act:
    """One pressing of a button of a page."""

    page: Page
    action: Action
    person_id: int
    address: str
    id: str
    """Unique: the nonce of the form."""
    values: dict[str, str]
    files: Mapping[str, Any] = field(default_factory=dict)
    tell: Tell = untold
    """Says how far it is."""

    @property
    def word(self) -> str:
        """The action's name on its page: "invite"."""
        named = (name for name, action in self.page.actions.items() if action is self.action)
        return next(named, "")

    @property
    def name(self) -> str:
        """Under which the audit log keeps it: "visits.invite"."""
        return f"{self.page.path}.{self.word}"


def perform(act: Act, running: Running, session: Session) -> Outcome:
    """Do it, in the transaction of `session`; what was done, in words or as parts to show.

    Raises Refused where a rule says no, or the person has lost the role since the page was shown.
    """
    if turn := act.page.turn_of(act.word, act.values):
        take_turns(session, turn)
    person = session.get(Person, act.person_id)
    if person is None or not person.powers & act.page.roles_for(act.word):
        raise Refused("您现在不能办这件事了。请问问管理员。")
    now = running.now()
    said = Said(CHANNEL, act.address, act.id, now)
    rows = SessionRows(session)
    talk = Talk(
        said,
        person,
        (person,),
        rows,
        now,
        running.settings,
        channels=running.channels,
        files=act.files,
        progress=act.tell,
    )
    talk.doing = act.name
    with touched(session) as written:
        done = _drive(act.action(talk, act.values))
        session.flush()
    talk.written = written
    running.carry_out(session, talk)
    return done


def _drive(run: Any) -> Outcome:
    """Run a coroutine that awaits nothing but its talk, to its end, in this thread."""
    coroutine: Coroutine[Any, Any, Outcome] = run
    try:
        coroutine.send(None)
    except StopIteration as end:
        done: Outcome = end.value
        return done
    except (Waiting, GoTo, Change) as question:
        raise RuntimeError("an action of a page must not ask") from question
    coroutine.close()
    raise RuntimeError("an action of a page awaits nothing but its talk")
