"""/signin: who of the staff comes in, what everybody else reads, and how long who guesses waits."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from starlette.testclient import TestClient

from bot.domain.credentials import RecoveryCode
from bot.domain.deeds import Deed
from bot.domain.people import Grant, Role, Sender, Status
from bot.domain.tries import SignInTries
from bot.web.account.entering import WRONG
from tests.door_house import OTHER, PHONE, WORDS, DoorHouse, browser, home, stranger, url
from tests.web_house import House, sign_in, token

__all__ = ["browser", "home", "stranger", "url"]
ELSEWHERE = {"sec-fetch-site": "cross-site"}
WAITS = "以后再试"


@pytest.mark.parametrize("who", ["李敏", " 李敏 ", PHONE, "139 7771 2345", "+86 13977712345"])
def test_staff_come_in_by_name_or_phone_and_passphrase(
    home: DoorHouse, browser: TestClient, stranger: TestClient, who: str
) -> None:
    entered = home.enter(stranger, who)
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk")
    assert stranger.get("/desk").status_code == 200
    assert home.deeds()[-1] == "signin.in"


def test_a_passphrase_is_taken_in_full_width_too(home: DoorHouse, stranger: TestClient) -> None:
    with home.browser() as own:
        home.set_up(own, words="outside the old mill it rained")
    assert home.enter(stranger, words="ｏｕｔｓｉｄｅ the old mill it rained　").status_code == 303


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("李敏", OTHER),
        ("没有这个人", WORDS),
        ("没口令", WORDS),
        ("韦建国", WORDS),
        ("李敏", ""),
        ("", WORDS),
    ],
)
def test_whoever_does_not_come_in_reads_the_same_words(
    home: DoorHouse, browser: TestClient, stranger: TestClient, who: str, words: str
) -> None:
    home.staff("没口令", "13900000001")
    home.person("韦建国", Role.MEMBER)
    refused = home.enter(stranger, who, words)
    assert refused.status_code == 409
    assert WRONG in refused.text
    assert home.deeds()[-1] == "signin.failed"
    assert stranger.get("/desk").status_code == 403


def test_what_was_typed_is_not_in_the_log(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    home.enter(stranger, "王小明", "secret words of mine")
    deed = home.db.read_now(lambda s: s.scalars(select(Deed).order_by(Deed.id.desc())).first())
    assert (deed.did, deed.objects, deed.by_id) == ("signin.failed", [], None)


def test_namesakes_use_their_phone_number(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    twin = home.staff("李敏", "13900000009")
    with home.browser() as own:
        home.set_up(own, twin, OTHER)
    assert home.enter(stranger, "李敏").status_code == 409
    assert home.enter(stranger, "13900000009", OTHER).status_code == 303


def test_signing_in_gives_the_browser_a_new_secret(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    stranger.get("/signin")
    planted = stranger.cookies["yure"]
    home.enter(stranger)
    assert stranger.cookies["yure"] != planted
    with home.browser(cookies={"yure": planted}) as thief:
        assert thief.get("/desk").status_code == 403


def test_the_conversation_goes_on_where_staff_sign_in(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    home.tell(home.who, "有人在等您。", "t1")
    browser.get("/chat")
    home.enter(stranger)
    assert "有人在等您" in stranger.get("/chat").text
    home.tell(home.who, "又有人在等。", "t2")
    assert "又有人在等" in stranger.get("/chat").text


def test_a_conversation_that_others_had_too_is_not_opened_elsewhere(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    sign_in(browser, home.link(home.person("韦建国")), together="1")
    home.tell(home.who, "给我们俩的", "t1")
    browser.get("/chat")
    home.wait(days=8)
    home.enter(stranger)
    assert "给我们俩的" not in stranger.get("/chat").text


# ── guessing ────────────────────────────────────────────────────────────────────────────────────


def guess(home: DoorHouse, client: TestClient, times: int, who: str = "李敏") -> list[Any]:
    return [home.enter(client, who, OTHER) for _ in range(times)]


@pytest.mark.parametrize("who", ["李敏", "没有这个人"])
def test_who_guesses_waits_whether_the_name_is_known_or_not(
    home: DoorHouse, browser: TestClient, stranger: TestClient, who: str
) -> None:
    answers = guess(home, stranger, 6, who)
    assert [WAITS in answer.text for answer in answers] == [False] * 5 + [True]
    assert "上午10点01分以后再试" in answers[-1].text
    assert "请同事给您发一个新的登录链接" in answers[-1].text


def test_the_right_passphrase_waits_too_and_comes_in_afterwards(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    guess(home, stranger, 5)
    assert WAITS in home.enter(stranger).text
    home.wait(minutes=1)
    assert home.enter(stranger).status_code == 303
    assert home.db.read_now(
        lambda s: [row.failed for row in s.scalars(select(SignInTries)) if "name" in row.bucket]
    ) == [0]


def test_guesses_at_many_names_from_one_network_wait(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    answers = [home.enter(stranger, f"第{number}位", OTHER) for number in range(21)]
    assert [WAITS in answer.text for answer in answers] == [False] * 20 + [True]


def test_another_process_counts_on(
    home: DoorHouse, stranger: TestClient, url: str, tmp_path: Path
) -> None:
    guess(home, stranger, 5)
    other = House(tmp_path, database=url or f"sqlite:///{tmp_path / 'yure.db'}")
    with other.browser() as client:
        page = client.get("/signin").text
        form = {"form_token": token(page), "who": "李敏", "passphrase": OTHER}
        assert WAITS in client.post("/signin", data=form).text
    other.hashing.close()
    other.db.close()


def test_nobody_is_locked_out_of_the_browser_that_is_signed_in(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    guess(home, stranger, 6)
    assert browser.get("/desk").status_code == 200
    home.wait(minutes=61)
    again = home.send(browser, "/signin", passphrase=WORDS)
    assert again.status_code == 303
    home.wait(days=8)
    guess(home, stranger, 6)
    assert home.enter(browser).status_code == 303


def test_a_colleagues_link_opens_while_the_name_waits(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    guess(home, stranger, 6)
    with home.browser() as other:
        assert sign_in(other, home.link(home.who)).status_code == 303
        assert other.get("/desk").status_code == 200


async def test_guesses_made_side_by_side_count(home: DoorHouse) -> None:
    from httpx2 import ASGITransport, AsyncClient

    with home.browser() as own:
        home.set_up(own)

    async def one(client: AsyncClient) -> str:
        page = await client.get("/signin")
        form = {"form_token": token(page.text), "who": "李敏", "passphrase": OTHER}
        return (await client.post("/signin", data=form)).text

    def client() -> AsyncClient:
        return AsyncClient(transport=ASGITransport(home.app), base_url="http://testserver")

    answers = await asyncio.gather(*(one(client()) for _ in range(15)))
    assert sum(WRONG in answer for answer in answers) == 5
    assert sum(WAITS in answer for answer in answers) == 10


# ── codes from the phone ────────────────────────────────────────────────────────────────────────


def test_with_codes_the_passphrase_alone_does_not_do(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    secret, _ = home.set_up_code(browser)
    for wrong in ("", "000000", "12345", "一二三四五六"):
        assert WRONG in home.enter(stranger, code=wrong).text
    assert home.enter(stranger, code=home.code(secret)).status_code == 303


def test_a_code_that_was_used_is_refused(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    secret, _ = home.set_up_code(browser)
    code = home.code(secret)
    assert home.enter(stranger, code=code).status_code == 303
    with home.browser() as thief:
        assert WRONG in home.enter(thief, code=code).text


def test_the_code_that_confirmed_the_phone_is_used_up(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    secret, _ = home.set_up_code(browser)
    home.wait(minutes=-1)
    assert WRONG in home.enter(stranger, code=home.code(secret)).text


def test_a_recovery_code_stands_in_once(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    _, codes = home.set_up_code(browser)
    assert home.enter(stranger, code=codes[0].lower()).status_code == 303
    assert home.deeds()[-1] == "signin.recovery"
    with home.browser() as other:
        assert WRONG in home.enter(other, code=codes[0]).text
        assert home.enter(other, code=codes[1]).status_code == 303
    used = home.db.read_now(lambda s: [row.used_at for row in s.scalars(select(RecoveryCode))])
    assert sum(at is not None for at in used) == 2


# ── who is no longer of the staff ───────────────────────────────────────────────────────────────


def dismiss(home: DoorHouse) -> None:
    home.db.write_now(lambda s: s.execute(delete(Grant).where(Grant.role == Role.COORDINATOR)))


@pytest.mark.parametrize("status", [Status.PAUSED, Status.MOVED, Status.DECEASED, None])
def test_the_desk_is_shut_from_the_next_request_on(
    home: DoorHouse, browser: TestClient, stranger: TestClient, status: Status | None
) -> None:
    assert browser.get("/desk/visits").status_code == 200
    form = token(browser.get("/desk/visits").text)
    if status is None:
        dismiss(home)
    else:
        home.change(home.who, status=status)
    assert browser.get("/desk").status_code == 403
    assert browser.get("/desk/visits/live?live=l").status_code == 403
    assert browser.get("/account").status_code == 403
    sent = browser.post("/desk/visits/send", data={"form_token": form, "text": "x"})
    assert (sent.status_code, home.done) == (403, [])
    assert WRONG in home.enter(stranger).text


def test_a_role_given_to_a_member_opens_nothing_until_they_sign_in(
    home: DoorHouse, stranger: TestClient
) -> None:
    member = home.person("韦建国", Role.MEMBER)
    sign_in(stranger, home.link(member))
    home.db.write_now(lambda s: s.add(Grant(person_id=member, role=Role.COORDINATOR)))
    assert stranger.get("/desk").headers["location"].startswith("/signin")
    before = stranger.cookies["yure"]
    assert sign_in(stranger, home.link(member)).status_code == 303
    assert stranger.cookies["yure"] != before
    assert stranger.get("/desk").status_code == 200


def test_signing_in_on_a_members_browser_ends_the_members_conversation_there(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    member = home.person("韦建国", Role.MEMBER)
    sign_in(stranger, home.link(member))
    home.tell(member, "您的血压", "t1")
    stranger.get("/chat")
    home.enter(stranger)
    assert "您的血压" not in stranger.get("/chat").text
    live = home.db.read_now(
        lambda s: s.scalars(
            select(Sender.id).where(Sender.person_id == member, Sender.ended_at.is_(None))
        ).all()
    )
    assert live == []


# ── forms from elsewhere ────────────────────────────────────────────────────────────────────────


def test_a_sign_in_from_another_site_is_refused(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    form = {"form_token": token(stranger.get("/signin").text), "who": "李敏", "passphrase": WORDS}
    assert stranger.post("/signin", data=form, headers=ELSEWHERE).status_code == 403
    other = {"origin": "https://evil.example"}
    assert stranger.post("/signin", data=form, headers=other).status_code == 403


def test_a_form_of_another_browser_is_refused(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    form = {"form_token": token(stranger.get("/signin").text), "who": "李敏", "passphrase": WORDS}
    with home.browser() as other:
        other.get("/signin")
        assert "放得久了" in other.post("/signin", data=form).text
    with home.browser() as bare:
        assert "允许 Cookie" in bare.post("/signin", data=form).text


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil", "/desk/../look", "/look", ""]
)
def test_signing_in_leads_only_to_our_own_pages(
    home: DoorHouse, browser: TestClient, stranger: TestClient, wanted: str
) -> None:
    assert home.enter(stranger, next=wanted).headers["location"] == "/desk"
