"""The chat page over HTTP, as a browser without scripts uses it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.domain.doors import WebSession
from bot.domain.mail import Heard, Inbox, Outbox, Sending
from tests.web_house import ECHO, House, house, say, sign_in, token

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as built:
        yield built


@pytest.fixture
def browser(home: House) -> Iterator[TestClient]:
    with home.browser() as client:
        yield client


def states(home: House) -> list[Sending]:
    return home.db.read_now(lambda s: list(s.scalars(select(Outbox.state).order_by(Outbox.id))))


def count(home: House, table: type) -> int:
    return home.db.read_now(lambda s: s.query(table).count())


# ── talking ─────────────────────────────────────────────────────────────────────────────────────


def test_what_is_typed_is_answered_on_the_next_page(home: House, browser: TestClient) -> None:
    sent = say(browser, "学习日是哪天？")
    assert (sent.status_code, sent.headers["location"]) == (303, "/chat")
    page = browser.get("/chat").text
    assert "学习日是哪天？" in page
    assert ECHO + "学习日是哪天？" in page


def test_a_scanned_code_puts_its_words_into_the_box_and_says_nothing(
    home: House, browser: TestClient
) -> None:
    page = browser.get("/chat", params={"say": "签到 4826" + "！" * 50}).text
    assert 'name="text" value="签到 4826！' in page
    assert "！" * 20 not in page
    assert count(home, Inbox) == 0


def test_the_front_door_shows_the_same_conversation(home: House, browser: TestClient) -> None:
    say(browser, "您好")
    assert ECHO + "您好" in browser.get("/").text


def test_an_answer_counts_as_sent_once_the_page_has_fetched_it(
    home: House, browser: TestClient
) -> None:
    say(browser, "您好")
    assert states(home) == [Sending.WAITING]
    browser.get("/chat")
    assert states(home) == [Sending.SENT]


def test_pressing_send_twice_is_one_message(home: House, browser: TestClient) -> None:
    form = {"text": "请人上门", "form_token": token(browser.get("/chat").text)}
    browser.post("/chat", data=form)
    browser.post("/chat", data=form)
    assert count(home, Inbox) == 1


def test_other_words_from_the_same_page_are_another_message(
    home: House, browser: TestClient
) -> None:
    mark = token(browser.get("/chat").text)
    for words in ("您好", "请人上门"):
        browser.post("/chat", data={"text": words, "form_token": mark})
    assert count(home, Inbox) == 2


def test_the_same_words_from_two_pages_are_two_messages(home: House, browser: TestClient) -> None:
    say(browser, "对")
    say(browser, "对")
    assert count(home, Inbox) == 2


def test_what_is_said_is_in_the_inbox_before_the_page_says_received(
    home: House, browser: TestClient
) -> None:
    home.answer = lambda session, row: None  # type: ignore[method-assign]
    say(browser, "您好")
    row = home.db.read_now(lambda s: s.scalars(select(Inbox)).one())
    assert (row.text, row.state) == ("您好", Heard.NEW)


def test_a_page_without_an_answer_yet_comes_within_two_seconds(
    home: House, browser: TestClient
) -> None:
    home.answer = lambda session, row: None  # type: ignore[method-assign]
    say(browser, "您好")
    page = browser.get("/chat")
    assert page.elapsed < timedelta(seconds=2.5)
    assert "已收到" in page.text


def test_words_are_cleaned_at_the_door(home: House, browser: TestClient) -> None:
    say(browser, "您\u200b好\x00\u202e ")
    assert home.heard[0].text == "您好"


def test_empty_words_are_no_message(home: House, browser: TestClient) -> None:
    assert say(browser, " \u200b ").status_code == 303
    assert not home.heard


def test_words_that_look_like_a_page_are_shown_as_words(home: House, browser: TestClient) -> None:
    say(browser, "<script>alert(1)</script>")
    page = browser.get("/chat").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_buttons_of_the_last_answer_say_what_they_stand_for(
    home: House, browser: TestClient
) -> None:
    say(browser, "您好")
    page = browser.get("/chat").text
    assert '<button name="text" value="请再说一遍">再说一遍</button>' in page
    assert '<button name="text" value="主菜单" class="quiet">主菜单</button>' in page


def test_old_messages_are_a_page_away(home: House, browser: TestClient) -> None:
    for number in range(20):
        home.at += timedelta(seconds=10)
        say(browser, f"第{number}句")
    newest = browser.get("/chat").text
    assert "看更早的" in newest
    assert "<p>第2句</p>" not in newest
    assert "<p>第2句</p>" in browser.get("/chat?older=1").text


@pytest.mark.parametrize("number", ["-1", "²", "x", "99999999999999999999"])
def test_a_page_number_that_is_none_shows_a_page(browser: TestClient, number: str) -> None:
    assert browser.get("/chat", params={"older": number}).status_code == 200


def test_a_script_gets_a_token_for_the_next_message(home: House, browser: TestClient) -> None:
    first = say(browser, "您好", headers={"accept": "application/json"})
    form = {"text": "在吗", "form_token": first.json()["form_token"]}
    assert browser.post("/chat", data=form).status_code == 303
    assert [said.text for said in home.heard] == ["您好", "在吗"]


# ── who may ─────────────────────────────────────────────────────────────────────────────────────


def test_looking_at_the_page_keeps_nothing(home: House, browser: TestClient) -> None:
    browser.get("/chat")
    assert count(home, WebSession) == 0


def test_a_browser_keeps_its_conversation_and_sees_no_other(
    home: House, browser: TestClient
) -> None:
    say(browser, "我是甲")
    with home.browser() as other:
        assert "我是甲" not in other.get("/chat").text
    assert "我是甲" in browser.get("/chat").text


def test_the_secret_of_a_browser_is_not_in_the_database(home: House, browser: TestClient) -> None:
    say(browser, "您好")
    secret = browser.cookies["yure"]
    row = home.db.read_now(lambda s: s.scalars(select(WebSession)).one())
    assert secret not in f"{row.secret_hash} {row.address}"


def test_a_browser_without_a_cookie_is_asked_to_allow_it(home: House, browser: TestClient) -> None:
    sent = browser.post("/chat", data={"text": "您好", "form_token": "x.y"})
    assert sent.headers["location"] == "/chat?wait=1"
    assert "Cookie" in browser.get("/chat?wait=1").text
    assert not home.heard


@pytest.mark.parametrize("mark", ["", "x", "x.y", "é.ü", "a" * 5000])
def test_a_form_that_is_not_ours_is_refused_and_the_words_stay(
    home: House, browser: TestClient, mark: str
) -> None:
    browser.get("/chat")
    answer = browser.post("/chat", data={"text": "请人上门", "form_token": mark})
    assert answer.status_code == 409
    assert 'value="请人上门"' in answer.text
    assert not home.heard


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}]
)
def test_a_form_from_another_site_is_refused(
    home: House, browser: TestClient, headers: dict[str, str]
) -> None:
    assert say(browser, "您好", headers=headers).status_code == 403
    assert not home.heard


def test_a_stranger_who_floods_is_asked_to_wait(tmp_path: Path) -> None:
    with house(tmp_path, stranger_a_minute=2) as home, home.browser() as browser:
        assert [say(browser, f"{n}").status_code for n in range(3)] == [303, 303, 409]
        home.at += timedelta(minutes=1)
        assert say(browser, "好了").status_code == 303


def test_strangers_together_cannot_shut_out_members(tmp_path: Path) -> None:
    with house(tmp_path, strangers_a_minute=1) as home, home.browser() as member:
        sign_in(member, home.link(home.person()))
        for expected in (303, 409):
            with home.browser() as stranger:
                assert say(stranger, "您好").status_code == expected
        assert say(member, "您好").status_code == 303
