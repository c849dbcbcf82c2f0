"""Pictures and recordings sent and shown on the chat page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from bot.talk import Media, Reply
from tests.web_house import House, house, say, sign_in, token

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


def test_two_files_from_one_page_are_two_messages(home: House, browser: TestClient) -> None:
    sign_in(browser, home.link(home.person()))
    form = {"form_token": token(browser.get("/chat").text)}
    for name in ("药盒.png", "药单.png", "药单.png"):
        browser.post("/chat", data=form, files={"file": (name, PNG, "image/png")})
    box, list_, again = (said.id for said in home.heard)
    assert box != list_ == again


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


def test_a_page_goes_out_compressed_but_not_where_another_site_asked(browser: TestClient) -> None:
    """Its length would tell that site what stands in it."""
    packed = browser.get("/chat", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    for site in ("cross-site", "same-site"):
        plain = browser.get("/chat", headers={"Accept-Encoding": "gzip", "Sec-Fetch-Site": site})
        assert "content-encoding" not in plain.headers
