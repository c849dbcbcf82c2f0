"""The desk of coordinators, and public pages: plain pages that render what features offer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.db import Database, SessionRows
from bot.domain.base import Refused
from bot.domain.people import Person, Status
from bot.domain.wording import day_words, moment_words
from bot.feature import NEED_TITLE, STAFF, STRANGER, Coming, Feature, Look, Page, Waits
from bot.now import local_day
from bot.pages import Door, Doors, Looks, Rate, form_token, from_elsewhere, safe_path, token_nonce
from bot.parts import Part
from bot.web.acting import Act, Running, perform, typed
from bot.web.live import Streams
from bot.web.parts import most_urgent_first, our_link, part_views

DONE: Final = "done"
"""The cookie that carries over the redirect what was done, or behind "!" why not."""
HOME: Final = "/desk"
COMING_UP: Final = 7
_MARK: Final = re.compile(r"(#[\w-]+)?", re.ASCII)
_NO_ENTRY: Final = (
    "这一页是社区联络员用的。您是联络员，请点管理员发给您的登录链接；您是社区的朋友，请回到对话。"
)

_TOO_OFTEN: Final = "刚才查得太快了。请过一分钟再查，急的话请打社区电话。"


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why an action was refused, and what stood in its form."""

    why: str
    action: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


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
        pages = sorted((page for one in features for page in one.pages), key=lambda p: p.order)
        self.pages = {page.path: page for page in pages if STRANGER not in page.roles}
        self.public = {page.path: page for page in pages if STRANGER in page.roles}
        self._asked = {
            page.path: Rate(page.a_minute, 60, running.real)
            for page in self.public.values()
            if page.a_minute
        }
        self.streams = Streams(db, looks)
        self._once = Rate(1, 86400, running.real)
        looks.env.filters["ours"] = our_link

    def routes(self) -> list[Route]:
        """What the app mounts; /schedule is the public page of that name, by a shorter way."""
        return [
            Route(HOME, self._today, methods=["GET"]),
            Route("/desk/{path}", self._page, methods=["GET"]),
            Route("/desk/{path}/live", self._live, methods=["GET"]),
            Route("/desk/{path}/{name}", self._file, methods=["GET"]),
            Route("/desk/{path}/{action}", self._act, methods=["POST"]),
            Route("/p/{path}", self._public, methods=["GET"]),
            Route("/p/{path}/{name}", self._public_file, methods=["GET"]),
            Route("/schedule", self._schedule, methods=["GET"]),
        ]

    def close(self) -> None:
        """End what is held open, so that the server can stop."""
        self.streams.close()

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    async def _today(self, request: Request) -> Response:
        door = await self.doors.enter(request)
        viewer = await self._viewer(door, STAFF)
        if viewer is None:
            return self._no_entry(request)
        now = self.running.now()
        waits, coming = await self.db.read(
            lambda session: self._ahead(SessionRows(session), viewer, now)
        )
        items = [(one, moment_words(one.since, local_day(now))) for one in most_urgent_first(waits)]
        shown = {
            "items": items,
            "coming": [(day_words(one.day), one) for one in coming],
            "needs": NEED_TITLE,
            "token": form_token(door.secret),
        }
        return self._render(request, door, viewer, "today.html", shown)

    def _ahead(
        self, rows: SessionRows, viewer: Person, now: datetime
    ) -> tuple[list[Waits], list[Coming]]:
        """What waits for this person, and what comes next."""
        waits = [one for f in self.features if f.waiting for one in f.waiting(rows, viewer, now)]
        coming = [one for f in self.features if f.coming for one in f.coming(rows, viewer, now)]
        return waits, sorted(coming, key=lambda one: one.day)[:COMING_UP]

    async def _page(self, request: Request) -> Response:
        page = self.pages.get(request.path_params["path"])
        door = await self.doors.enter(request)
        viewer = await self._viewer(door, page.roles) if page else None
        if page is None or viewer is None:
            return self._no_entry(request)
        return await self._show(request, door, page, self._look(viewer, dict(request.query_params)))

    async def _show(
        self, request: Request, door: Door, page: Page, look: Look, refusal: _Refusal | None = None
    ) -> Response:
        parts: Sequence[Part] = ()
        try:
            parts = await self._parts(page, look)
        except Refused as no:
            refusal = refusal or _Refusal(str(no))
        refusal = refusal or _Refusal("")
        shown = {
            "page": page,
            "query": look.query,
            "parts": part_views(parts, refusal.action, refusal.values),
            "refusal": refusal.why,
            "token": form_token(door.secret),
        }
        return self._render(request, door, look.viewer, page.template, shown)

    def _look(self, viewer: Person, query: dict[str, str]) -> Look:
        running = self.running
        return Look(viewer, query, running.now(), running.settings, running.channels)

    async def _parts(self, page: Page, look: Look) -> Sequence[Part]:
        return await self.db.read(lambda session: list(page.view(SessionRows(session), look)))

    async def _live(self, request: Request) -> Response:
        """The live part that ?live= names, sent anew whenever it looks different."""
        page = self.pages.get(request.path_params["path"])
        door = await self.doors.enter(request)
        viewer = await self._viewer(door, page.roles) if page else None
        if page is None or viewer is None:
            return Response(status_code=403)
        query = dict(request.query_params)
        name = query.pop("live", "")

        async def parts() -> Sequence[Part]:
            again = await self._viewer(door, page.roles)
            return await self._parts(page, self._look(again, query)) if again else ()

        shown = {
            "page": page,
            "query": query,
            "token": form_token(door.secret),
            "back": _back_of(request, query),
        }
        return self.streams.open(parts, name, shown)

    async def _schedule(self, request: Request) -> Response:
        request.path_params["path"] = "schedule"
        return await self._public(request)

    async def _public(self, request: Request) -> Response:
        page = self.public.get(request.path_params["path"])
        if page is None:
            return self.looks.note(request, "没有这一页", "按下面的按钮回到对话。", 404)
        if self._asks_too_often(request, page):
            return self.looks.note(request, "请等一等", _TOO_OFTEN, 429)
        look, refusal = self._look(_visitor(self.running.now()), dict(request.query_params)), ""
        parts: Sequence[Part] = ()
        try:
            parts = await self._parts(page, look)
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

    # ── files ───────────────────────────────────────────────────────────────────────────────────

    async def _file(self, request: Request) -> Response:
        page = self.pages.get(request.path_params["path"])
        door = await self.doors.enter(request)
        viewer = await self._viewer(door, page.roles) if page else None
        if page is None or viewer is None or request.path_params["name"] not in page.files:
            return self._no_entry(request)
        return await self._download(request, page, self._look(viewer, dict(request.query_params)))

    async def _public_file(self, request: Request) -> Response:
        page = self.public.get(request.path_params["path"])
        if page is None or request.path_params["name"] not in page.files:
            return self.looks.note(request, "没有这一页", "按下面的按钮回到对话。", 404)
        visitor = _visitor(self.running.now())
        look = self._look(visitor, dict(request.query_params))
        return await self._download(request, page, look, 404)

    async def _download(
        self, request: Request, page: Page, look: Look, refused: int = 409
    ) -> Response:
        make = page.files[request.path_params["name"]]
        try:
            file = await self.db.write(lambda session: make(SessionRows(session), look))
        except Refused as no:
            return self.looks.note(request, "没有办成", str(no), refused)
        kept = f"attachment; filename*=UTF-8''{quote(file.name)}"
        return Response(
            file.content, media_type=file.media_type, headers={"Content-Disposition": kept}
        )

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
        back = f"{HOME}/{quote(page.path)}"
        try:
            async with request.form(max_files=2, max_fields=2000) as form:
                read = await typed(form, self.running.data_dir, page.reads)
            values = read.values
            back = _safe_back(values.pop("back", ""), back)
            nonce = self._nonce(door, values.pop("form_token", ""), values)
            act = Act(page, action, viewer.id, door.address, nonce, values, read.files)
            # A button pressed twice is one action.
            once = self._once.allows(nonce)
            done = await self.db.write(partial(perform, act, self.running)) if once else ""
        except Refused as no:
            refusal = _Refusal(str(no), request.path_params["action"], values)
            return await self._refuse(request, door, viewer, page, back, refusal)
        if isinstance(done, str):
            return self._back(back, done)
        shown = {"page": page, "parts": part_views(done), "token": form_token(door.secret)}
        return self._render(request, door, viewer, "page.html", shown)

    async def _refuse(
        self, request: Request, door: Door, viewer: Person, page: Page, back: str, refusal: _Refusal
    ) -> Response:
        """The page again, with what was typed and why not; from another page, back to that one."""
        there = urlsplit(back)
        if there.path != f"{HOME}/{quote(page.path)}":
            return self._back(back, f"!{refusal.why}")
        look = self._look(viewer, dict(parse_qsl(there.query)))
        return await self._show(request, door, page, look, refusal)

    def _nonce(self, door: Door, token: str, values: Mapping[str, str]) -> str:
        """What makes this pressing unique. Raises Refused where the form was not given to this browser.

        All buttons of one page share its token, so what they carry belongs to it.
        """
        nonce = token_nonce(door.secret, token)
        if not nonce:
            raise Refused("这一页放得久了，请看一看再按一次。")
        return f"{nonce}{hash(tuple(sorted(values.items())))}"

    def _back(self, back: str, done: str) -> Response:
        response = RedirectResponse(back, 303)
        if done:
            response.set_cookie(
                DONE, quote(done[:300]), max_age=60, path=HOME, httponly=True,
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
        told = unquote(request.cookies.get(DONE, ""))
        refusal = shown.pop("refusal", "") or (told[1:] if told.startswith("!") else "")
        response = self.looks.page(
            request,
            template,
            409 if refusal and not told else 200,
            viewer=viewer,
            nav=[p for p in self.pages.values() if p.order and viewer.roles & p.roles],
            done="" if told.startswith("!") else told,
            refusal=refusal,
            back=_back_of(request, shown.get("query", {})),
            phone=viewer.branch.phone if viewer.branch else "",
            **shown,
        )
        if DONE in request.cookies:
            response.delete_cookie(DONE, path=HOME)
        self.doors.give(response, door)
        return response


def _back_of(request: Request, query: Mapping[str, str]) -> str:
    """Where a button of this page leads back to: the page itself, with its query."""
    path = request.path_params.get("path")
    if path is None:
        return HOME
    asked = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items()
    )
    return f"{HOME}/{quote(path)}" + (f"?{asked}" if asked else "")


def _safe_back(wanted: str, otherwise: str) -> str:
    """`wanted` ("/desk/visits?id=3#t-3", "/desk") where it is a page of the desk."""
    path = wanted.partition("#")[0]
    inside = path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))
    return (
        wanted
        if inside and safe_path(path) == path and _MARK.fullmatch(wanted[len(path) :])
        else otherwise
    )


def _visitor(now: datetime) -> Person:
    """Somebody without a name and without a role, for the views of public pages; never kept."""
    return Person(
        id=0, number="", name="", sex="", phone="", address="", note="", status=Status.ACTIVE, created_at=now
    )  # fmt: skip
