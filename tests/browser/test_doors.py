"""The doors of the staff in a real Chromium: from the link to codes, without scripts as with them."""

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.browser.test_pages import Site, judge, sign_in
from tests.browser.village import Village, coordinator

Look = Callable[[Page], None]
WORDS = "去年腊月二十三在河边钓到大鱼"


def set_passphrase(page: Page) -> None:
    page.get_by_label("新口令", exact=True).fill(WORDS)
    page.get_by_label("再输一遍新口令").fill(WORDS)
    page.get_by_role("button", name="设好口令").click()


def enter(page: Page, code: str = "") -> None:
    page.get_by_label("姓名或者手机号").fill("卢桂芳")
    page.get_by_label("口令").fill(WORDS)
    page.get_by_label("动态码").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()


def turn_codes_on(page: Page, village: Village, look: Look) -> pyotp.TOTP:
    page.get_by_role("link", name="看看怎么开").click()
    look(page)
    page.get_by_label("口令").fill(WORDS)
    page.get_by_role("button", name="开动态码").click()
    look(page)
    maker = pyotp.TOTP((page.locator("figcaption").text_content() or "").replace(" ", ""))
    page.get_by_label("手机上现在显示的6个数字").fill(maker.at(village.at))
    page.get_by_role("button", name="对上了就开").click()
    expect(page.get_by_text("只在这里显示一次")).to_be_visible()
    look(page)
    page.get_by_role("link", name="抄好了").click()
    look(page)
    return maker


def come_back(page: Page, maker: pyotp.TOTP, village: Village, look: Look) -> None:
    """Wrong first, then right."""
    look(page)
    enter(page, "000000")
    expect(page.get_by_role("alert")).to_contain_text("没有登录成")
    look(page)
    enter(page, maker.at(village.at))
    expect(page.get_by_role("heading", name="今天要办的")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_staff_come_in_and_set_themselves_up(
    site: Site, opened: Opened, width: int, *, scripts: bool
) -> None:
    village, url = site
    page = opened(width, scripts=scripts).new_page()
    # axe-core is a script: without scripts only the way through is tried.
    look: Look = judge if scripts else (lambda _: None)
    sign_in(page, url, coordinator(village))
    look(page)
    set_passphrase(page)
    expect(page.get_by_role("status")).to_contain_text("口令设好了")
    look(page)
    maker = turn_codes_on(page, village, look)
    page.get_by_role("button", name="退出这台设备").click()
    village.at += timedelta(minutes=1)
    page.goto(f"{url}/signin")
    come_back(page, maker, village, look)
    village.at += timedelta(minutes=61)
    page.reload()
    expect(page.get_by_role("heading", name="请再输一次口令")).to_be_visible()
    look(page)
    page.get_by_label("口令").fill(WORDS)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="今天要办的")).to_be_visible()
