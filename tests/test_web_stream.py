"""Server-sent events and stopping, with a real server on the loopback."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from bot.channels.webchat import WebChat
from bot.db import Database
from bot.domain.mail import Mail, Outbox, Sending
from bot.outbox import Post, Quiet
from bot.talk import Note
from bot.web import listen, serve
from tests.web_house import ECHO, NOW, House, house, token


class Running:
    """A served house and where it is."""

    def __init__(self, home: House, url: str) -> None:
        self.home, self.url = home, url
        self.stop = asyncio.Event()

    def browser(self) -> httpx2.AsyncClient:
        """A browser with its own cookies."""
        return httpx2.AsyncClient(base_url=self.url, timeout=5)


@asynccontextmanager
async def served(home: House) -> AsyncIterator[Running]:
    listener = listen("127.0.0.1", 0)
    running = Running(home, f"http://127.0.0.1:{listener.getsockname()[1]}")
    bell = asyncio.create_task(home.chat.run(home.hear))
    server = asyncio.create_task(serve(home.app, listener, running.stop, [home.chat.close]))
    try:
        yield running
    finally:
        running.stop.set()
        await server
        bell.cancel()
        await asyncio.gather(bell, return_exceptions=True)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Running]:
    with house(tmp_path) as home:
        async with served(home) as running:
            yield running


async def say(browser: httpx2.AsyncClient, text: str) -> None:
    page = (await browser.get("/chat")).text
    sent = await browser.post("/chat", data={"text": text, "form_token": token(page)})
    assert sent.status_code == 303


async def events(stream: httpx2.Response, most: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async for line in stream.aiter_lines():
        if line.startswith("data: "):
            found.append(json.loads(line.removeprefix("data: ")))
        if len(found) == most:
            break
    return found


async def test_an_answer_comes_by_the_stream_as_chat_json(site: Running) -> None:
    async with site.browser() as browser:
        await browser.get("/chat")
        async with browser.stream("GET", "/chat/stream") as stream:
            await say(browser, "您好")
            (answer,) = await asyncio.wait_for(events(stream, 1), 5)
    assert answer == {
        "text": ECHO + "您好",
        "choices": [{"says": "对", "label": "对"}, {"says": "请再说一遍", "label": "再说一遍"}],
        "fixed": ["主菜单", "找人帮忙"],
        "media": [],
        "pushed": False,
    }


async def test_what_is_said_on_one_page_stands_on_the_other(site: Running) -> None:
    async with site.browser() as browser:
        page = (await browser.get("/chat")).text
        async with browser.stream("GET", "/chat/stream?own=1") as stream:
            form = token(page)
            await browser.post("/chat", data={"text": "您好", "form_token": form})
            said, answer = await asyncio.wait_for(events(stream, 2), 5)
        cursor = "after=" + (await browser.get("/chat")).text.split('data-after="')[1].split('"')[0]
        async with browser.stream("GET", f"/chat/stream?own=1&{cursor}") as stream:
            await say(browser, "再来")
            again = await asyncio.wait_for(events(stream, 2), 5)
    assert said == {"text": "您好", "media": [], "page": form.split(".")[0]}
    assert answer["text"] == ECHO + "您好"
    assert [one["text"] for one in again] == ["再来", ECHO + "再来"]


async def test_what_another_process_queues_comes_by_itself_within_seconds(site: Running) -> None:
    person = site.home.person()
    async with site.browser() as browser:
        await browser.post(site.home.link(person))
        await browser.get("/chat")
        async with browser.stream("GET", "/chat/stream") as stream:
            other = Database(site.home.db.url)
            queue_elsewhere(other, person)
            # It looks every second; a busy machine takes longer.
            _welcome, told = await asyncio.wait_for(events(stream, 2), 10)
            other.close()
    assert (told["text"], told["pushed"]) == ("明天学习。", True)


def queue_elsewhere(other: Database, person: int) -> None:
    """As `yure notice send` does beside the running house."""
    post = Post({"web": WebChat.can}, Quiet())
    note = Note(person, "明天学习。", "n1", Mail.PERSON)
    other.write_now(lambda session: post.note(session, note, NOW))


async def test_what_the_stream_told_counts_as_sent(site: Running) -> None:
    async with site.browser() as browser:
        await browser.get("/chat")
        async with browser.stream("GET", "/chat/stream") as stream:
            await say(browser, "您好")
            await events(stream, 1)
    states = site.home.db.read_now(lambda s: list(s.scalars(select(Outbox.state))))
    assert states == [Sending.SENT]


async def test_a_stream_that_broke_off_goes_on_where_it_was(site: Running) -> None:
    async with site.browser() as browser:
        for text in ("一", "二", "三"):
            await say(browser, text)
        await browser.get("/chat")
        async with browser.stream("GET", "/chat/stream?after=0-0") as stream:
            ids = [line.removeprefix("id: ") async for line in take(stream, "id: ", 3)]
        headers = {"last-event-id": ids[0]}
        async with browser.stream("GET", "/chat/stream", headers=headers) as stream:
            found = await events(stream, 2)
    assert [one["text"] for one in found] == [ECHO + "二", ECHO + "三"]


async def take(stream: httpx2.Response, start: str, most: int) -> AsyncIterator[str]:
    """The first lines that begin with `start`."""
    async for line in stream.aiter_lines():
        if line.startswith(start):
            yield line
            most -= 1
        if not most:
            return


@pytest.mark.parametrize("cursor", ["x", "-", "9" * 400 + "-1", "²-²", "1-" + "9" * 400])
async def test_a_cursor_that_is_none_breaks_nothing(site: Running, cursor: str) -> None:
    async with site.browser() as browser:
        await browser.get("/chat")
        async with browser.stream("GET", "/chat/stream", params={"after": cursor}) as stream:
            assert stream.status_code == 200


async def test_a_browser_without_a_cookie_gets_no_stream(site: Running) -> None:
    async with site.browser() as browser:
        assert (await browser.get("/chat/stream")).status_code == 503


async def test_two_pages_of_one_browser_hear_the_same(site: Running) -> None:
    async with site.browser() as browser:
        await browser.get("/chat")
        async with (
            browser.stream("GET", "/chat/stream") as first,
            browser.stream("GET", "/chat/stream") as second,
        ):
            await say(browser, "您好")
            heard = await asyncio.gather(events(first, 1), events(second, 1))
    assert heard[0] == heard[1]


async def test_the_stream_of_a_replaced_phone_ends(site: Running) -> None:
    person = site.home.person()
    async with site.browser() as old, site.browser() as new:
        await old.post(site.home.link(person))
        async with old.stream("GET", "/chat/stream") as stream:
            await new.post(site.home.link(person))
            _welcome, told = await asyncio.wait_for(events(stream, 2), 5)
    assert "新手机" in told["text"]


async def test_the_server_stops_within_three_seconds_with_streams_open(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        async with served(home) as running, running.browser() as browser:
            await browser.get("/chat")
            async with browser.stream("GET", "/chat/stream") as stream:
                began = time.monotonic()
                running.stop.set()
                assert not await events(stream, 1)
        assert time.monotonic() - began < 3


async def test_a_closed_browser_leaves_no_stream_behind(site: Running) -> None:
    async with site.browser() as browser:
        await browser.get("/chat")
        async with browser.stream("GET", "/chat/stream") as stream:
            assert [line async for line in take(stream, "retry", 1)]
            assert len(site.home.chat.bell) == 1
    for _ in range(50):
        if not len(site.home.chat.bell):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the stream is still listened to")


async def test_what_is_small_is_sent_at_once() -> None:
    """Otherwise each page waits 40 ms for its first part to be acknowledged."""
    listener = listen("127.0.0.1", 0)
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = writer.get_extra_info("socket")
        accepted.set_result(link.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(taken, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        assert await accepted
        writer.close()
