"""Where people stand, what they may do, and what coordinators call both."""

from enum import StrEnum


class Status(StrEnum):
    """Where a person stands on the roster (在册 暂停 迁出 去世)."""

    ACTIVE = "active"
    PAUSED = "paused"
    MOVED = "moved"
    DECEASED = "deceased"


STATUS_TITLE = {
    Status.ACTIVE: "在册",
    Status.PAUSED: "暂停",
    Status.MOVED: "迁出",
    Status.DECEASED: "去世",
}


class Role(StrEnum):
    """What a person may do."""

    MEMBER = "member"
    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
"""Roles that open other people's data."""
CHANNEL_TITLE = {"web": "网页", "telegram": "电报", "terminal": "终端", "phone": "电话"}
"""What coordinators call a channel."""
ROLE_TITLE = {
    Role.MEMBER: "党员",
    Role.VOLUNTEER: "志愿者",
    Role.COORDINATOR: "联络员",
    Role.ADMINISTRATOR: "管理员",
}
