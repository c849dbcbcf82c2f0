"""A page whose action takes its time: how far it is, by reloading and by the stream; no scripts."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.people import Role
from bot.feature import Feature, Look, Page
from bot.parts import Form, Live, Part, Progress, Text
from bot.talk import Rows, Talk
from bot.web.working import Board
from tests.web_house import House, house, sign_in, token

PATH = "sheet"


class Storing:
    """A page that stores ten rows and stops after the third until it is let go."""

    def __init__(self) -> None:
        self.stands, self.go_on = threading.Event(), threading.Event()

    def view(self, rows: Rows, look: Look) -> Sequence[Part]:
        return [Text("这里存名册"), Form("store", "存", (), slow="正在存，请等一等")]

    async def store(self, talk: Talk, form: dict[str, str]) -> str:
        talk.progress("正在存", 3, 10)
        self.stands.set()
        assert self.go_on.wait(10)
        return "存好了"


@pytest.fixture
def storing() -> Storing:
    return Storing()


@pytest.fixture
def home(tmp_path: Path, storing: Storing) -> Iterator[House]:
    page = Page(PATH, "名册", storing.view, actions={"store": storing.store})
    with house(tmp_path, Feature("sheet", "名册", pages=[page])) as built:
        yield built


@contextmanager
def pressed(home: House, storing: Storing) -> Iterator[str]:
    """While the button's answer is waited for: what a reload of the page shows then."""
    staff = home.person("李敏", Role.COORDINATOR)
    with home.browser() as browser:
        sign_in(browser, home.link(staff))
        form = {"form_token": token(browser.get(f"/desk/{PATH}").text)}
        press = threading.Thread(
            target=browser.post, args=(f"/desk/{PATH}/store",), kwargs={"data": form}
        )
        press.start()
        try:
            assert storing.stands.wait(10)
            yield browser.get(f"/desk/{PATH}").text
        finally:
            storing.go_on.set()
            press.join(10)
        assert "存好了" in browser.get(f"/desk/{PATH}").text


def test_a_reload_shows_how_far_it_is_and_nothing_to_press(home: House, storing: Storing) -> None:
    with pressed(home, storing) as page:
        assert "正在存：3/10" in page
        assert '<progress max="10" value="3"' in page
        assert "这里存名册" not in page


def test_another_coordinator_sees_the_page_as_ever(home: House, storing: Storing) -> None:
    other = home.person("黄志强", Role.COORDINATOR)
    with home.browser() as browser:
        sign_in(browser, home.link(other))
        with pressed(home, storing):
            assert "这里存名册" in browser.get(f"/desk/{PATH}").text


def test_what_is_followed_counts_and_then_says_that_it_is_done() -> None:
    board = Board()
    with board.work(1, PATH) as tell:
        tell("正在存", 4, 10)
        assert board.followed(1, PATH) == (Live("working", (Progress(4, 10, "正在存：4/10"),)),)
        assert board.shown(2, PATH) == ()
    assert board.shown(1, PATH) == ()
    (live,) = board.followed(1, PATH)
    assert isinstance(live, Live)
    assert [type(part) for part in live.parts] == [Text]
