"""Every label has an answer, and none is a dead end."""

import pytest
from sqlalchemy import select

from bot.domain.handover import Handover
from bot.domain.people import Role
from bot.understand import LABELS
from handlers import FEATURES
from tests.conftest import Community, labels


@pytest.fixture
def member(community: Community) -> Community:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    return community


def test_every_label_but_out_of_scope_has_a_dialog() -> None:
    served = {intent for f in FEATURES for d in f.dialogs for intent in d.intents}
    assert set(LABELS) - served == {"oos"}


@pytest.mark.parametrize(
    "words",
    [
        "我要借《平凡的世界》",
        "我想给互助基金捐二百块",
        "我想发个微心愿，想要一个放大镜",
        "预约参观教育基地，三十个人",
    ],
)
def test_a_wish_without_a_feature_is_passed_on_in_the_members_words(
    member: Community, words: str
) -> None:
    asked = member.say("m1", words)[-1]
    assert labels(asked) == ["请人来办", "先不用"]
    member.say("m1", "1")
    assert [row.words for row in member.all(select(Handover))] == [words]


def test_care_is_never_a_plain_noted(member: Community) -> None:
    assert "120" in member.say("m1", "我昨天摔了一跤，现在没事了")[-1].text
    assert "多歇歇" in member.say("m1", "没事了")[-1].text
    assert [row.why for row in member.all(select(Handover))] == ["care"]


def test_a_suspected_fraud_is_warned_of_and_called_back(member: Community) -> None:
    text = member.say("m1", "我接到个电话叫我转钱说是社保局的是真的吗")[-1].text
    assert "别转钱" in text
    assert [row.why for row in member.all(select(Handover))] == ["fraud"]
    assert any("紧急" in r.text for _, r in member.fetch("c1"))


def test_what_is_none_of_our_business_gets_three_different_answers(member: Community) -> None:
    texts = [
        member.say("m1", words)[-1].text
        for words in ("今天猪肉多少钱一斤", "明天会不会下雨", "手机怎么连无线网")
    ]
    assert len(set(texts)) == 3


def test_who_is_in_need_is_passed_on_without_being_asked_back(member: Community) -> None:
    member.say("m1", "我家有困难，想申请补助")
    assert [row.words for row in member.all(select(Handover))] == ["我家有困难，想申请补助"]
    assert any("王秀英" in r.text for _, r in member.fetch("c1"))
