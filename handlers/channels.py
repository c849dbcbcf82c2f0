"""A channel on which nothing arrives any more stands on Today until it is well again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.domain.access.things import Thing
from bot.domain.people import CHANNEL_TITLE, Person
from bot.domain.pulse import Pulse, ailing, is_mute
from bot.feature import Feature, Need, Waits
from bot.talk import Rows

feature = Feature("channels", "收发消息", about=Thing.MACHINE)


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """All staff see it, for all have members there; who can't mend it knows whom to ask, and whom to call meanwhile."""
    for row in filter(is_mute, rows.all(ailing())):
        title = f"{CHANNEL_TITLE.get(row.name, row.name)}上的消息现在收发不了"
        detail = f"{row.trouble}修好以前，急事请打电话。"
        yield Waits(title, detail, row.last_at, urgent=True, kind=Need.REMINDER)


feature.waiting, feature.waits_on = waits, (Pulse,)
