"""What every table stands on: the declarative base, UTC moments, and the one way a rule says no.

Errors:

    Exception
     └─ Refused          a rule says no; the text is for a person, in Chinese, and says what to do next
         └─ OutOfReach    a gate says no: there is no such thing, or it is somebody else's
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, DateTime, Dialect, Enum, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase


class Refused(Exception):
    """A rule says no. `str(error)` is read by a member or a coordinator: plain Chinese, no blame."""


class OutOfReach(Refused):
    """A gate of `bot.domain.access` says no. Pages answer with 403, so that a test can tell it from other rules."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC. SQLite drops zones silently, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment (ValueError): its zone would be guessed."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone can't be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """The base of all tables; constraint names follow one convention so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        date: Date(),
        str: String(),
        # Stored as its value, in a plain column: a new state needs no migration on PostgreSQL.
        StrEnum: Enum(StrEnum, native_enum=False, length=20, values_callable=_values),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }
