"""The gate of visits, for coordinators; volunteers and members ask for their own by their own id."""

from typing import TypeVar

from sqlalchemy import Select

from bot.domain.access.reach import reaches, within
from bot.domain.base import OutOfReach
from bot.domain.people import Person
from bot.domain.visits.tables import Visit

T = TypeVar("T")


def access_visit(viewer: Person, visit: Visit | None) -> Visit:
    """A visit in the viewer's reach; one that belongs to no branch would otherwise be nobody's."""
    if visit is None or not reaches(viewer, visit.branch_id):
        raise OutOfReach("没有这次走访，或者不归您这个支部。")
    return visit


def access_visits(viewer: Person, query: Select[T]) -> Select[T]:
    """The same of a query of Visit."""
    return query.where(within(viewer, Visit.branch_id))
