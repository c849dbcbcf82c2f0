"""What plain answers mean: yes and no, digits, danger, pictures, second thoughts; through the real handlers."""

import pytest
from sqlalchemy import select

from bot.domain.handover import Handover
from bot.domain.people import Role
from bot.domain.schedule import DayKind
from bot.talk import Media
from handlers import FEATURES
from tests.calendar_house import rule
from tests.conftest import Community, labels


@pytest.fixture
def town(community: Community) -> Community:
    """A coordinator, a member, and a study day in December."""
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    rule(community, "15 09:00", DayKind.STUDY)
    return community


@pytest.mark.parametrize("yes", ["好的", "是的", "嗯", "行", "可以", "没错", "係", "好嘅", "對"])
def test_a_plain_yes_confirms_a_read_back(town: Community, yes: str) -> None:
    town.say("m1", "请假")
    assert "请好假了" in town.say("m1", yes)[0].text


@pytest.mark.parametrize(("no", "heard"), [("不对", "哪一天"), ("不用了", "先不办了")])
def test_a_plain_no_changes_or_drops_what_was_read_back(
    town: Community, no: str, heard: str
) -> None:
    town.say("m1", "请假")
    assert heard in town.say("m1", no)[0].text


def test_a_digit_answers_a_message_that_came_by_itself(town: Community) -> None:
    town.person("黄志强", Role.VOLUNTEER, address="v1")
    for words in ("请人上门", "1", "1", "对"):
        town.say("m1", words)
    for words in ("走访", "1", "1", "1", "对"):
        town.say("c1", words)
    assert any("您能去吗" in reply.text for _, reply in town.fetch("v1"))
    assert "谢谢您" in town.say("v1", "1")[0].text


def test_a_doubtful_danger_tells_the_coordinators_before_it_is_answered(town: Community) -> None:
    assert "有危险吗" in town.say("m1", "我起不来，请假")[0].text
    assert [row.why for row in town.all(select(Handover))] == ["care"]


def test_once_a_danger_is_ruled_out_the_wish_goes_on(town: Community) -> None:
    town.say("m1", "我起不来，请假")
    assert "请假，现在办吗" in town.say("m1", "没事")[-1].text
    assert "给您请假，对吗" in town.say("m1", "好")[0].text


def test_a_greeting_beside_a_wish_is_not_offered_as_another_wish(town: Community) -> None:
    replies = town.say("m1", "好的，那学习日呢")
    assert not any("您还说到" in reply.text for reply in replies)


def test_a_stranger_alarms_once_however_often_it_is_said(town: Community) -> None:
    for _ in range(3):
        assert "120" in town.say("s1", "我摔倒了起不来")[-1].text
    assert len(town.fetch("c1")) == 1


def test_a_flood_of_strangers_is_joined_into_messages_that_count(town: Community) -> None:
    town.clock.set("2026-11-22T10:00")
    for n in range(20):
        assert "120" in town.say(f"s{n}", "我摔倒了起不来")[-1].text
    town.clock.go(minutes=5)
    told = [reply.text for _, reply in town.fetch("c1")]
    assert len(told) == 5 + 3
    assert "一小时里有20位没登记的朋友" in told[-1]


def test_a_flood_of_strangers_joins_no_members_alarm(town: Community) -> None:
    for n in range(20):
        town.say(f"s{n}", "我摔倒了起不来")
    town.fetch("c1")
    town.say("m1", "我摔倒了起不来")
    town.say("m1", "快来人啊，我摔倒了")
    assert [reply.text[:7] for _, reply in town.fetch("c1")] == ["【紧急】王秀英"] * 2


@pytest.mark.parametrize(
    "words", ["我妈", "我爸", "老李", "没见到", "阿公", "二楼", "楼上", "没有危险"]
)
def test_who_or_where_alone_is_no_danger(town: Community, words: str) -> None:
    assert not any("120" in reply.text or "危险吗" in reply.text for reply in town.say("m1", words))


