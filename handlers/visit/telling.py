"""Who is told what about a visit: coordinators, the visited person, the asker, the volunteer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.people import senders_of
from bot.domain.visits import Visit
from bot.talk import Choice, Note, Rows, Talk, staff_for
from handlers.visit import office, phrases
from handlers.visit.about import when_words

ACCEPT, DECLINE = "接受走访", "这次不行"


def invitation(visit: Visit) -> tuple[Choice, ...]:
    """How a volunteer answers an invitation; each button names its visit, for there may be another invitation."""
    return Choice(f"{ACCEPT}{visit.id}", "接受"), Choice(f"{DECLINE}{visit.id}", DECLINE)


def to_staff(rows: Rows, visit: Visit, text: str, plain: str = "") -> list[Note]:
    """The latest event told to the coordinators."""
    people = staff_for(rows, visit.branch_id)
    return [note_to(p.id, visit, text, plain, ("走访",)) for p in people]


def to_askers(visit: Visit, of_self: str, of_other: str) -> list[Note]:
    """The latest event told to the visited person and to whoever asked for somebody else."""
    notes = []
    if visit.person_id is not None:
        notes.append(note_to(visit.person_id, visit, of_self))
    if visit.by_id is not None and visit.by_id != visit.person_id:
        notes.append(note_to(visit.by_id, visit, of_other))
    return notes


def note_to(
    person_id: int, visit: Visit, text: str, plain: str = "", choices: Sequence[Choice | str] = ()
) -> Note:
    """One message about the latest event of a visit; its key makes it go out once."""
    key = f"visit:{visit.id}:{visit.events[-1].id}:{person_id}"
    buttons = tuple(c if isinstance(c, Choice) else Choice(c) for c in choices)
    return Note(person_id, text, key, plain=plain, choices=buttons)


def send(talk: Talk, notes: Sequence[Note]) -> None:
    """Queue messages, but none to the one who just acted, nor to the very phone on which it was done.

    Where a relative's phone acted for somebody, that person is told if an own phone is known.
    """
    actor = talk.me.id if talk.me and talk.relation == "self" else None
    for note in notes:
        if note.person_id != actor and (there := _not_here(talk, note)) is not None:
            talk.tell(there)


def _not_here(talk: Talk, note: Note) -> Note | None:
    """The note, to another phone than the one that speaks (a shared one, a relative's); None where there is none."""
    here = (talk.said.channel, talk.said.who)
    known = [
        (s.channel, s.address)
        for s in talk.rows.all(senders_of(note.person_id))
        if s.unreachable_at is None and s.channel in talk.channels
    ]
    if not known or known[0] != here:
        return note
    others = [address for address in known if address != here]
    return replace(note, address=others[0]) if others else None


def cancelled(rows: Rows, settings: Any, visit: Visit, volunteer_id: int | None) -> list[Note]:
    """Everybody who has to know that a visit is off; `volunteer_id` had accepted it or was asked."""
    when = when_words(visit)
    mine = phrases.CANCELLED(settings, when=when)
    other = phrases.CANCELLED_ASKER(settings, when=when, name=visit.name)
    notes = [*to_staff(rows, visit, other), *to_askers(visit, mine, other)]
    if volunteer_id is not None:
        text = phrases.CANCELLED_GOER(settings, when=when, name=visit.name)
        notes.append(note_to(volunteer_id, visit, text))
    return notes


def accepted(rows: Rows, settings: Any, visit: Visit, name: str) -> list[Note]:
    """Everybody who has to know that `name` goes."""
    when = when_words(visit)
    told = office.TAKEN(settings, who=name, when=when, name=visit.name)
    mine = phrases.ACCEPTED(settings, who=name, when=when)
    other = phrases.ACCEPTED_ASKER(settings, who=name, when=when, name=visit.name)
    return [*to_staff(rows, visit, told), *to_askers(visit, mine, other)]


def released(rows: Rows, settings: Any, visit: Visit, name: str) -> list[Note]:
    """Everybody who has to know that `name` can't go after all."""
    when = when_words(visit)
    told = office.STEPPED_BACK(settings, who=name, when=when, name=visit.name)
    mine = phrases.RELEASED(settings, when=when)
    other = phrases.RELEASED_ASKER(settings, when=when, name=visit.name)
    return [*to_staff(rows, visit, told), *to_askers(visit, mine, other)]


def elsewhere(settings: Any, visit: Visit, volunteer_id: int) -> Note:
    """To somebody who was asked and needn't answer any more."""
    text = phrases.ELSEWHERE(settings, when=when_words(visit), name=visit.name)
    return note_to(volunteer_id, visit, text)
