"""What every page of the desk stands in: who may see it, the tabs above it, what was done last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.db import Database
from bot.domain.people import Person
from bot.feature import Banner, Page
from bot.pages import Door, Doors, Looks
from bot.web.desk.back import HOME, back_of
from bot.web.parts import our_link

DONE: Final = "done"
"""The cookie that carries over the redirect what was done, or behind "!" why not."""
_NO_ENTRY: Final = (
    "这一页是社区联络员用的。您是联络员，请点管理员发给您的登录链接；您是社区的朋友，请回到对话。"
)


Banners = Callable[[Session, Person], Sequence[Banner]]


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody at the desk, and the browser that brought the person there."""

    door: Door
    viewer: Person


class Frame:
    """Lets people in, and renders pages with the tabs of those they may open."""

    def __init__(
        self,
        db: Database,
        looks: Looks,
        doors: Doors,
        pages: Mapping[str, Page],
        banners: Banners,
    ) -> None:
        """`pages` of the desk by their paths; `banners` stand above each of them."""
        self.db, self.looks, self.doors, self.pages = db, looks, doors, pages
        self._banners = banners
        looks.env.filters["ours"] = our_link

    async def enter(self, request: Request, roles: frozenset[str]) -> Entered | None:
        """The browser and the first of its people who holds one of `roles`; None where nobody does."""
        door = await self.doors.enter(request)
        viewer = await self.viewer(door, roles)
        return Entered(door, viewer) if viewer else None

    async def enter_page(self, request: Request) -> tuple[Page, Entered] | None:
        """The page that the address names and who asks for it; None where either isn't there."""
        page = self.pages.get(request.path_params["path"])
        entered = await self.enter(request, page.roles) if page else None
        return (page, entered) if page and entered else None

    async def viewer(self, door: Door, roles: frozenset[str]) -> Person | None:
        """The first person of this browser who holds one of `roles`."""
        people = await self.db.read(lambda session: self.doors.people(session, door))
        return next((person for person in people if person.powers & roles), None)

    async def still(self, entered: Entered, roles: frozenset[str]) -> Person | None:
        """The same later: nobody, once the browser was signed out or the person lost the role."""
        door = await self.db.read(lambda session: self.doors.find(session, entered.door.secret))
        return await self.viewer(door, roles) if door is not None else None

    def no_entry(self, request: Request) -> Response:
        """What everybody else sees, of pages that are there as of those that aren't."""
        return self.looks.note(request, "这一页不对外", _NO_ENTRY, 403)

    def back(self, to: str, done: str) -> Response:
        """Off to another page of the desk, which says what was `done` ("!…": what was refused)."""
        response = RedirectResponse(to, 303)
        if done:
            response.set_cookie(
                DONE, quote(done[:300]), max_age=60, path=HOME, httponly=True,
                secure=self.looks.secure, samesite="strict",
            )  # fmt: skip
        return response

    async def render(
        self, request: Request, entered: Entered, template: str, shown: dict[str, Any]
    ) -> Response:
        """A page of the desk. `shown`: what its template needs besides."""
        viewer = entered.viewer
        told = unquote(request.cookies.get(DONE, ""))
        status = shown.pop("status", 409)
        refusal = shown.pop("refusal", "") or (told[1:] if told.startswith("!") else "")
        response = self.looks.page(
            request,
            template,
            status if refusal and not told else 200,
            viewer=viewer,
            nav=[p for p in self.pages.values() if p.order and viewer.roles & p.roles],
            done="" if told.startswith("!") else told,
            refusal=refusal,
            banners=await self.db.read(lambda session: self._banners(session, viewer)),
            back=back_of(request, shown.get("query", {})),
            phone=viewer.branch.phone if viewer.branch else "",
            **shown,
        )
        if DONE in request.cookies:
            response.delete_cookie(DONE, path=HOME)
        self.doors.give(response, entered.door)
        return response
