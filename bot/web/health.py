"""How the service is, for programs: /health for anybody, /health/detail and /metrics with the token."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.checks import Finding
from bot.log import log, redact

Look = Callable[[Mapping[str, str]], Sequence[Finding]]
"""All checks, given what each part says of itself; may block, so it runs in a thread."""
State = Callable[[], str]
""" "" when well, else one sentence."""
FRESH: Final = 3.0
"""Seconds for which an answer is given again: whoever asks often costs nothing."""
UNKNOWN: Final = "这一项查不出来。"


class Health:
    """Asks every part how it is."""

    def __init__(self, states: Mapping[str, State], look: Look, token: str = "") -> None:
        """`states` by the name that the answer gives them. Without `token` only /health is answered."""
        self.states, self.look, self.token = dict(states), look, token
        self._found: Sequence[Finding] = ()
        self._until = 0.0

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [
            Route("/health", self._tell, methods=["GET"]),
            Route("/health/detail", self._detail, methods=["GET"]),
            Route("/metrics", self._metrics, methods=["GET"]),
        ]

    async def _tell(self, request: Request) -> Response:
        """Always 200, as the page itself answers: "status" says whether all is well."""
        found = await self._fresh()
        parts = {f.key: f.trouble if f.alarm and f.trouble else "ok" for f in found}
        return JSONResponse({"status": _status(found), "parts": parts})

    async def _detail(self, request: Request) -> Response:
        self._check(request)
        found = await self._fresh()
        return JSONResponse({"status": _status(found), "parts": {f.key: _values(f) for f in found}})

    async def _metrics(self, request: Request) -> Response:
        self._check(request)
        # Loaded with the first question: members wait for the start, and most offices never ask.
        from bot.web.metrics import CONTENT_TYPE, exposition

        return Response(exposition(await self._fresh()), media_type=CONTENT_TYPE)

    def _check(self, request: Request) -> None:
        """Behind a proxy everybody comes from this machine, so an address proves nothing; a token does."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self.token or not hmac.compare_digest(given.encode(), self.token.encode()):
            raise HTTPException(404)

    async def _fresh(self) -> Sequence[Finding]:
        if monotonic() >= self._until:
            self._found = await run_in_threadpool(self._ask)
            self._until = monotonic() + FRESH
        return self._found

    def _ask(self) -> Sequence[Finding]:
        states = {name: _said(state) for name, state in self.states.items()}
        try:
            return self.look(states)
        except Exception as error:  # what can't even be asked is not well
            log.warning("health_check_failed", error=type(error).__name__)
            told = [Finding(name, name, words) for name, words in states.items()]
            return [*told, Finding("database", "数据库", UNKNOWN)]


def _said(state: State) -> str:
    try:
        return redact(state())
    except Exception as error:  # a part that can't even say how it is, is not well
        log.warning("health_check_failed", error=type(error).__name__)
        return UNKNOWN


def _status(found: Sequence[Finding]) -> str:
    return "bad" if any(f.trouble and f.alarm for f in found) else "ok"


def _values(finding: Finding) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for figure in finding.figures:
        if figure.label:
            figures.setdefault(figure.name, {})[figure.label] = figure.value
        else:
            figures[figure.name] = figure.value
    return {
        "name": finding.part,
        "trouble": finding.trouble,
        "note": finding.note,
        "figures": figures,
    }
