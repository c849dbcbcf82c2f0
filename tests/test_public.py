"""What anybody reads without signing in: whether a notice is ours, and nothing about anybody."""

from pathlib import Path

import pytest

from bot.config import KeepSection
from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.organisations import Organisation
from bot.domain.people import Role
from bot.domain.registration import KEEP_VERSION
from bot.domain.schedule import DayKind
from bot.feature import ANYONE, Feature, Page
from bot.parts import Code, Facts, Links, Sheet, Table, Text
from handlers.register.privacy import KEPT
from tests.calendar_house import BRANCH, OTHER, rule
from tests.conftest import Community
from tests.desk_house import Desk, public, public_words
from tests.notice_house import TEXT, last, moved_in, send, turn, write
from tests.web_house import house as web_house


@pytest.fixture
def house(community: Community) -> Community:
    """A house where few live."""
    return moved_in(community)


@pytest.mark.parametrize("typed", ["{}", "通知号{}", " （通知号{}）"])
def test_a_code_of_ours_is_true_and_shows_when_and_the_first_words(
    house: Community, typed: str
) -> None:
    code = send(house).code
    words = public_words(house, "check", code=typed.format(code))
    assert f"是真的。通知号{code}是社区居委会发的，11月22日(周日)上午10点" in words
    assert TEXT[:12] in words


def test_another_code_is_not_ours_and_says_what_to_do(house: Community) -> None:
    code = send(house).code
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    words = public_words(house, "check", code=wrong)
    assert f"没有查到通知号“{wrong}”" in words
    assert "先别照着办" in words
    assert "是真的。" not in words


def test_names_and_phones_in_the_first_words_are_hidden(house: Community) -> None:
    words = public_words(
        house, "check", code=send(house, "请王秀英和韦建国带18907771234来开会").code
    )
    assert "请王**和韦**带*来开会" in words


def test_a_name_that_the_cut_would_halve_is_hidden(house: Community) -> None:
    text = f"{'好' * 18}王秀英来"
    assert f"{'好' * 18}王*…" in public_words(house, "check", code=send(house, text).code)


def test_what_is_written_to_one_person_is_confirmed_without_its_words(house: Community) -> None:
    notice = send(house, "您的体检报告到了。", "某一位", "王秀英", "现在发", "对")
    words = public_words(house, "check", code=notice.code)
    assert "是真的" in words
    assert "体检" not in words


def test_what_has_not_gone_out_is_not_ours_yet(house: Community) -> None:
    write(house, TEXT, "全体在册", "明天上午9点", "不放", "对")
    assert "没有查到" in public_words(house, "check", code=last(house).code)


def test_what_was_stopped_is_true_but_over(house: Community) -> None:
    notice = send(house)
    house.say("c1", "撤销")
    house.say("c1", "撤销它")
    words = public_words(house, "check", code=notice.code)
    assert "是真的" in words
    assert "后来停发了" in words


def test_every_notice_that_goes_out_ends_with_its_code(house: Community) -> None:
    notice = send(house)
    assert (
        notices.worded(notice, "社区", notice.text).splitlines()[-1] == f"（通知号{notice.code}）"
    )


def test_a_public_form_answers_only_so_many_questions_a_minute(tmp_path: Path) -> None:
    feature = Feature("check", "查")
    feature.pages.append(Page("check", "查", lambda *_: [Text("查过了")], roles=ANYONE, a_minute=3))
    with web_house(tmp_path, feature) as built, built.browser() as browser:
        asked = [browser.get("/p/check?code=1").status_code for _ in range(5)]
        assert asked == [200, 200, 200, 429, 429]
        assert browser.get("/p/check").status_code == 200


def test_a_public_page_and_a_page_of_the_desk_may_have_one_name(tmp_path: Path) -> None:
    feature = Feature("notice", "通知")
    feature.pages.append(Page("notices", "通知", lambda *_: [Text("内部")]))
    feature.pages.append(Page("notices", "公开栏", lambda *_: [Text("公开")], roles=ANYONE))
    with web_house(tmp_path, feature) as built, built.browser() as browser:
        assert "公开" in browser.get("/p/notices").text
        assert browser.get("/desk/notices").status_code == 403


# ── schedule, notice-board, privacy ──────────────────────────────────────────────────────────────


@pytest.fixture
def planned(house: Community) -> Community:
    """Two branches that meet."""
    rule(house, "15 09:00", DayKind.STUDY)
    rule(house, "20 15:00", DayKind.STUDY, branch=OTHER)
    return house


def branch_ids(house: Community) -> tuple[str, str]:
    """The ids of both branches."""
    return str(house.branch(BRANCH).id), str(house.branch(OTHER).id)


def cells(house: Community, path: str, **query: str) -> str:
    """All cells of a public page's tables."""
    return "".join(
        str(cell)
        for part in public(house, path, **query)
        if isinstance(part, Table)
        for row in part.rows
        for cell in row
    )


def test_the_schedule_of_a_branch_has_only_its_days(planned: Community) -> None:
    ours, theirs = branch_ids(planned)
    assert OTHER in cells(planned, "schedule")
    assert OTHER not in cells(planned, "schedule", branch=ours)
    assert BRANCH not in cells(planned, "schedule", branch=theirs)


