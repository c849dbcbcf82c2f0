"""Buttons of the desk: a posted form becomes an action of a feature, once."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.base import Refused
from bot.feature import Done, Page
from bot.pages import Door, Rate, form_token, token_nonce
from bot.web.acting import Act, Outcome, Running, perform, put_files, typed
from bot.web.desk.back import HOME, safe_back
from bot.web.desk.frame import STALE, Entered, Frame
from bot.web.desk.pages import Pages, Refusal
from bot.web.parts import part_views


class Acts:
    """POST /desk/PATH/ACTION."""

    def __init__(self, frame: Frame, pages: Pages, running: Running) -> None:
        """`pages` show what was refused in its form."""
        self.frame, self.pages, self.running = frame, pages, running
        self._once = Rate(1, 86400, running.real)

    async def act(self, request: Request) -> Response:
        """Do what a button says, and lead back to where it stood."""
        found = await self.frame.enter_page(request)
        action = found[0].actions.get(request.path_params["action"]) if found else None
        if found is None or action is None:
            return self.frame.no_entry(request)
        page, entered = found
        roles = page.roles_for(request.path_params["action"])
        viewer = await self.frame.still(entered, roles)
        if viewer is None:
            return self.frame.no_entry(request)
        entered = replace(entered, viewer=viewer)
        door, values = entered.door, dict[str, str]()
        back = f"{HOME}/{quote(page.path)}"
        try:
            async with request.form(max_files=2, max_fields=2000) as form:
                # Before its files: what was typed stands there again if one of them is refused.
                values = typed(form)
                back = safe_back(values.pop("back", ""), back)
                token = values.pop("form_token", "")
                files = await put_files(form, values, self.running.data_dir, page.reads)
            nonce = _nonce(door, token, values)
            act = Act(page, action, viewer.id, door.address, nonce, values, files)
            # A button pressed twice is one action.
            done = await self._perform(act) if self._once.allows(nonce) else ""
        except Refused as no:
            refusal = Refusal.of(no, request.path_params["action"], values)
            return await self._refuse(request, entered, page, back, refusal)
        if isinstance(done, Done):
            return self.frame.back(safe_back(done.to, back), done.text)
        if isinstance(done, str):
            return self.frame.back(back, done)
        shown = {"page": page, "parts": part_views(done), "token": form_token(door.secret)}
        return await self.frame.render(request, entered, "page.html", shown)

    async def _perform(self, act: Act) -> Outcome:
        with self.pages.board.work(act.person_id, act.page.path) as tell:
            job = partial(perform, replace(act, tell=tell), self.running)
            return await self.frame.db.write(job)

    async def _refuse(
        self, request: Request, entered: Entered, page: Page, back: str, refusal: Refusal
    ) -> Response:
        """The page again, with what was typed and why not; from another page, back to that one."""
        there = urlsplit(back)
        if there.path != f"{HOME}/{quote(page.path)}":
            return self.frame.back(back, f"!{refusal.why}")
        look = self.pages.reading.look(entered.viewer, dict(parse_qsl(there.query)))
        return await self.pages.show(request, entered, page, look, refusal)


def _nonce(door: Door, token: str, values: Mapping[str, str]) -> str:
    """What makes this pressing unique. Raises Refused where the form was not given to this browser.

    All buttons of one page share its token, so what they carry belongs to it.
    """
    nonce = token_nonce(door.secret, token)
    if not nonce:
        raise Refused(STALE)
    return f"{nonce}{hash(tuple(sorted(values.items())))}"
