"""Every route of the application is known here, with who gets an answer; pages of features are in test_matrix."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.domain.folders import MEDIA
from bot.domain.mail import Heard, Inbox
from bot.feature import STAFF
from bot.pages import form_token
from tests.access_town import Actor, Town
from tests.access_town import built as built
from tests.access_town import town as town
from tests.conftest import NOON

FEATURES = {
    "/desk",
    "/desk/live",
    "/desk/{path}",
    "/desk/{path}/live",
    "/desk/{path}/{name}",
    "/desk/{path}/{action}",
}
"""For staff, by the roles of each page: tests/test_matrix.py."""
EVERYBODY = {
    "/", "/static", "/look", "/in/{token}", "/p/{path}", "/p/{path}/{name}", "/schedule", "/health",
    "/signin",
}  # fmt: skip
"""Nothing of anybody stands there."""
TOKEN = {"/health/detail", "/metrics"}
"""With the token of [health] alone, whoever asks."""
OWN = {"/chat", "/chat/stream", "/media/{name}"}
"""A browser's own conversation."""
ACCOUNT = {
    "/account", "/account/out", "/account/end", "/account/passphrase", "/account/code",
    "/account/code/{act}",
}  # fmt: skip
"""The own doors, for staff: tests/test_account.py tries them one by one."""
ADMINISTRATORS = {"/account/staff"}
"""Within their reach."""


def get(town: Town, actor: Actor, path: str) -> Any:
    with TestClient(town.app, follow_redirects=False) as browser:
        if actor.secret:
            browser.cookies.set("yure", actor.secret)
        return browser.get(path)


def test_every_route_is_known(town: Town) -> None:
    known = FEATURES | EVERYBODY | TOKEN | OWN | ACCOUNT | ADMINISTRATORS
    new = {route.path for route in town.app.routes} - known
    assert not new, (
        f"say in tests/test_routes.py who gets an answer at {new}, and try that it is so"
    )


@pytest.mark.parametrize("path", ["/account", "/account/passphrase", "/account/code"])
def test_the_own_doors_are_there_for_staff_alone(path: str, town: Town) -> None:
    opened = {name: get(town, actor, path).status_code for name, actor in town.actors.items()}
    staff = {name for name, actor in town.actors.items() if actor.powers & STAFF}
    assert {name for name, status in opened.items() if status == 200} == staff
    assert {opened[name] for name in opened.keys() - staff} == {403}


def test_what_waits_is_followed_by_staff_alone(town: Town) -> None:
    others = {name: actor for name, actor in town.actors.items() if not actor.powers & STAFF}
    assert {get(town, actor, "/desk/live").status_code for actor in others.values()} == {403}


def test_colleagues_sessions_are_the_administrators_affair(town: Town) -> None:
    opened = [
        name for name, a in town.actors.items() if get(town, a, "/account/staff").status_code == 200
    ]
    assert opened == ["administrator"]


@pytest.mark.parametrize("path", sorted(TOKEN))
def test_figures_are_not_there_without_their_token(path: str, town: Town) -> None:
    assert [get(town, actor, path).status_code for actor in town.actors.values()] == [404] * len(
        town.actors
    )


def test_a_conversation_and_its_files_are_its_browsers_own(town: Town) -> None:
    """Not the coordinators' either: they read it at the desk, within their reach."""
    member = town.actors["member"]
    town.write(lambda session: session.add(_said(member)))
    (town.house.folder / MEDIA).mkdir(exist_ok=True)
    (town.house.folder / MEDIA / "kitchen.jpg").write_bytes(b"\xff\xd8\xffpicture")
    read = {
        name: ("knock knock" in get(town, actor, "/chat").text, get(town, actor, "/media/kitchen.jpg").status_code)
        for name, actor in town.actors.items()
    }  # fmt: skip
    assert read.pop("member") == (True, 200)
    assert set(read.values()) == {(False, 404)}


def _said(actor: Actor) -> Inbox:
    return Inbox(
        channel="web", update_id="knock", address=actor.web, at=NOON, text="knock knock", state=Heard.DONE,
        media=[["picture", "", f"{MEDIA}/kitchen.jpg", ""]],
    )  # fmt: skip


def test_a_form_of_another_browser_is_worth_nothing(town: Town) -> None:
    """A token belongs to the browser that was given it, whoever sends it."""
    own, other = town.actors["both"], town.actors["administrator"]
    with TestClient(town.app, follow_redirects=False) as browser:
        browser.cookies.set("yure", own.secret)
        values = {"text": "下午三点", "form_token": form_token(other.secret)}
        assert browser.post("/desk/conversations/keep", data=values).status_code == 409
