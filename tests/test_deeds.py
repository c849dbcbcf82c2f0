"""The audit log, and looks at sensitive fields: written with what was done, without what stood there."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.domain import deeds
from bot.domain.base import Refused
from bot.domain.deeds import Deed, Field, Sight, Wanted
from bot.domain.people import Grant, Person, Role, Status
from bot.domain.visits import Visit
from bot.parts import Facts, Press, Text
from handlers import FEATURES
from tests.conftest import Community
from tests.desk_house import PAGES, PUBLIC, Desk, public

OTHER = "双鹤社区离退休党支部"
SECRETS = ("13900005678", "青年路七十七号", "心脏搭桥")


@pytest.fixture
def town(community: Community) -> Community:
    """李敏 coordinates 三海, 周兰 coordinates 双鹤; 韦建国 of 三海 has secrets and waits for a visit."""
    for name, address, branch in (("李敏", "c1", "三海街道离退休党支部"), ("周兰", "c2", OTHER)):
        staff = community.person(name, address=address, branch=branch)
        community.add(Grant(person_id=staff.id, role=Role.COORDINATOR, branch_id=staff.branch_id))
    who = community.person("韦建国", phone=SECRETS[0])
    community.bind(who, "m1")

    def move(session: Any) -> None:
        person = session.get(Person, who.id)
        person.address, person.note = SECRETS[1], SECRETS[2]

    community.house.db.write_now(move)
    for words in ("请人上门", "想聊聊天", "后天上午", "对"):
        community.say("m1", words)
    return community


def person(town: Community, name: str) -> Person:
    found: Person = town.all(select(Person).where(Person.name == name))[0]
    return found


def log(town: Community) -> list[Deed]:
    return list(town.all(deeds.deeds(Wanted())))


def test_what_is_done_on_a_page_is_in_the_log_with_its_objects(town: Community) -> None:
    visit = town.all(select(Visit))[0]
    Desk(town, "李敏").press("visits", "note", id=str(visit.id), note="带了药")
    (deed,) = log(town)
    assert (deed.by.name if deed.by else "", deed.via, deed.did) == ("李敏", "web", "visits.note")
    assert deed.objects == ["visit_event:2", "visit:1"]


def test_what_staff_do_in_a_dialog_is_in_the_log_and_what_they_read_is_not(town: Community) -> None:
    town.say("c1", "学习日是哪天")
    assert log(town) == []
    town.say("c1", "少提醒我")
    town.say("c1", "对")
    assert [deed.via for deed in log(town)] == ["terminal"]


def test_what_members_do_is_not_in_the_log(town: Community) -> None:
    assert log(town) == []


def test_a_refused_action_leaves_no_deed(town: Community) -> None:
    with pytest.raises(Refused):
        Desk(town, "李敏").press("visits", "note", id="1", note="")
    assert log(town) == []


def test_the_log_is_searched_by_person_page_and_time(town: Community) -> None:
    Desk(town, "李敏").press("visits", "note", id="1", note="带了药")
    li, zhou = person(town, "李敏"), person(town, "周兰")
    now = town.clock()
    assert len(town.all(deeds.deeds(Wanted(li.id, "visits", now)))) == 1
    assert town.all(deeds.deeds(Wanted(zhou.id))) == []
    assert town.all(deeds.deeds(Wanted(until=now))) == []
    assert town.all(deeds.deeds(Wanted(did="visits%"))) == []


def shown(parts: Any) -> str:
    return " ".join(f"{part}" for part in parts)


def test_a_members_page_and_list_hold_nothing_sensitive(town: Community) -> None:
    desk, number = Desk(town, "李敏"), str(person(town, "韦建国").id)
    for page in (
        desk.page("members"),
        desk.page("members", id=number),
        desk.page("visits", id="1"),
    ):
        assert not any(secret in shown(page) for secret in SECRETS)
    labels = [part.label for part in desk.of(Press, "members", id=number)]
    assert {"看电话", "看住址", "看备注"} <= set(labels)


@pytest.mark.parametrize(("field", "secret"), [("phone", 0), ("address", 1), ("note", 2)])
def test_a_look_shows_one_field_and_is_written_down(
    town: Community, field: str, secret: int
) -> None:
    one = person(town, "韦建国")
    facts, told, _ = Desk(town, "李敏").press("members", "look", id=str(one.id), field=field)
    assert isinstance(facts, Facts)
    assert isinstance(told, Text)
    assert facts.pairs[1][1] == SECRETS[secret]
    (sight,) = town.all(deeds.looks_at(one.id))
    assert (sight.by.name, sight.field) == ("李敏", Field(field))
    assert "李敏" in shown(Desk(town, "李敏").page("members", id=str(one.id)))


def test_a_look_from_a_visit_is_a_look_at_the_person(town: Community) -> None:
    facts, *_ = Desk(town, "李敏").press("visits", "look", id="1", field="address")
    assert facts.pairs[1][1] == SECRETS[1]
    assert [s.field for s in town.all(select(Sight))] == [Field.ADDRESS]


@pytest.mark.parametrize(
    ("path", "field"), [("members", "health"), ("members", ""), ("visits", "health")]
)
def test_what_is_not_there_is_not_looked_at(town: Community, path: str, field: str) -> None:
    number = "1" if path == "visits" else str(person(town, "韦建国").id)
    with pytest.raises(Refused):
        Desk(town, "李敏").press(path, "look", id=number, field=field)
    assert town.all(select(Sight)) == []


# ── the other branch ────────────────────────────────────────────────────────────────────────────

ACTIONS = sorted(
    (page.path, name) for feature in FEATURES for page in feature.pages for name in page.actions
)
DIALOGS = sorted(
    (dialog.name, words) for f in FEATURES for dialog in f.dialogs for words in dialog.words[:1]
)
QUERIES = ("id", "q", "visit", "person", "notice", "state", "branch", "day")


def strangers(town: Community) -> tuple[str, ...]:
    """What a coordinator of 双鹤 must never read: the name and the secrets of somebody of 三海."""
    return ("韦建国", *SECRETS)


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_no_public_page_shows_anybody(town: Community, path: str) -> None:
    for query in ({}, *({key: "1"} for key in QUERIES)):
        try:
            page = shown(public(town, path, **query))
        except Refused as no:
            page = str(no)
        assert not [s for s in strangers(town) if s in page], query


@pytest.mark.parametrize("path", sorted(PAGES))
def test_no_page_shows_people_of_another_branch(town: Community, path: str) -> None:
    desk = Desk(town, "周兰")
    ids = [str(person(town, "韦建国").id), "1"]
    queries = [{}, {"q": "韦建国"}, *({key: value} for key in QUERIES for value in ids)]
    for query in queries:
        try:
            page = shown(desk.page(path, **query))
        except Refused as no:
            page = str(no)
        # What was asked for may be repeated in the box that it was typed into.
        typed = query.get("q") == "韦建国"
        assert not [s for s in strangers(town)[typed:] if s in page], query


@pytest.mark.parametrize(("path", "action"), ACTIONS, ids=lambda it: it)
def test_no_action_reaches_people_of_another_branch(
    town: Community, path: str, action: str
) -> None:
    one = person(town, "韦建国")
    before = (one.status, len(town.all(deeds.looks_at(one.id))), town.all(select(Visit))[0].state)
    for number in (str(one.id), "1"):
        form = dict.fromkeys(("id", "person", "visit", "member", "who", "number"), number)
        form |= {
            "field": "phone",
            "to": "paused",
            "outcome": "见到了",
            "note": "x",
            "reason": "x",
            "volunteer": number,
        }
        try:
            done = str(Desk(town, "周兰").press(path, action, **form))
        except (Refused, KeyError) as no:
            done = str(no)
        assert not [secret for secret in strangers(town) if secret in done]
    again = person(town, "韦建国")
    after = (again.status, len(town.all(deeds.looks_at(one.id))), town.all(select(Visit))[0].state)
    assert after == before


@pytest.mark.parametrize(("name", "words"), DIALOGS, ids=lambda it: it)
def test_no_dialog_tells_of_people_of_another_branch(
    town: Community, name: str, words: str
) -> None:
    said = []
    for line in (words, "韦建国", "1", "1", "对"):
        said += town.say("c2", line)
    told = " ".join(
        reply.text.replace("“韦建国”", "") + " ".join(choice.label for choice in reply.choices)
        for reply in said
    )
    assert not [secret for secret in SECRETS if secret in told]
    assert person(town, "韦建国").status is Status.ACTIVE


# ── looks in chat ───────────────────────────────────────────────────────────────────────────────


def invited(town: Community) -> None:
    """黄志强 is asked to go, and goes."""
    town.person("黄志强", Role.VOLUNTEER, address="v1")
    for words in ("走访", "1", "请志愿者", "黄志强", "对"):
        town.say("c1", words)
    town.say("v1", "接受走访")


def looks(town: Community, by: str) -> list[Field]:
    """What somebody looked at so far, in order."""
    found: list[Sight] = town.all(select(Sight).order_by(Sight.id))
    return [one.field for one in found if one.by.name == by]


def test_a_volunteers_look_at_an_address_in_chat_is_written_down(town: Community) -> None:
    invited(town)
    assert looks(town, "黄志强") == [Field.ADDRESS]

    assert SECRETS[1] in "".join(reply.text for reply in town.say("v1", "我的走访"))
    assert looks(town, "黄志强") == [Field.ADDRESS] * 2


def test_a_coordinators_look_counts_once_however_often_the_dialog_runs_again(
    town: Community,
) -> None:
    """The address stands in a question: it is read although the dialog isn't finished."""
    for words in ("走访", "1"):
        town.say("c1", words)
    assert looks(town, "李敏") == [Field.ADDRESS]

    for words in ("记一笔", "带点水果"):
        town.say("c1", words)
    assert looks(town, "李敏") == [Field.ADDRESS]


def test_what_a_channel_may_not_carry_is_no_look(town: Community) -> None:
    staff = town.all(select(Person).where(Person.name == "李敏"))[0]
    town.bind(staff, "7001", "telegram")
    for words in ("走访", "1"):
        shown = town.say("7001", words, channel="telegram")
    assert SECRETS[1] not in "".join(reply.text for reply in shown)
    assert looks(town, "李敏") == []


def test_ones_own_address_is_no_look(town: Community) -> None:
    town.say("m1", "我的资料")
    assert town.all(select(Sight)) == []


def test_who_waits_is_quoted_on_private_channels_only(town: Community) -> None:
    staff = town.all(select(Person).where(Person.name == "李敏"))[0]
    town.bind(staff, "7001", "telegram")
    town.say("m1", "找人帮忙")
    texts = {}
    for address, channel in (("c1", "terminal"), ("7001", "telegram")):
        town.say(address, "回复", channel=channel)
        texts[channel] = town.say(address, "1", channel=channel)[-1].text
    assert "韦建国说：“找人帮忙”" in texts["terminal"]
    assert "韦建国说的，请到网页上看" in texts["telegram"]
