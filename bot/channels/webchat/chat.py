"""The channel "web": GET / and /chat show the conversation, POST /chat takes what is said."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.channels.webchat import history
from bot.channels.webchat.bell import Bell
from bot.channels.webchat.bubbles import bubbles
from bot.channels.webchat.files import Files
from bot.channels.webchat.settings import Clocks, WebchatSettings
from bot.channels.webchat.stream import Stream
from bot.db import Database, Unavailable
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.pages import (
    Door,
    Doors,
    Looks,
    Rate,
    form_token,
    save_upload,
    token_nonce,
)
from bot.talk import Busy, Can, Hears, Media, Reply, Said
from bot.text import clean

ANSWER_WITHIN: Final = 1.5
"""Seconds that a page without scripts waits for the answer to what was just said."""
_SUGGESTED: Final = 20
"""Characters that a link (?say=, of a QR code) may put into the box; they are sent by whoever presses 发送."""
_LOOK_EVERY: Final = 0.05


class WebChat:
    """The channel "web": the other side fetches."""

    name = "web"
    can = Can(push=False, private=True, voice=True)

    def __init__(
        self, db: Database, looks: Looks, doors: Doors, settings: WebchatSettings,
        clocks: Clocks, data_dir: Path,
    ) -> None:  # fmt: skip
        """Nothing runs yet; messages are taken once `run` has been given who hears them."""
        self.db, self.looks, self.doors, self.data_dir = db, looks, doors, data_dir
        self.now, self.real = clocks.now, clocks.real
        self.bell = Bell(db, self.name, clocks.now)
        self.stream = Stream(db, doors, self.bell, clocks)
        self.files = Files(db, looks, doors, data_dir)
        self.hear: Hears | None = None
        self._one = Rate(settings.stranger_a_minute, 60, clocks.real)
        self._all = Rate(settings.strangers_a_minute, 60, clocks.real)
        self._member = Rate(settings.member_a_minute, 60, clocks.real)

    # ── the channel ─────────────────────────────────────────────────────────────────────────────

    async def send(self, address: str, reply: Reply) -> None:
        """Nothing is pushed: raises Busy, and the message waits until the page fetches it."""
        self.bell.ring(address)
        raise Busy(60, address)

    async def run(self, hear: Hears) -> None:
        """Take messages and wake the open pages until cancelled."""
        self.hear = hear
        try:
            await self.bell.run()
        finally:
            self.hear = None

    def state(self) -> str:
        """ "" when well."""
        return "" if self.hear is not None else "网页对话还没有启动。"

    def close(self) -> None:
        """Let the open streams end, so that the server can stop."""
        self.bell.close()

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [
            Route("/", self._page, methods=["GET"]),
            Route("/chat", self._page, methods=["GET"]),
            Route("/chat", self._said, methods=["POST"]),
            *self.stream.routes(),
            *self.files.routes(),
        ]

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    async def _page(self, request: Request) -> Response:
        door = await self.doors.enter(request)
        if door.known:
            await self._answered(door.address)
            await self.stream.deliver(door)
        said = clean(request.query_params.get("say", ""))[:_SUGGESTED]
        return await self._show(request, door, words=said)

    async def _show(
        self, request: Request, door: Door, refusal: str = "", words: str = ""
    ) -> Response:
        page = _number(request.query_params.get("older", ""))
        past, people = await self.db.read(
            lambda s: (history.read(s, door.address, page), self.doors.people(s, door))
        )
        response = self.looks.page(
            request,
            "chat.html",
            409 if refusal else 200,
            bubbles=bubbles(past.lines, self.now()),
            past=past,
            older=page,
            people=people,
            staff=any(person.is_staff for person in people),
            phone=_phone(people),
            token=form_token(door.secret),
            refusal=refusal,
            words=words,
            blocked="wait" in request.query_params and door.fresh,
        )
        self.doors.give(response, door)
        return response

    async def _answered(self, address: str) -> None:
        """Wait a moment for the answer, so that a page without scripts shows it."""
        for _ in range(int(ANSWER_WITHIN / _LOOK_EVERY)):
            if not await self.db.read(lambda session: history.unanswered(session, address)):
                return
            await asyncio.sleep(_LOOK_EVERY)

    # ── hearing ─────────────────────────────────────────────────────────────────────────────────

    async def _said(self, request: Request) -> Response:
        door = await self.doors.enter(request)
        script = "application/json" in request.headers.get("accept", "")
        if door.fresh:
            return JSONResponse({}, 409) if script else RedirectResponse("/chat?wait=1", 303)
        form = await request.form(max_files=1, max_fields=20)
        words = clean(str(form.get("text", "")))
        try:
            await self._take_or_refuse(door, form, words)
        except Refused as no:
            if script:
                return JSONResponse(
                    {"refusal": str(no), "form_token": form_token(door.secret)}, 409
                )
            return await self._show(request, door, str(no), words)
        finally:
            await form.close()
        if script:
            return JSONResponse({"form_token": form_token(door.secret)})
        return RedirectResponse("/chat", 303)

    async def _take_or_refuse(self, door: Door, form: FormData, words: str) -> None:
        """As `_take`, and never a silent yes where nothing can be kept (a full disk, a locked database)."""
        try:
            await self._take(door, form, words)
        except Unavailable:
            phone = self.looks.office.phone
            raise Refused(f"暂时记不下，请打电话{phone}，或者过一会儿再按一次发送。") from None

    async def _take(self, door: Door, form: FormData, words: str) -> None:
        """Commit what was said. Raises Refused with what to do instead."""
        if self.hear is None:
            raise Refused("刚刚启动，请过一会儿再按一次发送。")
        nonce = token_nonce(door.secret, str(form.get("form_token", "")))
        if not nonce:
            raise Refused("这一页放得久了，请再按一次发送。")
        bound = bool(await self.db.read(lambda session: self.doors.people(session, door)))
        if not self._may_speak(door.address, bound=bound):
            raise Refused("您发得有点快，请过一分钟再按一次发送。")
        file = form.get("file")
        media = await self._file(file, bound=bound)
        if not words and not media:
            return
        if not door.known:
            await self.db.write(lambda session: self.doors.keep(session, door))
        # The same words or file of the same page are one message, however often the button was pressed.
        what = f"{words}\n{file.filename}\n{file.size}" if isinstance(file, UploadFile) else words
        id_ = f"{door.address}:{nonce}:{sha256(what.encode()).hexdigest()[:12]}"
        await self.hear([Said(self.name, door.address, id_, self.now(), words, media)])
        self.bell.ring(door.address)

    def _may_speak(self, address: str, *, bound: bool) -> bool:
        if bound:
            return self._member.allows(address)
        return self._one.allows(address) and self._all.allows("")

    async def _file(self, file: object, *, bound: bool) -> tuple[Media, ...]:
        if not isinstance(file, UploadFile) or not file.filename:
            return ()
        if not bound:
            raise Refused("登记以后就能发照片和录音了。您说“登记”就可以开始。")
        kept = await save_upload(file, self.data_dir)
        return (Media(kept.kind, kept.name, kept.path),)


def _number(text: str) -> int:
    return (
        min(int(text), history.OLDEST) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    )


def _phone(people: list[Person]) -> str:
    """The number of the viewer's own branch, where it has one."""
    return next((p.branch.phone for p in people if p.branch and p.branch.phone), "")
