"""What an import would change of one person, in words: from what to what, and nothing that must be masked."""

from datetime import date
from typing import Final

from bot.domain.people import ROLE_TITLE, STATUS_TITLE, Role, Status
from bot.domain.roster.compare import Change, Value
from bot.domain.roster.headings import FIELD_TITLE, Field
from bot.text import mask_phone

_HIDDEN: Final = (Field.ADDRESS, Field.NOTE)
"""Only that it changes: to read them is written down, on the person's page."""
_ADDED: Final = (Field.ROLES, Field.ORGANISATIONS)


def change_words(change: Change) -> str:
    """ "出生日期：1950-03-05 → 1951-03-05", "手机：139****0001 → 137****0002", "住址"."""
    title, old, new = FIELD_TITLE[change.field], change.old, change.new
    if change.field in _HIDDEN:
        return title
    if change.field in _ADDED and isinstance(old, frozenset) and isinstance(new, frozenset):
        return f"{title}：加上{_words(new - old)}"
    if change.field is Field.PHONE:
        old, new = mask_phone(str(old or "")), mask_phone(str(new or ""))
    return f"{title}：{_words(old)} → {_words(new)}"


def _words(value: Value) -> str:
    match value:
        case Status():
            return STATUS_TITLE[value]
        case date():
            return value.isoformat()
        case frozenset():
            names = (ROLE_TITLE[one] if isinstance(one, Role) else one for one in value)
            return "、".join(sorted(names))
    return value or "空着"
