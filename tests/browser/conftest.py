"""One Chromium for all, and pages of any width, with or without scripts."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

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
