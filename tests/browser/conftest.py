"""One Chromium for all, and pages of any width, with or without scripts; the demonstration with its coordinator."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.browser.manual import Demo, demo
from tests.browser.village import Village, served

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

Opened = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Village, str]]:
    """A served village and its address."""
    with served(tmp_path) as found:
        yield found


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    """Makes browsers with cookies of their own: opened(width, scripts=True)."""
    contexts = []

    def make(width: int = 360, *, scripts: bool = True) -> BrowserContext:
        size = ViewportSize(width=width, height=740)
        context = chromium.new_context(viewport=size, java_script_enabled=scripts, locale="zh-CN")
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


# ── the demonstration, once for a file ──────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration itself."""
    with demo(tmp_path_factory.mktemp("demo")) as shown:
        yield shown


@pytest.fixture(scope="module")
def staff(chromium: Browser, running: Demo) -> Iterator[BrowserContext]:
    """A coordinator's browser, signed in once."""
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(running.links["coordinator"][0])
    page.get_by_role("button", name="是我，登录").click()
    page.wait_for_url("**/account/passphrase")
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(staff: BrowserContext) -> Iterator[Page]:
    """One tab of it."""
    opened = staff.new_page()
    yield opened
    opened.close()


@pytest.fixture
def bare(chromium: Browser, staff: BrowserContext) -> Iterator[Page]:
    """One tab of the same coordinator in a browser without scripts."""
    context = chromium.new_context(
        java_script_enabled=False, storage_state=staff.storage_state(), locale="zh-CN"
    )
    yield context.new_page()
    context.close()
