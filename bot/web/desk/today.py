"""Today: what needs a person now, most urgent first, and what comes next; it follows what happens while it is open."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from bot.db import SessionRows
from bot.domain.people import Person
from bot.domain.wording import day_words, moment_words
from bot.feature import NEED_TITLE, STAFF, Feature
from bot.now import local_day
from bot.pages import form_token
from bot.web.acting import Running
from bot.web.desk.ahead import Ahead
from bot.web.desk.back import HOME
from bot.web.desk.frame import Frame
from bot.web.live import Streams
from bot.web.parts import most_urgent_first

COMING_UP: Final = 7
"""Things to come that are shown."""
SHOWN: Final = 60
"""Things on the page; what is done makes room for the next."""
EVERY: Final = 5.0
"""Seconds between two looks at what waits."""


class Today:
    """GET /desk and /desk/live, fed by what each feature says is waiting."""

    def __init__(
        self, frame: Frame, features: Sequence[Feature], running: Running, streams: Streams
    ) -> None:
        """`features` say what waits for a person, and what is coming."""
        self.frame, self.features, self.running, self.streams = frame, features, running, streams

    async def show(self, request: Request) -> Response:
        """The page on which staff arrive."""
        entered = await self.frame.enter(request, STAFF)
        if entered is None:
            return self.frame.no_entry(request)
        shown = await self._shown(entered.viewer, Ahead(self.features, self.running.settings))
        shown["token"] = form_token(entered.door.secret)
        return await self.frame.render(request, entered, "today.html", shown)

    async def live(self, request: Request) -> Response:
        """What waits, sent anew whenever it is something else."""
        entered = await self.frame.enter(request, STAFF, watching=True)
        if entered is None:
            return Response(status_code=403)
        token = form_token(entered.door.secret)

        ahead, shown, sent = Ahead(self.features, self.running.settings), dict[str, Any](), ""

        async def html() -> str:
            nonlocal shown, sent
            # Nothing is sent then: so it need not be asked either who is still signed in.
            if sent and await self._stands(ahead):
                return sent
            viewer = await self.frame.still(entered, STAFF)
            if viewer is None:
                return ""
            now = await self._shown(viewer, ahead)
            if now != shown:
                more = {"token": token, "back": HOME}
                shown, sent = now, self.frame.looks.piece(request, "waiting.html", **now, **more)
            return sent

        return self.streams.open(html, EVERY)

    async def _stands(self, ahead: Ahead) -> bool:
        now = self.running.now()
        return await self.frame.db.read(lambda session: ahead.stands(SessionRows(session), now))

    async def _shown(self, viewer: Person, ahead: Ahead) -> dict[str, Any]:
        """What the template is given."""
        now = self.running.now()
        waits, coming = await self.frame.db.read(
            lambda session: ahead.look(SessionRows(session), viewer, now)
        )
        first, today = most_urgent_first(waits)[:SHOWN], local_day(now)
        return {
            "items": [(one, _since(one.since, today)) for one in first],
            "many": len(waits),
            "urgent": sum(one.urgent for one in waits),
            "more": len(waits) - len(first),
            "coming": [(day_words(one.day), one) for one in coming[:COMING_UP]],
            "needs": NEED_TITLE,
        }


def _since(since: datetime | None, today: date) -> str:
    """ "，11月19日(周四)上午10点起，等了3天"; "" where it has not waited since a moment."""
    if since is None:
        return ""
    days = (today - local_day(since)).days
    return f"，{moment_words(since, today)}起" + (f"，等了{days}天" if days > 0 else "")
