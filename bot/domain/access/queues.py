"""The gates of what waits for a coordinator: conversations, registrations, corrections; and of ready answers."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, false, or_
from sqlalchemy.orm import aliased

from bot.domain.access.reach import reaches, within
from bot.domain.base import OutOfReach
from bot.domain.correction import Correction
from bot.domain.handover import CannedAnswer, Handover
from bot.domain.people import Person
from bot.domain.registration import RegistrationRequest

T = TypeVar("T")


def access_conversation(viewer: Person, row: Handover | None) -> Handover:
    """Somebody who waits for a person; a stranger is every coordinator's."""
    if row is None or not reaches(viewer, row.person.branch_id if row.person else None):
        raise OutOfReach("没有这个对话，或者不归您这个支部。")
    return row


def access_conversations(viewer: Person, query: Select[T]) -> Select[T]:
    """The same of a query of Handover."""
    strangers = Handover.person_id.is_(None) if reaches(viewer, None) else false()
    return query.where(or_(strangers, _is_of(viewer, Handover.person_id)))


def access_canned(viewer: Person, row: CannedAnswer | None) -> CannedAnswer:
    """A ready answer of a branch of the viewer's."""
    if row is None or not reaches(viewer, row.branch_id):
        raise OutOfReach("没有这一句，或者不归您这个支部。")
    return row


def access_canned_answers(viewer: Person, query: Select[T]) -> Select[T]:
    """The same of a query of CannedAnswer."""
    return query.where(within(viewer, CannedAnswer.branch_id))


def access_registration(
    viewer: Person, request: RegistrationRequest | None, likely: Sequence[Person]
) -> RegistrationRequest:
    """A registration that may be that of somebody in reach (`likely`); what resembles nobody is everybody's."""
    if request is None or not _may_be_ours(viewer, likely):
        raise OutOfReach("没有这份登记，或者不归您这个支部。")
    return request


def access_registrations(
    viewer: Person, found: Sequence[tuple[RegistrationRequest, Sequence[Person]]]
) -> list[RegistrationRequest]:
    """Those of them, each with the people it may be, that pass the gate."""
    return [request for request, likely in found if _may_be_ours(viewer, likely)]


def access_correction(viewer: Person, row: Correction | None) -> Correction:
    """Something that somebody in reach wants corrected."""
    if row is None or not reaches(viewer, row.person.branch_id):
        raise OutOfReach("没有这一条，或者不归您这个支部。")
    return row


def access_corrections(viewer: Person, query: Select[T]) -> Select[T]:
    """The same of a query of Correction."""
    return query.where(_is_of(viewer, Correction.person_id))


def _may_be_ours(viewer: Person, likely: Sequence[Person]) -> bool:
    if not likely:
        return reaches(viewer, None)
    return any(reaches(viewer, person.branch_id) for person in likely)


def _is_of(viewer: Person, person_id: Any) -> ColumnElement[bool]:
    """The condition on a column of being somebody in reach: one look at each row that waits, not at all people."""
    one = aliased(Person)
    return exists().where(one.id == person_id, within(viewer, one.branch_id))
