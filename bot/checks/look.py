"""`Checks`: the one list that doctor, /health, /health/detail and /metrics show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.checks.finding import Finding
from bot.checks.machine import backup, disk
from bot.checks.mail import mail
from bot.checks.running import running
from bot.checks.settings import settings_in_force
from bot.checks.sound import sound
from bot.db import Database
from bot.domain.occurrence import ClockMark
from bot.now import Now


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

    def look(self, states: Mapping[str, str]) -> list[Finding]:
        """How everything is, blocking. `states`: what parts say of themselves, by name: "" when well."""
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
            backup(self.backups, health.backup_hours, mark, real),
            *running(session, states, real, timedelta(minutes=health.probe_minutes)),
            *mail(session, self.now()),
            *sound(session, self.settings.voice),
            settings_in_force(session, self.settings),
        ]
