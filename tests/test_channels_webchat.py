"""The chat page over HTTP, as a browser without scripts uses it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from bot.domain.doors import WebSession
from bot.domain.mail import Heard, Inbox, Outbox, Sending
from bot.domain.people import Card, Person, Sender, Status
from bot.talk import Media, Reply
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


# ── sign-in links ───────────────────────────────────────────────────────────────────────────────


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


# ── pictures and recordings ─────────────────────────────────────────────────────────────────────


def upload(browser: TestClient, body: bytes, name: str = "药盒.png") -> Response:
    form = {"form_token": token(browser.get("/chat").text)}
    return browser.post("/chat", data=form, files={"file": (name, body, "image/png")})


def test_a_picture_is_kept_and_shown_to_its_sender_only(home: House, browser: TestClient) -> None:
    sign_in(browser, home.link(home.person()))
    assert upload(browser, PNG).status_code == 303
    media = home.heard[0].media[0]
    url = f"/media/{Path(media.path).name}"
    assert (home.data_dir / media.path).read_bytes() == PNG
    assert url in browser.get("/chat").text
    assert browser.get(url).headers["content-type"] == "image/png"
    with home.browser() as other:
        assert other.get(url).status_code == 404


@pytest.mark.parametrize(
    "name", ["yure.db", "..%2Fyure.db", "%2e%2e%2fyure.db", "nothing.png", "x" * 500]
)
def test_a_guessed_file_name_opens_nothing(home: House, browser: TestClient, name: str) -> None:
    say(browser, "您好")
    assert browser.get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize("body", [b"MZ\x90", b"<svg xmlns='x'>", b"%PDF-1.7", b"plain"])
def test_other_files_than_pictures_and_recordings_are_refused(
    home: House, browser: TestClient, body: bytes
) -> None:
    sign_in(browser, home.link(home.person()))
    answer = upload(browser, body)
    assert (answer.status_code, "只能发照片和录音" in answer.text) == (409, True)
    assert not home.heard


def test_a_file_over_ten_mebibytes_is_refused(home: House, browser: TestClient) -> None:
    sign_in(browser, home.link(home.person()))
    assert upload(browser, PNG + bytes(10 * 1024 * 1024)).status_code == 409
    assert upload(browser, PNG + bytes(12 * 1024 * 1024)).status_code == 413
    assert not home.heard


def test_a_stranger_sends_no_files(home: House, browser: TestClient) -> None:
    answer = upload(browser, PNG)
    assert answer.status_code == 409
    assert "登记" in answer.text
    assert not (home.data_dir / "media").exists()


def test_a_picture_in_an_answer_is_shown(home: House, browser: TestClient) -> None:
    (home.data_dir / "cards").mkdir()
    (home.data_dir / "cards/hb.png").write_bytes(PNG)
    picture = Media("picture", "政治生日贺卡", "cards/hb.png")
    home.answer = lambda session, row: home.post.answer(  # type: ignore[method-assign]
        session, "k", "web", row.address, Reply("祝您生日快乐！", media=(picture,)), home.at
    )
    say(browser, "我的政治生日")
    assert '<img src="/media/hb.png" alt="政治生日贺卡"' in browser.get("/chat").text
    assert browser.get("/media/hb.png").content == PNG
