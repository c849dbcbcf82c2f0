"""Pictures for the coordinators' manual and the README, from the running demonstration.

python -m tests.browser.manual docs/pictures
"""

import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx2
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AT = "2026-11-22T10:00"
"""The calendar of the pictures, so that they show the same days whenever they are taken."""
PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1100, height=760)
LARGEST = 150_000
"""Bytes of one picture at the most."""
COLOURS = 64
LONGEST = 1600
"""Pixels of a page's height at the most."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demonstration: its address, and a sign-in link by role."""

    url: str
    links: dict[str, list[str]]


@contextmanager
def demo(data: Path) -> Iterator[Demo]:
    """The product itself on a free port; ended by its own process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "bot", "demo", "--data", str(data), "--port", str(port), "--at", AT, "--json",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            links: dict[str, list[str]] = {}
            for link in json.loads(process.stdout.readline())["links"]:
                links.setdefault(link["role"], []).append(link["url"])
            url = f"http://127.0.0.1:{port}"
            wait_for(url)
            yield Demo(url, links)
        finally:
            process.terminate()


def wait_for(url: str) -> None:
    """Until the pages answer; AssertionError after 20 seconds."""
    for _ in range(100):
        try:
            if httpx2.get(f"{url}/health").status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


class Album:
    """Takes pictures into a folder, small enough for a repository."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        """`folder` is made where it is not there."""
        self.browser, self.folder = browser, folder
        folder.mkdir(parents=True, exist_ok=True)

    def opened(self, size: ViewportSize) -> Page:
        """A page of a browser with cookies of its own."""
        return self.browser.new_context(viewport=size, locale="zh-CN").new_page()

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """One picture; `whole`: the whole page, not the window alone."""
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.wait_for_timeout(400)
        picture = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
        picture = picture.crop((0, 0, picture.width, min(picture.height, LONGEST)))
        path = self.folder / f"{name}.png"
        picture.quantize(COLOURS).save(path, optimize=True)
        assert path.stat().st_size <= LARGEST, f"{path} is too large"


def say(page: Page, words: str, answer: str) -> None:
    """Type, send, and wait for the answer."""
    page.get_by_label("要说的话").fill(words)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text(answer).last).to_be_visible()


def press(page: Page, label: str, answer: str) -> None:
    """Press a button of the conversation and wait for the answer."""
    page.get_by_role("button", name=label, exact=True).last.click()
    expect(page.get_by_text(answer).last).to_be_visible()


def sign_in(page: Page, link: str) -> None:
    """Follow a link, say who one is, and begin to talk; staff are led to their passphrase first."""
    page.goto(link)
    page.get_by_role("button", name="是我，登录").click()
    page.goto(urljoin(link, "/chat"))
    expect(page.get_by_label("要说的话")).to_be_visible()


def phone(album: Album, shown: Demo) -> None:
    """What a member sees: the sign-in page, the menu, and a visit being booked."""
    page = album.opened(PHONE)
    page.goto(shown.links["member"][0])
    album.take(page, "sign-in-phone")
    page.get_by_role("button", name="是我，登录").click()
    say(page, "学习日是哪天", "下一个学习日是")
    say(page, "菜单", "您想办什么")
    album.take(page, "chat-phone")
    page = album.opened(PHONE)
    sign_in(page, shown.links["member"][1])
    say(page, "请人上门", "为了什么事")
    press(page, "想有人聊聊", "哪天方便")
    say(page, "星期四下午", "对吗")
    album.take(page, "visit-phone")
    say(page, "取消", "不办了")
    say(page, "找人帮忙", "已经告诉社区同志")


def desk(album: Album, shown: Demo) -> None:
    """What a coordinator sees: who waits, and a notice before it goes."""
    page = album.opened(DESK)
    sign_in(page, shown.links["coordinator"][0])
    page.goto(f"{shown.url}/desk")
    album.take(page, "today-desk", whole=True)
    page.goto(f"{shown.url}/desk/notices?new=1")
    page.get_by_label("双鹤社区").check()
    page.get_by_label("从几岁").fill("75")
    expect(page.locator("#found")).to_contain_text("75岁以上")
    album.take(page, "notice-whom-desk", whole=True)
    page.get_by_role("link", name="写内容").click()
    page.get_by_label("内容（").fill("{称呼}，您好！明天上午9点到11点停水，请提前接水。")
    page.get_by_role("button", name="写好了，先看一遍").click()
    expect(page.get_by_role("button", name="确认发送")).to_be_visible()
    album.take(page, "notice-desk", whole=True)
    page.goto(f"{shown.url}/desk/calendar")
    album.take(page, "calendar-desk")
    page.goto(f"{shown.url}/chat")
    say(page, "回复", "先回哪一位")
    album.take(page, "answer-desk")


def main() -> None:
    """Take all of them."""
    with (
        tempfile.TemporaryDirectory() as data,
        demo(Path(data)) as shown,
        sync_playwright() as tool,
    ):
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        album = Album(browser, Path(sys.argv[1]))
        phone(album, shown)
        desk(album, shown)
        browser.close()


if __name__ == "__main__":
    main()
