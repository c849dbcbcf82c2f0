"""Pictures of the pages for the documents: python -m tests.browser.pictures FOLDER."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bot import keyring
from bot.domain.people import Sender
from bot.keyring import KeyRing, new_key
from bot.now import real_now
from tests.browser.village import Village, coordinator, member, served

CHROMIUM = "/usr/bin/chromium"
SIZES = {"phone": (360, 740), "desk": (1280, 800)}


def conversation(page: Page, village: Village, url: str) -> None:
    """A member's page with a believable conversation on it."""
    page.goto(url + member(village))
    page.get_by_role("button", name="是我，登录").click()
    sender = village.db.read_now(lambda s: s.query(Sender).filter_by(ended_at=None).one())
    village.talk(sender.person_id, sender.address)
    page.goto(url + "/chat")


def take(folder: Path, size: str) -> None:
    """All pictures of one size."""
    width, height = SIZES[size]
    keyring.use(KeyRing([new_key(real_now())]))
    with (
        tempfile.TemporaryDirectory() as data,
        served(Path(data)) as (village, url),
        sync_playwright() as tool,
    ):
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        page.goto(url + "/chat")
        page.screenshot(path=folder / f"first-{size}.png")
        page.goto(url + member(village))
        page.screenshot(path=folder / f"sign-in-{size}.png")
        conversation(page, village, url)
        page.screenshot(path=folder / f"chat-{size}.png")
        page.get_by_role("button", name="大字").click()
        page.screenshot(path=folder / f"chat-large-{size}.png")
        page.get_by_role("button", name="小字").click()
        page.goto(url + coordinator(village))
        page.get_by_role("button", name="一个人用").click()
        for name, path in {"today": "/desk", "page": "/desk/visits", "public": "/schedule"}.items():
            page.goto(url + path)
            page.screenshot(path=folder / f"{name}-{size}.png", full_page=True)
        browser.close()


def main() -> None:
    """Take all of them."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        take(folder, size)


if __name__ == "__main__":
    main()
