"""What stands between a page and the world: headers, size limits, form tokens, rates."""

import hmac
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.now import Now

POLICY: Final = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    # no-referrer would make form posts say "Origin: null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
BODY_BYTES: Final = 1024 * 1024
"""Far more than a message keeps: long words are cut, not refused."""
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
UPLOAD_BYTES: Final = 11 * 1024 * 1024
"""A file of 10 MiB and the form around it."""


def add_headers(headers: MutableHeaders, *, secure: bool) -> None:
    """What every answer carries, where it is not set; `secure`: the public address is https."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


class Headers:
    """ASGI: the headers every answer carries; pages are never cached."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        """`secure`: the public address is https."""
        self.app, self.secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add to what the inner application answers; never replaces a header it set."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message), secure=self.secure)
            await send(message)

        await self.app(scope, receive, with_headers)


class BodyLimit:
    """ASGI: 413 for a body longer than its kind may be, counted while it arrives."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raise HTTPException(413) inside the application's own read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kind = Request(scope).headers.get("content-type", "")
        left = UPLOAD_BYTES if kind.startswith("multipart/form-data") else BODY_BYTES

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)


class OwnForms:
    """ASGI: whatever changes something is refused where a browser sends it from another site."""

    def __init__(
        self, app: ASGIApp, public_url: str, refuse: Callable[[Request], Response]
    ) -> None:
        """`refuse` says so on a page."""
        self.app, self.public_url, self.refuse = app, public_url, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer ourselves, or pass on."""
        if scope["type"] == "http" and scope["method"] not in READS:
            request = Request(scope)
            if from_elsewhere(request, self.public_url):
                await self.refuse(request)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def from_elsewhere(request: Request, public_url: str) -> bool:
    """Whether a browser sent this form from another site.

    Sec-Fetch-Site where the browser gives it, else Origin. A caller that sends neither is no browser that
    could be led astray.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    return urlsplit(origin).netloc not in (
        urlsplit(public_url).netloc,
        request.headers.get("host", ""),
    )


def form_token(secret: str) -> str:
    """A token for the forms of one rendered page: a nonce, signed with the browser's own secret."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_signature(secret, nonce)}"


def token_nonce(secret: str, token: str) -> str:
    """The nonce of a token given to this browser, or "" where it was not given to it."""
    nonce, _, signature = token.partition(".")
    if not token.isascii() or not hmac.compare_digest(signature, _signature(secret, nonce)):
        return ""
    return nonce


def _signature(secret: str, nonce: str) -> str:
    return hmac.new(secret.encode(), f"form:{nonce}".encode(), sha256).hexdigest()[:32]


class Rate:
    """At most `most` within `seconds` a key, in memory; the keys longest unused are forgotten first."""

    KEYS: Final = 10_000

    def __init__(self, most: int, seconds: float, real: Now) -> None:
        """`real`: the machine's clock."""
        self.most, self.seconds, self.real = most, seconds, real
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Count one more of `key`; False (and not counted) where that is too many."""
        moment = self.real().timestamp()
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while times and times[0] <= moment - self.seconds:
            times.popleft()
        if len(self._seen) > self.KEYS:
            self._seen.popitem(last=False)
        if len(times) >= self.most:
            return False
        times.append(moment)
        return True
