"""Where a button of the desk leads back to."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.requests import Request

from bot.pages import safe_path

HOME: Final = "/desk"
_MARK: Final = re.compile(r"(#[\w-]+)?", re.ASCII)


def back_of(request: Request, query: Mapping[str, str]) -> str:
    """Where a button of this page leads back to: the page itself, with its query."""
    path = request.path_params.get("path")
    if path is None:
        return HOME
    asked = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items()
    )
    return f"{HOME}/{quote(path)}" + (f"?{asked}" if asked else "")


def safe_back(wanted: str, otherwise: str) -> str:
    """`wanted` ("/desk/visits?id=3#t-3", "/desk") where it is a page of the desk."""
    path = wanted.partition("#")[0]
    inside = path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))
    return (
        wanted
        if inside and safe_path(path) == path and _MARK.fullmatch(wanted[len(path) :])
        else otherwise
    )
