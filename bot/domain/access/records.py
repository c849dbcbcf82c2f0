"""The gates of records: imports of the roster, the audit log."""

from bot.domain.base import OutOfReach
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