def test_of_one_branch_its_name_stands_once_not_in_every_line(planned: Community) -> None:
    ours, _ = branch_ids(planned)
    assert BRANCH in cells(planned, "board", month="2026-12")
    assert BRANCH not in cells(planned, "board", branch=ours, month="2026-12")
    assert BRANCH in public_words(planned, "board", branch=ours, month="2026-12")


def test_an_unknown_branch_is_refused_with_what_to_do(planned: Community) -> None:
    with pytest.raises(Refused, match="没有这个支部"):
        public(planned, "schedule", branch="99")


def test_the_notice_board_shows_one_month_and_a_code_of_the_chat(planned: Community) -> None:
    ours, _ = branch_ids(planned)
    parts = public(planned, "board", branch=ours, month="2026-12")
    assert cells(planned, "board", branch=ours, month="2026-12").count("12月15日(周二)") == 1
    assert [p.title for p in parts if isinstance(p, Sheet)] == ["2026年12月日程"]
    assert [p.data for p in parts if isinstance(p, Code)] == ["http://127.0.0.1:8000"]


def test_without_a_month_the_notice_board_shows_this_one(planned: Community) -> None:
    titles = [p.title for p in public(planned, "board") if isinstance(p, Sheet)]
    assert titles == ["2026年11月日程"]


def test_a_month_that_is_none_is_refused_by_name(planned: Community) -> None:
    with pytest.raises(Refused, match="没有“2026-13”这个月"):
        public(planned, "board", month="2026-13")


def test_the_privacy_notice_says_how_long_by_the_settings(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("YURE_KEEP__CHAT_DAYS", "45")
    house = request.getfixturevalue("community")
    assert "聊天时说的话45天" in cells(house, "privacy")
    assert "什么时候给谁发过消息（没有内容）3年" in cells(house, "privacy")


def test_the_privacy_notice_is_the_one_that_people_agreed_to(house: Community) -> None:
    pairs = [
        pair for part in public(house, "privacy") if isinstance(part, Facts) for pair in part.pairs
    ]
    assert ("这份说明的版本", KEEP_VERSION) in pairs
    asked = "".join(reply.text for reply in house.say("new", "登记"))
    lead = next(part.text for part in public(house, "privacy") if isinstance(part, Text))
    assert lead in asked


def test_every_length_of_keeping_is_in_the_privacy_notice() -> None:
    told = {setting for _, setting in KEPT}
    every = {name for name in KeepSection.model_fields if name.endswith("_days")}
    assert every - told == {"try_days"}


# ── notices for everybody ────────────────────────────────────────────────────────────────────────


def hang_up(house: Community, text: str = TEXT, audience: str = "all", sign: str = "") -> None:
    """Write a public notice at the desk, confirm it, and let it go out."""
    desk = Desk(house, "李敏")
    desk.press("notices", "write", text=text, audience=audience, public="1", sign=sign)
    notice = last(house)
    desk.press("notices", "confirm", id=str(notice.id), seen=notices.digest(notice))
    turn(house)


def test_only_what_is_meant_for_everybody_stands_on_the_public_page(house: Community) -> None:
    hang_up(house)
    send(house, "支部内部的事。")
    assert TEXT in cells(house, "notices")
    assert "支部内部的事" not in cells(house, "notices")


def test_the_wall_says_in_whose_name_a_notice_is_and_where_it_is_checked(house: Community) -> None:
    house.add(Organisation(name="老体协"))
    hang_up(house, sign="老体协")
    (line,) = [
        row for table in public(house, "notices") if isinstance(table, Table) for row in table.rows
    ]
    assert line[1] == "老体协"
    hang_up(house, "另一件事。")
    assert house.house.settings.office.name in cells(house, "notices")
    ways = [part for part in public(house, "notices") if isinstance(part, Links)]
    assert any(link.to == "/p/check" for part in ways for link in part.links)


def test_a_notice_for_one_branch_is_not_on_the_page_of_another(house: Community) -> None:
    ours, theirs = branch_ids(house)
    hang_up(house, audience=f"branch:{BRANCH}")
    assert TEXT in cells(house, "notices", branch=ours)
    assert TEXT not in cells(house, "notices", branch=theirs)


@pytest.mark.parametrize("audience", ["role:volunteer", "role:coordinator"])
def test_only_what_goes_to_all_or_a_branch_may_be_public(house: Community, audience: str) -> None:
    house.person("卢桂芳", Role.VOLUNTEER)
    with pytest.raises(Refused, match="才能放到公开栏"):
        hang_up(house, audience=audience)


def test_a_public_notice_names_no_member(house: Community) -> None:
    with pytest.raises(Refused, match="请把王秀英的名字去掉"):
        hang_up(house, "请王秀英找联络员李敏。")
    hang_up(house, "有事请找联络员李敏。")
    assert "李敏" in cells(house, "notices")


def test_what_was_stopped_is_taken_off_the_wall(house: Community) -> None:
    hang_up(house)
    Desk(house, "李敏").press("notices", "stop", id=str(last(house).id))
    assert TEXT not in cells(house, "notices")


def test_an_approval_is_bound_to_whether_everybody_may_read_it(house: Community) -> None:
    notice = send(house)
    seen = notices.digest(notice)
    notice.public = True
    assert notices.digest(notice) != seen
