"""What features may put on their pages, as it reaches a browser."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from bot.domain import doors
from bot.domain.people import Role
from bot.feature import Feature, Look, Page
from bot.parts import Chart, Part, Series, Text
from bot.talk import Rows
from bot.web.charts import draw
from bot.web.desk.frame import Entered
from tests.sampler import Sampler
from tests.web_house import House, house, sign_in, token

PAGE = "/desk/sampler"


@pytest.fixture
def sampler() -> Sampler:
    return Sampler()


@pytest.fixture
def home(tmp_path: Path, sampler: Sampler) -> Iterator[House]:
    with house(tmp_path, sampler.feature) as built:
        yield built


@pytest.fixture
def desk(home: House) -> Iterator[TestClient]:
    with home.browser() as browser:
        sign_in(browser, home.link(home.person("卢桂芳", Role.COORDINATOR)))
        yield browser


def press(browser: TestClient, action: str, at: str = PAGE, **form: str | list[str]) -> Response:
    mark = token(browser.get(at).text)
    return browser.post(f"{PAGE}/{action}", data={"form_token": mark, "back": at, **form})


def test_a_chart_has_its_figures_beside_it(desk: TestClient) -> None:
    page = desk.get(PAGE).text
    assert "<title>12月 走访：11次</title>" in page
    assert '<td data-head="三海">51</td>' in page


@pytest.mark.parametrize("kind", ["bars", "lines", "ring"])
@pytest.mark.parametrize("values", [(), (0,), (7,), (0, 0), (3, 1_000_000)])
def test_a_chart_of_any_figures_can_be_drawn(kind: str, values: tuple[int, ...]) -> None:
    labels = tuple(str(place) for place in range(len(values)))
    drawn = draw(Chart(kind, "图", labels, (Series("数", values),)))  # type: ignore[arg-type]
    assert not any("nan" in shape.path for shape in drawn.shapes)
    assert all(0 <= line <= 300 for line in drawn.lines)


def test_the_tallest_bar_stands_below_the_top_line() -> None:
    drawn = draw(Chart("bars", "图", ("甲", "乙"), (Series("数", (50, 49)),)))
    heights = [float(shape.path.split("V")[1].split("h")[0]) for shape in drawn.shapes]
    assert heights[0] == min(drawn.lines) < heights[1]


@pytest.mark.parametrize(
    ("most", "levels"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (9, [0, 2, 4, 6, 8, 10]),
        (41, [0, 10, 20, 30, 40, 50]),
        (78, [0, 20, 40, 60, 80]),
        (100, [0, 20, 40, 60, 80, 100]),
    ],
)
def test_the_scale_has_round_figures(most: int, levels: list[int]) -> None:
    drawn = draw(Chart("bars", "图", ("甲",), (Series("数", (most,)),)))
    assert [int(mark.text) for mark in drawn.marks if mark.anchor == "end"] == levels
    gaps = [a - b for a, b in zip(drawn.lines, drawn.lines[1:], strict=False)]
    assert max(gaps) - min(gaps) < 0.01


def test_labels_that_would_meet_are_cut_and_stand_whole_in_the_table() -> None:
    names = tuple(f"{place}街道离退休党支部" for place in "东南西北上下左右前后")
    drawn = draw(Chart("bars", "图", names, (Series("数", (1,) * 10),)))
    below = [mark.text for mark in drawn.marks if mark.anchor == "middle"]
    assert below == [f"{place}街…" for place in "东南西北上下左右前后"]
    few = draw(Chart("bars", "图", names[:2], (Series("数", (1, 1)),)))
    assert [mark.text for mark in few.marks if mark.anchor == "middle"] == list(names[:2])


def test_a_row_and_a_button_lead_to_pages_of_ours_only(desk: TestClient) -> None:
    page = desk.get(PAGE).text
    assert '<a href="/desk/sampler?id=1">韦建国</a>' in page
    assert "evil.example" not in page


def test_a_tap_comes_back_to_the_name_it_was_on(desk: TestClient, sampler: Sampler) -> None:
    answer = press(desk, "came", name="覃秀英", back=f"{PAGE}?q=1#t9-2")
    assert answer.headers["location"] == f"{PAGE}?q=1#t9-2"
    assert sampler.came == {"覃秀英"}
    assert 'aria-pressed="true"' in desk.get(PAGE).text


@pytest.mark.parametrize(
    "back", ["https://evil.example/desk", "//evil", "/chat", "/desk/x#<b>", "/desk\\x"]
)
def test_a_button_never_leads_away_from_the_desk(desk: TestClient, back: str) -> None:
    answer = press(desk, "came", name="覃秀英", back=back)
    assert answer.headers["location"] == PAGE


def test_a_search_comes_back_with_what_was_looked_for(desk: TestClient) -> None:
    page = desk.get(PAGE, params={"name": "秀英"}).text
    found = page.split('id="found"')[1].split("</table>")[0]
    assert "覃秀英" in found
    assert "卢桂芳" not in found
    assert 'value="秀英"' in page


def test_a_page_that_refuses_says_why(desk: TestClient) -> None:
    answer = desk.get(PAGE, params={"name": "没有"})
    assert answer.status_code == 409
    assert "名册上没有这一位。" in answer.text


def test_what_is_ticked_comes_as_one_value(desk: TestClient) -> None:
    press(desk, "send", who=["1", "2"], text="好")
    assert "发给1,2。" in desk.get(PAGE).text


def test_a_file_can_be_taken_home(desk: TestClient) -> None:
    answer = desk.get(f"{PAGE}/list")
    assert answer.headers["content-disposition"].startswith(
        "attachment; filename*=UTF-8''%E5%90%8D"
    )
    assert answer.content.decode("utf-8-sig").startswith("姓名")
    assert desk.get(f"{PAGE}/list", params={"name": "x"}).status_code == 409
    assert desk.get(f"{PAGE}/other").status_code == 403


def test_a_member_takes_no_file_home(home: House) -> None:
    with home.browser() as browser:
        sign_in(browser, home.link(home.person("韦建国")))
        assert browser.get(f"{PAGE}/list").status_code == 403
        assert browser.get(f"{PAGE}/live?live=progress").status_code == 403


def test_today_settles_a_thing_with_one_button_and_says_what_comes(desk: TestClient) -> None:
    page = desk.get("/desk").text
    assert 0 < page.index("有通知等您批") < page.index("韦建国没收到")
    assert "12月10日(周四)" in page
    answer = press(desk, "call", at="/desk", name="韦建国")
    assert answer.headers["location"] == "/desk"
    assert "记下了，韦建国知道了。" in desk.get("/desk").text


def test_a_button_of_today_that_is_refused_says_why_there(
    desk: TestClient, sampler: Sampler
) -> None:
    sampler.done = 1
    assert press(desk, "call", at="/desk", name="韦建国").headers["location"] == "/desk"
    assert '<p class="alert" role="alert">已经有人打过了。</p>' in desk.get("/desk").text
    assert "已经有人打过了" not in desk.get("/desk").text


async def test_a_live_part_is_sent_when_it_looks_different(home: House, sampler: Sampler) -> None:
    """The first look, then silence, then the look that changed; then the server stops."""

    async def html() -> str:
        return f"发了{sampler.done}份"

    events = home.desk.streams.events(html)
    assert await anext(events) == "retry: 5000\n\n"
    assert "发了0份" in await anext(events)
    assert await anext(events) == ": \n\n"
    sampler.done = 7
    assert "发了7份" in await anext(events)
    home.desk.close()
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_what_hangs_on_nothing_new_is_not_looked_at_again(
    home: House, desk: TestClient, sampler: Sampler
) -> None:
    page, looks = home.desk.pages.frame.pages["sampler"], list[int]()

    def view(rows: Rows, look: Look) -> Sequence[Part]:
        looks.append(sampler.done)
        return sampler.view(rows, look)

    home.desk.pages.frame.pages = {  # type: ignore[assignment]
        "sampler": replace(page, view=view, hangs_on=lambda *_: sampler.done)
    }
    cookie = f"yure={desk.cookies['yure']}".encode()
    scope = {"type": "http", "method": "GET", "path": f"{PAGE}/live", "headers": [(b"cookie", cookie)],
             "path_params": {"path": "sampler"}, "query_string": b"live=progress"}  # fmt: skip
    stream = await home.desk.pages.live(Request(scope))
    assert isinstance(stream, StreamingResponse)
    events = aiter(stream.body_iterator)
    await anext(events)
    assert "发了0份" in str(await anext(events))
    assert await anext(events) == ": \n\n"
    sampler.done = 7
    assert "发了7份" in str(await anext(events))
    assert looks == [0, 7]


async def test_the_stream_of_a_browser_that_was_signed_out_ends(
    home: House, desk: TestClient
) -> None:
    secret = desk.cookies["yure"]
    door = await home.db.read(lambda session: home.doors.find(session, secret))
    assert door is not None
    frame, roles = home.desk.pages.frame, frozenset({Role.COORDINATOR})
    viewer = await home.db.read(lambda session: frame._viewer(session, door, roles))
    assert viewer is not None
    entered = Entered(door, viewer)
    assert await frame.still(entered, roles) is not None

    def end(session: Session) -> None:
        for row in session.scalars(doors.open_at(door.address)):
            row.ended_at = home.at

    await home.db.write(end)
    assert await frame.still(entered, roles) is None


def test_a_live_part_that_is_not_there_ends_its_stream(desk: TestClient) -> None:
    answer = desk.get(f"{PAGE}/live?live=nothing")
    assert answer.text == "retry: 5000\n\n"


def test_the_pages_can_be_read_in_traditional_characters(desk: TestClient) -> None:
    desk.post("/look", data={"hant": "1", "back": PAGE})
    page = desk.get(PAGE, params={"name": "没有"}).text + desk.get(PAGE).text
    assert '<html lang="zh-Hant"' in page
    assert "名冊上沒有這一位。" in page
    assert json.dumps("韦建国", ensure_ascii=False) in page, "what goes back to us stays as it is"


def test_what_a_tag_says_of_itself_is_traditional_too(desk: TestClient) -> None:
    desk.post("/look", data={"hant": "1", "back": PAGE})
    page = desk.get(PAGE).text
    assert 'data-head="電話"' in page, "what stands before each cell of a table on a phone"
    assert 'aria-label="發了0份，共91份"' in page
    assert 'aria-label="每月走訪，數字在表裏"' in page


def test_a_members_surname_stays_as_it_is(tmp_path: Path) -> None:
    feature = Feature("who", "谁")
    feature.pages.append(Page("who", "谁", lambda *_: [Text("请于建国去看余志，余下的以后再说")]))
    with house(tmp_path, feature) as built, built.browser() as browser:
        sign_in(browser, built.link(built.person("于建国", Role.COORDINATOR)))
        browser.post("/look", data={"hant": "1", "back": "/desk/who"})
        assert "請于建國去看餘志，餘下的以後再説" in browser.get("/desk/who").text
        built.person("余志")
        built.at += timedelta(minutes=1)
        assert "請于建國去看余志，餘下的以後再説" in browser.get("/desk/who").text


def test_below_a_refusal_the_page_stands_as_nothing_is_asked_of_it(desk: TestClient) -> None:
    answer = desk.get(PAGE, params={"name": "没有"})
    assert answer.status_code == 409
    assert "名册上没有这一位。" in answer.text
    assert "这一页什么都有。" in answer.text
    assert 'name="back" value="/desk/sampler"' in answer.text
