"""POST /channels/telegram: Telegram brings updates; 200 only after the inbox has them."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot

from bot.channels.telegram.settings import PATH, TelegramSettings
from bot.channels.telegram.trouble import INBOX, Trouble, told
from bot.channels.telegram.wire import ALLOWED
from bot.log import log

Take = Callable[[list[Any]], Awaitable[None]]

MOST = 1 << 20
"""Bytes of one delivery."""
LOOK = 30.0
"""Seconds between two looks at what Telegram says about its deliveries."""

_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_FIRST, _CONNECTIONS = 1.0, 20


class Webhook:
    """Registers the address with Telegram and receives what comes there."""

    def __init__(self, bot: Bot, settings: TelegramSettings, trouble: Trouble) -> None:
        """`settings` in mode webhook."""
        self._bot, self._settings, self._trouble = bot, settings, trouble
        self._take: Take | None = None

    def routes(self) -> list[Route]:
        """What app mounts."""
        return [Route(PATH, self._receive, methods=["POST"])]

    async def run(self, take: Take) -> None:
        """Keep the webhook registered until cancelled; deliveries before the first start are put off."""
        self._take = take
        pause = _FIRST
        while True:
            try:
                await self._look_after()
                pause = LOOK
            except Exception as err:  # deliveries go on whatever this look found
                self._trouble.receiving = told(err)
                log.warning("telegram_webhook", reason=type(err).__name__)
                pause = min(LOOK, pause * 2)
            await asyncio.sleep(pause)

    async def _look_after(self) -> None:
        """Register where it is not, and say what Telegram has to complain of."""
        info = await self._bot.get_webhook_info()
        if info.url != self._settings.webhook_url:
            await self._bot.set_webhook(
                self._settings.webhook_url,
                secret_token=self._settings.secret.get_secret_value(),
                allowed_updates=ALLOWED,
                max_connections=_CONNECTIONS,
            )
        complaint = info.last_error_message if info.pending_update_count else None
        self._trouble.receiving = (
            f"Telegram 的消息送不到我们的网址：{complaint}" if complaint else ""
        )

    async def _receive(self, request: Request) -> Response:
        """403 wrong secret, 413 too long, 503 not kept (Telegram brings it again), else 200."""
        shown = request.headers.get(_SECRET, "").encode()
        if not hmac.compare_digest(shown, self._settings.secret.get_secret_value().encode()):
            return Response(status_code=403)
        if int(request.headers.get("content-length") or 0) > MOST:
            return Response(status_code=413)
        try:
            body = await _at_most(request, MOST)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        return Response(status_code=200 if await self._keep(body) else 503)

    async def _keep(self, body: bytes) -> bool:
        if self._take is None:
            return False
        try:
            await self._take([_update(body)])
        except Exception as err:  # not committed, so not confirmed: it comes again
            self._trouble.receiving = INBOX
            log.error("telegram_update_not_kept", reason=type(err).__name__)
            return False
        if self._trouble.receiving == INBOX:
            self._trouble.receiving = ""
        return True


async def _at_most(request: Request, most: int) -> bytes | None:
    """The body, or None as soon as it is longer than `most` bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            return None
    return bytes(body)


def _update(body: bytes) -> Any:
    """The update; the plain text where it is no JSON, to be quarantined as it came."""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "backslashreplace")
