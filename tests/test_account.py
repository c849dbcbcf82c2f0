"""/account: the passphrase, codes, the devices signed in, and what a browser left alone asks for."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.domain.credentials import Credential, RecoveryCode
from bot.domain.doors import Terms, WebSession
from bot.domain.people import Branch, Grant, Role, Sender
from bot.pages import where_from
from bot.web import listen, serve
from tests.door_house import OTHER, WORDS, DoorHouse, browser, fields, home, stranger, url
from tests.web_house import sign_in, token
from tests.work import counted

__all__ = ["browser", "home", "stranger", "url"]


def ask(home: DoorHouse, terms: Terms) -> None:
    """Change the terms."""
    home.doors.terms = terms


# ── the first day ───────────────────────────────────────────────────────────────────────────────


def test_a_link_opens_the_desk_at_once_and_asks_for_a_passphrase(
    home: DoorHouse, stranger: TestClient
) -> None:
    entered = sign_in(stranger, home.link(home.who))
    assert entered.headers["location"] == "/account/passphrase"
    assert "以后再设，先进工作台" in stranger.get("/account/passphrase").text
    desk = stranger.get("/desk")
    assert desk.status_code == 200
    assert "到12月3日(周四)晚上10点为止" in desk.text
    assert home.deeds() == ["signin.link"]


def test_without_a_passphrase_the_desk_is_shut_after_some_hours(
    home: DoorHouse, stranger: TestClient
) -> None:
    sign_in(stranger, home.link(home.who))
    home.wait(hours=11, minutes=59)
    assert stranger.get("/desk").status_code == 200
    home.wait(minutes=2)
    assert stranger.get("/desk").headers["location"] == "/signin?next=/desk"
    assert stranger.get("/chat").headers["location"] == "/signin?next=/chat"
    assert "请向管理员要一个登录链接" in stranger.get("/signin").text


def test_members_keep_their_links_and_their_long_sessions(
    home: DoorHouse, stranger: TestClient
) -> None:
    member = home.person("韦建国", Role.MEMBER)
    assert sign_in(stranger, home.link(member)).headers["location"] == "/chat"
    home.wait(days=100)
    assert stranger.get("/chat").status_code == 200


def test_where_no_passphrase_is_wanted_a_link_signs_in_for_good(
    home: DoorHouse, stranger: TestClient
) -> None:
    ask(home, Terms(passphrase=False))
    assert sign_in(stranger, home.link(home.who)).headers["location"] == "/chat"
    home.wait(days=100)
    assert stranger.get("/desk").status_code == 200
    with home.browser() as other:
        assert "不用口令" in home.enter(other).text


@pytest.mark.parametrize(
    ("new", "repeated", "why"),
    [
        ("太短的话呀", "", "至少要12个"),
        (WORDS, OTHER, "两次输的口令不一样"),
        ("李敏李敏在河边钓到了大鱼", "", "名字"),
    ],
)
def test_a_passphrase_that_does_not_do_is_refused_with_the_reason(
    home: DoorHouse, stranger: TestClient, new: str, repeated: str, why: str
) -> None:
    sign_in(stranger, home.link(home.who))
    refused = home.send(stranger, "/account/passphrase", new=new, repeated=repeated or new)
    assert refused.status_code == 409
    assert why in refused.text
    assert new not in refused.text.replace("李敏", "")


# ── changing it ─────────────────────────────────────────────────────────────────────────────────


def test_a_new_passphrase_needs_the_old_one(home: DoorHouse, browser: TestClient) -> None:
    wrong = home.send(browser, "/account/passphrase", now=OTHER, new=OTHER, repeated=OTHER)
    assert "原来的口令不对" in wrong.text
    right = home.send(browser, "/account/passphrase", now=WORDS, new=OTHER, repeated=OTHER)
    assert right.status_code == 303


def test_a_new_passphrase_ends_the_other_devices_and_unspent_links(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    home.enter(stranger)
    before, link = browser.cookies["yure"], home.link(home.who)
    home.send(browser, "/account/passphrase", now=WORDS, new=OTHER, repeated=OTHER)
    assert browser.get("/desk").status_code == 200
    assert browser.cookies["yure"] != before
    assert stranger.get("/desk").status_code == 403
    assert stranger.post(link).status_code == 410
    assert home.enter(stranger).status_code == 409
    assert home.enter(stranger, words=OTHER).status_code == 303


def test_a_forgotten_passphrase_counts_until_the_new_one_is_set(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    sign_in(stranger, home.link(home.who))
    assert "没忘口令" in stranger.get("/account/passphrase").text
    with home.browser() as other:
        assert home.enter(other).status_code == 303
    done = home.send(stranger, "/account/passphrase", new=OTHER, repeated=OTHER)
    assert done.status_code == 303
    with home.browser() as other:
        assert home.enter(other).status_code == 409
        assert home.enter(other, words=OTHER).status_code == 303


def test_only_a_hash_of_the_passphrase_is_kept(home: DoorHouse, browser: TestClient) -> None:
    kept = home.db.read_now(lambda s: s.scalars(select(Credential)).one())
    assert kept.hash.startswith("$argon2id$")
    assert WORDS not in kept.hash


# ── left alone ──────────────────────────────────────────────────────────────────────────────────


def test_a_desk_left_alone_asks_for_the_passphrase_again(
    home: DoorHouse, browser: TestClient
) -> None:
    home.wait(minutes=59)
    assert browser.get("/desk").status_code == 200
    home.wait(minutes=61)
    assert browser.get("/desk/visits?id=1&to=x").headers["location"] == (
        "/signin?next=/desk/visits?id=1%26to=x"
    )
    page = browser.get("/signin?next=/desk/visits?id=1%26to=x").text
    assert "李敏，请再输一次口令" in page
    form = {"form_token": token(page), "passphrase": WORDS, "next": "/desk/visits?id=1&to=x"}
    before = browser.cookies["yure"]
    again = browser.post("/signin", data=form)
    assert again.headers["location"] == "/desk/visits?id=1&to=x"
    assert browser.cookies["yure"] != before
    assert browser.get("/desk").status_code == 200
    assert home.deeds()[-1] == "signin.again"


def test_a_page_that_only_follows_along_is_no_use(home: DoorHouse, browser: TestClient) -> None:
    used = [row.used_at for row in home.sessions()]
    home.wait(minutes=30)
    assert browser.get("/desk/visits/live?live=nothing").status_code == 200
    assert [row.used_at for row in home.sessions()] == used
    browser.get("/desk/visits")
    assert [row.used_at for row in home.sessions()] == [home.at]


def test_what_was_typed_too_late_is_kept_and_sent_by_one_press(
    home: DoorHouse, browser: TestClient
) -> None:
    form = token(browser.get("/desk/visits").text)
    home.wait(minutes=61)
    words = "\n明天<b>下午</b>开会，\n请带“红马甲”。"
    data = {"form_token": form, "text": words, "back": "/desk/visits"}
    late = browser.post("/desk/visits/send", data=data)
    assert (late.status_code, home.done) == (403, [])
    assert "都留着" in late.text
    asked = fields(late.text) | {"passphrase": WORDS}
    on = browser.post("/signin", data=asked)
    assert "接着办" in on.text
    again = fields(on.text)
    assert browser.post("/desk/visits/send", data=again).headers["location"] == "/desk/visits"
    assert [values["text"].replace("\r", "") for values in home.done] == [words]


def test_a_late_form_of_another_site_is_not_kept(home: DoorHouse, browser: TestClient) -> None:
    home.wait(minutes=61)
    late = browser.post("/desk/visits/send", data={"form_token": "x.y", "text": "骗人的话"})
    assert late.status_code == 403
    assert "骗人的话" not in late.text


def test_what_is_kept_leads_only_to_our_own_forms(home: DoorHouse, browser: TestClient) -> None:
    home.wait(minutes=61)
    page = browser.get("/signin").text
    for to in ("https://evil.example/", "/account/out", "/desk/../look", "//evil"):
        form = {"form_token": token(page), "passphrase": WORDS, "kept": f'["{to}", [], false]'}
        answer = browser.post("/signin", data=form)
        assert to not in answer.text
        assert answer.status_code in (303, 409)


def test_after_some_days_a_full_sign_in_is_asked_for_however_much_it_is_used(
    home: DoorHouse, browser: TestClient
) -> None:
    ask(home, Terms(longest=timedelta(hours=3)))
    answers = []
    for _ in range(4):
        home.wait(minutes=50)
        answers.append(browser.get("/desk").status_code)
    assert answers == [200, 200, 200, 303]
    assert "姓名或者手机号" in browser.get("/signin").text


def test_the_chat_of_staff_is_locked_with_the_desk(home: DoorHouse, browser: TestClient) -> None:
    form = token(browser.get("/chat").text)
    home.wait(minutes=61)
    assert browser.get("/chat").headers["location"] == "/signin?next=/chat"
    assert browser.get("/chat/stream").status_code == 403
    script = {"accept": "application/json"}
    said = browser.post("/chat", data={"form_token": form, "text": "走访"}, headers=script)
    assert (said.status_code, home.heard) == (409, [])
    assert "再登录一次" in said.json()["refusal"]
    assert browser.get("/media/x.jpg").status_code == 303


def test_a_card_typed_into_the_chat_opens_no_desk(home: DoorHouse, stranger: TestClient) -> None:
    """The engine binds the address; its secret may be known to who planted it."""
    stranger.get("/chat")
    stranger.post("/chat", data={"form_token": token(stranger.get("/chat").text), "text": "好"})
    address = home.heard[0].who
    row = Sender(channel="web", address=address, person_id=home.who, bound_at=home.at)
    home.db.write_now(lambda s: s.add(row))
    assert stranger.get("/desk").headers["location"] == "/signin?next=/desk"
    assert stranger.get("/chat").status_code == 303


# ── codes from the phone ────────────────────────────────────────────────────────────────────────


def test_a_code_counts_only_once_it_is_confirmed(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    home.send(browser, "/account/code/start", "/account/code", now=WORDS)
    page = browser.get("/account/code").text
    assert "<svg" in page
    assert home.enter(stranger).status_code == 303
    wrong = home.send(browser, "/account/code/confirm", "/account/code", code="123456")
    assert "这个动态码不对" in wrong.text
    with home.browser() as other:
        assert home.enter(other).status_code == 303


def test_the_secret_is_sealed_and_no_recovery_code_is_kept(
    home: DoorHouse, browser: TestClient
) -> None:
    secret, codes = home.set_up_code(browser)
    kept = home.db.read_now(lambda s: s.scalars(select(Credential)).one())
    assert secret.encode() not in kept.code_secret_sealed
    assert kept.code_secret == secret
    rows = home.db.read_now(lambda s: s.scalars(select(RecoveryCode)).all())
    assert len(rows) == len(codes) == 8
    assert secret not in browser.get("/account/code").text
    assert not any(code in browser.get("/account/code").text for code in codes)


@pytest.mark.parametrize("act", ["start", "off", "recovery"])
def test_nothing_changes_without_the_passphrase(
    home: DoorHouse, browser: TestClient, act: str
) -> None:
    home.set_up_code(browser)
    refused = home.send(browser, f"/account/code/{act}", "/account/code", now=OTHER)
    assert "原来的口令不对" in refused.text


def test_whoever_fails_to_sign_in_costs_the_same_work(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    """Not by the time it takes either can a right passphrase be told from a wrong one, or a name from none."""
    home.set_up_code(browser)
    asked = []
    for who, words in (("李敏", WORDS), ("李敏", OTHER), ("查无此人", WORDS)):
        form = token(stranger.get("/signin?other=1").text)
        with counted(home.db.engine) as work:
            typed = {"who": who, "passphrase": words, "code": "000000", "form_token": form}
            assert stranger.post("/signin", data=typed).status_code == 409
        asked.append([one.split(" WHERE ")[0] for one in work.statements])
    assert asked[0] == asked[1] == asked[2]


def test_a_new_set_of_recovery_codes_ends_the_old_one(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    _, codes = home.set_up_code(browser)
    home.send(browser, "/account/code/recovery", "/account/code", now=WORDS)
    assert home.enter(stranger, code=codes[0]).status_code == 409


def test_who_lost_the_phone_comes_by_a_link_and_turns_codes_off(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    home.set_up_code(browser)
    sign_in(stranger, home.link(home.who))
    home.send(stranger, "/account/code/off", "/account/code")
    with home.browser() as other:
        assert home.enter(other).status_code == 303
    assert "signin.code_off" in home.deeds()


def test_where_codes_are_required_the_desk_opens_once_they_are_set_up(
    home: DoorHouse, stranger: TestClient
) -> None:
    ask(home, Terms(code_required=True))
    sign_in(stranger, home.link(home.who))
    assert stranger.get("/desk").headers["location"] == "/account/code"
    home.send(stranger, "/account/passphrase", new=WORDS, repeated=WORDS)
    assert stranger.get("/desk").headers["location"] == "/account/code"
    home.set_up_code(stranger)
    assert stranger.get("/desk").status_code == 200
    assert "关掉动态码" not in stranger.get("/account/code").text


# ── devices ─────────────────────────────────────────────────────────────────────────────────────

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 MicroMessenger/8.0.49"


def test_ones_devices_are_listed_in_plain_words(home: DoorHouse, browser: TestClient) -> None:
    with home.browser(headers={"user-agent": EDGE}) as office:
        home.enter(office)
    with home.browser(headers={"user-agent": WECHAT}) as phone:
        home.enter(phone)
        page = phone.get("/account").text
    assert "Windows 电脑，Edge" in page
    assert "安卓手机，微信" in page
    assert "12月3日(周四)上午10点" in page
    assert page.count("就是这台") == 1


@pytest.mark.parametrize(
    ("net", "words"),
    [
        ("127.0.0.1", "这台服务器上"),
        ("192.168.1.20", "本单位的网（192.168.1.20）"),
        ("114.114.114.114", "外面的网（114.114.114.114）"),
        ("2408:8000::1", "外面的网（2408:8000::1）"),
        ("testclient", "不清楚从哪里来"),
    ],
)
def test_where_a_device_comes_from_is_said_plainly(net: str, words: str) -> None:
    assert where_from(net) == words


def test_another_device_is_signed_out(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    home.enter(stranger)
    mine = {row.id for row in home.sessions()}
    own = min(mine)
    home.send(stranger, "/account/end", "/account", session=str(own))
    assert browser.get("/desk").status_code == 403
    assert stranger.get("/desk").status_code == 200


def test_all_other_devices_are_signed_out(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    home.enter(stranger)
    home.send(browser, "/account/end", "/account")
    assert len(home.sessions()) == 1
    assert stranger.get("/desk").status_code == 403
    assert browser.get("/desk").status_code == 200


def test_nobody_ends_the_device_of_a_colleague(
    home: DoorHouse, browser: TestClient, stranger: TestClient
) -> None:
    other = home.staff("周兰", "13900000001")
    home.set_up(stranger, other, OTHER)
    theirs = next(row.id for row in home.sessions() if row.person_id == other)
    home.send(browser, "/account/end", "/account", session=str(theirs))
    assert stranger.get("/desk").status_code == 200


def test_signing_out_leaves_nothing_behind(home: DoorHouse, browser: TestClient) -> None:
    before = browser.cookies["yure"]
    assert "退出好了" in home.send(browser, "/account/out", "/account").text
    with home.browser(cookies={"yure": before}) as thief:
        assert thief.get("/desk").status_code == 403
    assert home.db.read_now(lambda s: s.scalars(select(Sender.ended_at)).one()) is not None
    assert home.enter(browser).status_code == 303
    assert home.db.read_now(lambda s: s.scalars(select(Sender.ended_at)).one()) is None


def test_a_locked_device_can_be_signed_out(home: DoorHouse, browser: TestClient) -> None:
    home.wait(minutes=61)
    home.send(browser, "/account/out", "/signin")
    assert home.sessions() == []


# ── colleagues ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def chief(home: DoorHouse, stranger: TestClient) -> TestClient:
    """An administrator's browser."""
    home.set_up(stranger, home.staff("陆主任", "13900000002", Role.ADMINISTRATOR), OTHER)
    return stranger


