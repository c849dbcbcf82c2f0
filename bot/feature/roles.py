"""For whom a dialog, a page or an action is."""

from bot.domain.people import Role

STRANGER = "stranger"
ANYONE: frozenset[str] = frozenset({STRANGER, *Role})
REGISTERED: frozenset[str] = frozenset(Role)
STAFF: frozenset[str] = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
ADMINISTRATORS: frozenset[str] = frozenset({Role.ADMINISTRATOR})
VOLUNTEERS: frozenset[str] = frozenset({Role.VOLUNTEER})
