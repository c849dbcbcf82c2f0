"""What pages show is read here: the values of a page's view, and the files that it offers."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.db import Database, SessionRows
from bot.domain.base import OutOfReach, Refused
from bot.domain.people import Person
from bot.feature import Look, Page
from bot.pages import Looks, wants_traditional
from bot.paper import to_pdf
from bot.parts import Download, Paper, Part
from bot.text import visible
from bot.web.acting import Running
from bot.web.parts import part_views


def status_of(no: Refused) -> int:
    """The status of a page that says why not."""
    return 403 if isinstance(no, OutOfReach) else 409


def asked(request: Request) -> dict[str, str]:
    """The query, several values of a name (ticked options) joined by commas, as in a posted form."""
    query: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        seen = visible(value)
        query[name] = f"{query[name]},{seen}" if name in query else seen
    return query


class Reading:
    """The pages of features, as somebody sees them."""

    def __init__(self, db: Database, looks: Looks, running: Running) -> None:
        """`looks` says on a page why a file is refused."""
        self.db, self.looks, self.running = db, looks, running
        self._press = asyncio.Lock()

    def look(self, viewer: Person, query: dict[str, str]) -> Look:
        """What a view is given: who looks, and with which query."""
        running = self.running
        return Look(
            viewer, query, running.now(), running.settings, running.channels, running.rehearse,
            running.compare,
        )  # fmt: skip

    async def parts(self, page: Page, look: Look) -> Sequence[Part]:
        """What stands on a page. Raises Refused where a rule says no."""
        return await self.db.read(lambda session: list(page.view(SessionRows(session), look)))

    async def mark(self, page: Page, look: Look) -> object:
        """What its live parts hang on; None where the page says nothing of that, or a rule says no."""
        hangs_on = page.hangs_on
        if hangs_on is None:
            return None
        try:
            return await self.db.read(lambda session: hangs_on(SessionRows(session), look))
        except Refused:
            return None

    async def download(
        self, request: Request, page: Page, look: Look, refused: int = 0
    ) -> Response:
        """The file that the address names; `refused`: the status where a rule says no."""
        make = page.files[request.path_params["name"]]
        try:
            made = await self.db.write(lambda session: make(SessionRows(session), look))
            file = await self._printed(request, made) if isinstance(made, Paper) else made
        except Refused as no:
            return self.looks.note(request, "没有办成", str(no), refused or status_of(no))
        kept = f"attachment; filename*=UTF-8''{quote(file.name)}"
        return Response(
            file.content, media_type=file.media_type, headers={"Content-Disposition": kept}
        )

    async def _printed(self, request: Request, paper: Paper) -> Download:
        """One sheet at a time: each takes a processor for a second or two."""
        shown = {
            "parts": part_views([paper.sheet]),
            "title": paper.sheet.title,
            "traditional": wants_traditional(request),
        }
        html = self.looks.piece(request, "paper.html", **shown)
        async with self._press:
            content = await asyncio.to_thread(to_pdf, html)
        return Download(paper.name, "application/pdf", content)
