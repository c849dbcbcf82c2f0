"""Webhook deliveries: one update after another, again until the other side says 2xx."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.botapi.state import State

_AGAIN = 0.2
"""Seconds before a failed delivery is repeated; Telegram itself takes longer."""


async def deliver(state: State) -> None:
    """Deliver for ever."""
    async with ClientSession(timeout=ClientTimeout(total=5)) as session:
        while True:
            await asyncio.sleep(0.01)
            if state.webhook and state.updates:
                await _deliver_one(session, state, state.updates[0])


async def _deliver_one(session: ClientSession, state: State, update: Any) -> None:
    hook = state.webhook
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.get("secret_token", "")}
    try:
        async with session.post(hook["url"], json=update, headers=headers) as answer:
            status = answer.status
    except (ClientError, TimeoutError):
        status = 0
    if 200 <= status < 300:
        state.updates.remove(update)
        state.webhook_error = ""
    else:
        state.webhook_error = f"Wrong response from the webhook: {status}"
        await asyncio.sleep(_AGAIN)
