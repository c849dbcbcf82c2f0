"""`Checks`: the one list that doctor, /health, /health/detail and /metrics show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.checks.finding import Finding
from bot.checks.machine import backup, disk
from bot.checks.mail import mail
from bot.checks.running import running
from bot.checks.settings import settings_in_force
from bot.checks.sound import sound
from bot.db import Database, Unavailable, not_now
from bot.domain.occurrence import ClockMark
from bot.now import Now

CLOSED: Final = "现在打不开，请看数据库是不是在运行、磁盘满没满。"


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one deployment."""

    db: Database
    data_dir: Path
    backups: Path
    settings: Any
    now: Now
    real: Now
    schema: Callable[[Database], str]
    """ "" where the database is this release's, else what to do."""
    keys: Callable[[], str]
    """ "" where the key file is there and is the right one, else what to do."""
    lacking: Callable[[], str] = str
    """ "" where this computer has what a backup needs, else what to do."""

    def look(self, states: Mapping[str, str]) -> list[Finding]:
        """How everything is, blocking. `states`: what parts say of themselves, by name: "" when well."""
        try:
            return self._look(states)
        except (SQLAlchemyError, Unavailable) as error:
            if not isinstance(error, Unavailable) and not not_now(error):
                raise
            return self.without_database(states, CLOSED)

    def without_database(self, states: Mapping[str, str], why: str) -> list[Finding]:
        """What can be said where the database can't be asked; `why` not."""
        return [
            Finding("database", "数据库", why),
            disk(self.data_dir, self.settings.health.disk_mb),
            *(Finding(name, f"渠道 {name}", words) for name, words in states.items()),
        ]

    def _look(self, states: Mapping[str, str]) -> list[Finding]:
        old = self.schema(self.db)
        of_machine = [
            Finding("schema", "数据库版本", old),
            disk(self.data_dir, self.settings.health.disk_mb),
        ]
        if old:
            # Other tables than this release knows: nothing can be asked of them.
            return [*of_machine, *(Finding(n, f"渠道 {n}", words) for n, words in states.items())]
        # Not for /health, which is open to anybody: the sentence names a path.
        keys = Finding("keys", "密钥", self.keys(), alarm=False)
        return [*of_machine, keys, *self.db.read_now(lambda session: self._inside(session, states))]

    def _inside(self, session: Session, states: Mapping[str, str]) -> list[Finding]:
        real, health = self.real(), self.settings.health
        mark = session.get(ClockMark, 1)
        return [
            backup(self.backups, health.backup_hours, mark, real, self.lacking()),
            *running(session, states, real, timedelta(minutes=health.probe_minutes)),
            *mail(session, self.now()),
            *sound(session, self.settings.voice),
            settings_in_force(session, self.settings),
        ]
