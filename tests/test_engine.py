"""The dialog engine, through a channel and the real handlers."""

import pytest
from sqlalchemy import select

from bot.domain.handover import Handover
from bot.domain.mail import Conversation, Heard, Inbox, Mail, Outbox
from bot.domain.people import Role
from bot.engine.directory import short
from bot.engine.words import SAFETY
from bot.feature import Dialog
from bot.talk import Media
from handlers import FEATURES
from tests.conftest import Community, labels


def test_a_repeated_message_is_answered_once(community: Community) -> None:
    community.person("王秀英", address="m1")
    assert community.say("m1", "帮助", update="u1")
    assert community.say("m1", "帮助", update="u1") == []
    assert len(community.all(select(Outbox))) == 1


def test_the_menu_has_at_most_four_buttons_and_leads_to_a_dialog(community: Community) -> None:
    community.person("王秀英", address="m1")
    parts = labels(community.say("m1", "菜单")[0])
    assert 1 <= len(parts) <= 4
    assert "帮 · 求助" in parts
    items = community.say("m1", "帮 · 求助")[0]
    assert "我的资料" in labels(items) + labels(community.say("m1", "更多")[0])


def test_a_digit_a_label_and_full_width_forms_mean_the_same(community: Community) -> None:
    community.person("王秀英", address="m1")
    answers = []
    for words in ("1", "１", "一", "第一个"):
        community.say("m1", "菜单")
        answers.append(community.say("m1", words)[0].text)
    assert len(set(answers)) == 1


def test_an_unknown_address_is_told_first_who_we_are(community: Community) -> None:
    first = community.say("x1", "菜单")
    assert "从不向您要钱" in first[0].text
    assert "从不向您要钱" not in community.say("x1", "菜单")[0].text


def test_words_not_understood_get_three_different_answers_then_a_person(
    community: Community,
) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    texts = [community.say("m1", "呱呱呱嘟嘟嘟")[-1].text for _ in range(3)]
    assert len(set(texts)) == 3
    assert [row.why for row in community.all(select(Handover))] == ["lost"]
    assert any("王秀英" in reply.text for _, reply in community.fetch("c1"))


@pytest.mark.parametrize("dialog", [d for f in FEATURES for d in f.dialogs], ids=lambda d: d.name)
def test_every_dialog_has_a_name_that_fits_on_a_button(dialog: Dialog) -> None:
    assert short(dialog)


def test_danger_is_answered_by_120_and_alarms_the_coordinators(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    assert "120" in community.say("m1", "我摔倒了起不来")[0].text
    alarms = [(kind, r.text) for kind, r in community.fetch("c1")]
    assert [kind for kind, _ in alarms] == [Mail.ALARM.value]
    assert "紧急" in alarms[0][1]


def test_danger_is_not_swallowed_by_an_open_question(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    community.say("m1", "菜单")
    assert "120" in community.say("m1", "胸口好痛喘不过气")[0].text
    assert "要办哪一样" in community.say("m1", "1")[0].text


def test_undo_asks_once_and_takes_back_what_was_done(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", "少提醒我")
    assert "撤销" in community.say("m1", "撤销")[0].text
    assert "照样提醒" in community.say("m1", "1")[0].text
    assert "没有可以撤销" in community.say("m1", "撤销")[0].text


def test_undo_works_for_a_day_and_no_longer(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", "少提醒我")
    community.clock.go(hours=25)
    assert "没有可以撤销" in community.say("m1", "撤销")[0].text


def test_undo_that_was_asked_for_in_time_may_be_confirmed_a_little_later(
    community: Community,
) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", "少提醒我")
    community.clock.go(hours=23, minutes=55)
    community.say("m1", "撤销")
    community.clock.go(minutes=30)
    assert "照样提醒" in community.say("m1", "撤销它")[0].text


def test_while_a_person_answers_the_bot_is_silent_and_passes_words_on(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    community.say("m1", "找人帮忙")
    community.fetch("c1")
    community.say("c1", "回复")
    community.say("c1", "1")
    community.say("c1", "王阿姨您好，我是小韦")
    assert [r.text for _, r in community.fetch("m1")] == ["韦建国：王阿姨您好，我是小韦"]
    assert community.say("m1", "我想问问学习的事") == []
    assert any("学习的事" in r.text for _, r in community.fetch("c1"))
    community.say("c1", "说完了")
    assert community.say("m1", "菜单")


def test_the_bot_takes_over_again_by_a_word_or_after_a_day(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    community.say("m1", "找人帮忙")
    for words in ("回复", "1", "您好"):
        community.say("c1", words)
    community.clock.go(hours=23)
    assert community.say("m1", "在吗") == []
    community.clock.go(hours=2)
    assert community.say("m1", "在吗")


def test_who_answers_is_told_when_the_member_goes_back_to_the_bot(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    community.say("m1", "找人帮忙")
    for words in ("回复", "1", "您好"):
        community.say("c1", words)
    community.fetch("c1")
    community.say("m1", "主菜单")
    assert [r.text[:13] for _, r in community.fetch("c1")] == ["王秀英又和机器人说话了，这"]
    community.say("m1", "主菜单")
    assert community.fetch("c1") == []


def test_media_is_always_answered_and_passed_on(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    for kind in ("voice", "picture", "video", "location", "file", "sticker"):
        assert community.say("m1", "", media=(Media(kind),))[0].text
    assert [row.why for row in community.all(select(Handover))] == ["media"]


def test_a_half_done_dialog_is_put_aside_by_the_menu_and_taken_up_again(
    community: Community,
) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    community.say("m1", "找人帮忙")
    community.say("c1", "回复")
    community.say("c1", "1")
    community.say("c1", "主菜单")
    assert "您怎么回" in community.say("c1", "接着办")[0].text


def test_step_back_asks_the_question_before_again(community: Community) -> None:
    community.person("王秀英", address="m1")
    first = community.say("m1", "菜单")[0]
    community.say("m1", "1")
    assert community.say("m1", "上一步")[0].text == first.text


def test_cancel_ends_the_dialog(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", "菜单")
    assert "不办了" in community.say("m1", "取消")[0].text
    assert community.all(select(Conversation))[0].dialog is None


def test_every_message_is_kept_and_marked_as_done(community: Community) -> None:
    community.say("x1", "你好")
    rows = community.all(select(Inbox))
    assert [(row.text, row.state) for row in rows] == [("你好", Heard.DONE)]


def test_words_said_in_front_of_the_menu_start_what_they_mean(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", "菜单")
    replies = community.say("m1", "政治生日")
    assert len(replies) == 1
    assert "党龄" in replies[0].text


@pytest.mark.parametrize("word", [word for words in SAFETY.values() for word in words])
def test_a_word_that_always_works_is_no_danger(community: Community, word: str) -> None:
    community.person("王秀英", address="m1")
    assert "有危险吗" not in community.say("m1", word)[0].text


def test_a_bare_answer_to_a_question_is_no_danger(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    community.say("m1", "替别人请人上门")
    assert "120" not in "".join(r.text for r in community.say("m1", "隔壁陈伯"))
    assert community.all(select(Handover)) == []


def test_a_danger_named_in_the_answer_to_a_question_is_heard(community: Community) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    community.say("m1", "替别人请人上门")
    assert "120" in community.say("m1", "隔壁陈伯摔倒了起不来")[0].text


def test_who_calls_the_assistant_by_its_name_is_greeted(community: Community) -> None:
    community.person("王秀英", address="m1")
    assert "您直接说就行" in community.say("m1", "余热")[-1].text
