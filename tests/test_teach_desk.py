"""没听懂的话 on the desk: one press says what a text means, as in chat; nobody's work is overwritten."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.deeds import Deed
from bot.domain.doubt import Doubt, DoubtfulText
from bot.domain.mail import Undo
from bot.domain.people import Grant, Role
from bot.feature import Need
from handlers.teach.about import TITLES
from tests.calendar_house import talk
from tests.conftest import Community
from tests.desk_house import Desk
from tests.desk_http import Browser, served

Opens = Callable[[str], Browser]
PAGE = "words"
HERE = f"/desk/{PAGE}"
OTHER = "双鹤社区离退休党支部"
MANY = 23
"""Texts on three pages."""


def doubt(town: Community, text: str, *options: str, day: date = date(2026, 11, 20)) -> int:
    row = town.add(DoubtfulText(text=text, options=list(options), heard_on=day))
    return int(row.id)


def kept(town: Community) -> list[tuple[str, Doubt, str]]:
    rows = town.all(select(DoubtfulText).order_by(DoubtfulText.id))
    return [(row.text, row.state, row.label) for row in rows]


@pytest.fixture
def town(community: Community) -> Community:
    """Two coordinators, one of them of another branch alone; a member; one text."""
    community.person("李敏", Role.COORDINATOR)
    other = community.person("黄丽", branch=OTHER)
    community.add(
        Grant(person_id=other.id, role=Role.COORDINATOR, branch_id=community.branch(OTHER).id)
    )
    community.person("王秀英")
    doubt(community, "某某那本红皮的", "book_return", "book_borrow", "book_search", "venue")
    return community


@pytest.fixture
def browser(town: Community) -> Iterator[Opens]:
    with served(town) as opens:
        yield opens


def texts(page: Browser) -> list[str]:
    """The texts on the page, from its top."""
    return re.findall(r"<h2>“(.*?)”</h2>", page.html)


def test_a_text_stands_there_with_its_day_its_guesses_and_every_meaning(browser: Opens) -> None:
    page = browser("李敏")
    words = page.open(HERE)
    assert "“某某那本红皮的” 11月20日(周五)听到的。" in words
    assert re.findall(r"<button>(?:是“)?(还书|借书|查书|借场地|不用教)", page.html) == [
        "还书", "借书", "查书", "不用教",
    ]  # fmt: skip
    assert re.findall(r'<option value="(\w+)"', page.html) == list(TITLES)
    assert "重新学一遍以后，它就认得了" in words


def test_one_press_teaches_the_guess(browser: Opens, town: Community) -> None:
    page = browser("李敏")
    page.open(HERE)
    guess = next(one for one in page.forms() if one.values.get("label") == "book_return")
    page.client.post(guess.action, data=guess.values)
    assert kept(town) == [("某某那本红皮的", Doubt.TAUGHT, "book_return")]
    (deed,) = town.all(select(Deed).where(Deed.did == "words.teach"))
    assert deed.by.name == "李敏"
    assert "教余热认字" in page.open("/desk/audit")


def test_another_meaning_is_chosen_from_all(browser: Opens, town: Community) -> None:
    page = browser("李敏")
    page.open(HERE)
    assert "记下了：借场地。重新学一遍以后就认得了。都教完了，谢谢。" in page.send(
        "/teach", label="venue"
    )
    assert kept(town)[0][1:] == (Doubt.TAUGHT, "venue")


def test_a_text_dropped_teaches_nothing_and_does_not_come_back(
    browser: Opens, town: Community
) -> None:
    page = browser("李敏")
    page.open(HERE)
    assert "好的，这句不用教。" in page.send("/drop")
    assert kept(town)[0][1:] == (Doubt.SKIPPED, "")
    assert "现在没有要教的话" in page.open(HERE)


def test_what_was_taught_on_the_desk_is_taken_back_in_chat(browser: Opens, town: Community) -> None:
    page = browser("李敏")
    page.open(HERE)
    page.send("/teach", label="venue")
    (undo,) = town.all(select(Undo))
    talk(town, undo.address, "撤销", "撤销它", channel=undo.channel)
    assert kept(town)[0][1:] == (Doubt.OPEN, "")
    assert "某某那本红皮的" in page.open(HERE)


@pytest.mark.parametrize("label", ["", "nonsense"])
def test_without_a_meaning_nothing_is_taught_and_other_texts_keep_their_forms(
    browser: Opens, town: Community, label: str
) -> None:
    second = doubt(town, "那个弄一下")
    page = browser("李敏")
    page.open(HERE)
    assert "请选一选，“那个弄一下”是什么意思" in page.send("/teach", label=label)
    assert page.status == 409
    assert {state for _, state, _ in kept(town)} == {Doubt.OPEN}
    chosen = [one.values["id"] for one in page.forms() if one.values.get("label") == ""]
    assert chosen == [str(second - 1), str(second)]


def test_pages_lead_on_from_the_oldest_by_key(browser: Opens, town: Community) -> None:
    for n in range(MANY - 1):
        doubt(town, f"第{n}句", day=date(2026, 11, 21) + timedelta(days=n % 3))
    page, seen, pages = browser("李敏"), list[str](), 0
    page.open(HERE)
    while True:
        pages, seen = pages + 1, [*seen, *texts(page)]
        if not page.links("下一页"):
            break
        page.open(f"{HERE}{page.links('下一页')[0]}")
    assert (pages, seen) == (3, [text for text, *_ in kept(town)])


def test_a_press_on_a_later_page_stays_on_it(browser: Opens, town: Community) -> None:
    for n in range(MANY):
        doubt(town, f"第{n}句")
    page = browser("李敏")
    page.open(HERE)
    page.open(f"{HERE}{page.links('下一页')[0]}")
    before = texts(page)
    page.send("/drop")
    assert texts(page)[: len(before) - 1] == before[:-1]


def test_texts_are_every_coordinators_for_nobody_knows_whose_they_are(
    browser: Opens, town: Community
) -> None:
    page = browser("黄丽")
    assert "某某那本红皮的" in page.open(HERE)
    page.send("/teach", label="venue")
    assert kept(town)[0][1:] == (Doubt.TAUGHT, "venue")


def test_members_neither_see_nor_teach(browser: Opens, town: Community) -> None:
    page = browser("王秀英")
    page.open(HERE)
    assert page.status == 403
    assert "某某那本红皮的" not in page.html
    assert page.client.post(f"{HERE}/drop", data={"id": "1"}).status_code == 403
    assert kept(town)[0][1] is Doubt.OPEN


@pytest.mark.parametrize(
    ("label", "said"), [("book_borrow", "黄丽刚才已经教过了：借书"), ("", "黄丽刚才已经说不用教")]
)
def test_the_second_of_two_reads_what_the_first_said(
    browser: Opens, town: Community, label: str, said: str
) -> None:
    late, first = browser("李敏"), browser("黄丽")
    for one in (late, first):
        one.open(HERE)
    first.send("/teach" if label else "/drop", **({"label": label} if label else {}))
    assert said in late.send("/teach", label="venue")
    assert late.status == 409
    assert kept(town)[0][2] == label


def test_of_many_at_once_one_wins(browser: Opens, town: Community) -> None:
    page = browser("李敏")
    page.open(HERE)
    form = page.form("/teach")
    many = [form.values | {"label": label} for label in TITLES][:20]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda values: page.client.post(form.action, data=values), many))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert len(town.all(select(Undo))) == 1


def test_a_text_that_was_purged_meanwhile_says_so(browser: Opens, town: Community) -> None:
    page = browser("李敏")
    assert "已经清理掉了" in page.press(PAGE, "drop", id="99")
    assert page.status == 409


def test_today_leads_there_with_one_line_that_is_not_urgent(
    browser: Opens, town: Community
) -> None:
    doubt(town, "那个弄一下")
    (wait,) = Desk(town, "李敏").waits("teach")
    assert (wait.title, wait.kind) == ("2句没听懂的话，请您教一教", Need.WORDS)
    assert not wait.urgent
    page = browser("李敏")
    page.open("/desk")
    assert page.links(wait.title) == [HERE]
    page.open(HERE)
    for _ in range(2):
        page.send("/drop")
    assert wait.title[1:] not in page.open("/desk")
