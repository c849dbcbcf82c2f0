"""The pages of features at the desk: shown, followed while they are open, and their files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.base import Refused
from bot.feature import Look, Page
from bot.pages import form_token
from bot.parts import Part
from bot.web.desk.back import back_of
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
        parts: Sequence[Part] = ()
        try:
            working = self.board.shown(entered.viewer.id, page.path)
            parts = working or await self.reading.parts(page, look)
        except Refused as no:
            refusal = refusal or Refusal.of(no)
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

        async def html() -> str:
            parts = await self._followed(page, entered, query, name)
            if not parts:
                return ""
            views = part_views(parts)
            return self.frame.looks.piece(request, "live.html", parts=views, **shown)

        return self.streams.open(html)

    async def _followed(
        self, page: Page, entered: Entered, query: dict[str, str], name: str
    ) -> Sequence[Part]:
        """The parts of the live part `name` as they are now; none where there is nothing to follow any more."""
        viewer = await self.frame.still(entered, page.roles)
        if viewer is None:
            return ()
        if name == WORKING:
            parts = self.board.followed(viewer.id, page.path)
        else:
            try:
                parts = await self.reading.parts(page, self.reading.look(viewer, query))
            except Refused:
                return ()
        found = live_part(parts, name)
        return found.parts if found else ()

    async def file(self, request: Request) -> Response:
        """A file that a page offers."""
        found = await self.frame.enter_page(request)
        if found is None or request.path_params["name"] not in found[0].files:
            return self.frame.no_entry(request)
        page, entered = found
        look = self.reading.look(entered.viewer, asked(request))
        return await self.reading.download(request, page, look)
