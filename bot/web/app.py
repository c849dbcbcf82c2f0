"""The Starlette application and the server that runs it; stops within 3 s whatever streams are open."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.db import Unavailable
from bot.log import log
from bot.pages import BodyLimit, Headers, Locked, Looks, OwnForms, Packing, add_headers
from bot.parts import Link
from bot.web.desk.back import HOME

GRACE: Final = 1
"""Seconds that requests have to finish when the server stops."""
_WORDS: Final = {
    404: ("没有这一页", "地址可能写错了。按下面的按钮回到对话。"),
    405: ("没有这一页", "地址可能写错了。按下面的按钮回到对话。"),
    413: ("太大了", "发的东西太大了。照片和录音请选10兆以内的。"),
}
_FILE_TOO_BIG: Final = (
    "文件太大了",
    "请选10兆以内的，没有存什么。名册请只留那张表，复制到新建的表格里，另存为 .xlsx 再传一次。",
)
_ELSEWHERE: Final = ("没有办成", "这是从别的网站发来的，所以没有办。请从本站的页面上再按一次。")
_FAILED: Final = ("刚才没有办成", "社区已经知道了。请过一会儿再试，急事请打电话。")
_FULL: Final = ("暂时记不下", "刚才的没有办成。请过一会儿再试，急事请打电话。")


Asks = Callable[[Request, Exception], Awaitable[Response]]
"""Asks staff to sign in (again), in place of the page they wanted."""


def make_app(looks: Looks, routes: Sequence[BaseRoute], locked: Asks) -> Starlette:
    """The application: `routes` of channels, desk and health under our headers and limits."""

    async def told(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status >= 500:
            log.error("page_failed", path=request.url.path, error=type(error).__name__)
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and request.url.path.startswith(
            f"{HOME}/"
        ):
            here = request.url.path.rpartition("/")[0]
            to = Link("再选一个文件", here)
            response = looks.note(request, *_FILE_TOO_BIG, status, to)
        else:
            response = looks.note(request, *_WORDS.get(status, _FAILED), status)
        # What nobody expected is answered outside our middleware.
        add_headers(response.headers, secure=looks.secure)
        return response

    async def full(request: Request, error: Exception) -> Response:
        log.warning("page_waits", path=request.url.path, reason=str(error))
        return looks.note(request, *_FULL, 503)

    def refuse(request: Request) -> Response:
        return looks.note(request, *_ELSEWHERE, 403)

    return Starlette(
        routes=[*looks.routes(), *routes],
        middleware=[
            Middleware(Headers, secure=looks.secure),
            Middleware(OwnForms, public_url=looks.public_url, refuse=refuse),
            Middleware(Packing),
            Middleware(BodyLimit),
        ],
        exception_handlers={
            HTTPException: told,
            Unavailable: full,
            Locked: locked,
            Exception: told,
        },
    )


class _Server(uvicorn.Server):
    """uvicorn without hands of its own on the process's signals: the application stops it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGINT and SIGTERM to whoever runs the process."""
        yield


async def serve(
    app: Starlette,
    listener: socket.socket,
    stop: asyncio.Event,
    closing: Sequence[Callable[[], None]] = (),
) -> None:
    """Serve on a listening socket until `stop` is set; `closing` then ends what is held open."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        for close in closing:
            close()
        server.should_exit = True
        await running


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections even before somebody serves them; port 0 takes a free one.

    Raises OSError where another process has it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only of a socket that says it is TCP does asyncio send at once what is small: else pages take 40 ms more.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
