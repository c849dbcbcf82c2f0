"""Public pages: what features show to everybody, at /p/PATH, without a session."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.base import Refused
from bot.domain.people import Person, Status
from bot.feature import Page
from bot.pages import Looks, Rate
from bot.parts import Part
from bot.web.parts import part_views
from bot.web.reading import Reading, asked

_TOO_OFTEN: Final = "刚才查得太快了。请过一分钟再查，急的话请打社区电话。"


class Public:
    """GET /p/PATH and /p/PATH/FILE; /schedule is the page of that name, by a shorter way."""

    def __init__(self, looks: Looks, reading: Reading, pages: Mapping[str, Page]) -> None:
        """`pages` by their paths."""
        self.looks, self.reading, self.running, self.pages = looks, reading, reading.running, pages
        self._asked = {
            page.path: Rate(page.a_minute, 60, self.running.real)
            for page in pages.values()
            if page.a_minute
        }

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [
            Route("/p/{path}", self._page, methods=["GET"]),
            Route("/p/{path}/{name}", self._file, methods=["GET"]),
            Route("/schedule", self._schedule, methods=["GET"]),
        ]

    async def _schedule(self, request: Request) -> Response:
        request.path_params["path"] = "schedule"
        return await self._page(request)

    async def _page(self, request: Request) -> Response:
        page = self.pages.get(request.path_params["path"])
        if page is None:
            return self.looks.note(request, "没有这一页", "按下面的按钮回到对话。", 404)
        if self._asks_too_often(request, page):
            return self.looks.note(request, "请等一等", _TOO_OFTEN, 429)
        visitor = _visitor(self.running.now())
        look, refusal = self.reading.look(visitor, asked(request)), ""
        parts: Sequence[Part] = ()
        try:
            parts = await self.reading.parts(page, look)
        except Refused as no:
            refusal = str(no)
        shown = {"page": page, "query": look.query, "parts": part_views(parts), "refusal": refusal}
        template = "public.html" if page.template == "page.html" else page.template
        return self.looks.page(request, template, 404 if refusal else 200, **shown)

    def _asks_too_often(self, request: Request, page: Page) -> bool:
        rate = self._asked.get(page.path)
        if rate is None or not request.query_params:
            return False
        return not rate.allows(request.client.host if request.client else "")

    async def _file(self, request: Request) -> Response:
        page = self.pages.get(request.path_params["path"])
        if page is None or request.path_params["name"] not in page.files:
            return self.looks.note(request, "没有这一页", "按下面的按钮回到对话。", 404)
        if self._asks_too_often(request, page):
            return self.looks.note(request, "请等一等", _TOO_OFTEN, 429)
        look = self.reading.look(_visitor(self.running.now()), asked(request))
        return await self.reading.download(request, page, look, 404)


def _visitor(now: datetime) -> Person:
    """Somebody without a name and without a role, for the views of public pages; never kept."""
    return Person(
        id=0, number="", name="", sex="", phone="", address="", note="", status=Status.ACTIVE, created_at=now
    )  # fmt: skip
