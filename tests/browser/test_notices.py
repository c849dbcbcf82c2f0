"""Notices on the demonstration's desk in every state, in a real Chromium: no faults, with and without scripts."""

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.manual import Demo
from tests.browser.test_pages import judge

TEXT = "{称呼}您好，{支部}12月3日上午9点开会。"
ONLY_BY_PHONE = "0088"
WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def paths(staff: BrowserContext, running: Demo) -> dict[str, str]:
    """The address of a notice in each state; who gets the second can only be called."""
    page = staff.new_page()
    found = {"draft": _write(page, running, "")}
    page.get_by_role("button", name="确认发送").click()
    found |= {"pending": found["draft"], "draft": _write(page, running, "")}
    sent = _write(page, running, f"&who={ONLY_BY_PHONE}")
    page.get_by_role("button", name="确认发送").click()
    # Its figures follow what happens by themselves; the rest is as it was when the page was opened.
    call = page.get_by_role("link", name="打电话：还有1位")
    for _ in range(60):
        page.goto(running.url + sent)
        if call.count():
            break
        page.wait_for_timeout(500)
    expect(call).to_be_visible()
    page.close()
    return found | {"sent": sent, "people": f"{sent}&list=", "calls": f"{sent}&calls=1"}


def _write(page: Page, running: Demo, to: str) -> str:
    page.goto(f"{running.url}/desk/notices?write=1{to}")
    page.get_by_label("内容（").fill(TEXT)
    page.get_by_role("button", name="写好了").click()
    page.wait_for_url("**/desk/notices?id=*")
    return page.url.removeprefix(running.url)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_fits_and_has_no_faults(
    page: Page, running: Demo, paths: dict[str, str], width: int
) -> None:
    page.set_viewport_size(ViewportSize(width=width, height=800))
    for path in ("/desk/notices?new=1", "/desk/notices?write=1&org=老体协", *paths.values()):
        answer = page.goto(running.url + path)
        assert answer
        assert answer.status == 200, path
        judge(page)


def test_an_audience_is_counted_while_it_is_chosen(page: Page, running: Demo) -> None:
    page.goto(f"{running.url}/desk/notices?new=1")
    expect(page.locator("#found")).to_contain_text("全体在册 84 可达, 7 电话")
    page.get_by_label("三海街道离退休党支部").check()
    page.get_by_label("老体协").check()
    expect(page.locator("#found")).to_contain_text("三海街道离退休党支部，老体协")
    page.get_by_label("从几岁").fill("120")
    expect(page.locator("#found")).to_contain_text("0 可达, 0 电话")


def test_without_scripts_a_button_counts(bare: Page, running: Demo, paths: dict[str, str]) -> None:
    bare.goto(f"{running.url}/desk/notices?new=1")
    for name in ("老体协", "关工委"):
        bare.get_by_label(name).check()
    bare.get_by_role("button", name="数一数").click()
    expect(bare.locator("#found")).to_contain_text("老体协、关工委")
    assert bare.get_by_label("关工委").is_checked()
    for path in paths.values():
        bare.goto(running.url + path)
        assert bare.locator("main").inner_text().strip()


def test_a_preview_follows_the_person_picked_and_its_tabs_go_by_keyboard(
    page: Page, running: Demo, paths: dict[str, str]
) -> None:
    page.goto(running.url + paths["draft"])
    page.get_by_label("看哪一位").fill("0002")
    expect(page.locator("#found")).to_contain_text("（0002）")
    first = page.locator("#found [role=tab]").first
    expect(first).to_have_attribute("aria-selected", "true")
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#found [role=tab]").nth(1)).to_have_attribute("aria-selected", "true")


def test_a_call_has_words_and_no_faults(page: Page, running: Demo, paths: dict[str, str]) -> None:
    page.goto(running.url + paths["calls"])
    page.get_by_role("button", name="打下一位").click()
    expect(page.locator("main")).to_contain_text("可以这样说")
    judge(page)


def test_what_is_stopped_is_seen_on_every_page(page: Page, running: Demo) -> None:
    page.goto(f"{running.url}/desk/notices")
    page.get_by_role("button", name="全停").click()
    for path in ("/desk", "/desk/notices", "/desk/members"):
        page.goto(running.url + path)
        expect(page.get_by_role("alert").first).to_contain_text("按了全停")
        judge(page)
    page.goto(f"{running.url}/desk/notices")
    page.get_by_role("button", name="恢复发送").click()
    expect(page.locator("main")).not_to_contain_text("按了全停")
