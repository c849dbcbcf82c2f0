"""Telegram brings updates: the real route under uvicorn, deliveries by the Bot API server."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channels.telegram import Telegram
from tests.botapi import BotApi
from tests.botapi.drive import Ears, channel_to, listening
from tests.botapi.people import message, words

WU, SECRET = 1001, "a-Secret_1"
UPDATE = {"update_id": 5, "message": message(WU, words("我要上门走访"))}


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@asynccontextmanager
async def mounted(api: BotApi, ears: Ears | None) -> AsyncIterator[tuple[str, Telegram]]:
    """The route behind uvicorn, as app mounts it; without ears the channel was not started."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        channel = channel_to(api, mode="webhook", webhook_url=url, secret=SECRET)
        web = uvicorn.Server(
            uvicorn.Config(Starlette(routes=channel.routes()), log_config=None, lifespan="off")
        )
        tasks = [asyncio.create_task(web.serve(sockets=[door]))]
        if ears is not None:
            tasks.append(asyncio.create_task(channel.run(ears)))
        await api.until(lambda: web.started)
        try:
            yield f"{url}/channels/telegram", channel
        finally:
            web.should_exit = True
            for task in tasks[1:]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await channel.hang_up()


async def bring(
    url: str, body: bytes | io.BytesIO | AsyncIterator[bytes], secret: str | None = SECRET
) -> int:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_telegram_is_told_the_address_and_brings_what_members_write(api: BotApi) -> None:
    ears = Ears()
    async with mounted(api, ears) as (url, channel):
        await api.until(lambda: api.state.webhook)
        api.say(WU, "我要上门走访")
        api.say(WU, "明天")
        await api.until_confirmed()
        assert not channel.state()
    assert ears.texts == ["我要上门走访", "明天"]
    assert api.state.webhook["url"] == url
    assert "message" in api.state.webhook["allowed_updates"]


async def test_a_delivery_is_accepted_only_after_the_inbox_has_it(api: BotApi) -> None:
    ears = Ears(failures=1)
    async with mounted(api, ears) as (url, channel):
        await api.until(lambda: api.state.webhook)
        assert await bring(url, json.dumps(UPDATE).encode()) == 503
        assert "记不下来" in channel.state()
        assert await bring(url, json.dumps(UPDATE).encode()) == 200
        assert not channel.state()
    assert ears.texts == ["我要上门走访"]


@pytest.mark.parametrize("secret", [None, "", "a-Secret_2", "钥匙"])
async def test_a_stranger_at_the_door_is_turned_away(api: BotApi, secret: str | None) -> None:
    ears = Ears()
    async with mounted(api, ears) as (url, _):
        await api.until(lambda: api.state.webhook)
        assert await bring(url, json.dumps(UPDATE).encode(), secret) == 403
    assert ears.asked == 0


async def test_more_than_a_mebibyte_is_not_read(api: BotApi) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * 4096

    ears = Ears()
    async with mounted(api, ears) as (url, _):
        await api.until(lambda: api.state.webhook)
        assert await bring(url, io.BytesIO(b" " * ((1 << 20) + 1))) == 413
        assert await bring(url, endless()) == 413
    assert ears.asked == 0


@pytest.mark.parametrize("body", [b"no json \xff", b'{"update_id": 6, "message": 7}', b"[]"])
async def test_a_delivery_that_cannot_be_read_is_kept_raw_and_accepted(
    api: BotApi, body: bytes
) -> None:
    ears = Ears()
    async with mounted(api, ears) as (url, _):
        await api.until(lambda: api.state.webhook)
        assert await bring(url, body) == 200
    assert len(ears.spoiled) == 1
    assert ears.said == []


async def test_before_the_start_a_delivery_is_put_off(api: BotApi) -> None:
    async with mounted(api, None) as (url, _):
        assert await bring(url, json.dumps(UPDATE).encode()) == 503


async def test_a_revoked_token_is_loud_with_a_webhook_too(api: BotApi) -> None:
    api.revoke()
    async with mounted(api, Ears()) as (_, channel):
        await api.until(channel.state, within=3)
        assert "令牌" in channel.state()


async def test_what_telegram_complains_of_is_passed_on(api: BotApi) -> None:
    api.state.webhook_error = "Connection refused"
    api.say(WU, "一")
    async with mounted(api, Ears(failures=99)) as (_, channel):
        await api.until(channel.state)
        assert channel.state()


async def test_while_polling_there_is_no_door(api: BotApi) -> None:
    async with listening(api, Ears()) as channel:
        assert channel.routes() == []
