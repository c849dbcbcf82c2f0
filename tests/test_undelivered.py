"""请打电话: whom a reminder can't reach is called, with words to say; what came too late is seen once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.base import Refused
from bot.domain.deeds import looks_at
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Grant, Person, Role
from bot.domain.phrase import Phrase, Slot
from bot.feature import Need
from bot.parts import Facts, Form, Text
from bot.talk import Note
from tests.conftest import Community
from tests.desk_house import Desk

PAGE = "calls"
WORDS = "明天有志愿服务日。"
SOON = Phrase("event.soon", "前一天", "明天有{什么}。", (Slot("what", "什么", "唱歌"),))


@pytest.fixture
def town(community: Community) -> Community:
    """A coordinator, one of another branch, two members without a device, and one who has one."""
    community.house.settings.known_phrases[SOON.name] = SOON
    community.person("李敏", Role.COORDINATOR, address="c1")
    other = community.person("卢桂芳", branch="双鹤社区离退休党支部")
    community.add(Grant(person_id=other.id, role=Role.COORDINATOR, branch_id=other.branch_id))
    for name in ("韦建国", "覃秀英"):
        remind(community, community.person(name, phone=f"1380000{len(name)}777"))
    remind(community, community.person("黄志强", address="m1"))
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def remind(town: Community, person: Person, **more: Any) -> None:
    until = more.pop("until", town.clock() + timedelta(days=1))
    words = SOON(town.house.settings, what="志愿服务日")
    note = Note(person.id, words, f"r:{person.id}", Mail.REMINDER, useful_until=until)
    post, now = town.house.post, town.clock()
    town.house.db.write_now(
        lambda s: post.queue(s, note, now, post.addresses(s, [person.id]), **more)
    )


def who(town: Community, name: str) -> Person:
    found: Person = town.all(select(Person).where(Person.name == name))[0]
    return found


def read(parts: tuple[Any, ...]) -> str:
    """The form's own mark of what was read out."""
    (form,) = [part for part in parts if isinstance(part, Form)]
    return next(field.value for field in form.fields if field.name == "read")


def test_who_cannot_be_reminded_stands_on_today(desk: Desk) -> None:
    (wait,) = desk.waits("undelivered")
    assert (wait.kind, wait.title) == (Need.UNREACHED, "有2位的提醒、消息发不到")
    assert wait.detail == "韦建国、覃秀英"
    assert [press.label for press in wait.presses] == ["打下一位"]
    assert [row[0] for row in desk.rows(PAGE)] == ["韦建国", "覃秀英"]


@pytest.mark.own_words
def test_words_of_yesterday_are_not_read_out_as_of_today(desk: Desk, town: Community) -> None:
    ahead = timedelta(days=3)
    person = town.person("农大爷", phone="13900001111")
    words = "（补发）明天上午请人来看您。"
    note = Note(person.id, words, "r:late", Mail.VISIT, useful_until=town.clock() + ahead)
    town.house.db.write_now(
        lambda s: town.house.post.queue(
            s, note, town.clock(), town.house.post.addresses(s, [person.id])
        )
    )

    def shown() -> list[str]:
        parts = desk.press(PAGE, "call", person=str(person.id))
        return [part.text for part in parts if isinstance(part, Text)]

    assert not any("照那天算" in text for text in shown())
    assert any("：明天上午请人来看您。" in text for text in shown())
    town.clock.at += timedelta(days=1)
    assert any("这话是11月22日(周日)写的" in text for text in shown())


def test_a_call_shows_phone_and_words_and_leads_to_the_next(desk: Desk, town: Community) -> None:
    shown = desk.press(PAGE, "next")
    facts = next(part for part in shown if isinstance(part, Facts))
    assert ("电话", who(town, "韦建国").phone) in facts.pairs
    assert any(WORDS in part.text for part in shown if isinstance(part, Text))
    assert len(town.all(looks_at(who(town, "韦建国").id))) == 1
    person = str(who(town, "韦建国").id)
    after = desk.press(PAGE, "called", person=person, outcome="told", read=read(shown))
    assert "记下了：韦建国，说到了。" in str(after)
    assert "打给覃秀英" in str(after)
    assert [row[0] for row in desk.rows(PAGE)] == ["覃秀英"]


def test_who_did_not_answer_stays_on_the_list_as_the_last(desk: Desk, town: Community) -> None:
    shown, person = desk.press(PAGE, "next"), str(who(town, "韦建国").id)
    desk.press(PAGE, "called", person=person, outcome="no_answer", read=read(shown))
    assert [(row[0], row[4]) for row in desk.rows(PAGE)] == [("覃秀英", ""), ("韦建国", "没打通过")]


def test_what_came_while_somebody_was_on_the_phone_is_still_to_be_told(
    desk: Desk, town: Community
) -> None:
    shown, one = desk.press(PAGE, "next"), who(town, "韦建国")
    later = Note(one.id, SOON(town.house.settings, what="走访"), "later", Mail.VISIT)
    town.house.db.write_now(lambda s: town.house.post.note(s, later, town.clock()))
    desk.press(PAGE, "called", person=str(one.id), outcome="told", read=read(shown))
    assert "韦建国" in [row[0] for row in desk.rows(PAGE)]


def test_the_second_of_two_who_call_reads_that_it_is_done(desk: Desk, town: Community) -> None:
    shown, person = desk.press(PAGE, "next"), str(who(town, "韦建国").id)
    desk.press(PAGE, "called", person=person, outcome="kin", read=read(shown))
    with pytest.raises(Refused, match="刚刚有同事打通了"):
        desk.press(PAGE, "called", person=person, outcome="told", read=read(shown))


def test_what_is_over_is_not_called_about(desk: Desk, town: Community) -> None:
    town.clock.go(days=2)
    assert desk.waits("undelivered") == []


def test_another_branch_neither_sees_nor_calls(town: Community) -> None:
    other = Desk(town, "卢桂芳")
    assert other.rows(PAGE) == []
    with pytest.raises(Refused, match="不归您"):
        other.press(PAGE, "call", person=str(who(town, "韦建国").id))


def test_a_reminder_that_came_too_late_is_seen_once(desk: Desk, town: Community) -> None:
    remind(town, town.person("莫子安", address="m2"), kept=(Sending.EXPIRED, "too_late"))
    (wait,) = [one for one in desk.waits("undelivered") if one.kind is Need.REMINDER]
    assert wait.title == "有1条提醒过了时候，没有发"
    (press,) = wait.presses
    assert desk.press(PAGE, press.action, **dict(press.values)) == "好的，1条不再列出来。"
    assert desk.press(PAGE, press.action, **dict(press.values)) == "已经有同事看过了。"
    assert [one.kind for one in desk.waits("undelivered")] == [Need.UNREACHED]
    assert town.all(select(Outbox.state).where(Outbox.reason == "noted")) == [Sending.EXPIRED]