def test_an_administrator_ends_a_colleagues_sessions(
    home: DoorHouse, browser: TestClient, chief: TestClient
) -> None:
    assert "李敏" in chief.get("/account/staff").text
    home.send(chief, "/account/staff", person=str(home.who))
    assert "李敏在1台设备上的登录都结束了" in chief.get("/account/staff").text
    assert browser.get("/desk").status_code == 403
    assert home.deeds()[-1] == "signin.ended"


def test_a_coordinator_ends_nobodys(
    home: DoorHouse, browser: TestClient, chief: TestClient
) -> None:
    assert browser.get("/account/staff").status_code == 403
    form = {"form_token": token(browser.get("/account").text), "person": "2"}
    assert browser.post("/account/staff", data=form).status_code == 403
    assert chief.get("/desk").status_code == 200


def test_an_administrator_of_a_branch_reaches_that_branch_only(
    home: DoorHouse, browser: TestClient, chief: TestClient
) -> None:
    def move(session: Any) -> None:
        other = Branch(name="双鹤社区离退休党支部")
        session.add(other)
        session.flush()
        query = select(Grant).where(Grant.role == Role.ADMINISTRATOR)
        session.scalars(query).one().branch_id = other.id

    home.db.write_now(move)
    assert "李敏" not in chief.get("/account/staff").text
    form = {"form_token": token(chief.get("/account").text), "person": str(home.who)}
    chief.post("/account/staff", data=form)
    assert browser.get("/desk").status_code == 200


# ── what is open ends too ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", ["ended", "idle"])
async def test_an_open_stream_ends_with_its_session(
    home: DoorHouse, browser: TestClient, end: str
) -> None:
    listener, stop = listen("127.0.0.1", 0), asyncio.Event()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    running = asyncio.create_task(serve(home.app, listener, stop, [home.desk.close]))
    cookies = {"yure": browser.cookies["yure"]}

    def shut(session: Any) -> None:
        for row in session.scalars(select(WebSession)).unique():
            if end == "ended":
                row.ended_at = home.at
            elif row.used_at:
                row.used_at = home.at - timedelta(minutes=61)

    async with httpx2.AsyncClient(base_url=address, cookies=cookies, timeout=20) as client:
        async with client.stream("GET", "/desk/visits/live?live=l") as stream:
            lines = stream.aiter_lines()
            while "在等" not in await anext(lines):
                pass
            await home.db.write(shut)
            rest = [line async for line in lines]
        assert not any("在等" in line for line in rest)
        again = await client.get("/desk/visits/live?live=l")
    assert again.status_code == 403
    stop.set()
    await running
