"""The gate of notices: whoever looks after everybody whom it may go to."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.domain.access.reach import covers
from bot.domain.base import OutOfReach
from bot.domain.people import Person

if TYPE_CHECKING:
    from bot.domain.notices.tables import Notice


def access_notice(viewer: Person, notice: "Notice | None") -> "Notice":
    """A notice whose whole scope the viewer looks after.

    Its writer is no exception: whoever has been given another branch has no business with the names of those
    whom an earlier notice did not reach.
    """
    if notice is None or not _is_seen(viewer, notice):
        raise OutOfReach("没有这条通知，或者不归您这个支部。")
    return notice


def access_notices(viewer: Person, found: "Iterable[Notice]") -> "list[Notice]":
    """Those of them that pass the gate; a scope is a list in JSON, so rows are looked at, not a query."""
    return [notice for notice in found if _is_seen(viewer, notice)]


def _is_seen(viewer: Person, notice: "Notice") -> bool:
    return covers(viewer, frozenset(notice.scope) if notice.scope else None)
