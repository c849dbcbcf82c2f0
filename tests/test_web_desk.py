"""The desk: pages that features offer, who may see them, and what their buttons do."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import delete, select
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from bot.domain.base import Refused
from bot.domain.mail import Mail, Outbox
from bot.domain.people import Branch, Grant, Person, Role
from bot.feature import ANYONE, STRANGER, Feature, Look, Need, Page, Waits
from bot.parts import Field, Form, Part, Table, Text
from bot.talk import Note, Rows, Talk
from handlers import FEATURES
from tests.web_house import NOW, House, house, sign_in, token

feature = Feature("branch", "支部")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All branches, and a form that makes one."""
    viewer, query = look.viewer, look.query
    names = [(branch.name, branch.phone) for branch in rows.all(select(Branch))]
    fields = (
        Field("name", "名称"),
        Field("note", "说明", "area", required=False),
        Field("kind", "类别", "choice", "a", (("a", "街道"), ("b", "社区"))),
        Field("photo", "照片", "file", required=False),
    )
    return [
        Text(f"{viewer.name}，这里是各支部。{query.get('q', '')}"),
        Table(("名称", "电话"), tuple(names), links=("/desk/branches?q=1", "https://evil.example")),
        Form("add", "添一个支部", (Field("stamp", "", "hidden", str(len(names))), *fields)),
        Form("add", "再添一个", (Field("name", "名称"),)),
    ]


async def add(talk: Talk, form: dict[str, str]) -> str:
    """Make a branch and tell whoever made it."""
    name = form["name"]
    if await talk.one(select(Branch).where(Branch.name == name)):
        raise Refused("已经有这个支部了，请换一个名称。")
    await talk.add(Branch(name=name, place=form.get("photo", "")))
    me = talk.require(Role.COORDINATOR)
    talk.tell(Note(me.id, f"添了{name}。", f"branch:{name}", Mail.PERSON))
    return f"已经添了{name}。"


async def asks(talk: Talk, form: dict[str, str]) -> str:
    """A mistake: an action must not ask."""
    return await talk.choose("which", "哪一个？", ["甲", "乙"])


def waiting(rows: Rows, viewer: Person, now: datetime, _: Any) -> Iterable[Waits]:
    """One old thing and one urgent new one."""
    yield Waits("有人登记", "韦建国等着登记", now - timedelta(days=2), command="登记 1")
    yield Waits("摔倒了", "覃秀英说起不来", now, urgent=True)


feature.waiting = waiting
feature.pages.append(Page("branches", "支部", view, actions={"add": add, "ask": asks}))
feature.pages.append(Page("schedule", "日程", lambda *_: [Text("每月15日学习")], roles=ANYONE))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, feature) as built:
        yield built


@pytest.fixture
def desk(home: House) -> Iterator[TestClient]:
    """The browser of a coordinator."""
    with home.browser() as browser:
        sign_in(browser, home.link(home.person("卢桂芳", Role.COORDINATOR)))
        yield browser


def press(browser: TestClient, action: str = "add", **form: str) -> Response:
    mark = token(browser.get("/desk/branches").text)
    return browser.post(f"/desk/branches/{action}", data={"form_token": mark, **form})


def names(home: House) -> list[str]:
    return home.db.read_now(lambda s: list(s.scalars(select(Branch.name).order_by(Branch.id))))


def test_today_shows_what_waits_the_most_urgent_first(desk: TestClient) -> None:
    page = desk.get("/desk").text
    assert 0 < page.index("摔倒了") < page.index("有人登记")
    assert "登记 1" in page


@pytest.mark.parametrize("path", ["/desk", "/desk/branches"])
def test_members_and_strangers_are_kindly_shown_out(home: House, path: str) -> None:
    with home.browser() as browser:
        assert browser.get(path).status_code == 403
        sign_in(browser, home.link(home.person("韦建国")))
        answer = browser.get(path)
    assert answer.status_code == 403
    assert "回到对话" in answer.text
    assert "摔倒了" not in answer.text


def test_an_unknown_page_looks_like_a_forbidden_one(desk: TestClient) -> None:
    assert desk.get("/desk/nothing").status_code == 403


def test_a_page_shows_its_parts(desk: TestClient) -> None:
    page = desk.get("/desk/branches", params={"q": "<b>"}).text
    assert "卢桂芳，这里是各支部。&lt;b&gt;" in page
    assert '<a href="/desk/branches?q=1">三海街道离退休党支部</a>' in page
    assert 'enctype="multipart/form-data"' in page


def test_a_row_never_leads_to_another_site(home: House, desk: TestClient) -> None:
    home.db.write_now(lambda s: s.add(Branch(name="双鹤社区离退休党支部")))
    assert "evil.example" not in desk.get("/desk/branches").text