@pytest.mark.parametrize(
    "words", ["我摔倒了", "胸口痛", "起不来", "头好晕", "救救我爷爷", "着火了"]
)
def test_few_words_that_name_a_danger_alarm_without_asking(town: Community, words: str) -> None:
    town.say("m1", "上门走访")
    assert "请马上打120" in town.say("m1", words)[0].text


def test_a_false_alarm_is_taken_back_and_told(town: Community) -> None:
    town.say("m1", "我摔倒了")
    assert "没有危险就好" in town.say("m1", "没有危险")[0].text
    assert any("说没有危险了" in reply.text for _, reply in town.fetch("c1"))


def test_an_offer_is_forgotten_once_something_else_is_done(town: Community) -> None:
    town.say("m1", "请假")
    for words in ("改一下", "请人上门", "取消"):
        town.say("m1", words)
    assert len(town.say("m1", "学习日")) == 1


def test_who_waits_for_a_person_may_go_on_telling(town: Community) -> None:
    town.say("m1", "找人帮忙")
    assert "转给社区同志" in town.say("m1", "呱呱呱嘟嘟嘟")[0].text
    assert "呱呱呱" in town.all(select(Handover))[0].words


def test_a_picture_in_the_middle_of_a_question_is_passed_on_and_the_question_stays(
    town: Community,
) -> None:
    town.say("m1", "请人上门")
    replies = town.say("m1", "", media=(Media("picture"),))
    assert "转给社区同志" in replies[0].text
    assert "是为了什么事呢" in replies[-1].text


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VOLUNTEER])
def test_everything_in_the_menu_is_at_most_three_choices_away(
    community: Community, role: Role
) -> None:
    community.person("王秀英", role, address="m1")
    placed = {d.place.label for f in FEATURES for d in f.dialogs if d.place and role in d.roles}
    for part in labels(community.say("m1", "菜单")[0]):
        community.say("m1", "菜单")
        placed -= set(labels(community.say("m1", part)[0]))
        placed -= set(labels(community.say("m1", "更多")[0]))
    assert placed == set()


def test_a_part_of_the_menu_is_named_by_its_character(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", "菜单")
    assert "学习日" in labels(community.say("m1", "学")[0])


def test_a_digit_with_nothing_to_choose_is_told_so(town: Community) -> None:
    assert "没有要选的" in town.say("m1", "3")[0].text


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("谢谢", "不客气"),
        ("再见", "再见"),
        ("知道了", "好的"),
        ("好的", "好的"),
        ("不用了", "好的"),
    ],
)
def test_a_courtesy_is_answered_in_kind(town: Community, words: str, heard: str) -> None:
    assert heard in town.say("m1", words)[0].text


@pytest.mark.parametrize(("words", "heard"), [("才单", "您想办什么"), ("去校", "没有办到一半")])
def test_what_sounds_like_a_word_that_always_works_is_that_word(
    town: Community, words: str, heard: str
) -> None:
    assert heard in town.say("m1", words)[0].text


def test_a_question_answered_beside_a_form_is_answered_for_its_month(town: Community) -> None:
    town.say("m1", "请假")
    assert "1月15日" in town.say("m1", "明年一月学习日是哪天")[0].text


def test_leave_for_somebody_else_is_not_taken_for_the_speakers(town: Community) -> None:
    assert "替哪一位" in town.say("m1", "我老伴要请假")[0].text


def test_words_said_to_a_question_whose_matter_is_gone_are_heard_anew(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("陆明", Role.COORDINATOR, address="c2")
    community.person("王秀英", address="m1")
    community.say("m1", "找人帮忙")
    community.say("c1", "回复")
    for words in ("回复", "1", "您好", "说完了"):
        community.say("c2", words)
    texts = [reply.text for reply in community.say("c1", "发通知")]
    assert texts[0] == "现在没有人在等。"
    assert "请写通知内容" in texts[1]
