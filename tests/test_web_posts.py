"""Every route that changes something: refused from another site, and without the form that we gave."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient

from bot import config
from bot.app import Running, build, sections
from bot.now import real_now
from bot.pages.guard import READS
from bot.web import listen
from tests.door_house import WORDS, DoorHouse, browser, home, stranger
from tests.web_house import token

__all__ = ["browser", "home", "stranger"]
NO_FORM_OF_OURS = {
    "/look": "a reading preference, worth nobody's while",
    "/in/{token}": "the address itself is the secret",
}
"""Routes that take no form token, and why."""
EXAMPLES = {"{path}": "visits", "{action}": "send", "{token}": "t", "{act}": "off"}


@pytest.fixture
def url() -> str:
    """On SQLite: nothing here depends on the engine."""
    return ""


def posts(routes: list[BaseRoute]) -> list[str]:
    """The paths of routes that take more than looks."""
    return [r.path for r in routes if isinstance(r, Route) and (r.methods or set()) - READS]


def example(path: str) -> str:
    for name, value in EXAMPLES.items():
        path = path.replace(name, value)
    assert "{" not in path, f"give {path} an example"
    return path


@pytest.fixture
def real_routes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseRoute]]:
    """Those of the product with every channel that has pages."""
    monkeypatch.setenv("YURE_DATA__DIR", str(tmp_path / "real"))
    house = build(config.load(None, sections()), real_now)
    listener = listen("127.0.0.1", 0)
    running = Running(house, listener)
    yield running.pages(running.desk()).routes
    running.hashing.close()
    listener.close()
    house.close()


def test_the_house_of_tests_takes_what_the_product_takes(
    home: DoorHouse, real_routes: list[BaseRoute]
) -> None:
    assert set(posts(home.app.routes)) == set(posts(real_routes))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
    ids=str,
)
def test_whatever_comes_from_another_site_is_refused(
    home: DoorHouse, browser: TestClient, headers: dict[str, str]
) -> None:
    form = {"form_token": token(browser.get("/desk/visits").text)}
    for path in posts(home.app.routes):
        answer = browser.post(example(path), data=form, headers=headers)
        assert (answer.status_code, "别的网站" in answer.text) == (403, True), path
    assert len(home.sessions()) == 1
    assert home.done == []


@pytest.mark.parametrize("given", ["", "x.y", "é.é", "a" * 12 + "." + "0" * 32])
def test_without_the_form_that_we_gave_nothing_is_done(
    home: DoorHouse, browser: TestClient, given: str
) -> None:
    before = home.deeds()
    for path in posts(home.app.routes):
        if path not in NO_FORM_OF_OURS:
            form = {"form_token": given, "text": "骗", "who": "李敏", "passphrase": WORDS}
            assert browser.post(example(path), data=form).status_code != 200, path
    assert (home.done, home.heard, home.deeds()) == ([], [], before)
    assert browser.get("/desk").status_code == 200


def test_what_takes_no_form_token_is_still_there(home: DoorHouse) -> None:
    assert set(posts(home.app.routes)) >= NO_FORM_OF_OURS.keys()


def test_every_answer_says_who_may_show_it(home: DoorHouse, browser: TestClient) -> None:
    for path in ("/signin", "/account", "/desk", "/account/code"):
        headers = browser.get(path).headers
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


def test_on_https_cookies_belong_to_this_host_alone(tmp_path: Path) -> None:
    secure = DoorHouse(tmp_path, "", url="https://yure.example")
    with TestClient(secure.app, base_url="https://yure.example", follow_redirects=False) as client:
        secure.set_up(client)
        cookies = client.get("/desk").headers.get_list("set-cookie")
        secure.set_up(client)
        cookies += secure.send(
            client, "/account/passphrase", now=WORDS, new=WORDS, repeated=WORDS
        ).headers.get_list("set-cookie")
    secure.hashing.close()
    secure.db.close()
    assert len(cookies) >= 3
    for cookie in cookies:
        name, _, rest = cookie.partition("=")
        assert name.startswith("__Host-")
        assert "Secure" in rest
        assert "Path=/;" in f"{rest};"
        assert "Domain" not in rest
        assert "HttpOnly" in rest or "Max-Age=0" in rest