def test_the_inputs_of_a_page_have_ids_of_their_own(desk: TestClient) -> None:
    page = desk.get("/desk/branches").text
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_an_action_is_done_said_and_told(home: House, desk: TestClient) -> None:
    answer = press(desk, name="双鹤社区离退休党支部")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/branches")
    assert "已经添了双鹤社区离退休党支部。" in desk.get("/desk/branches").text
    assert "已经添了" not in desk.get("/desk/branches").text
    assert (
        home.db.read_now(lambda s: s.query(Outbox).filter(Outbox.key.like("branch:%")).count()) == 1
    )


def test_a_refused_action_says_why_and_keeps_what_was_typed(home: House, desk: TestClient) -> None:
    answer = press(desk, name="三海街道离退休党支部", note="两句话")
    assert answer.status_code == 409
    assert "请换一个名称" in answer.text
    assert ">两句话</textarea>" in answer.text
    assert len(names(home)) == 1


def test_a_refused_form_may_be_pressed_again_with_the_stamp_of_now(desk: TestClient) -> None:
    answer = press(desk, name="三海街道离退休党支部", stamp="of what stood there before")
    assert answer.status_code == 409
    assert 'name="stamp" value="1"' in answer.text


def test_what_nobody_can_see_is_not_kept_of_a_form(home: House, desk: TestClient) -> None:
    press(desk, name="新\x00支\u202e部\u200b")
    assert names(home)[-1] == "新支部"
    assert desk.get("/desk/branches?name=%00%E2%80%AE").status_code == 200


def test_a_button_pressed_twice_acts_once(home: House, desk: TestClient) -> None:
    mark = token(desk.get("/desk/branches").text)
    form = {"form_token": mark, "name": "双鹤社区离退休党支部"}
    answers = [desk.post("/desk/branches/add", data=form).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert len(names(home)) == 2


def test_a_picture_of_a_form_is_kept_in_the_data_folder(home: House, desk: TestClient) -> None:
    mark = token(desk.get("/desk/branches").text)
    files = {"photo": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(9), "image/png")}
    form = {"form_token": mark, "name": "新支部"}
    desk.post("/desk/branches/add", data=form, files=files)
    place = home.db.read_now(lambda s: list(s.scalars(select(Branch.place))))[-1]
    assert (home.data_dir / place).is_file()


def test_a_file_that_is_refused_leaves_what_was_typed(home: House, desk: TestClient) -> None:
    mark = token(desk.get("/desk/branches").text)
    files = {"photo": ("a.docx", b"PK\x03\x04" + bytes(9), "application/msword")}
    form = {
        "form_token": mark,
        "name": "新支部",
        "note": "写了很久的话",
        "back": "/desk/branches?id=1",
    }
    answer = desk.post("/desk/branches/add", data=form, files=files)
    assert answer.status_code == 409
    assert ">写了很久的话</textarea>" in answer.text
    assert 'data-here="/desk/branches?id=1"' in answer.text


