"""One turn of a conversation: who speaks, where the talk stands, and running a dialog inside it."""

import functools
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import Session, joinedload

from bot.db import SessionRows
from bot.db.touched import touched
from bot.domain.base import Refused
from bot.domain.deeds import Sight
from bot.domain.mail import Conversation
from bot.domain.people import Person, Sender, Status, bound_to
from bot.feature import STRANGER, Dialog
from bot.talk import (
    BACK,
    MENU,
    PERSON,
    Answer,
    Can,
    Change,
    GoTo,
    Media,
    Reply,
    Said,
    Talk,
    Waiting,
)

HOPS = 5
"""Dialogs handing over to dialogs in one turn, and changes taken back, at the most."""
FRESH = timedelta(minutes=30)
"""After so long nobody remembers what was spoken of."""
SEEN_AGAIN = timedelta(minutes=1)
"""So often it is written down that an address is there, however much it says."""

GONE = (Status.MOVED, Status.DECEASED)


@dataclass
class Turn:
    """Everything the engine knows while it answers one message."""

    session: Session
    said: Said
    now: datetime
    conversation: Conversation
    senders: Sequence[Sender]
    settings: Any
    private: bool
    channels: Mapping[str, Can] = field(default_factory=dict)
    talks: list[Talk] = field(default_factory=list)
    """Finished runs: their notes, undos and calls for a person are still to be carried out."""

    @property
    def me(self) -> Person | None:
        """The registered person behind the address: the one it is their own, else the first it acts for.

        Somebody who has left only where nobody else is there.
        """
        ranked = sorted(self.senders, key=lambda s: (s.person.status in GONE, s.relation != "self"))
        return ranked[0].person if ranked else None

    @property
    def people(self) -> tuple[Person, ...]:
        """For whom this address may act: on the roster, or paused."""
        return tuple(s.person for s in self.senders if s.person.status not in GONE)

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the speaker, as dialogs name them."""
        me = self.me
        return frozenset({STRANGER}) if me is None or not self.people else frozenset(me.powers)

    @property
    def topic(self) -> dict[str, str]:
        """What was answered last here; nothing after a while."""
        kept: dict[str, str] = dict(self.conversation.topic or {})
        return kept if kept and self.now - datetime.fromisoformat(kept["at"]) <= FRESH else {}

    def may(self, dialog: Dialog) -> bool:
        """Whether the speaker may have this dialog."""
        return bool(self.roles & dialog.roles)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended."""

    replies: tuple[Reply, ...]
    waiting: bool
    refusal: str = ""
    unheard: bool = False
    """It ended without taking the words just heard: what it was about is gone, and they are heard anew."""


def open_turn(session: Session, said: Said, now: datetime, settings: Any, private: bool) -> Turn:
    """Lock the conversation with this address (made on the first message) and look up who it is."""
    conversation = session.get(
        Conversation, (said.channel, said.who), with_for_update=True, populate_existing=True
    )
    if conversation is None:
        conversation = Conversation(
            channel=said.channel, address=said.who, answers=[], slots={}, shown=[], offered=[],
            paused={}, misses=0, updated_at=now,
        )  # fmt: skip
        session.add(conversation)
    senders = _senders(session, said)
    for sender in senders:
        if sender.seen_at is None or not timedelta(0) <= now - sender.seen_at < SEEN_AGAIN:
            sender.seen_at = now
        sender.unreachable_at = None
    return Turn(session, said, now, conversation, senders, settings, private)


def _senders(session: Session, said: Said) -> Sequence[Sender]:
    # Nothing that waits to be written changes who it is.
    with session.no_autoflush:
        here = {"channel": said.channel, "address": said.who}
        return session.scalars(_bound_here(), here).unique().all()


@functools.cache
def _bound_here() -> Select[Sender]:
    """Made once, and with their roles in one question: it is asked for every message."""
    roles = joinedload(Sender.person).joinedload(Person.grants)
    return bound_to(bindparam("channel"), bindparam("address")).options(roles)


