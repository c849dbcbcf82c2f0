"""The doors of the staff: signing in, the passphrase, codes from the phone, the devices signed in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages import Hashing
from bot.web.account.again import Again
from bot.web.account.code import CodePage
from bot.web.account.entering import Entering
from bot.web.account.passphrase import PassphrasePage
from bot.web.account.sessions import SessionsPage
from bot.web.account.signin import SignInPage
from bot.web.account.staff import StaffPage
from bot.web.acting import Running
from bot.web.desk.frame import Frame


class Account:
    """/signin for everybody, /account for staff; and what stands in place of a page that is locked."""

    def __init__(self, frame: Frame, running: Running, hashing: Hashing) -> None:
        """`frame` is that of the desk."""
        entering = Entering(frame, running, hashing)
        self.again = Again(frame)
        self.signin = SignInPage(frame, entering, self.again)
        self.passphrase = PassphrasePage(frame, entering)
        self.code = CodePage(frame, entering)
        self.sessions = SessionsPage(frame, running)
        self.staff = StaffPage(frame, running)

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [
            Route("/signin", self.signin.show, methods=["GET"]),
            Route("/signin", self.signin.enter, methods=["POST"]),
            Route("/account", self.sessions.show, methods=["GET"]),
            Route("/account/out", self.sessions.out, methods=["POST"]),
            Route("/account/end", self.sessions.end, methods=["POST"]),
            Route("/account/passphrase", self.passphrase.show, methods=["GET"]),
            Route("/account/passphrase", self.passphrase.set, methods=["POST"]),
            Route("/account/code", self.code.show, methods=["GET"]),
            Route("/account/code/{act}", self.code.act, methods=["POST"]),
            Route("/account/staff", self.staff.show, methods=["GET"]),
            Route("/account/staff", self.staff.end, methods=["POST"]),
        ]

    async def locked(self, request: Request, error: Exception) -> Response:
        """What stands in place of a page of a browser that is locked: for `make_app`."""
        return await self.again.ask(request, error)


__all__ = ["Account"]