def test_the_address_of_a_press_leads_to_its_page(desk: TestClient) -> None:
    answer = desk.get("/desk/branches/add?id=1", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/branches?id=1")
    assert desk.get("/desk/branches/nothing").status_code == 403


@pytest.mark.parametrize("mark", ["", "x.y"])
def test_a_form_without_our_token_does_nothing(home: House, desk: TestClient, mark: str) -> None:
    answer = desk.post("/desk/branches/add", data={"form_token": mark, "name": "新支部"})
    assert answer.status_code == 409
    assert len(names(home)) == 1


def test_a_form_from_another_site_does_nothing(home: House, desk: TestClient) -> None:
    form = {"form_token": token(desk.get("/desk/branches").text), "name": "新支部"}
    headers = {"sec-fetch-site": "cross-site"}
    assert desk.post("/desk/branches/add", data=form, headers=headers).status_code == 403
    assert len(names(home)) == 1


def test_a_member_cannot_press_a_coordinators_button(home: House) -> None:
    with home.browser() as browser:
        sign_in(browser, home.link(home.person("韦建国")))
        form = {"form_token": token(browser.get("/chat").text), "name": "新支部"}
        assert browser.post("/desk/branches/add", data=form).status_code == 403
    assert len(names(home)) == 1


def test_a_role_lost_since_the_page_was_shown_counts(home: House, desk: TestClient) -> None:
    mark = token(desk.get("/desk/branches").text)
    home.db.write_now(lambda session: session.execute(delete(Grant)))
    form = {"form_token": mark, "name": "新支部"}
    assert desk.post("/desk/branches/add", data=form).status_code == 403


def test_an_action_that_asks_is_a_fault_that_harms_nobody(home: House) -> None:
    with home.browser(raise_server_exceptions=False) as browser:
        sign_in(browser, home.link(home.person("卢桂芳", Role.COORDINATOR)))
        answer = press(browser, "ask")
        assert answer.status_code == 500
        assert "社区已经知道了" in answer.text
        assert press(browser, name="新支部").status_code == 303


@pytest.mark.parametrize("path", ["/p/schedule", "/schedule"])
def test_anyone_reads_a_public_page(home: House, path: str) -> None:
    with home.browser() as browser:
        answer = browser.get(path)
    assert answer.status_code == 200
    assert "每月15日学习" in answer.text


def test_a_page_of_the_desk_is_not_public(home: House) -> None:
    with home.browser() as browser:
        assert browser.get("/p/branches").status_code == 404


def test_the_desk_shows_the_way_to_its_pages(desk: TestClient) -> None:
    assert '<a class="button" href="/desk/branches">支部</a>' in desk.get("/desk").text
    assert 'href="/desk"' in desk.get("/chat").text


def test_a_moment_is_said_as_people_say_it(desk: TestClient) -> None:
    assert "12月1日(周二)上午10点起" in desk.get("/desk").text
    assert NOW.isoformat() not in desk.get("/desk").text


def test_today_says_how_many_days_a_thing_has_waited(home: House, desk: TestClient) -> None:
    moment = home.clock()
    waits = [
        Waits("等了很久", "等着", moment - timedelta(days=3)),
        Waits("刚刚来的", "等着", moment),
        Waits("日子要定", "问一句", None),
    ]
    home.desk.today.features = (Feature("some", "几件", waiting=lambda *_: waits),)
    page = desk.get("/desk").text
    assert page.count("，等了3天") == page.count("等了") - page.count("等了很久")
    assert page.count("起") == 2
    assert page.index("刚刚来的") < page.index("日子要定")


async def followed(home: House, desk: TestClient, more: str = "") -> AsyncIterator[str]:
    """What the stream of Today sends to this browser, but for its first line."""
    cookies = f"yure={desk.cookies['yure']}{more}".encode()
    scope = {"type": "http", "method": "GET", "path": "/desk/live", "query_string": b""}
    request = Request({**scope, "headers": [(b"cookie", cookies)]})
    stream = await home.desk.today.live(request)
    assert isinstance(stream, StreamingResponse)
    events = aiter(stream.body_iterator)
    await anext(events)
    async for event in events:
        yield str(event)


async def test_today_follows_what_happens(home: House, desk: TestClient) -> None:
    """An emergency stands on the page that is open all day without anybody pressing a key."""
    found = [Waits("韦建国等着", "想找人", home.clock())]
    home.desk.today.features = (Feature("some", "几件", waiting=lambda *_: found),)
    events = followed(home, desk)
    assert "有1件要办。" in await anext(events)
    found.append(Waits("覃秀英摔倒了", "起不来", home.clock(), urgent=True))
    assert "有2件要办，1件紧急。" in await asyncio.wait_for(anext(events), 8)
    home.desk.close()


async def test_what_follows_is_in_the_characters_of_its_reader(
    home: House, desk: TestClient
) -> None:
    assert "有2件要辦，1件緊急。" in await anext(followed(home, desk, "; hant=1"))


def test_today_is_followed_by_staff_alone(home: House) -> None:
    with home.browser() as browser:
        assert browser.get("/desk/live").status_code == 403


def test_today_lists_the_most_urgent_and_counts_the_others(home: House, desk: TestClient) -> None:
    moment = home.clock()
    many = [Waits(f"第{n}件", "等着", moment, kind=Need.VISIT) for n in range(63)]
    home.desk.today.features = (Feature("many", "很多", waiting=lambda *_: many),)
    page = desk.get("/desk").text
    assert page.count("等着") == 60
    assert "还有3件没列在这里" in page


def test_what_is_used_every_day_stands_in_sight_and_the_rest_behind_more(
    home: House, desk: TestClient
) -> None:
    """Of the real pages a phone's width holds seven tabs and 更多 in two rows."""
    pages = [one for feature in FEATURES for one in feature.pages if STRANGER not in one.roles]
    shown = sorted((one for one in pages if one.in_sight), key=lambda one: one.order)
    assert [one.title for one in shown] == ["回话", "走访", "学习", "通知", "日程", "会员"]
    page = desk.get("/desk/branches").text
    more = page[page.index("<details") : page.index("</details>")]
    assert '<summary aria-current="true">更多：支部</summary>' in more
    assert '<a class="button" href="/desk/branches" aria-current="page">支部</a>' in more
