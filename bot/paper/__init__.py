"""A page of HTML made into a PDF by WeasyPrint, which is optional (`[pdf]`), in a process of its own.

There it loads (two seconds), lays out and is gone: nobody's answer waits for it, and what it needs of the
system (Pango) may be missing without harm. It fetches nothing: a page brings along all that it shows.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from bot.domain.base import Refused

SECONDS: Final = 60
"""For one sheet; a busy old computer takes ten."""
NO_LIBRARY: Final = 3
"""The child's exit code where WeasyPrint is there and a library of the system is not."""
_MISSING: Final = (
    "这台电脑缺少做PDF要用的排版库（Pango），做不了。请先按浏览器的“打印”，纸选A4。"
    "管电脑的同事请看运行说明里的“PDF”一段。"
)
_FAILED: Final = "这张PDF没有做成。请先按浏览器的“打印”，纸选A4。"


def installed() -> bool:
    """Whether the extra is installed; whether it also loads is known when it is used."""
    return importlib.util.find_spec("weasyprint") is not None


def to_pdf(html: str) -> bytes:
    """The PDF of a page of HTML; blocks for seconds. Raises Refused where it can't be made, saying what to do."""
    root = str(Path(__file__).resolve().parent.parent.parent)
    path = filter(None, (root, os.environ.get("PYTHONPATH")))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bot.paper"],
            input=html.encode(),
            capture_output=True,
            env={**_environment(), "PYTHONPATH": os.pathsep.join(path), "PYTHONUTF8": "1"},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(_FAILED) from error
    if done.returncode == NO_LIBRARY:
        raise Refused(_MISSING)
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise Refused(_FAILED)
    return done.stdout


def _environment() -> dict[str, str]:
    """What libraries and fonts are found by; settings and tokens stay with the parent."""
    names = ("PATH", "HOME", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",
             "WEASYPRINT_DLL_DIRECTORIES", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME")  # fmt: skip
    return {name: os.environ[name] for name in names if name in os.environ}
