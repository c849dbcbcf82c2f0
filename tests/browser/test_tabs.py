"""The tabs of the desk on a phone: two rows, and the rest behind 更多 by keyboard and without scripts."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.manual import PHONE, Demo
from tests.browser.test_pages import judge


def test_the_tabs_take_two_rows_on_a_phone_and_one_on_a_desk(page: Page, running: Demo) -> None:
    for size, rows in ((PHONE, 2), (ViewportSize(width=1280, height=800), 1)):
        page.set_viewport_size(size)
        page.goto(f"{running.url}/desk/reports")
        tops = "[...document.querySelectorAll('.tabs > .nav > li')].map(e => e.offsetTop)"
        assert len(set(page.evaluate(tops))) == rows


def test_the_first_thing_to_do_is_in_sight_on_a_phone(page: Page, running: Demo) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{running.url}/desk")
    expect(page.locator("main h1")).to_be_in_viewport()
    assert page.locator("main").bounding_box()["y"] < PHONE["height"] / 2  # type: ignore[index]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_rest_opens_by_keyboard_and_has_no_faults(
    page: Page, running: Demo, width: int
) -> None:
    page.set_viewport_size(ViewportSize(width=width, height=800))
    page.goto(f"{running.url}/desk")
    page.locator(".more summary").focus()
    page.keyboard.press("Enter")
    judge(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/*")
    expect(page.locator(".more summary")).to_contain_text("更多：")


def test_without_scripts_the_rest_opens_too(bare: Page, running: Demo) -> None:
    bare.set_viewport_size(PHONE)
    bare.goto(f"{running.url}/desk")
    bare.locator(".more summary").click()
    bare.get_by_role("link", name="操作记录").click()
    expect(bare.locator("h1")).to_have_text("操作记录")
