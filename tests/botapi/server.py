"""The server itself: aiohttp in a thread of its own, long polls, webhook deliveries, faults on the wire."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.botapi.courier import deliver
from tests.botapi.methods import METHODS, ApiError, Files
from tests.botapi.reading import read_call, refusal
from tests.botapi.script import Script
from tests.botapi.state import TOKEN, Call, Fault, State

T = TypeVar("T")

WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
OTHER_POLLS = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


class BotApi(Script):
    """A Bot API server on loopback. `with BotApi() as api:` starts and stops it."""

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        latency: float = 0.0,
        jitter: float = 0.0,
        strict: bool = False,
        seed: int = 1,
    ) -> None:
        """`latency` ± `jitter` in seconds before each answer; `strict`: 30/s in all and 1/s a chat."""
        self.state = State(token=token, strict=strict, seed=seed)
        self.port, self._latency, self._jitter = port, latency, jitter
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="botapi", daemon=True)
        self._news = asyncio.Event()
        self._ticket = 0
        """Of the newest getUpdates; an older one that still waits has lost its place."""
        self._lines: set[asyncio.Transport] = set()

    # ── start and stop ──────────────────────────────────────────────────────────────────────────

    def __enter__(self) -> Self:
        """Start; the address is known afterwards."""
        self._thread.start()
        self._wait(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        """Stop at once, whatever is under way."""
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def down(self) -> None:
        """The network is gone: no connection is accepted and the open ones break."""
        self._wait(self._unlisten())

    def up(self) -> None:
        """It is back, at the same address."""
        self._wait(self._listen())

    async def _open(self) -> None:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/files/{file}", self._file)
        app.router.add_post("/control/{name}", self._control)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await self._listen()
        self._courier = asyncio.create_task(deliver(self.state))

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        if not self.port:
            self.port = self._runner.addresses[0][1]

    async def _unlisten(self) -> None:
        if self._site in self._runner.sites:
            await self._site.stop()
        for line in list(self._lines):
            line.abort()

    async def _close(self) -> None:
        self._courier.cancel()
        with suppress(asyncio.CancelledError):
            await self._courier
        await self._unlisten()
        await self._runner.cleanup()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        # Broken lines say goodbye in a later turn of the loop.
        await asyncio.sleep(0.01)

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _do(self, act: Callable[[], T]) -> T:
        if threading.current_thread() is self._thread:
            return act()
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(act())
            except BaseException as err:
                done.set_exception(err)
            self._wake()

        self._loop.call_soon_threadsafe(run)
        return done.result(10)

    # ── one request ─────────────────────────────────────────────────────────────────────────────

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self._note_line(request)
        method = request.match_info["method"]
        params, files = await read_call(request)
        at = time.monotonic()
        await self._lag()
        fault = self.state.next_fault(method, params)
        status, body = await self._faulty(fault, request, method, params, files)
        self.state.calls.append(Call(method, params, files, at, status))
        if not status:
            self._hang_up(request)
        return web.Response(body=body, status=status or 500, content_type="application/json")

    async def _faulty(
        self, fault: Fault | None, request: web.Request, method: str, params: Any, files: Files
    ) -> tuple[int, bytes]:
        token = request.match_info["token"]
        if fault is None:
            return await self._plain(token, method, params, files)
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.status:
            more = {"retry_after": fault.retry_after} if fault.retry_after is not None else {}
            return refusal(
                ApiError(fault.status, fault.description, **(more if fault.status == 429 else {}))
            )
        if fault.act == "reset":
            return 0, b""
        if fault.act == "garbage":
            return 200, b"<html>gateway</html>"
        status, body = await self._plain(token, method, params, files)
        return (0, b"") if fault.act == "drop" else (status, body)

    async def _plain(self, token: str, method: str, params: Any, files: Files) -> tuple[int, bytes]:
        if ":" not in token:
            return refusal(ApiError(404, "Not Found"))
        if token != self.state.token or self.state.revoked:
            return refusal(ApiError(401, "Unauthorized"))
        try:
            result = await self._run(method, params, files)
        except ApiError as err:
            return refusal(err)
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def _run(self, method: str, params: Any, files: Files) -> Any:
        if method.lower() == "getupdates":
            return await self._get_updates(params)
        known = METHODS.get(method.lower())
        if known is None:
            raise ApiError(404, "Not Found: method not found")
        result = known(self.state, params, files)
        self._wake()
        return result

    async def _get_updates(self, params: dict[str, Any]) -> list[Any]:
        state = self.state
        if state.webhook:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self._ticket += 1
        mine = self._ticket
        self._wake()
        state.allowed = params.get("allowed_updates", state.allowed)
        state.confirm(int(params.get("offset", 0)))
        with suppress(TimeoutError):
            async with asyncio.timeout(float(params.get("timeout", 0))):
                while not (state.updates or state.revoked or self._ticket != mine):
                    await self._news.wait()
        if self._ticket != mine:
            raise ApiError(409, OTHER_POLLS)
        if state.revoked:
            raise ApiError(401, "Unauthorized")
        return state.updates[: max(1, min(100, int(params.get("limit", 100))))]

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _lag(self) -> None:
        if self._latency:
            await asyncio.sleep(
                self._latency + self.state.random.uniform(-self._jitter, self._jitter)
            )

    def _note_line(self, request: web.Request) -> None:
        if request.transport is not None:
            self._lines = {line for line in self._lines if not line.is_closing()}
            self._lines.add(request.transport)

    @staticmethod
    def _hang_up(request: web.Request) -> None:
        if request.transport is not None:
            request.transport.abort()

    async def _file(self, request: web.Request) -> web.Response:
        content = self.state.files.get(request.match_info["file"])
        if request.match_info["token"] != self.state.token or content is None:
            return web.Response(status=404)
        return web.Response(body=content)

    async def _control(self, request: web.Request) -> web.Response:
        done = self.control(request.match_info["name"], await request.json())
        self._wake()
        return web.json_response(done)
