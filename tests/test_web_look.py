"""What age-friendliness and safety ask of every page, read from the templates and the style sheet."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.web
from bot.pages import safe_path
from tests.web_house import house, sign_in

WEB = Path(bot.web.__file__).parent
CSS = (WEB / "static" / "site.css").read_text()
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
BODY_TEXT = 7.0
ANY_TEXT = 4.5
EDGES = 3.0


def rules(css: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every innermost rule: (selector, declarations)."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", bare):
        pairs = (line.split(":", 1) for line in body.split(";") if ":" in line)
        yield selector.strip(), {name.strip(): value.strip() for name, value in pairs}


RULES = list(rules(CSS))
NAMED = {
    name: value
    for selector, declared in RULES
    if selector == ":root"
    for name, value in declared.items()
    if name.startswith("--")
}


def colour(value: str) -> str | None:
    """A hex colour behind a declaration, or None where it is none."""
    name = re.fullmatch(r"var\((--[\w-]+)\)", value)
    found = NAMED[name[1]] if name else value
    return found if re.fullmatch(r"#[0-9a-f]{6}", found) else None


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = [NAMED[name] for name in ("--paper", "--white", "--mint", "--sand")]
COLOURED = [(selector, declared) for selector, declared in RULES if "color" in declared]


@pytest.mark.parametrize(("selector", "declared"), COLOURED, ids=[s for s, _ in COLOURED])
def test_text_stands_out_from_its_ground(selector: str, declared: dict[str, str]) -> None:
    text, ground = colour(declared["color"]), declared["background"]
    assert text
    grounds = GROUNDS if ground == "transparent" else [colour(ground) or ""]
    assert min(contrast(text, one) for one in grounds) >= BODY_TEXT


def test_focus_and_edges_stand_out() -> None:
    for name in ("--focus", "--line", "--leaf", "--alert"):
        assert min(contrast(NAMED[name], ground) for ground in GROUNDS) >= EDGES


def said(selector: str, name: str) -> str:
    """What the first rule of `selector` says of `name`."""
    return next(d[name] for s, d in RULES if s == selector and name in d)


def pixels(selector: str, name: str) -> float:
    """A length in the rule of `selector`."""
    return float(said(selector, name).removesuffix("px"))


def test_text_is_large_and_larger_where_asked() -> None:
    assert min(pixels(":root", "--text"), pixels(":root", "--small")) >= 18
    assert min(pixels(".big", "--text"), pixels(".big", "--small")) >= 22


def test_no_rule_makes_text_smaller() -> None:
    sizes = [d["font-size"] for _, d in RULES if "font-size" in d]
    assert set(sizes) <= {"var(--text)", "var(--small)", "calc(var(--text) * 1.3)"}


def test_lines_are_open_and_short() -> None:
    assert all(float(d["line-height"]) >= 1.5 for _, d in RULES if "line-height" in d)
    assert said("p", "max-width") == "30em"
    assert "30em" in said(".says", "max-width")


def test_targets_are_sixty_pixels_and_apart() -> None:
    assert pixels(":root", "--touch") >= 60
    for selector in (".button,\nbutton,\nsummary", "input,\nselect,\ntextarea"):
        assert said(selector, "min-height") == "var(--touch)"
    for selector in (".choices", ".fixed", ".say", ".tools", ".nav"):
        gap = said(selector, "gap")
        assert gap == "var(--gap)" or float(gap.removesuffix("px")) >= 8
    assert pixels(":root", "--gap") >= 8


@pytest.mark.parametrize("template", TEMPLATES, ids=[t.name for t in TEMPLATES])
def test_no_template_holds_style_script_or_a_foreign_address(template: Path) -> None:
    text = template.read_text()
    # What is made into a PDF goes to no browser, so its style is its own.
    styled = r"\sstyle=" if template.name == "paper.html" else r"<style|\sstyle="
    assert not re.search(styled + r"|\son\w+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", text)


def test_style_and_script_fetch_nothing_from_elsewhere() -> None:
    script = (WEB / "static" / "chat.js").read_text()
    assert not re.search(r"url\(|@import|https?://", CSS)
    assert not re.search(r"https?://|eval\(|innerHTML", script)


PAGES = ("/", "/chat", "/in/guess", "/desk", "/nowhere", "/p/nothing", "/media/x.png")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_the_headers(tmp_path: Path, path: str) -> None:
    with house(tmp_path) as home, home.browser() as browser:
        headers = browser.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_number_of_a_person_in_its_head(tmp_path: Path, path: str) -> None:
    with house(tmp_path) as home, home.browser() as browser:
        head = browser.get(path).text.split("</header>")[0]
    assert 'href="tel:0771-2345678"' in head


def test_a_member_sees_the_number_of_the_own_branch(tmp_path: Path) -> None:
    with house(tmp_path) as home, home.browser() as browser:
        sign_in(browser, home.link(home.person()))
        assert 'href="tel:0771-7654321"' in browser.get("/chat").text


def test_large_print_stays_on(tmp_path: Path) -> None:
    with house(tmp_path) as home, home.browser() as browser:
        switched = browser.post("/look", data={"big": "1", "back": "/chat?older=1"})
        assert switched.headers["location"] == "/chat?older=1"
        assert '<html lang="zh-CN" class="reader big">' in browser.get("/chat").text
        browser.post("/look", data={"big": "0", "back": "/chat"})
        assert 'class="big"' not in browser.get("/chat").text


@pytest.mark.parametrize("path", ["https://evil", "//evil", "/\\evil", "", "chat", "/a\nb", "/a:b"])
def test_nobody_is_led_to_another_site(path: str) -> None:
    assert safe_path(path) == "/chat"


def test_on_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    with house(tmp_path, url="https://yure.example") as home, home.browser() as browser:
        answer = browser.get("/chat")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-yure=")
    assert {"HttpOnly", "Secure", "Path=/"} <= set(cookie.split("; "))
    assert "max-age" in answer.headers["strict-transport-security"]


def test_static_files_may_be_kept_and_are_small(tmp_path: Path) -> None:
    with house(tmp_path) as home, home.browser() as browser:
        sheet = browser.get(home.looks.static("site.css"))
        script = browser.get(home.looks.static("chat.js"))
    assert "immutable" in sheet.headers["cache-control"]
    assert len(sheet.content) + len(script.content) < 22_000
