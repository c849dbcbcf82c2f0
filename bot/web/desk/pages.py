"""The pages of features at the desk: shown, followed while they are open, and their files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.base import OutOfReach, Refused
from bot.feature import Look, Page
from bot.pages import form_token
from bot.parts import Part
from bot.web.desk.ahead import HOLDS
from bot.web.desk.back import HOME, back_of
from bot.web.desk.frame import Entered, Frame
from bot.web.live import Streams
from bot.web.parts import live_part, part_views
from bot.web.reading import Reading, asked, status_of
from bot.web.working import WORKING, Board


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an action was refused, and what stood in its form."""

    why: str
    action: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    status: int = 409

    @classmethod
    def of(
        cls, no: Refused, action: str = "", values: Mapping[str, str] | None = None
    ) -> "Refusal":
        """What a rule said."""
        return cls(str(no), action, values or {}, status_of(no))


@dataclass(slots=True)
class _Sent:
    """A live part as it was looked at last."""

    html: str = ""
    mark: object = None
    at: datetime | None = None

    def holds(self, mark: object, now: datetime) -> bool:
        """Whether nothing that it hangs on has changed since, nor a while has passed."""
        return (
            mark is not None
            and mark == self.mark
            and self.at is not None
            and timedelta(0) <= now - self.at < HOLDS
        )

    def keep(self, html: str, mark: object, now: datetime) -> None:
        self.html, self.mark, self.at = html, mark, now


class Pages:
    """GET /desk/PATH, /desk/PATH/live and /desk/PATH/FILE."""

    def __init__(self, frame: Frame, reading: Reading, streams: Streams) -> None:
        """`reading` makes what stands on them."""
        self.frame, self.reading, self.streams = frame, reading, streams
        self.board = Board()

    async def page(self, request: Request) -> Response:
        """A page of a feature."""
        found = await self.frame.enter_page(request)
        if found is None:
            return self.frame.no_entry(request)
        page, entered = found
        look = self.reading.look(entered.viewer, asked(request))
        return await self.show(request, entered, page, look)

    async def show(
        self,
        request: Request,
        entered: Entered,
        page: Page,
        look: Look,
        refusal: Refusal | None = None,
    ) -> Response:
        """A page as `look` has it; with a `refusal`, what was typed stands in its form again."""
        try:
            working = self.board.shown(entered.viewer.id, page.path)
            parts = working or await self.reading.parts(page, look)
        except Refused as no:
            refusal = refusal or Refusal.of(no)
            look, parts = await self._plain(page, look, no)
        refusal = refusal or Refusal("")
        shown = {
            "page": page,
            "query": look.query,
            "parts": part_views(parts, refusal.action, refusal.values),
            "refusal": refusal.why,
            "status": refusal.status,
            "token": form_token(entered.door.secret),
        }
        return await self.frame.render(request, entered, page.template, shown)

    async def _plain(self, page: Page, look: Look, no: Refused) -> tuple[Look, Sequence[Part]]:
        """What is to stand below a refusal: the page as it is when nothing is asked of it, to go on from there."""
        if isinstance(no, OutOfReach) or not look.query:
            return look, ()
        look = replace(look, query={})
        try:
            return look, await self.reading.parts(page, look)
        except Refused:
            return look, ()

    async def live(self, request: Request) -> Response:
        """The live part that ?live= names, sent anew whenever it looks different."""
        found = await self.frame.enter_page(request, watching=True)
        if found is None:
            return Response(status_code=403)
        page, entered = found
        query = asked(request)
        name = query.pop("live", "")

        shown = {
            "page": page,
            "query": query,
            "token": form_token(entered.door.secret),
            "back": back_of(request, query),
        }

        sent, viewer = _Sent(), entered.viewer

        async def html() -> str:
            nonlocal viewer
            look = self.reading.look(viewer, query)
            mark = None if name == WORKING else await self.reading.mark(page, look)
            # Nothing is sent then: so it need not be asked either who is still signed in.
            if sent.holds(mark, look.now):
                return sent.html
            still = await self.frame.still(entered, page.roles)
            if still is None:
                return ""
            viewer = still
            parts = await self._followed(page, self.reading.look(viewer, query), name)
            made = self._piece(request, parts, shown) if parts else ""
            sent.keep(made, mark, look.now)
            return made

        return self.streams.open(html)

    def _piece(self, request: Request, parts: Sequence[Part], shown: dict[str, Any]) -> str:
        views = part_views(parts)
        return self.frame.looks.piece(request, "live.html", parts=views, **shown)

    async def _followed(self, page: Page, look: Look, name: str) -> Sequence[Part]:
        """The parts of the live part `name` as they are now; none where there is nothing to follow any more."""
        if name == WORKING:
            parts = self.board.followed(look.viewer.id, page.path)
        else:
            try:
                parts = await self.reading.parts(page, look)
            except Refused:
                return ()
        found = live_part(parts, name)
        return found.parts if found else ()

    async def file(self, request: Request) -> Response:
        """A file that a page offers."""
        found = await self.frame.enter_page(request)
        name = request.path_params["name"]
        if found is not None and name in found[0].actions.keys() - found[0].files.keys():
            # The address of a page that a press has made: loaded anew, or with a link of it ("?id=3") followed.
            return self.frame.back(f"{HOME}/{quote(found[0].path)}?{request.url.query}", "")
        if found is None or name not in found[0].files:
            return self.frame.no_entry(request)
        page, entered = found
        look = self.reading.look(entered.viewer, asked(request))
        return await self.reading.download(request, page, look)
