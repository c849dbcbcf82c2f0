"""/signin: staff come in by name or phone, passphrase, and a code where they have set one up."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.base import Refused
from bot.domain.doors import Access
from bot.pages import Door, form_token, safe_path, token_nonce
from bot.text import clean
from bot.web.account.again import Again, Kept
from bot.web.account.entering import Entering, Typed
from bot.web.desk.back import HOME
from bot.web.desk.frame import Frame

_STALE = "这一页放得久了，请再输一次。"
_NO_COOKIE = "浏览器没有让本站记住您，所以登录不了。请在设置里允许 Cookie，再试一次。"


class SignInPage:
    """GET and POST /signin."""

    def __init__(self, frame: Frame, entering: Entering, again: Again) -> None:
        """`entering` decides; `again` has the form."""
        self.frame, self.entering, self.again = frame, entering, again

    async def show(self, request: Request) -> Response:
        """The form, or straight on for who is in already."""
        door = await self.frame.doors.knock(request)
        query = request.query_params
        wanted = _next(query.get("next", ""))
        if door.person_id and door.access in (Access.OPEN, Access.BARE):
            return RedirectResponse(wanted, 303)
        return await self.again.show(request, door, {"next": wanted, "other": "other" in query})

    async def enter(self, request: Request) -> Response:
        """Let in, and on to where they wanted to go; or the form again, with what is wrong."""
        door = await self.frame.doors.knock(request)
        async with request.form(max_files=0, max_fields=20) as form:
            given = {name: value for name, value in form.items() if isinstance(value, str)}
        typed = Typed(
            clean(given.get("who", ""))[:100], given.get("passphrase", ""), given.get("code", "")
        )
        wanted, kept = _next(given.get("next", "")), Kept.read(given.get("kept", ""))
        try:
            opened = await self._enter(request, door, given.get("form_token", ""), typed)
        except Refused as no:
            shown = {
                "refusal": str(no), "who": typed.who, "next": wanted, "kept": kept, "status": 409,
                "other": bool(typed.who),
            }  # fmt: skip
            return await self.again.show(request, door, shown)
        response = self._on(request, opened, kept) if kept else RedirectResponse(wanted, 303)
        self.frame.doors.give(response, opened)
        return response

    async def _enter(self, request: Request, door: Door, token: str, typed: Typed) -> Door:
        if not token_nonce(door.secret, token):
            raise Refused(_NO_COOKIE if door.fresh else _STALE)
        if not self.frame.doors.terms.passphrase:
            raise Refused("这里不用口令，请点管理员发给您的登录链接。")
        return await self.entering.enter(request, door, typed)

    def _on(self, request: Request, opened: Door, kept: Kept) -> Response:
        """What was sent too late, to be sent once more by one press."""
        token = form_token(opened.secret)
        return self.frame.looks.page(request, "go_on.html", kept=kept, token=token)


def _next(wanted: str) -> str:
    """Where to go on: a page of the desk, the chat, or one's own pages."""
    inside = wanted == HOME or wanted.startswith((f"{HOME}/", f"{HOME}?", "/chat", "/account"))
    return wanted if inside and safe_path(wanted) == wanted and ".." not in wanted else HOME
