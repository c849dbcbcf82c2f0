"""For whom a notice is: conditions that all hold, counted by reach; the same on both engines."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest

from datetime import date
from typing import Any

import pytest

from bot import notices as desk
from bot.db import SessionRows
from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.notices import Audience, Count
from bot.domain.organisations import Membership, Organisation
from bot.domain.people import Grant, Role
from bot.now import local_day
from bot.parts import Form, Links, Search, Text
from tests.conftest import Community
from tests.desk_house import Desk
from tests.engines import community, url  # noqa: F401
from tests.notice_house import OTHER_BRANCH, got, last, send, turn, who


@pytest.fixture
def town(community: Community) -> Community:
    """Two branches, two organisations, three ages, three ways to be reached."""
    community.person("李敏", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1", born_on=date(1956, 11, 22))
    community.person("韦建国", address="7001", channel="telegram", born_on=date(1946, 11, 22))
    community.person("覃桂芳", born_on=date(1946, 11, 23), branch=OTHER_BRANCH)
    community.person("陆秀兰", address="m4", born_on=None)
    community.person("农小妹", Role.VOLUNTEER, address="v1", born_on=date(2000, 1, 1))
    for sign, names in (("老体协", ("王秀英", "韦建国")), ("关工委", ("韦建国", "农小妹"))):
        row = community.add(Organisation(name=sign))
        for name in names:
            community.add(Membership(person_id=who(community, name).id, organisation_id=row.id))
    return community


def read(town: Community, words: str, by: str = "李敏") -> Audience:
    author, today = who(town, by), local_day(town.clock())
    found: Audience = town.house.db.read_now(
        lambda s: desk.read_audience(SessionRows(s), author, words, today)
    )
    return found


def names(town: Community, words: str) -> set[str]:
    return {person.name for person in town.all(notices.people_in(read(town, words)))}


MEMBERS = {"王秀英", "韦建国", "覃桂芳", "陆秀兰"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("all", MEMBERS),
        ("branch:双鹤", {"覃桂芳"}),
        ("branch:双鹤,三海", MEMBERS),
        ("org:老体协", {"王秀英", "韦建国"}),
        ("org:老体协,关工委", {"王秀英", "韦建国"}),
        ("role:志愿者", {"农小妹"}),
        ("role:volunteer,member", MEMBERS | {"农小妹"}),
        ("role:volunteer&org:关工委", {"农小妹"}),
        ("age:70-79", {"王秀英", "覃桂芳"}),
        ("age:80-", {"韦建国"}),
        ("age:-79", {"王秀英", "覃桂芳"}),
        ("org:老体协&age:80-&branch:三海", {"韦建国"}),
        ("channel:telegram", {"韦建国"}),
        ("channel:电话", {"覃桂芳"}),
        ("channel:telegram,phone", {"韦建国", "覃桂芳"}),
        ("member:王秀英", {"王秀英"}),
        ("all&org:关工委", {"韦建国"}),
    ],
)
def test_conditions_hold_all_at_once(town: Community, words: str, expected: set[str]) -> None:
    assert names(town, words) == expected


def test_who_answered_a_former_notice_and_who_did_not(town: Community) -> None:
    send(town)
    got(town, "m1")
    town.say("m1", "收到")
    assert names(town, "answered:1") == {"王秀英"}
    assert names(town, "silent:1") == MEMBERS - {"王秀英"}
    assert names(town, "silent:1&channel:telegram") == {"韦建国"}


def test_a_title_says_what_was_chosen(town: Community) -> None:
    assert read(town, "branch:双鹤&age:70-80").title == f"{OTHER_BRANCH}，70岁到80岁"
    assert read(town, "org:老体协&channel:phone").title == "老体协，只有电话的"


def test_an_age_means_the_same_when_it_goes_out_later(town: Community) -> None:
    assert read(town, "age:70-79").key == "born:1946-11-23..1956-11-22"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("org:老年大学", "没有找到组织“老年大学”。您可以选：老体协、关工委"),
        ("age:八十", "没看懂"),
        ("age:80-70", "写反了"),
        ("age:-", "几岁到几岁"),
        ("silent:99", "没有这条通知"),
        ("channel:微博", "没有渠道“微博”"),
        ("branch:三海&branch:双鹤", "发给谁"),
        ("org:", "发给谁"),
        ("sex:女", "发给谁"),
    ],
)
def test_what_is_not_understood_is_said(town: Community, words: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(town, words)


def test_a_branch_coordinator_reaches_the_own_branch_whatever_is_asked(town: Community) -> None:
    branch = town.branch(OTHER_BRANCH)
    other = town.person("莫大叔", Role.VOLUNTEER, branch=OTHER_BRANCH)
    town.add(Grant(person_id=other.id, role=Role.COORDINATOR, branch_id=branch.id))
    send(town)
    for words in ("all", "age:60-", "channel:phone"):
        found = town.all(notices.people_in(read(town, words, "莫大叔")))
        assert {person.name for person in found} == {"覃桂芳"}
    with pytest.raises(Refused, match="没有这条通知"):
        read(town, "silent:1", "莫大叔")


def test_a_member_of_three_organisations_gets_it_once_under_the_sign_chosen(
    town: Community,
) -> None:
    page = Desk(town, "李敏")
    page.press("notices", "write", audience="org:老体协,关工委", text="门球赛报名。", sign="老体协")
    page.press("notices", "confirm", id="1", seen=notices.digest(last(town)))
    turn(town)
    (text,) = got(town, "m1")
    assert text.startswith("【老体协】门球赛报名。")
    assert last(town).audience_size == 2


def count(town: Community, **query: str) -> list[str]:
    return [t.text for t in Desk(town, "李敏").of(Text, "notices", new="1", **query)]


def test_the_page_counts_by_reach_what_is_chosen(town: Community) -> None:
    assert "全体在册 3 可达, 1 电话。" in count(town)
    assert "老体协，80岁以上 1 可达, 0 电话。" in count(town, **{"org": "老体协", "from": "80"})
    assert any("另有1位名册上没有出生日期" in line for line in count(town, to="100"))
    assert any("写反了" in line for line in count(town, **{"from": "80", "to": "70"}))


def test_what_was_chosen_goes_along_to_the_words(town: Community) -> None:
    page = Desk(town, "李敏")
    (on,) = [
        links.links[0].to
        for links in page.of(Links, "notices", new="1", org="老体协")
        if links.title == "下一步"
    ]
    assert on == "?write=1&org=%E8%80%81%E4%BD%93%E5%8D%8F"
    (form,) = page.of(Form, "notices", write="1", org="老体协")
    assert (form.fields[0].name, form.fields[0].value) == ("audience", "org:老体协")
    assert "public" not in {field.name for field in form.fields}
    (search,) = page.of(Search, "notices", new="1", branch=OTHER_BRANCH)
    assert next(f for f in search.fields if f.name == "branch").value == OTHER_BRANCH


def test_a_count_is_what_then_goes_out(town: Community) -> None:
    """The count shown, the states of the report and the rows agree for every kind of audience."""

    def job(session: Any, words: str) -> tuple[Count, int]:
        rows = SessionRows(session)
        audience = desk.read_audience(rows, who(town, "李敏"), words, local_day(town.clock()))
        reach = desk.reach_of(town.house.post.channels, town.clock())
        return desk.count(rows, audience, reach), len(rows.all(notices.people_in(audience)))

    for words in ("all", "org:老体协", "age:70-", "channel:phone", "role:member,volunteer"):
        counted, people = town.house.db.read_now(lambda s, w=words: job(s, w))
        assert counted.all == people
