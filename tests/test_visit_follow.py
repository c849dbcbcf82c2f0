"""What is asked after a visit was booked: who comes, when, what to prepare, another time, by its number."""

import pytest

from bot.domain.people import Role
from bot.domain.schedule import DayKind
from bot.domain.visits import Half
from tests.calendar_house import rule
from tests.conftest import Community
from tests.test_visit import accepted_visit, ask_for_visit, talk, the_visit, town

__all__ = ["town"]


def said(town: Community, who: str, text: str) -> str:
    return talk(town, who, text)[-1].text


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("谁来？", "还在请人"),
        ("那是哪位来看我呀", "还在请人"),
        ("要不要带什么？", "不用准备什么"),
        ("我要准备些什么吗", "不用准备什么"),
        ("几点来？", "约的是11月27日(周五)上午"),
        ("那改到下午呢？", "改到11月27日(周五)下午，对吗"),
        ("下午行吗", "改到11月27日(周五)下午，对吗"),
        ("能改到星期四吗", "改到11月26日(周四)上午，对吗"),
    ],
)
def test_a_question_after_booking_is_about_the_visit(
    town: Community, words: str, answer: str
) -> None:
    ask_for_visit(town)
    assert answer in said(town, "m1", words)


def test_the_volunteer_who_accepted_is_named(town: Community) -> None:
    accepted_visit(town)
    assert "由李四去看您" in said(town, "m1", "谁来？")


def test_a_volunteer_who_was_only_asked_is_not_named(town: Community) -> None:
    ask_for_visit(town)
    talk(town, "c1", "走访", "1", "请志愿者", "李四", "对")
    answer = said(town, "m1", "谁来？")
    assert "等答复" in answer
    assert "李四" not in answer


def test_another_half_alone_keeps_the_day_of_the_visit(town: Community) -> None:
    ask_for_visit(town)
    talk(town, "m1", "改走访时间", "下午", "对")
    assert (the_visit(town).day.isoformat(), the_visit(town).half) == ("2026-11-27", Half.AFTERNOON)


def test_what_is_asked_after_a_service_day_is_about_that_again(town: Community) -> None:
    rule(town, "2nd thu 09:00", DayKind.SERVICE)
    ask_for_visit(town)
    talk(town, "m1", "服务日")
    assert "志愿服务日" in said(town, "m1", "要带什么？")


def test_after_half_an_hour_nothing_follows_a_visit_any_more(town: Community) -> None:
    rule(town, "15 09:00", DayKind.STUDY)
    ask_for_visit(town)
    town.clock.go(minutes=31)
    assert "12月15日" in said(town, "m1", "要带什么？")


def test_who_comes_is_asked_though_nothing_was_booked(town: Community) -> None:
    assert "没有约上门" in said(town, "m1", "谁来？")


def test_a_question_in_the_middle_of_another_dialog_leaves_it_open(town: Community) -> None:
    ask_for_visit(town)
    replies = talk(town, "m1", "我的上门", "谁来？")
    assert "还在请人" in replies[0].text
    assert "要改吗" in replies[-1].text


def test_the_number_of_a_visit_opens_it_for_each_who_has_to_do_with_it(town: Community) -> None:
    town.person("陆明", address="m2")
    ask_for_visit(town)
    talk(town, "c1", "走访", "1", "请志愿者", "李四", "对")
    assert "要改吗" in said(town, "m1", "登记号1")
    assert "1号：11月27日" in said(town, "c1", "登记号1")
    assert "您能去吗" in said(town, "v1", "登记号1")
    assert "您没有登记号1的走访" in said(town, "m2", "登记号1")


def test_a_strangers_number_of_a_visit_tells_nothing(town: Community) -> None:
    ask_for_visit(town)
    assert "要先登记" in said(town, "s1", "登记号1")


def test_a_volunteer_who_books_sees_the_own_visit_by_its_number(town: Community) -> None:
    town.person("黄志", Role.MEMBER, Role.VOLUNTEER, address="v2")
    ask_for_visit(town, "v2")
    assert "要改吗" in said(town, "v2", "登记号1")


@pytest.mark.parametrize("words", ["11月30日上午", "下星期一上午", "改到11月30日"])
def test_a_time_said_to_the_open_visit_is_when_it_is_moved_to(town: Community, words: str) -> None:
    ask_for_visit(town)
    assert "改到11月30日(周一)上午，对吗" in talk(town, "m1", "请人上门", words)[-1].text
