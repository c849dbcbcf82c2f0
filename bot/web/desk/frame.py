"""What every page of the desk stands in: who may see it, the tabs above it, what was done last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, unquote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.db import Database
from bot.domain.people import Person, with_surname
from bot.domain.wording import moment_words
from bot.feature import Banner, Page
from bot.now import local_day
from bot.pages import Door, Doors, Looks, wants_traditional
from bot.parts import Link
from bot.text import surnames_spoiled
from bot.web.desk.back import back_of
from bot.web.parts import our_link

STALE: Final = "这一页放得久了，请看一看再按一次。"
"""To who presses a button of a form that was not given to this browser, or long ago."""
DONE: Final = "done"
"""The cookie that carries over the redirect what was done, or behind "!" why not."""
_NO_ENTRY: Final = "这一页是社区联络员用的。您是联络员，请登录，或者点管理员发给您的链接；您是社区的朋友，请回到对话。"


NAMES_HOLD: Final = timedelta(minutes=1)
"""So long the names that the general conversion would spoil are taken for complete."""
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
        self._names_at: datetime | None = None
        looks.env.filters["ours"] = our_link

    async def enter(
        self,
        request: Request,
        roles: frozenset[str],
        *,
        watching: bool = False,
        bare: bool = False,
    ) -> Entered | None:
        """The browser and the first of its people who holds one of `roles`; None where nobody does.

        `watching` and `bare`: as `Doors.enter` has them. Raises Locked where staff must sign in.
        """
        door = await self.doors.enter(request, watching=watching, bare=bare)
        viewer = await self.db.read(lambda session: self._viewer(session, door, roles))
        return Entered(door, viewer) if viewer else None

    async def enter_page(
        self, request: Request, *, watching: bool = False
    ) -> tuple[Page, Entered] | None:
        """The page that the address names and who asks for it; None where either isn't there."""
        page = self.pages.get(request.path_params["path"])
        entered = await self.enter(request, page.roles, watching=watching) if page else None
        return (page, entered) if page and entered else None

    async def still(self, entered: Entered, roles: frozenset[str]) -> Person | None:
        """As it is now for a page that stays open: nobody where the browser is shut or a role was taken away."""

        def look(session: Session) -> Person | None:
            open_ = self.doors.is_open(session, entered.door)
            return self._viewer(session, entered.door, roles) if open_ else None

        return await self.db.read(look)

    def _viewer(self, session: Session, door: Door, roles: frozenset[str]) -> Person | None:
        people = self.doors.signed_in(session, door)
        return next((person for person in people if person.powers & roles), None)

    def no_entry(self, request: Request) -> Response:
        """What everybody else sees, of pages that are there as of those that aren't."""
        to = Link("联络员登录", "/signin")
        return self.looks.note(request, "这一页不对外", _NO_ENTRY, 403, to)

    @property
    def _told(self) -> str:
        return f"__Host-{DONE}" if self.looks.secure else DONE

    def back(self, to: str, done: str) -> Response:
        """Off to another page of the desk, which says what was `done` ("!…": what was refused)."""
        response = RedirectResponse(to, 303)
        if done:
            response.set_cookie(
                self._told, quote(done[:300]), max_age=60, httponly=True,
                secure=self.looks.secure, samesite="strict",
            )  # fmt: skip
        return response

    async def render(
        self, request: Request, entered: Entered, template: str, shown: dict[str, Any]
    ) -> Response:
        """A page of the desk. `shown`: what its template needs besides."""
        viewer = entered.viewer
        if wants_traditional(request):
            await self._spare_names()
        told = unquote(request.cookies.get(self._told, ""))
        status = shown.pop("status", 409)
        refusal = shown.pop("refusal", "")
        response = self.looks.page(
            request,
            template,
            status if refusal else 200,
            viewer=viewer,
            nav=[p for p in self.pages.values() if p.order and viewer.roles & p.roles],
            done="" if told.startswith("!") else told,
            refusal=refusal or (told[1:] if told.startswith("!") else ""),
            banners=await self.db.read(lambda session: self._banners(session, viewer)),
            back=back_of(request, shown.get("query", {})),
            pressed=request.method == "POST",
            phone=viewer.branch.phone if viewer.branch else "",
            link_until=self._link_until(entered.door),
            **shown,
        )
        if self._told in request.cookies:
            response.delete_cookie(self._told, secure=self.looks.secure)
        self.doors.give(response, entered.door)
        return response

    async def _spare_names(self) -> None:
        """Have the pages keep the surnames of our people, who may have been added a minute ago."""
        now = self.doors.real()
        if self._names_at is None or not timedelta(0) <= now - self._names_at < NAMES_HOLD:
            query = with_surname(surnames_spoiled())
            self.looks.names = frozenset(
                await self.db.read(lambda session: session.scalars(query).all())
            )
            self._names_at = now

    def _link_until(self, door: Door) -> str:
        """Until when somebody who came by a link may do without a passphrase; "" for who has signed in by it."""
        until = door.link_until
        return moment_words(until, local_day(self.doors.real())) if until else ""
