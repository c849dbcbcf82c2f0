"""The notice-board sheet as a PDF: made, or the reason said in words; it fetches nothing and blocks nobody."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.base import Refused
from bot.paper import installed, to_pdf
from bot.parts import Paper
from tests.calendar_house import town as town
from tests.conftest import Community
from tests.desk_house import public, public_file
from tests.desk_http import Browser, served

A4 = (595, 842)
"""Points."""


def inside(pdf: bytes) -> bytes:
    """A PDF with its streams unpacked, to be searched."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return pdf + b"\n".join(_unpacked(stream) for stream in streams)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def made(html: str) -> bytes:
    """The PDF; b"" where this computer has no Pango, which must then be said."""
    try:
        return to_pdf(html)
    except Refused as no:
        if "Pango" not in str(no):
            raise
        return b""


def test_a_sheet_is_an_a4_page_or_the_missing_library_is_named() -> None:
    pdf = made("<style>@page { size: A4 }</style><h1>日程</h1>")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", inside(pdf))
    assert [tuple(int(float(n)) for n in box) for box in boxes] in ([A4], [(595, 841)], [])
    assert bool(boxes) == bool(pdf)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("@page { size: A3 }", encoding="utf-8")
    there = secret.as_uri()
    pdf = made(f'<link rel="stylesheet" href="{there}"><img src="{there}"><p>日程</p>')
    assert b"/MediaBox [0 0 841" not in inside(pdf).replace(b"[ 0", b"[0")
    assert b"EmbeddedFile" not in inside(made(f'<p>日程</p><link rel="attachment" href="{there}">'))


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ("raise OSError('cannot load library libgobject-2.0-0')", "Pango"),
        ("raise ValueError", "没有做成"),
        ("raise SystemExit(0)", "没有做成"),
    ],
)
def test_what_can_not_be_made_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, why: str
) -> None:
    (tmp_path / "weasyprint.py").write_text(module, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(Refused, match=why):
        to_pdf("<p>日程</p>")


def test_the_board_offers_its_sheet_where_the_extra_is_installed(town: Community) -> None:
    links = [link.to for part in public(town, "board") for link in getattr(part, "links", ())]
    assert ("/p/board/pdf?month=2026-11&branch=" in links) is installed()
    paper = public_file(town, "board", "pdf", month="2026-12")
    assert isinstance(paper, Paper)
    assert (paper.name, paper.sheet.title) == ("2026年12月日程.pdf", "2026年12月日程")


@pytest.fixture
def page(town: Community) -> Iterator[Browser]:
    """A browser at the served product."""
    with served(town) as opens:
        yield opens("韦红梅")


def test_the_sheet_comes_over_http_with_its_characters(page: Browser) -> None:
    answer = page.client.get("/p/board/pdf?month=2026-12")
    if answer.status_code == 200:
        assert answer.headers["content-type"] == "application/pdf"
        assert "日程.pdf" in str(answer.url) or "filename*" in answer.headers["content-disposition"]
        assert b"65e5" in inside(answer.content).lower()
        page.client.post("/look", data={"hant": "1", "back": "/p/board"})
        answer = page.client.get("/p/board/pdf?month=2026-12")
        assert b"9ede" in inside(answer.content).lower(), "點, for who reads Traditional characters"
    else:
        assert "Pango" in answer.text


def test_a_month_that_is_none_is_refused(page: Browser) -> None:
    answer = page.client.get("/p/board/pdf?month=2026-13")
    assert answer.status_code == 404


def test_sheets_are_counted_a_minute(page: Browser) -> None:
    codes = {page.client.get("/p/board/pdf?month=x").status_code for _ in range(31)}
    assert codes == {404, 429}
