"""In place of a page whose browser is locked: sign in (again), and what was typed is kept for afterwards."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.domain.doors import Access
from bot.domain.people import Person
from bot.pages import Door, Locked, form_token, token_nonce
from bot.web.desk.frame import Frame

KEPT_FOR: Final = re.compile(r"/desk/[\w-]+/[\w-]+|/chat")
"""The forms that are kept; what is typed on the pages of the doors themselves is not."""
_STREAMS: Final = ("/live", "/stream")
_LEFT_ALONE: Final = "您有一会儿没用了，要再登录一次。请刷新这一页。"


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that came too late: where it goes, its fields, and whether files were in it (they are not kept)."""

    to: str
    fields: tuple[tuple[str, str], ...] = ()
    files: bool = False

    def written(self) -> str:
        """As it stands in the form that asks for the passphrase."""
        return json.dumps([self.to, self.fields, self.files], ensure_ascii=False)

    @classmethod
    def read(cls, written: str) -> "Kept | None":
        """The inverse; None where there is none, or it leads elsewhere."""
        try:
            to, fields, files = json.loads(written)
            found = cls(str(to), tuple((str(n), str(v)) for n, v in fields), bool(files))
        except (ValueError, TypeError):
            return None
        return found if KEPT_FOR.fullmatch(found.to) else None


class Again:
    """Renders the page on which staff sign in."""

    def __init__(self, frame: Frame) -> None:
        """`frame` of the desk."""
        self.frame, self.looks = frame, frame.looks

    async def ask(self, request: Request, error: Exception) -> Response:
        """Answer a request whose browser is locked."""
        if not isinstance(error, Locked):
            raise error
        door, path = error.door, request.url.path
        if path.endswith(_STREAMS):
            return Response(status_code=403)
        if "application/json" in request.headers.get("accept", ""):
            told = {"refusal": _LEFT_ALONE, "form_token": form_token(door.secret)}
            return JSONResponse(told, 409)
        if door.access is Access.BARE:
            return RedirectResponse("/account/code", 303)
        if request.method == "GET":
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/signin?next={quote(path + query, safe='/?=')}", 303)
        kept = await self._kept(request, door) if KEPT_FOR.fullmatch(path) else None
        return await self.show(request, door, {"kept": kept, "status": 403})

    async def show(self, request: Request, door: Door, shown: dict[str, Any]) -> Response:
        """The page. `shown`: "refusal", "who", "next", "kept", "status", "other" where they are not empty."""
        again = None if shown.get("other") else await self._person(door)
        kept: Kept | None = shown.get("kept")
        response = self.looks.page(
            request,
            "staff_signin.html",
            shown.get("status", 200),
            again=again.name if again else "",
            refusal=shown.get("refusal", ""),
            who=shown.get("who", ""),
            next=shown.get("next", ""),
            kept=kept.written() if kept else "",
            token=form_token(door.secret),
            passphrases=self.frame.doors.terms.passphrase,
        )
        self.frame.doors.give(response, door)
        return response

    async def _person(self, door: Door) -> Person | None:
        """Who is asked for the passphrase again; None where anybody may sign in."""
        if door.access is not Access.IDLE:
            return None
        return await self.frame.db.read(lambda session: session.get(Person, door.person_id))

    async def _kept(self, request: Request, door: Door) -> Kept | None:
        """The form as it was sent; None where it was not given to this browser."""
        async with request.form(max_files=2, max_fields=2000) as form:
            items = form.multi_items()
        fields = [(name, value) for name, value in items if isinstance(value, str)]
        token = next((value for name, value in fields if name == "form_token"), "")
        if not token_nonce(door.secret, token):
            return None
        files = any(isinstance(value, UploadFile) and value.filename for _, value in items)
        kept = tuple((name, value) for name, value in fields if name != "form_token")
        return Kept(request.url.path, kept, files)
