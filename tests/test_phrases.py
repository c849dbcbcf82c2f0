"""The words of automatic messages: defaults keep their own rules, changes are checked, and every process says them."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.base import Refused
from bot.domain.mail import Mail, Outbox
from bot.domain.people import Grant, Person, Role
from bot.domain.phrase import Phrase, Slot
from bot.domain.registration import RegistrationRequest, Stage
from bot.domain.schedule import DayKind
from bot.domain.settings import SettingChange
from bot.members import welcome_words
from bot.parts import Press, Preview, Text
from bot.talk import Note
from bot.text import to_traditional
from bot.tuning import follow
from handlers import FEATURES
from handlers.settings.texts import SECTIONS
from tests import unasked
from tests.calendar_house import rule, talk, tick
from tests.conftest import Community
from tests.desk_house import Desk
from tests.desk_http import served

PHRASES = [phrase for feature in FEATURES for phrase in feature.phrases]
PARTY = Phrase("x.party", "x", "{日子}请您来。", (Slot("day", "日子", "12月10日", needed=True),))


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.name)
def test_a_default_keeps_the_rules_that_a_change_must_keep(phrase: Phrase) -> None:
    assert phrase.faults(phrase.words) == []


def test_names_of_phrases_are_unique() -> None:
    assert len({phrase.name for phrase in PHRASES}) == len(PHRASES) > 15


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "还没有写话"),
        ("请您来。", "要有{日子}"),
        ("{日子}请你来。", "称“您”"),
        ("{日子}{地点}请您来。", "{地点}认不得"),
        ("{日子}请您来{。", "花括号"),
        ("{日子}" + "请您来，" * 30, "最多100个"),
        ("{日子}来吗？带伞吗？", "只问一个问题"),
        ("{日子}请您来party。", "英文"),
        ("{日子}请您提交。", "不好懂"),
        ("{日子}请您扫码付款。", "骗子"),
        ("{日子}看www点abc.cn", "网址"),
        ("{日子}打13800001234。", "号码"),
        ("{日子}打0777-123 4567。", "号码"),
        ("{日子}把验 证 码告诉我们。", "骗子"),
        ("{日子}把验證碼告诉我们。", "骗子"),
    ],
)
def test_what_members_should_not_read_is_refused(words: str, fault: str) -> None:
    assert any(fault in said for said in PARTY.faults(words)), PARTY.faults(words)


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    assert PARTY(None, day="{日子}{day.__class__}") == "{日子}{day.__class__}请您来。"


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.name)
def test_every_phrase_stands_in_a_section_of_the_page(phrase: Phrase) -> None:
    assert phrase.feature in SECTIONS


def test_what_is_sent_unasked_in_other_words_is_found(town: Community) -> None:
    """Every test with a community is looked through at its end; here that the look finds anything."""
    person = town.person("王秀英", address="m1")
    said = [
        Note(person.id, "谁也改不了的话。", "x:1"),
        Note(person.id, "您这次没来，放心。", "x:2", Mail.PERSON),
    ]
    town.house.db.write_now(lambda s: [town.house.post.note(s, one, town.clock()) for one in said])
    assert unasked.strangers(town.house) == ["谁也改不了的话。"]
    town.house.settings.known_phrases["x.y"] = Phrase(
        "x.y", "x", "谁也{什么}的话。", (Slot("a", "什么", "改"),)
    )
    assert unasked.strangers(town.house) == []


def test_who_asked_for_somebody_else_reads_the_words_of_the_office(town: Community) -> None:
    reworded(town, "visit.moved_asker", "{姓名}那边改在{什么时候}。")
    reworded(town, "visit.booked", "{谁}给您约了人，{什么时候}来。")
    town.person("王秀英", address="m1")
    neighbour = town.person("陈桂英", address="m2")
    talk(town, "m2", "替别人请", "王秀英", "想有人聊聊", "星期五上午", "对")
    assert last_to(town, "王秀英") == "陈桂英给您约了人，11月27日(周五)上午来。"
    Desk(town, "韦红梅").press("visits", "move", id="1", day="2026-11-28", half="morning")
    assert last_to(town, neighbour.name) == "王秀英那边改在11月28日(周六)上午。"


# ── on the page ─────────────────────────────────────────────────────────────────────────────────

NAME = "service_day.soon"
OLD = "{日子}{活动}{地点和内容}去不了请说“请假”。"
NEW = "{日子}是{活动}{地点和内容}等您来。"


@pytest.fixture
def town(community: Community) -> Community:
    """韦红梅 administers, 李敏 coordinates."""
    community.person("韦红梅", Role.ADMINISTRATOR, address="a1")
    li = community.person("李敏", address="c1")
    community.add(Grant(person_id=li.id, role=Role.COORDINATOR, branch_id=li.branch_id))
    return community


def up_to_date(town: Community) -> Any:
    town.house.db.read_now(lambda session: follow(session, town.house.settings))
    return town.house.settings


def test_new_words_are_previewed_kept_said_and_taken_back(town: Community) -> None:
    desk = Desk(town, "韦红梅")
    shown = desk.of(Preview, "texts", name=NAME, words=NEW)
    example = "12月10日(周四)上午9点是志愿服务日，在文化广场，内容：清理楼道。等您来。"
    assert [one.texts[0] for one in shown] == [example, to_traditional(example)]
    (keep,) = desk.of(Press, "texts", name=NAME, words=NEW)
    desk.press("texts", keep.action, **dict(keep.values))
    phrase = next(p for p in PHRASES if p.name == NAME)
    values = {"when": "后天", "what": "服务日", "rest": "，"}
    assert phrase(town.house.settings, **values) == "后天服务日，去不了请说“请假”。"
    assert phrase(up_to_date(town), **values) == "后天是服务日，等您来。"
    assert "韦红梅" in str(desk.page("texts", name=NAME))
    (back,) = [p for p in desk.of(Press, "texts", name=NAME) if p.action == "back"]
    desk.press("texts", "back", **dict(back.values))
    assert phrase(up_to_date(town), **values) == "后天服务日，去不了请说“请假”。"
    assert [row.value is None for row in town.all(select(SettingChange))] == [False, True]


def test_words_with_a_fault_show_it_and_have_no_button(town: Community) -> None:
    desk = Desk(town, "韦红梅")
    bad = NEW + "请点击链接。"
    assert any("骗子" in text.text for text in desk.of(Text, "texts", name=NAME, words=bad))
    assert desk.of(Press, "texts", name=NAME, words=bad) == []
    with pytest.raises(Refused, match="骗子"):
        desk.press("texts", "change", name=NAME, was=OLD, words=bad)
    assert town.all(select(SettingChange)) == []


def test_of_two_who_change_the_same_words_the_second_sees_the_first(town: Community) -> None:
    desk = Desk(town, "韦红梅")
    desk.press("texts", "change", name=NAME, was=OLD, words=NEW)
    with pytest.raises(Refused, match="刚才有人改过"):
        desk.press("texts", "change", name=NAME, was=OLD, words=NEW + "谢谢您。")


def test_words_of_a_release_that_is_gone_do_not_stop_a_message(town: Community) -> None:
    row = SettingChange(name=f"text:{NAME}", value='"{没有的}来"', file='""', at=town.clock())
    town.add(row)
    phrase = next(p for p in PHRASES if p.name == NAME)
    assert phrase(up_to_date(town), when="今天", what="服务日", rest="。").startswith("今天服务日")
    assert up_to_date(town).left_out == (f"text:{NAME}",)


def test_a_reminder_goes_out_in_the_new_words(town: Community) -> None:
    town.person("王秀英", address="m1", joined_on=None)
    born = town.person("覃秀英", address="m2")
    desk, words = Desk(town, "韦红梅"), "{姓名}，{日子}是您入党{年数}周年的日子，给您道喜。"
    old = next(p.words for p in PHRASES if p.name == "birthday.note")
    desk.press("texts", "change", name="birthday.note", was=old, words=words)
    town.clock.set("2026-12-19T09:00")
    town.house.clock.tick_now()
    said = [row.reply["text"] for row in town.all(select(Outbox)) if row.person_id == born.id]
    assert said == ["覃秀英，12月26日(周六)是您入党50周年的日子，给您道喜。"]


def test_through_the_server_a_coordinator_reads_and_may_not_change(town: Community) -> None:
    with served(town) as opens:
        browser = opens("李敏")
        assert "青年路8号" in browser.open("/desk/texts?name=visit.soon_volunteer")
        browser.press("texts", "change", via="import", name=NAME, was=OLD, words=NEW)
        assert browser.status == 403


# ── what somebody's act has others read ─────────────────────────────────────────────────────────


def reworded(town: Community, name: str, words: str) -> None:
    """Change a phrase on the page, with the words that hold now."""
    (now,) = [phrase.words for phrase in PHRASES if phrase.name == name]
    Desk(town, "韦红梅").press("texts", "change", name=name, words=words, was=now)
    up_to_date(town)


def last_to(town: Community, name: str) -> str:
    person = town.all(select(Person).where(Person.name == name))[0]
    rows = town.all(select(Outbox).where(Outbox.person_id == person.id).order_by(Outbox.id))
    return str(rows[-1].reply["text"])


def test_a_visit_arranged_and_moved_is_told_in_the_words_of_the_office(town: Community) -> None:
    person = town.person("王秀英", address="m1")
    reworded(town, "visit.arranged", "{什么时候}我们上门看望您。")
    reworded(town, "visit.moved", "上门改在{什么时候}，您看可好？")
    desk, slot = Desk(town, "韦红梅"), {"day": "2026-11-25", "half": "morning"}
    desk.press("visits", "arrange", person=str(person.id), reason="talk", **slot)
    assert last_to(town, "王秀英") == "11月25日(周三)上午我们上门看望您。"
    desk.press("visits", "move", id="1", day="2026-11-26", half="morning")
    assert last_to(town, "王秀英") == "上门改在11月26日(周四)上午，您看可好？"


def test_a_day_called_off_is_told_in_the_words_of_the_office(town: Community) -> None:
    rule(town, "2nd thu 09:00", DayKind.SERVICE)
    town.person("王秀英", address="m1")
    reworded(town, "calendar.cancelled", "{日子}{活动}这次不办，谢谢您。")
    tick(town, "2026-12-09T09:01")
    town.fetch("m1")
    talk(town, "a1", "改日程", "12月10日服务", "取消这次", "台风", "对")
    tick(town, "2026-12-09T10:00")
    assert last_to(town, "王秀英") == "12月10日(周四)志愿服务日这次不办，谢谢您。"


def test_who_registered_is_welcomed_and_refused_in_the_words_of_the_office(town: Community) -> None:
    reworded(town, "registration.welcome", "{姓名}，欢迎您！")
    person = town.person("王秀英", address="m1")
    assert welcome_words(person, town.house.settings) == "王秀英，欢迎您！"
    reworded(town, "registration.refused", "没查到，{怎么联系}。")
    town.say("s1", "登记", channel="terminal")
    request = town.add(
        RegistrationRequest(
            channel="terminal", address="s1", name="韦国强", phone="1234", vouched=False, relation="self",
            at=town.clock(), stage=Stage.OPEN, candidates=[], why="unknown",
        )
    )  # fmt: skip
    Desk(town, "韦红梅").press("registrations", "reject", id=str(request.id))
    rows = town.all(select(Outbox).where(Outbox.key.startswith("register:")))
    assert rows[-1].reply["text"].startswith("没查到，请打电话")
