"""Whom rounds go to: as numbers, read for many rounds together."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.people import Person
from bot.domain.schedule import Expected, expected_of
from bot.feature import Due, Round


def one_by_one(session: Session, one: Due | Round) -> Iterator[Due]:
    """The reminders of a round, or the one reminder; of a round the words are made once."""
    if isinstance(one, Due):
        yield one
        return
    people = _asked(session, one, None)
    if people:
        text = one.say()
        yield from (one.due(id_, text) for id_ in people)


def who(
    session: Session, every: Sequence[Due | Round], among: Select[int] | None
) -> list[Sequence[int]]:
    """The ids, ascending, of those to whom each goes. `among`: of rounds, only people of these ids."""
    days = [one.people for one in every if isinstance(one, Round)]
    known = [people for people in days if isinstance(people, Expected)]
    expected = iter(expected_of(SessionRows(session), known, among)) if known else iter(())
    found: list[Sequence[int]] = []
    for one in every:
        if isinstance(one, Due):
            found.append((one.person_id,))
        elif isinstance(one.people, Expected):
            found.append(next(expected))
        else:
            found.append(_asked(session, one, among))
    return found


def _asked(session: Session, one: Round, among: Select[int] | None) -> Sequence[int]:
    people = one.people.query() if isinstance(one.people, Expected) else one.people
    ids = people.with_only_columns(Person.id).order_by(None).order_by(Person.id)
    if among is not None:
        ids = ids.where(Person.id.in_(among))
    return session.connection().execute(ids).scalars().all()
