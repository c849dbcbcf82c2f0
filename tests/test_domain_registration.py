"""Who a stranger surely is, who it may be, and who a coordinator has to look at."""

import pytest

from bot.domain.people import Grant, Person, Role, Status
from bot.domain.registration import (
    RegistrationRequest,
    Told,
    Why,
    about,
    judge,
    matching,
    plain_phone,
    proves,
    resembles,
)


def person(id_: int, name: str, phone: str = "13800001234", *roles: Role) -> Person:
    one = Person(id=id_, number=f"{id_:04d}", name=name, phone=phone, status=Status.ACTIVE)
    one.grants = [Grant(role=role) for role in roles or (Role.MEMBER,)]
    return one


@pytest.fixture
def wang() -> Person:
    return person(1, "王秀英")


def test_the_exact_name_with_the_last_four_digits_is_sure(wang: Person) -> None:
    verdict = judge(Told("王秀英", "1234"), [wang])
    assert (verdict.person, verdict.why) == (wang, None)


@pytest.mark.parametrize("spelled", ["王 秀 英", "王秀英　", "王秀·英"])
def test_a_name_is_the_same_however_it_is_spelled(wang: Person, spelled: str) -> None:
    assert judge(Told(spelled, "1234"), [wang]).person is wang


@pytest.mark.parametrize(
    ("kept", "said"), [("韦建国", "韋建國"), ("于凤英", "于鳳英"), ("钟德髙", "鍾德高")]
)
def test_both_scripts_and_variant_characters_are_one_name(kept: str, said: str) -> None:
    known = person(1, kept)
    assert judge(Told(said, "1234"), [known]).person is known


@pytest.mark.parametrize("phone", ["", "123", "9999", "234"])
def test_a_name_alone_is_never_enough(wang: Person, phone: str) -> None:
    verdict = judge(Told("王秀英", phone), [wang])
    assert (verdict.person, verdict.why) == (None, Why.UNKNOWN)
    assert verdict.candidates == (wang,)


def test_a_whole_number_must_be_the_whole_number(wang: Person) -> None:
    assert judge(Told("王秀英", "13800001234"), [wang]).person is wang
    assert judge(Told("王秀英", "13911111234"), [wang]).person is None


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("王秀英", "王秀音"), ("覃秀英", "秦秀英"), ("曾凡荣", "增凡荣"), ("单桂芳", "善桂芳"),
        ("区少华", "欧少华"), ("仇国强", "求国强"), ("翟玉兰", "宅玉兰"), ("王秀英", "王英"),
        ("欧阳德", "欧德"), ("王秀英", "王秀莲"),
    ],
)  # fmt: skip
def test_what_only_resembles_waits_with_the_candidate(kept: str, said: str) -> None:
    known = person(1, kept)
    verdict = judge(Told(said, "1234"), [known])
    assert (verdict.person, verdict.candidates, verdict.why) == (None, (known,), Why.NEAR)


@pytest.mark.parametrize("said", ["单桂方", "单桂芬"])
def test_a_surname_is_heard_as_a_surname(said: str) -> None:
    assert resembles(said, person(1, "单桂芳"))
    assert not resembles("丹桂方", person(1, "单桂芳"))


def test_an_unlike_name_with_the_right_digits_has_no_candidate(wang: Person) -> None:
    assert judge(Told("李国强", "1234"), [wang]).candidates == ()


def test_two_of_one_name_and_one_ending_are_for_a_person_to_tell_apart(wang: Person) -> None:
    twin = person(2, "王秀英", "13911111234")
    verdict = judge(Told("王秀英", "1234"), [wang, twin])
    assert (verdict.person, verdict.why) == (None, Why.SEVERAL)
    assert verdict.candidates == (wang, twin)


def test_the_whole_number_tells_namesakes_apart(wang: Person) -> None:
    twin = person(2, "王秀英", "13911111234")
    assert judge(Told("王秀英", "13911111234", True), [wang, twin]).person is twin


@pytest.mark.parametrize("status", [Status.PAUSED, Status.MOVED, Status.DECEASED])
def test_whoever_is_not_on_the_roster_waits(status: Status) -> None:
    gone = person(1, "王秀英")
    gone.status = status
    verdict = judge(Told("王秀英", "1234"), [gone])
    assert (verdict.person, verdict.why) == (None, Why.NOT_ACTIVE)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_staff_are_not_bound_by_a_number_that_everybody_knows(role: Role) -> None:
    verdict = judge(Told("韦红梅", "1234"), [person(1, "韦红梅", "13800001234", role)])
    assert (verdict.person, verdict.why) == (None, Why.STAFF)


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("1234", "1234"), ("１２３４", "1234"), ("尾号 12-34", "1234"), ("一二三四", "1234"),
        ("幺二〇零", "1200"), ("+86 138 0000 1234", "13800001234"), ("²", "2"), ("", ""),
    ],
)  # fmt: skip
def test_digits_are_read_as_people_write_them(said: str, digits: str) -> None:
    assert plain_phone(said) == digits


def test_somebody_without_a_phone_on_the_roster_is_never_proven() -> None:
    assert not proves(Told("王秀英", "1234"), person(1, "王秀英", ""))


def test_tries_are_counted_by_name_whatever_its_spelling() -> None:
    assert about("韋建國") == about("韦 建国") != about("韦建军")
    assert "韦" not in about("韦建国")


def test_requests_match_by_candidate_or_by_name(wang: Person) -> None:
    by_candidate = RegistrationRequest(name="王秀音", candidates=[1])
    by_name = RegistrationRequest(name="王 秀英", candidates=[])
    other = RegistrationRequest(name="李国强", candidates=[2])
    assert matching([by_candidate, by_name, other], wang) == [by_candidate, by_name]
