"""Writing a deed for what was written, in the same transaction: by whom, and whose things they were."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.touched import Trace
from bot.domain.deeds import MACHINERY, MOST_OBJECTS, Deed
from bot.domain.people import Person

_MANY = 500
"""Of a deed to more people it isn't asked in which branches they are: it is nobody's alone."""


@dataclass(frozen=True, slots=True)
class Done:
    """Who did what, by which way, when on the calendar."""

    by_id: int | None
    via: str
    did: str
    at: datetime


def remember(
    session: Session, done: Done, trace: Trace, also: Collection[str] = frozenset()
) -> None:
    """Keep it, where something was written. `also`: tables of the machinery that count this time."""
    left_out = MACHINERY - set(also)
    objects = [one for one in trace.names if one.split(":")[0] not in left_out]
    if not objects:
        return
    people, branches = trace.people, trace.branches | _branches(session, trace.people)
    session.add(
        Deed(
            at=done.at, by_id=done.by_id, via=done.via, did=done.did, objects=objects[:MOST_OBJECTS],
            person_id=_only(session, people),
            branch_id=min(branches) if len(branches) == 1 else None,
        )
    )  # fmt: skip


def _only(session: Session, people: set[int]) -> int | None:
    """The one person whose all of it was, unless removed by it."""
    if len(people) != 1:
        return None
    person = session.get(Person, min(people))
    return person.id if person is not None else None


def _branches(session: Session, people: set[int]) -> set[int]:
    if len(people) > _MANY:
        return {0, 1}
    found = session.scalars(select(Person.branch_id).where(Person.id.in_(people)).distinct())
    return {id_ for id_ in found if id_ is not None}
