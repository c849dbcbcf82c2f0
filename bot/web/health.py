"""GET /health: whether the parts are well, for a monitor; no words of people, no tokens."""

from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.log import log, redact

Check = Callable[[], str]
""" "" when well, else one sentence. May block; it runs in a thread."""


class Health:
    """Asks every part how it is."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        """`checks` by the name that the answer gives them."""
        self.checks = dict(checks)

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [Route("/health", self._tell, methods=["GET"])]

    async def _tell(self, request: Request) -> Response:
        """Always 200, as the page itself answers: "status" says whether all is well."""
        found = {name: await run_in_threadpool(_ask, check) for name, check in self.checks.items()}
        status = "bad" if any(found.values()) else "ok"
        return JSONResponse({"status": status, "parts": {n: w or "ok" for n, w in found.items()}})


def _ask(check: Check) -> str:
    try:
        return redact(check())
    except Exception as error:  # a part that can't even say how it is, is not well
        log.warning("health_check_failed", error=type(error).__name__)
        return "这一项查不出来。"
