"""Today: what needs a person now, most urgent first, and what comes next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.db import SessionRows
from bot.domain.people import Person
from bot.domain.wording import day_words, moment_words
from bot.feature import NEED_TITLE, STAFF, Coming, Feature, Waits
from bot.now import local_day
from bot.pages import form_token
from bot.web.acting import Running
from bot.web.desk.frame import Frame
from bot.web.parts import most_urgent_first

COMING_UP: Final = 7
"""Things to come that are shown."""
SHOWN: Final = 60
"""Things on the page; what is done makes room for the next."""


class Today:
    """GET /desk, fed by what each feature says is waiting."""

    def __init__(self, frame: Frame, features: Sequence[Feature], running: Running) -> None:
        """`features` say what waits for a person, and what is coming."""
        self.frame, self.features, self.running = frame, features, running

    async def show(self, request: Request) -> Response:
        """The page on which staff arrive."""
        entered = await self.frame.enter(request, STAFF)
        if entered is None:
            return self.frame.no_entry(request)
        now = self.running.now()
        waits, coming = await self.frame.db.read(
            lambda session: self._ahead(SessionRows(session), entered.viewer, now)
        )
        first = most_urgent_first(waits)[:SHOWN]
        items = [(one, moment_words(one.since, local_day(now))) for one in first]
        shown = {
            "items": items,
            "more": len(waits) - len(items),
            "coming": [(day_words(one.day), one) for one in coming],
            "needs": NEED_TITLE,
            "token": form_token(entered.door.secret),
        }
        return await self.frame.render(request, entered, "today.html", shown)

    def _ahead(
        self, rows: SessionRows, viewer: Person, now: datetime
    ) -> tuple[list[Waits], list[Coming]]:
        """What waits for this person, and what comes next."""
        waits = [one for f in self.features if f.waiting for one in f.waiting(rows, viewer, now)]
        coming = [one for f in self.features if f.coming for one in f.coming(rows, viewer, now)]
        return waits, sorted(coming, key=lambda one: one.day)[:COMING_UP]
