"""The call list, what waits for staff, and the page of notices."""

# ruff: noqa: F811 - the fixtures of tests.notice_house are imported by name

from datetime import timedelta

import pytest

from bot.domain import notices
from bot.domain.base import OutOfReach, Refused
from bot.domain.notices import State
from bot.domain.people import Grant, Role
from bot.feature import Done
from bot.now import real_now
from bot.parts import Form, Press
from bot.talk import Media
from tests.conftest import Community, labels
from tests.desk_house import Desk
from tests.notice_house import (
    OTHER_BRANCH,
    TEXT,
    approved,
    doubtful,
    got,
    house,  # noqa: F401
    last,
    recipients,
    report,
    send,
    small,  # noqa: F401
    strict,  # noqa: F401
    turn,
    who,
    write,
)

# ── the call list and the page ─────────────────────────────────────────────────────────────────────


def test_a_call_is_recorded_and_the_list_gets_shorter(house: Community) -> None:
    send(house)
    assert "陆秀兰(0006)，电话07771234567" in house.say("c1", "通知电话")[-1].text
    assert "都打完了" in house.say("c1", "说到了")[-1].text
    assert report(house).states == {"waiting": 3, "called": 1}
    assert report(house).not_reached == ()


def test_who_could_not_be_got_stays_on_the_list(house: Community) -> None:
    house.person("玉奶奶", phone="13900002222")
    send(house)
    house.say("c1", "通知电话")
    assert "玉奶奶" in house.say("c1", "没打通")[-1].text
    assert len(report(house).not_reached) == 2


def test_the_list_shows_five_at_a_time(house: Community) -> None:
    for n in range(6):
        house.person(f"老人{n}", phone="07770000000")
    send(house)
    house.say("c1", "通知电话")
    reply = house.say("c1", "看名单")[-1]
    assert (reply.text.count("\n"), labels(reply)) == (4, ["往下看", "看好了"])
    assert "老人5" in house.say("c1", "往下看")[-1].text


def waiting(house: Community, name: str) -> list[str]:
    return [one.title for one in Desk(house, name).waits("notice")]


def test_what_waits_for_staff_is_listed(strict: Community) -> None:
    write(strict)
    assert (waiting(strict, "李敏"), waiting(strict, "黄志强")) == ([], ["第1号通知等您批"])


def test_an_unfinished_call_list_waits_for_staff(house: Community) -> None:
    send(house)
    assert waiting(house, "李敏") == ["第1号通知还有1位要打电话"]


# ── the page ───────────────────────────────────────────────────────────────────────────────────────

FORM = {"text": TEXT, "audience": "all", "day": "", "at": "", "picture": ""}


def press(house: Community, action: str, by: str = "李敏", **values: str) -> str:
    """Press a button of the page; what it says."""
    done = Desk(house, by).press("notices", action, **values)
    return done.text if isinstance(done, Done) else str(done)


def page(house: Community, by: str = "李敏", **query: str) -> tuple[list[str], str]:
    """The actions whose forms stand on the page, and all its words."""
    parts = Desk(house, by).page("notices", **query)
    return [p.action for p in parts if isinstance(p, Form | Press)], repr(parts)


def test_the_page_shows_the_count_before_anything_goes_out(house: Community) -> None:
    assert "全体在册 3 可达, 1 电话" in press(house, "write", **FORM)
    turn(house)
    assert (last(house).state, recipients(house)) == (State.DRAFT, [])


def test_on_the_page_a_notice_is_confirmed_and_sent(house: Community) -> None:
    press(house, "write", **FORM)
    press(house, "confirm", id="1", seen=notices.digest(last(house)))
    turn(house)
    assert len(got(house, "m1")) == 1


def test_on_the_page_the_second_yes_is_given(strict: Community) -> None:
    write(strict)
    assert page(strict, "李敏", id="1")[0] == ["test", "edit", "stop"]
    assert page(strict, "黄志强", id="1")[0] == ["approve", "reject", "test", "edit", "stop"]
    press(strict, "approve", "黄志强", id="1", seen=notices.digest(last(strict)))
    assert last(strict).state is State.APPROVED


