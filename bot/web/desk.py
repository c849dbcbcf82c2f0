"""The desk of coordinators, and public pages: plain pages that render what features offer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.db import Database, SessionRows
from bot.domain.base import Refused
from bot.domain.people import Person, Status
from bot.domain.wording import moment_words
from bot.feature import STAFF, STRANGER, Feature, Page, Part
from bot.now import local_day
from bot.pages import Door, Doors, Looks, Rate, form_token, from_elsewhere, token_nonce
from bot.web.acting import Act, Running, perform, typed
from bot.web.parts import most_urgent_first, part_views

DONE: Final = "done"
"""The cookie that carries what was done over the redirect."""
_NO_ENTRY: Final = (
    "这一页是社区联络员用的。您是联络员，请点管理员发给您的登录链接；您是社区的朋友，请回到对话。"
)


class Desk:
    """/desk and /desk/PATH for those who hold a page's role, /p/PATH for everybody."""

    def __init__(
        self,
        db: Database,
        looks: Looks,
        doors: Doors,
        features: Sequence[Feature],
        running: Running,
    ) -> None:
        """`features` bring the pages and what waits for a person."""
        self.db, self.looks, self.doors, self.running = db, looks, doors, running
        self.features = features
        self.pages = {page.path: page for feature in features for page in feature.pages}
        self._once = Rate(1, 86400, running.real)

    def routes(self) -> list[Route]:
        """What the app mounts; /schedule is the public page of that name, by a shorter way."""
        return [
            Route("/desk", self._today, methods=["GET"]),
            Route("/desk/{path}", self._page, methods=["GET"]),
            Route("/desk/{path}/{action}", self._act, methods=["POST"]),
            Route("/p/{path}", self._public, methods=["GET"]),
            Route("/schedule", self._schedule, methods=["GET"]),
        ]

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    async def _today(self, request: Request) -> Response:
        door = await self.doors.enter(request)
        now = self.running.now()
        viewer = await self._viewer(door, STAFF)
        if viewer is None:
            return self._no_entry(request)
        waits = await self.db.read(
            lambda session: [
                one
                for feature in self.features
                if feature.waiting is not None
                for one in feature.waiting(SessionRows(session), viewer, now)
            ]
        )
        items = [(one, moment_words(one.since, local_day(now))) for one in most_urgent_first(waits)]
        return self._render(request, door, viewer, "today.html", {"items": items})

    async def _page(self, request: Request) -> Response:
        page = self.pages.get(request.path_params["path"])
        door = await self.doors.enter(request)
        viewer = await self._viewer(door, page.roles) if page else None
        if page is None or viewer is None:
            return self._no_entry(request)
        return await self._show(request, door, viewer, page)

    async def _show(
        self, request: Request, door: Door, viewer: Person, page: Page,
        refused: tuple[str, str, Mapping[str, str]] = ("", "", {}),
    ) -> Response:  # fmt: skip
        """`refused`: why, the action, and what stood in its form."""
        refusal, action, values = refused
        parts = await self._parts(request, viewer, page)
        shown = {
            "page": page,
            "parts": part_views(parts, action, values),
            "refusal": refusal,
            "token": form_token(door.secret),
        }
        return self._render(request, door, viewer, "page.html", shown)

    async def _parts(self, request: Request, viewer: Person, page: Page) -> Sequence[Part]:
        query, now = dict(request.query_params), self.running.now()
        return await self.db.read(
            lambda session: list(page.view(SessionRows(session), viewer, query, now))
        )

    async def _schedule(self, request: Request) -> Response:
        request.path_params["path"] = "schedule"
        return await self._public(request)

    async def _public(self, request: Request) -> Response:
        page = self.pages.get(request.path_params["path"])
        if page is None or STRANGER not in page.roles:
            return self.looks.note(request, "没有这一页", "按下面的按钮回到对话。", 404)
        parts = await self._parts(request, _visitor(self.running.now()), page)
        return self.looks.page(request, "public.html", page=page, parts=part_views(parts))

    # ── acting ──────────────────────────────────────────────────────────────────────────────────

    async def _act(self, request: Request) -> Response:
        page = self.pages.get(request.path_params["path"])
        action = page.actions.get(request.path_params["action"]) if page else None
        door = await self.doors.enter(request)
        viewer = await self._viewer(door, page.roles) if page else None
        if page is None or action is None or viewer is None:
            return self._no_entry(request)
        if from_elsewhere(request, self.looks.public_url):
            return self.looks.note(request, "没有办成", "请从本站的页面上办。", 403)
        values: dict[str, str] = {}
        try:
            async with request.form(max_files=2, max_fields=200) as form:
                values = await typed(form, self.running.data_dir)
            nonce = self._nonce(door, values.pop("form_token", ""))
            act = Act(page, action, viewer.id, door.address, nonce, values)
            # A button pressed twice is one action.
            once = self._once.allows(nonce)
            done = await self.db.write(partial(perform, act, self.running)) if once else ""
        except Refused as no:
            refused = (str(no), request.path_params["action"], values)
            return await self._show(request, door, viewer, page, refused)
        return self._back(page, done)

    def _nonce(self, door: Door, token: str) -> str:
        """What makes this form unique. Raises Refused where it was not given to this browser."""
        nonce = token_nonce(door.secret, token)
        if not nonce:
            raise Refused("这一页放得久了，请看一看再按一次。")
        return nonce

    def _back(self, page: Page, done: str) -> Response:
        response = RedirectResponse(f"/desk/{quote(page.path)}", 303)
        if done:
            response.set_cookie(
                DONE, quote(done[:300]), max_age=60, path="/desk", httponly=True,
                secure=self.looks.secure, samesite="strict",
            )  # fmt: skip
        return response

    # ── who ─────────────────────────────────────────────────────────────────────────────────────

    async def _viewer(self, door: Door, roles: frozenset[str]) -> Person | None:
        """The first person of this browser who holds one of `roles`."""
        people = await self.db.read(lambda session: self.doors.people(session, door))
        return next((person for person in people if person.roles & roles), None)

    def _no_entry(self, request: Request) -> Response:
        return self.looks.note(request, "这一页不对外", _NO_ENTRY, 403)

    def _render(
        self, request: Request, door: Door, viewer: Person, template: str, shown: dict[str, Any]
    ) -> Response:
        response = self.looks.page(
            request,
            template,
            409 if shown.get("refusal") else 200,
            viewer=viewer,
            nav=[page for page in self.pages.values() if viewer.roles & page.roles],
            done=unquote(request.cookies.get(DONE, "")),
            phone=viewer.branch.phone if viewer.branch else "",
            **shown,
        )
        if DONE in request.cookies:
            response.delete_cookie(DONE, path="/desk")
        self.doors.give(response, door)
        return response


def _visitor(now: datetime) -> Person:
    """Somebody without a name and without a role, for the views of public pages; never kept."""
    return Person(
        id=0, number="", name="", sex="", phone="", address="", note="", status=Status.ACTIVE, created_at=now
    )  # fmt: skip