def run(turn: Turn, dialogs: Mapping[str, Dialog], name: str, heard: Answer | None) -> Ran:
    """Run a dialog from its first line, following hand-overs; keeps or clears what the conversation holds."""
    for _ in range(HOPS):
        talk = _talk(turn, heard)
        talk.doing = name
        nested = turn.session.begin_nested()
        try:
            with touched(turn.session) as written:
                drive(dialogs[name].run(talk))  # type: ignore[arg-type]
                turn.session.flush()
        except (Waiting, Change, GoTo, Refused) as stop:
            nested.rollback()
            if isinstance(stop, GoTo) and talk.handovers:
                # What was written is undone; that a person is needed stays true.
                turn.talks.append(replace(talk, notes=[], undos=[]))
            if isinstance(stop, Waiting | Refused):
                _note_sights(turn, talk)
            ended = _stopped(turn, name, talk, stop)
            if ended is not None:
                return ended
            name, heard = stop.name if isinstance(stop, GoTo) else name, None
        else:
            nested.commit()
            _note_sights(turn, talk)
            clear(turn.conversation)
            _keep_topic(turn, dialogs[name], talk)
            talk.written = written
            turn.talks.append(talk)
            return Ran(tuple(talk.replies), waiting=False, unheard=talk.heard is not None)
    raise RuntimeError(f"dialog {name} hands over in a circle")


def _note_sights(turn: Turn, talk: Talk) -> None:
    """Who reads what, also in a question that stands open: it is read although the run is undone."""
    if talk.me is not None:
        turn.session.add_all(
            Sight(at=turn.now, by_id=talk.me.id, person_id=person_id, field=kind)
            for person_id, kind in talk.sights
        )


def _keep_topic(turn: Turn, dialog: Dialog, talk: Talk) -> None:
    """What was spoken of stays until something else is done; looking something up leaves it."""
    spoken_of = dialog.quick or talk.topic != turn.topic
    turn.conversation.topic = talk.topic if spoken_of else {}


def _stopped(turn: Turn, name: str, talk: Talk, stop: BaseException) -> Ran | None:
    """What an unfinished run leaves behind; None where it is to be run once more."""
    conversation = turn.conversation
    match stop:
        case Waiting():
            keep(conversation, name, talk)
            return Ran(_with_way_back(talk), waiting=True, refusal=talk.refusal)
        case Change(keys=keys):
            talk.answers[:] = [a for a in talk.answers if a.key.split("#")[0] not in keys]
            keep(conversation, name, talk)
            return None
        case GoTo(slots=slots):
            clear(conversation)
            conversation.slots = dict(slots)
            return None
    clear(conversation)
    replies = (*talk.replies, Reply(str(stop)))
    return Ran(replies, waiting=False, unheard=talk.heard is not None)


def drive(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a dialog to its end without an event loop: it awaits only its questions and the database.

    RuntimeError where it awaits anything else: inside the transaction that would hold up everybody.
    """
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise RuntimeError("a dialog awaits nothing but its questions and the database")


def keep(conversation: Conversation, name: str, talk: Talk) -> None:
    """Remember an unfinished dialog: raw answers only."""
    conversation.dialog, conversation.for_id = name, talk.for_id
    conversation.slots = talk.slots
    conversation.answers = [
        [a.key, a.text, a.at.isoformat(), [[m.kind, m.name, m.path, m.ref] for m in a.media]]
        for a in talk.answers
    ]


def clear(conversation: Conversation) -> None:
    """Forget the dialog: finished, cancelled or refused."""
    conversation.dialog, conversation.answers, conversation.slots = None, [], {}


def forget(conversation: Conversation) -> None:
    """Forget everything that the talk had come to, also what can't be read any more."""
    for sealed in ("answers", "slots", "shown", "offered", "paused"):
        setattr(conversation, f"{sealed}_sealed", b"")
    conversation.dialog, conversation.topic, conversation.misses = None, {}, 0


def answers_of(conversation: Conversation) -> list[Answer]:
    """The raw answers given so far."""
    return [
        Answer(key, text, datetime.fromisoformat(at), tuple(Media(*m) for m in media))
        for key, text, at, media in conversation.answers
    ]


def _talk(turn: Turn, heard: Answer | None) -> Talk:
    return Talk(
        said=turn.said,
        me=turn.me,
        people=turn.people,
        rows=SessionRows(turn.session),
        now=turn.now,
        settings=turn.settings,
        private=turn.private,
        channels=turn.channels,
        answers=answers_of(turn.conversation),
        slots=dict(turn.conversation.slots),
        heard=heard,
        for_id=turn.conversation.for_id,
        topic=turn.topic,
        relation=turn.senders[0].relation if turn.senders else "self",
    )


def _with_way_back(talk: Talk) -> tuple[Reply, ...]:
    """Every open question carries the menu, a person, and the step before."""
    fixed = (MENU, PERSON, BACK) if talk.answers else (MENU, PERSON)
    return tuple(Reply(r.text, r.choices, fixed, r.media, r.own_words) for r in talk.replies)