def test_on_the_page_a_stale_yes_is_refused(strict: Community) -> None:
    write(strict)
    with pytest.raises(Refused, match="刚刚改过"):
        press(strict, "approve", "黄志强", id="1", seen="what stood there before")


def test_on_the_page_a_refusal_is_told_to_the_writer(strict: Community) -> None:
    write(strict)
    press(strict, "reject", "黄志强", id="1", why="日期写错了")
    assert "日期写错了" in page(strict, "李敏", id="1")[1]


def test_on_the_page_a_call_is_recorded(house: Community) -> None:
    send(house)
    assert page(house, id="1")[0] == ["again", "correct", "stop"]
    press(house, "called", id="1", person=str(who(house, "陆秀兰").id))
    assert report(house).states["called"] == 1


def test_on_the_page_it_is_stopped(house: Community) -> None:
    send(house)
    assert "还没有人收到" in press(house, "stop", id="1")
    assert got(house, "m1") == []


def test_on_the_page_it_is_sent_again(house: Community) -> None:
    send(house)
    house.bind(who(house, "陆秀兰"), "m4")
    assert "再发给1位" in press(house, "again", id="1")


def test_on_the_page_those_in_doubt_get_it_again_only_by_a_press_of_its_own(
    house: Community,
) -> None:
    doubtful(house)
    actions, words = page(house, id="1")
    assert "again" in actions
    assert "也再发给不知道收到没有的1位" in words
    assert "再发给2位" in press(house, "again", id="1", doubtful="1")
    turn(house)
    assert len([row for row in recipients(house) if row.address == "t9"]) == 2


def test_the_list_leads_to_each_notice(house: Community) -> None:
    send(house)
    assert "/desk/notices?id=1" in page(house)[1]


def test_a_notice_of_another_branch_is_not_shown(house: Community) -> None:
    branch = house.branch(OTHER_BRANCH)
    other = house.person("莫大叔", branch=OTHER_BRANCH)
    house.add(Grant(person_id=other.id, role=Role.COORDINATOR, branch_id=branch.id))
    send(house)
    with pytest.raises(OutOfReach, match="没有这条通知"):
        page(house, "莫大叔", id="1")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"day": "2026-11-21", "at": "09:00"}, "已经过了"),
        ({"day": "someday"}, "时间没看懂"),
        ({"audience": "member:没有这个人"}, "没有找到"),
        ({"audience": "role:king"}, "这类人"),
        ({"audience": "branch:没有"}, "没有找到支部"),
        ({"audience": "?"}, "发给谁"),
    ],
)
def test_the_page_says_what_is_wrong(house: Community, values: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why):
        press(house, "write", **FORM | values)


def test_the_clock_of_the_house_sends_notices(house: Community) -> None:
    write(house)
    house.house.clock.tick_now()
    assert len(got(house, "m1")) == 1


def test_a_picture_goes_out_with_the_words(house: Community) -> None:
    house.say("c1", "发通知")
    house.say("c1", TEXT, media=(Media("picture", "站牌", "uploads/a.jpg"),))
    for words in ("全体在册", "现在发", "不放", "对"):
        house.say("c1", words)
    turn(house)
    (reply,) = [reply for kind, reply in house.fetch("m1") if kind == "notice"]
    assert [item.path for item in reply.media] == ["uploads/a.jpg"]


def test_a_picture_alone_asks_for_words(house: Community) -> None:
    house.say("c1", "发通知")
    reply = house.say("c1", "", media=(Media("picture", "站牌", "uploads/a.jpg"),))[-1]
    assert "文字和图片一起" in reply.text


def test_the_writer_is_told_when_it_is_all_out(strict: Community) -> None:
    approved(strict)
    strict.fetch("c1")
    turn(strict)
    turn(strict, real_now() + timedelta(minutes=2))
    assert any("都发出去了" in reply.text for _, reply in strict.fetch("c1"))


def test_one_of_several_notices_is_picked(house: Community) -> None:
    send(house)
    send(house, "下周三义诊。")
    assert labels(house.say("c1", "通知进度")[-1]) == ["2 下周三义诊。", "1 明天上午九…"]
    assert "下周三义诊" in house.say("c1", "1")[0].text
