"""Every process sees a change within a second: it looks at one number, and reads on only where that is new."""

import asyncio
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.db import Database, Unavailable
from bot.domain.settings import newest, standing
from bot.log import log
from bot.tuning.holder import Tuned

LOOK_EVERY: Final = 1.0


def follow(session: Session, settings: Any) -> None:
    """Put what the database holds in force; settings that can't change stay as they are."""
    if not isinstance(settings, Tuned):
        return
    latest = session.scalar(newest()) or 0
    if latest != settings.revision:
        settings.take(session.scalars(standing()).unique().all(), latest)


class Following:
    """Looks for changes made by other processes."""

    def __init__(self, db: Database, settings: Tuned) -> None:
        """Nothing is looked at yet."""
        self.db, self.settings = db, settings

    async def run(self) -> None:
        """Look until cancelled. A database that is away for a while is asked again."""
        while True:
            try:
                await self.db.read(lambda session: follow(session, self.settings))
            except Unavailable as error:
                log.debug("settings_not_read", reason=str(error))
            await asyncio.sleep(LOOK_EVERY)
