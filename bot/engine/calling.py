"""Calling a person: the request is listed, and the coordinators are told; a flood of strangers in one message."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.handover import URGENT_WHY, Handover, open_handover
from bot.domain.mail import Mail
from bot.domain.people import Person
from bot.engine.phrases import CALLED, MANY, MANY_URGENT, URGENT
from bot.engine.words import safety_word
from bot.outbox import Post
from bot.talk import PERSON, Choice, Note, Talk, staff_for

WHY = {
    "asked": "想找人", "lost": "说的话机器人没听懂", "emergency": "可能有危险", "media": "发来语音或图片",
    "care": "身体或家里有事", "safe": "说没有危险了", "fraud": "可能遇到骗子", "failed": "消息没办成",
}  # fmt: skip
_GRAVE = (*URGENT_WHY, "care")
"""Reasons that are counted by themselves: who only asks for somebody joins no alarm away."""
_HOUR = timedelta(hours=1)
BEFORE, KEPT = "；先前说：", 4
"""Between what was said several times, the last first; so many, the very first among them."""
JOINED_FOR = timedelta(minutes=5)
"""Of strangers beyond the limit one message in so long."""


def call(session: Session, talk: Talk, post: Post, why: str, words: str) -> None:
    """One open request an address; a graver reason replaces a lighter one, and everybody is told again."""
    said, me = talk.said, talk.me
    row = session.scalars(open_handover(said.channel, said.who)).first()
    if row is None:
        row = Handover(
            channel=said.channel, address=said.who, why=why, words=words, at=talk.now,
            person_id=me.id if me else None,
        )  # fmt: skip
        session.add(row)
        session.flush()
    elif why in URGENT_WHY or row.why == why:
        row.why, row.words = why, both(words, row.words)
        session.flush()
    told = f"handover:{row.id}:{why}:{said.id if why == 'emergency' and me else ''}"
    for person in staff_for(SessionRows(session), me.branch_id if me else None):
        alarm = _alarm(talk.settings, me, person, why, words, told)
        count = 0 if me else _strangers(session, why, talk.now)
        if count <= talk.settings.limits.stranger_alarms_an_hour:
            post.note(session, alarm, talk.now)
        else:
            _join(session, post, _joined(talk.settings, person, why, words, count), talk.now)


def both(now: str, before: str) -> str:
    """What was said now, and behind it what was asked for first: nothing of it is forgotten.

    That somebody is wanted (找人帮忙) says nothing beside what it is about.
    """
    all_said = [words for words in dict.fromkeys([now, *before.split(BEFORE)]) if words]
    said = [words for words in all_said if safety_word(words) != PERSON] or all_said
    return BEFORE.join([*said[: KEPT - 1], *said[KEPT - 1 :][-1:]])


def _alarm(settings: Any, about: Person | None, to: Person, why: str, words: str, key: str) -> Note:
    said = {"who": about.name if about else "一位没登记的朋友", "why": WHY.get(why, why)}
    phrase = URGENT if why in URGENT_WHY else CALLED
    phone = f"电话{about.phone}。" if about and about.phone else ""
    quoted = f"原话：“{_short(words)}”" if words else ""
    text = phrase(settings, **said, phone=phone, words=quoted)
    plain = phrase(settings, **said, phone="", words="")
    return Note(to.id, text if words else plain, f"{key}:{to.id}", Mail.ALARM, plain)


def _strangers(session: Session, why: str, now: datetime) -> int:
    """From how many strangers' addresses a person was called within the hour for such a reason."""
    grave = Handover.why.in_(_GRAVE)
    query = select(func.count(func.distinct(Handover.channel + ":" + Handover.address))).where(
        Handover.person_id.is_(None),
        Handover.at > now - _HOUR,
        grave if why in _GRAVE else ~grave,
    )
    return session.scalar(query) or 0


def _joined(settings: Any, to: Person, why: str, words: str, count: int) -> Note:
    urgent = why in _GRAVE
    phrase = MANY_URGENT if urgent else MANY
    last = f"最近一位说：“{_short(words)}”" if words else ""
    text, plain = (phrase(settings, count=count, words=said) for said in (last, ""))
    key = f"strangers:{'grave' if urgent else 'other'}"
    return Note(to.id, text, key, Mail.ALARM, plain, (Choice("回复"),))


def _join(session: Session, post: Post, note: Note, now: datetime) -> None:
    """At once where none went out lately; else the one not yet gone counts up, or the next one is written."""
    begin = now - timedelta(seconds=now.timestamp() % JOINED_FOR.total_seconds())
    for at in (begin, begin + JOINED_FOR):
        key = f"{note.key}:{at.isoformat(timespec='seconds')}:{note.person_id}"
        due = at if at > now else None
        one = Note(note.person_id, note.text, key, note.kind, note.plain, note.choices, due_at=due)
        if post.note(session, one, now) is not None or post.reword(session, one):
            return


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"
