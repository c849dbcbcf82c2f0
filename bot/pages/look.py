"""How pages look: templates, the office's name and number, large print, addresses of static files."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.parts import Link
from bot.text import to_traditional

WEB: Final = Path(__file__).parent.parent / "web"
BIG: Final = "big"
"""The cookie of those who read large print."""
TRADITIONAL: Final = "hant"
"""The cookie of those who read Traditional characters."""
YEAR: Final = 365 * 86400

_READ: Final = re.compile(r"(<textarea.*?</textarea>|<[^>]*>)|[^<]+", re.DOTALL)
_SAID: Final = re.compile(r'(?<=\s)(aria-label|alt|data-head|placeholder|title)="([^"]*)"')
"""What a tag itself says: to those who hear the page, where a field is empty, before a cell on a phone."""
_PATH: Final = re.compile(r"/(?![/\\])[\w\-./%?=&]*")


@dataclass(frozen=True, slots=True)
class Office:
    """Who runs the pages: the name at the top, and the number that is always there to call."""

    name: str = "老党员服务站"
    phone: str = ""


class Looks:
    """Renders the templates of `bot/web/templates`; everything is escaped, an unknown name is an error."""

    def __init__(
        self, office: Office, public_url: str, templates: Path = WEB / "templates"
    ) -> None:
        """`public_url`: where members reach the pages, https for safe cookies."""
        self.office, self.public_url = office, public_url
        self.secure = public_url.startswith("https://")
        self._static = {
            file.name: sha256(file.read_bytes()).hexdigest()[:12]
            for file in (WEB / "static").iterdir()
        }
        self.env = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.env.globals["static"] = self.static
        self.names: Collection[str] = ()
        """People's names that the general conversion would spoil (于 is no 於); the desk keeps them up to date."""

    def static(self, name: str) -> str:
        """The address of a static file; it changes with the file, so browsers may keep it for ever."""
        return f"/static/{name}?v={self._static[name]}"

    def page(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Render a template. `phone` overrides the office's number (the viewer's own branch)."""
        phone = values.pop("phone", "") or self.office.phone
        html = self.piece(
            request,
            template,
            office=self.office,
            phone=phone,
            big=request.cookies.get(BIG) == "1",
            traditional=wants_traditional(request),
            here=request.url.path,
            **values,
        )
        return HTMLResponse(html, status)

    def piece(self, request: Request, template: str, **values: Any) -> str:
        """A template alone, in the characters that this browser reads."""
        html = self.env.get_template(template).render(**values)
        return _in_traditional(html, self.names) if wants_traditional(request) else html

    def note(
        self, request: Request, title: str, text: str, status: int, to: Link | None = None
    ) -> HTMLResponse:
        """A page that says one thing and leads back to the chat; `to`: where else it leads."""
        return self.page(request, "note.html", status, title=title, text=text, to=to)

    def routes(self) -> list[Route | Mount]:
        """Static files and the switches for large print and Traditional characters."""
        return [
            Mount("/static", _KeptFiles(directory=WEB / "static")),
            Route("/look", self._switch, methods=["POST"]),
        ]

    async def _switch(self, request: Request) -> Response:
        form = await request.form()
        back = str(form.get("back", "/chat"))
        response = RedirectResponse(safe_path(back), 303)
        for switch in (BIG, TRADITIONAL):
            if switch in form:
                response.set_cookie(
                    switch, "1" if form[switch] == "1" else "0", max_age=YEAR,
                    secure=self.secure, httponly=True, samesite="lax",
                )  # fmt: skip
        return response


class _KeptFiles(StaticFiles):
    """Static files whose address holds their hash."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """As StaticFiles, kept by browsers for a year."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response


def wants_traditional(request: Request) -> bool:
    """Whether this browser reads Traditional characters."""
    return request.cookies.get(TRADITIONAL) == "1"


def _in_traditional(html: str, names: Collection[str]) -> str:
    """What is read, in Traditional characters; what was typed and what goes back to us stays as it is."""

    def said(found: re.Match[str]) -> str:
        return f'{found[1]}="{to_traditional(found[2], names)}"'

    def piece(found: re.Match[str]) -> str:
        return _SAID.sub(said, found[1]) if found[1] else to_traditional(found[0], names)

    return _READ.sub(piece, html)


def safe_path(path: str) -> str:
    """`path` where it leads to a page of ours, else the chat page."""
    return path if _PATH.fullmatch(path) else "/chat"
