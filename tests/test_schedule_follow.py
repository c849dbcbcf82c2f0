"""Questions that follow an answer are about what was answered last."""

import pytest

from bot.domain.schedule import DayKind
from handlers.schedule.follow import follows
from tests.calendar_house import rule, said, town
from tests.conftest import Community

__all__ = ["town"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("要带什么？", "12月15日(周二)的学习日，材料：笔记本。"),
        ("在哪里学", "12月15日(周二)的学习日，在一楼会议室。"),
        ("那几点开始呢", "学习日是12月15日(周二)上午9点开始。"),
        ("學什麼內容", "12月15日(周二)的学习日，内容：《论十大关系》。"),
        ("那下一次呢", "再下一个学习日是2027年1月15日(周五)上午9点，在一楼会议室。"),
    ],
)
def test_after_the_study_day_it_is_about_that_day(town: Community, words: str, answer: str) -> None:
    assert said(town, "m1", "学习日", words) == answer


def test_the_next_one_is_then_what_is_spoken_of(town: Community) -> None:
    assert "1月15日" in said(town, "m1", "学习日", "那下一次呢", "几点")
    assert "2月15日" in said(town, "m1", "再下一次呢")


def test_after_the_service_day_it_is_about_the_service_day(town: Community) -> None:
    assert said(town, "m1", "服务日", "在哪里集合").startswith("12月10日(周四)的志愿服务日，在")
    assert "人来就行" in said(town, "m1", "要带些什么东西")
    assert "1月14日" in said(town, "m1", "那下次呢")


def test_a_branch_sees_an_event_that_was_picked(town: Community) -> None:
    rule(town, "fri 15:00", DayKind.EVENT, topic="合唱")
    assert "合唱是11月27日(周五)下午3点" in said(town, "m1", "最近活动", "1", "对", "几点开始")


@pytest.mark.parametrize("between", ["请假", "我的上门"])
def test_something_else_done_meanwhile_is_not_what_follows(town: Community, between: str) -> None:
    said(town, "m1", "服务日", between, "取消")
    assert "12月15日" in said(town, "m1", "我的上门", "要带什么")


def test_without_an_answer_before_it_is_the_next_study_day(town: Community) -> None:
    assert said(town, "m1", "要带什么").startswith("下一个学习日是12月15日")
    said(town, "m1", "服务日")
    town.clock.go(hours=1)
    assert said(town, "m1", "要带什么").startswith("下一个学习日是12月15日")


@pytest.mark.parametrize(
    "words", ["我在哪里可以买药", "下次再说", "几点关门", "带什么人来都行吗", ""]
)
def test_sentences_that_only_resemble_a_question_are_none(words: str) -> None:
    assert follows(words) is None
