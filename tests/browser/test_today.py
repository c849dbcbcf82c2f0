"""今天 in a real Chromium: it follows what happens while it stands open."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.manual import Demo, say, sign_in


def test_an_emergency_appears_by_itself_and_in_the_title(
    chromium: Browser, page: Page, running: Demo
) -> None:
    page.goto(f"{running.url}/desk")
    expect(page.locator("main")).not_to_contain_text("摔倒")
    before = page.locator("main .urgent").count()
    context = chromium.new_context(locale="zh-CN")
    member = context.new_page()
    sign_in(member, running.links["member"][0])
    say(member, "我摔倒了起不来", "120")
    expect(page.locator("main .urgent").first).to_contain_text("摔倒", timeout=12_000)
    assert f"{before + 1}件紧急" in page.title()
    context.close()
