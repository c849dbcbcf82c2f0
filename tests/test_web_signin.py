"""One-time sign-in links: shown, spent once, and what a new device means for the old one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from bot.domain.people import Card, Person, Sender, Status
from tests.web_house import House, house, say, sign_in

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as built:
        yield built


@pytest.fixture
def browser(home: House) -> Iterator[TestClient]:
    with home.browser() as client:
        yield client


def count(home: House, table: type) -> int:
    return home.db.read_now(lambda s: s.query(table).count())


def test_opening_a_link_spends_nothing_and_shows_a_masked_name(
    home: House, browser: TestClient
) -> None:
    page = browser.get(home.link(home.person("韦建国"))).text
    assert "韦**" in page
    assert "建国" not in page
    assert home.db.read_now(lambda s: s.scalars(select(Card)).one()).used_at is None


def test_pressing_the_button_binds_the_browser(home: House, browser: TestClient) -> None:
    person = home.person()
    signed = sign_in(browser, home.link(person))
    assert (signed.status_code, signed.headers["location"]) == (303, "/chat")
    home.tell(person, "明天学习，请您来。", "t1")
    assert "明天学习" in browser.get("/chat").text


def test_a_link_works_once(home: House, browser: TestClient) -> None:
    link = home.link(home.person())
    sign_in(browser, link)
    with home.browser() as other:
        answer = other.post(link)
    assert answer.status_code == 410
    assert "已经用过" in answer.text


def test_the_one_who_spent_a_link_is_led_to_the_chat(home: House, browser: TestClient) -> None:
    link = home.link(home.person())
    sign_in(browser, link)
    assert browser.get(link).headers["location"] == "/chat"


@pytest.mark.parametrize("path", ["/in/guess", "/in/" + "a" * 43])
def test_a_guessed_link_opens_nothing(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 410
    assert browser.post(path).status_code == 410


def test_a_link_pressed_from_another_site_binds_nobody(home: House, browser: TestClient) -> None:
    link = home.link(home.person())
    assert browser.post(link, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert count(home, Sender) == 0


def test_signing_in_gives_a_new_secret_and_keeps_the_conversation(
    home: House, browser: TestClient
) -> None:
    say(browser, "我要登记")
    before = browser.cookies["yure"]
    sign_in(browser, home.link(home.person()))
    assert browser.cookies["yure"] != before
    assert "我要登记" in browser.get("/chat").text
    with home.browser(cookies={"yure": before}) as thief:
        assert "我要登记" not in thief.get("/chat").text


def test_a_new_phone_ends_the_old_one_which_is_told_and_reads_no_more(
    home: House, browser: TestClient
) -> None:
    person = home.person()
    sign_in(browser, home.link(person))
    say(browser, "我的血压")
    home.at += timedelta(days=1)
    with home.browser() as new:
        sign_in(new, home.link(person))
    old = browser.get("/chat").text
    assert "我的血压" not in old
    assert "您已在新手机上登记" in old


def test_two_on_one_device_may_share_it(home: House, browser: TestClient) -> None:
    first, second = home.person("韦建国"), home.person("覃秀英")
    sign_in(browser, home.link(first))
    sign_in(browser, home.link(second), together="1")
    home.tell(first, "给老韦的", "t1")
    home.tell(second, "给秀英的", "t2")
    page = browser.get("/chat").text
    assert "给老韦的" in page
    assert "给秀英的" in page


def test_a_device_taken_over_shows_nothing_of_who_had_it(home: House, browser: TestClient) -> None:
    sign_in(browser, home.link(home.person("韦建国")))
    say(browser, "我的血压")
    sign_in(browser, home.link(home.person("覃秀英")))
    assert "我的血压" not in browser.get("/chat").text


def test_a_card_of_somebody_who_moved_away_opens_nothing(home: House, browser: TestClient) -> None:
    person = home.person()
    link = home.link(person)

    def move(session: Session) -> None:
        session.get_one(Person, person).status = Status.MOVED

    home.db.write_now(move)
    assert browser.post(link).status_code == 410


def test_a_browser_unseen_for_half_a_year_signs_in_anew(home: House, browser: TestClient) -> None:
    sign_in(browser, home.link(home.person()))
    say(browser, "我的血压")
    home.at += timedelta(days=181)
    assert "我的血压" not in browser.get("/chat").text


def test_fetching_is_noted_at_most_once_a_minute(home: House, browser: TestClient) -> None:
    sign_in(browser, home.link(home.person()))
    bound = home.at
    seen = []
    for seconds in (30, 45):
        home.at += timedelta(seconds=seconds)
        browser.get("/chat")
        seen.append(home.db.read_now(lambda s: s.scalars(select(Sender.seen_at)).one()))
    assert seen == [bound, bound + timedelta(seconds=75)]
