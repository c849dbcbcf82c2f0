"""Every page of the real desk and every public page, on the demonstration, in a real Chromium."""

import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bot.feature import STRANGER
from handlers import FEATURES
from tests.browser.manual import Demo
from tests.browser.test_pages import judge

PAGES = [page for feature in FEATURES for page in feature.pages]
DESK = [
    "/desk",
    *(f"/desk/{page.path}" for page in PAGES if page.order and STRANGER not in page.roles),
]
PUBLIC = [f"/p/{page.path}" for page in PAGES if STRANGER in page.roles]
SETTINGS = (
    "/desk/settings?name=quiet.start&value=19:00", "/desk/texts", "/desk/texts?name=service_day.soon", "/desk/branches",
    "/desk/branches?id=1", "/desk/organisations", "/desk/roles", "/desk/keeping",
)  # fmt: skip
CALENDAR = (
    "month=2026-12&list=1", "month=2027-02", "day=rule%3A1%402026-12-15", "day=rule%3A1%402026-12-15&do=cancel",
    "day=rule%3A3%402026-12-10&do=move&to=2026-12-15", "add=1&branch=1&kind=event&to=2026-12-15&topic=联欢",
    "rules=1", "rule=1", "rule=1&do=pause&from=2026-12-01",
    "edit=1&at=14:00&place=二楼", "new=nth", "new=days&branch=1&kind=study&days=10&at=09:00",
    "holidays=2026", "holidays=2027", "feeds=1",
)  # fmt: skip
DETAILS = (
    "/desk/members?id=1", "/desk/members?id=1&to=paused", "/desk/members?id=1&phone=new", "/desk/visits?id=1",
    "/desk/visits?person=12&follows=2", "/desk/notices?id=1", *SETTINGS,
    *(f"/desk/calendar?{query}" for query in CALENDAR),
    "/desk/rehearsal", "/desk/rehearsal?day=2026-12-09", "/desk/rehearsal?person=0001",
)  # fmt: skip
WIDTHS = (360, 1280)
A4 = ViewportSize(width=794, height=1123)
BUTTONS = "a.button:not([href^='tel:']):visible, .tabs a:visible, button:visible"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", [*DESK, *DETAILS])
def test_a_page_of_the_desk_fits_and_has_no_faults(
    page: Page, running: Demo, width: int, path: str
) -> None:
    page.set_viewport_size(ViewportSize(width=width, height=800))
    answer = page.goto(running.url + path)
    assert answer
    assert answer.status == 200
    judge(page)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_fits_and_has_no_faults(
    chromium: Browser, running: Demo, width: int, path: str
) -> None:
    context = chromium.new_context(viewport=ViewportSize(width=width, height=800), locale="zh-CN")
    page = context.new_page()
    answer = page.goto(running.url + path)
    assert answer
    assert answer.status == 200
    judge(page)
    context.close()


@pytest.mark.parametrize("path", DESK)
def test_a_page_of_the_desk_is_read_without_scripts(bare: Page, running: Demo, path: str) -> None:
    bare.goto(running.url + path)
    assert bare.locator("h1").inner_text()
    assert bare.locator("main").inner_text().strip()


def test_a_search_follows_the_typing(page: Page, running: Demo) -> None:
    page.goto(f"{running.url}/desk/members")
    page.locator("input[name=q]").fill("wxy")
    expect(page).to_have_url(re.compile("q=wxy"))
    expect(page.locator("#found")).not_to_contain_text("下一页")


def test_a_page_goes_by_keyboard_alone(page: Page, running: Demo) -> None:
    page.goto(f"{running.url}/desk/members")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_columns_of_a_month_are_equally_wide(page: Page, running: Demo) -> None:
    page.set_viewport_size(ViewportSize(width=1280, height=800))
    page.goto(f"{running.url}/desk/calendar?month=2026-12")
    heads = page.locator("table.even th")
    widths = [heads.nth(n).evaluate("one => one.getBoundingClientRect().width") for n in range(7)]
    assert max(widths) - min(widths) <= 1


def test_on_paper_a_chart_stands_beside_its_table_and_no_button_is_left(
    page: Page, running: Demo
) -> None:
    page.goto(f"{running.url}/desk/reports?part=all")
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    chart = page.locator(".chart").first
    drawing, table = chart.locator("svg").bounding_box(), chart.locator("table").bounding_box()
    assert drawing
    assert table
    assert drawing["x"] + drawing["width"] <= table["x"]
    assert page.locator(BUTTONS).all_inner_texts() == []
    expect(page.locator("a[href^='tel:']")).to_be_visible()


def test_on_a_phone_a_month_lists_only_days_on_which_something_is(
    page: Page, running: Demo
) -> None:
    page.set_viewport_size(ViewportSize(width=360, height=740))
    page.goto(f"{running.url}/desk/calendar?month=2026-12")
    shown = page.locator("table.even td:visible").all_inner_texts()
    assert shown
    assert all(re.search("学习日|志愿服务日|放假|上班", words) for words in shown)


def test_the_months_sheet_prints_on_one_page(page: Page, running: Demo) -> None:
    page.goto(f"{running.url}/p/board?month=2026-12")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_a_printed_chart_keeps_the_colours_of_its_key(page: Page, running: Demo) -> None:
    page.goto(f"{running.url}/desk/reports?period=2026-11&part=all")
    page.emulate_media(media="print")
    kept = page.locator(".key").evaluate_all(
        "keys => keys.map(key => getComputedStyle(key).printColorAdjust)"
    )
    assert set(kept) == {"exact"}


def test_all_states_of_visits_stand_side_by_side(page: Page, running: Demo) -> None:
    page.set_viewport_size(ViewportSize(width=1280, height=800))
    page.goto(f"{running.url}/desk/visits")
    tops = page.locator(".board > *").evaluate_all(
        "columns => columns.map(column => column.getBoundingClientRect().top)"
    )
    assert len(tops) == 5
    assert len(set(tops)) == 1


def test_cards_are_printed_four_on_a_page_and_none_is_cut_off(page: Page, running: Demo) -> None:
    page.goto(f"{running.url}/desk/cards")
    page.get_by_role("button", name="做登记卡").last.click()
    expect(page.locator(".paper.small").nth(3)).to_be_attached()
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    places = page.locator(".paper.small").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect().top, one.scrollHeight - one.clientHeight])"
    )
    tops, over = zip(*places[:4], strict=True)
    assert tops[0] == tops[1] < tops[2] == tops[3]
    assert max(over) <= 0
