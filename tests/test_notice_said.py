"""For whom a notice is, said by a coordinator in chat in one sentence."""

import pytest

from bot import notices as desk
from bot.db import SessionRows
from bot.domain.base import Refused
from tests.conftest import Community
from tests.notice_house import send, who
from tests.test_notice_audience import town as town


def said(town: Community, words: str, by: str = "李敏") -> str:
    author = who(town, by)
    return town.house.db.read_now(lambda s: desk.in_words(SessionRows(s), author, words))


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("全体", "all"),
        ("双鹤的", "branch:双鹤社区离退休党支部"),
        ("双鹤社区离退休党支部的人", "branch:双鹤社区离退休党支部"),
        ("三海和双鹤的党员", "branch:三海街道离退休党支部,双鹤社区离退休党支部&role:党员"),
        ("70岁以上的志愿者", "age:70-&role:志愿者"),
        ("七十到八十岁的", "age:70-80"),
        ("75岁以下", "age:-75"),
        ("三海街道70岁以上只有电话的", "age:70-&channel:phone&branch:三海街道离退休党支部"),
        ("老体协和关工委的", "org:老体协,关工委"),
        ("没回第12号通知的", "silent:12"),
        ("还没有回过12号的", "silent:12"),
        ("回了第12号的", "answered:12"),
        ("用电报的", "channel:telegram"),
        ("韦建国", "member:0003"),
    ],
)
def test_a_sentence_says_conditions_that_all_hold(town: Community, words: str, kept: str) -> None:
    assert said(town, words) == kept


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("双鹤的属虎的", "“属虎”没听懂"),
        ("那些身体好又爱唱歌跳舞的", "没听懂"),
        ("孙悟空", "没有找到“孙悟空”"),
    ],
)
def test_what_is_not_understood_is_named_with_how_to_say_it(
    town: Community, words: str, why: str
) -> None:
    with pytest.raises(Refused, match=why) as no:
        said(town, words)
    assert "只有电话的" in str(no.value)
    assert len(str(no.value)) <= 100


def test_in_chat_it_stands_in_place_of_a_button(town: Community) -> None:
    town.say("c1", "发通知")
    assert "直接说" in town.say("c1", "明天开会")[-1].text
    assert "没听懂" in town.say("c1", "那些爱唱歌跳舞的人吧")[0].text
    town.say("c1", "取消")
    notice = send(town, "明天开会", "双鹤七十岁以上的", "现在发", "对")
    assert (notice.audience_title, notice.audience_size) == (
        "70岁以上，双鹤社区离退休党支部", 1
    )  # fmt: skip


def test_a_former_notice_must_be_there(town: Community) -> None:
    town.say("c1", "发通知")
    town.say("c1", "明天开会")
    assert "没有这条通知" in town.say("c1", "没回第99号的")[0].text
