"""The gates of records: imports of the roster, the settings, the audit log."""

from typing import Any

from sqlalchemy import Select, or_, select

from bot.domain.access.reach import within
from bot.domain.base import OutOfReach
from bot.domain.deeds import Deed, Sight
from bot.domain.imports import RosterImport
from bot.domain.people import Person, Role


def access_import(viewer: Person, row: RosterImport | None) -> RosterImport:
    """An import of one's own: a sheet may hold lines that are nobody else's business."""
    if row is None or row.by_id != viewer.id:
        raise OutOfReach("没有这次导入，或者不是您导入的。")
    return row


def access_records(viewer: Person) -> Person:
    """Settings are administrators' to change; coordinators read them."""
    if Role.ADMINISTRATOR not in viewer.powers:
        raise OutOfReach("设置由管理员改。要改哪一项，请告诉管理员。")
    return viewer


def access_deeds(viewer: Person, query: Select[Any]) -> Select[Any]:
    """An administrator sees all; a coordinator the own deeds, and those done to things of one own branch."""
    if Role.ADMINISTRATOR in viewer.roles:
        return query
    ours = Deed.branch_id.is_not(None) & within(viewer, Deed.branch_id)
    return query.where(or_(Deed.by_id == viewer.id, ours))


def access_sights(viewer: Person, query: Select[Any]) -> Select[Any]:
    """The same of looks at people's fields."""
    if Role.ADMINISTRATOR in viewer.roles:
        return query
    ours = select(Person.id).where(Person.branch_id.is_not(None), within(viewer, Person.branch_id))
    return query.where(or_(Sight.by_id == viewer.id, Sight.person_id.in_(ours)))
