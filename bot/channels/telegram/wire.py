"""HTTP to the Bot API: a small `BaseRequest` over aiohttp that says which failures surely sent nothing.

No exception that leaves here carries an address, for the token is part of every address.
"""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.settings import TelegramSettings

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
"""Always named, for a list left out keeps the last setting."""

_HERE = ("localhost", "127.0.0.1", "::1")
_TOO_MANY = 429
_UPLOAD = 60.0
"""Seconds more for a call that carries a file."""

# At DEBUG python-telegram-bot logs its address, token included, and every text sent and received.
logging.getLogger("telegram").setLevel(logging.WARNING)


class NotSent(NetworkError):
    """No connection could be made: the call surely did nothing."""


class Wire(BaseRequest):
    """Calls of the Bot API over one pool of connections. Opens by itself; `shutdown` closes it."""

    __slots__ = ("_connect", "_proxy", "_read", "_session")

    def __init__(self, connect: float, read: float, *, proxy: bool = False) -> None:
        """Seconds to get a connection, and to wait for an answer; `proxy`: go by HTTPS_PROXY where it is set."""
        self._connect, self._read, self._proxy = connect, read, proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool; needs a running event loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(trust_env=self._proxy)

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """One call. Raises NotSent, TimedOut, RetryAfter or NetworkError."""
        await self.initialize()
        assert self._session is not None  # noqa: S101 - for the type checker
        read = read_timeout if isinstance(read_timeout, int | float) else self._read
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                timeout=self._patience(read, request_data),
                allow_redirects=False,
            ) as answer:
                status, payload = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as err:
            raise NotSent(type(err).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as err:
            raise NetworkError(type(err).__name__) from None
        if status == _TOO_MANY:
            raise RetryAfter(timedelta(seconds=_retry_after(payload)))
        return status, payload

    def _patience(self, read: float, request_data: RequestData | None) -> aiohttp.ClientTimeout:
        upload = _UPLOAD if request_data is not None and request_data.contains_files else 0
        return aiohttp.ClientTimeout(
            total=self._connect + read + upload, connect=self._connect, sock_read=read + upload
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """As in the base class, but a payload that is no JSON never reaches a log."""
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("the answer is no JSON object")
        return answer


class OpenBot(Bot):
    """A Bot that hands out updates as they came, and never shows its token."""

    async def waiting_updates(self, offset: int | None, seconds: int) -> list[Any]:
        """What getUpdates answers, unread; waits up to `seconds` for news. `offset` confirms what is below it."""
        answer = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": seconds, "allowed_updates": ALLOWED},
            read_timeout=seconds + (self.request.read_timeout or 0),
        )
        if not isinstance(answer, list):
            raise TelegramError("the answer is no list of updates")
        return answer

    async def hang_up(self) -> None:
        """Close both pools; `shutdown` would not, for the bot never asked Telegram who it is."""
        for request in self._request:
            await request.shutdown()

    def __repr__(self) -> str:
        """Without the token, which the base class shows."""
        return "OpenBot"


def open_bot(settings: TelegramSettings) -> OpenBot:
    """A bot whose calls go through `Wire`; getUpdates has a pool of its own."""
    # Many reach Telegram only through a proxy; a Bot API server of one's own on this machine never.
    proxy = urlsplit(settings.base_url).hostname not in _HERE
    wires = [Wire(settings.connect_timeout, settings.read_timeout, proxy=proxy) for _ in range(2)]
    return OpenBot(
        settings.token.get_secret_value(),
        base_url=settings.base_url,
        base_file_url=settings.base_file_url,
        request=wires[0],
        get_updates_request=wires[1],
    )


def seconds_of(err: RetryAfter) -> float:
    """How long a 429 asks to wait."""
    wait = err.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _body(request_data: RequestData | None) -> Any:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mime)
    return form


def _retry_after(payload: bytes) -> float:
    """Seconds that a 429 asks for; one where it doesn't say."""
    try:
        return max(1.0, float(json.loads(payload)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return 1.0
