"""The desk of coordinators: plain pages that render what features offer."""

from collections.abc import Sequence

from sqlalchemy.orm import Session
from starlette.routing import Route

from bot.db import Database, SessionRows
from bot.domain.people import Person
from bot.feature import STRANGER, Banner, Feature
from bot.pages import Doors, Looks
from bot.web.acting import Running
from bot.web.desk.acts import Acts
from bot.web.desk.back import HOME
from bot.web.desk.frame import Frame
from bot.web.desk.pages import Pages
from bot.web.desk.today import Today
from bot.web.live import Streams
from bot.web.public import Public
from bot.web.reading import Reading


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
        every = sorted((page for one in features for page in one.pages), key=lambda p: p.order)
        public = {page.path: page for page in every if STRANGER in page.roles}
        desk = {page.path: page for page in every if STRANGER not in page.roles}
        shown = [feature.banner for feature in features if feature.banner]

        def banners(session: Session, viewer: Person) -> list[Banner]:
            rows, now = SessionRows(session), running.now()
            return [found for one in shown if (found := one(rows, viewer, now))]

        reading = Reading(db, looks, running)
        self.running, self.streams = running, Streams()
        self.frame = Frame(db, looks, doors, desk, banners)
        self.today = Today(self.frame, features, running, self.streams)
        self.pages = Pages(self.frame, reading, self.streams)
        self.acts = Acts(self.frame, self.pages, running)
        self.public = Public(looks, reading, public)

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [
            Route(HOME, self.today.show, methods=["GET"]),
            Route(f"{HOME}/live", self.today.live, methods=["GET"]),
            Route("/desk/{path}", self.pages.page, methods=["GET"]),
            Route("/desk/{path}/live", self.pages.live, methods=["GET"]),
            Route("/desk/{path}/{name}", self.pages.file, methods=["GET"]),
            Route("/desk/{path}/{action}", self.acts.act, methods=["POST"]),
            *self.public.routes(),
        ]

    def close(self) -> None:
        """End what is held open, so that the server can stop."""
        self.streams.close()


__all__ = ["Desk"]
