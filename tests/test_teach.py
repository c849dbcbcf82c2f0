"""教它认字: nothing is kept without consent, nothing tells whose it is, nothing is learned without a person."""

import pytest

from bot.domain import consent
from bot.domain.doubt import Doubt, DoubtfulText, open_texts, pseudonymous, taught
from bot.domain.people import Consent, Role
from bot.teaching import write_taught
from bot.understand import LABELS
from handlers.teach.about import TITLES
from tests.conftest import Community, labels

DOUBTFUL = "那个什么嘛就是上回王秀英讲的呢个"


@pytest.fixture
def member(community: Community) -> Community:
    """王秀英, who agreed, and a coordinator."""
    community.person("王秀英", address="m1")
    community.person("韦小兰", Role.COORDINATOR, address="c1")
    community.say("m1", "帮余热学说话")
    community.say("m1", "可以")
    return community


def kept(community: Community) -> list[DoubtfulText]:
    rows: list[DoubtfulText] = community.all(open_texts())
    return rows


def test_nothing_is_kept_of_whoever_did_not_agree(community: Community) -> None:
    community.person("王秀英", address="m1")
    community.say("m1", DOUBTFUL)
    community.say("stranger", DOUBTFUL)
    assert kept(community) == []


def test_a_doubtful_text_is_kept_once_and_without_a_name(member: Community) -> None:
    member.say("m1", DOUBTFUL)
    member.say("m1", "主菜单")
    member.say("m1", DOUBTFUL)
    assert [row.text for row in kept(member)] == ["那个什么嘛就是上回某某讲的呢个"]


def test_what_was_understood_is_not_kept(member: Community) -> None:
    member.say("m1", "学习日是哪天")
    assert kept(member) == []


def test_no_is_the_first_answer_and_ends_an_earlier_yes(member: Community) -> None:
    asked = member.say("m1", "帮余热学说话")
    assert labels(asked[0])[0] == "不用"
    member.say("m1", "不用")
    member.say("m1", DOUBTFUL)
    assert kept(member) == []
    rows: list[Consent] = member.all(consent.asked(1, consent.LEARN))
    assert [row.withdrawn_at is not None for row in rows] == [True]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("王秀英电话13800001234", "某某电话0000"),
        ("<人>{甲|乙}", "人 甲 乙"),
        ("嗯", ""),
        ("长" * 61, ""),
    ],
)
def test_names_figures_and_signs_of_the_lexicon_are_taken_out(said: str, text: str) -> None:
    assert pseudonymous(said, ["王秀英"]) == text


def test_every_label_has_a_title_that_fits_a_button() -> None:
    assert set(TITLES) == set(LABELS)
    assert len(set(TITLES.values())) == len(LABELS)
    assert max(map(len, TITLES.values())) <= 8


def test_a_coordinator_says_what_it_means_and_it_goes_to_the_lexicon(member: Community) -> None:
    member.say("m1", DOUBTFUL)
    asked = member.say("c1", "教余热认字")
    assert "某某" in asked[0].text
    assert {"别的", "跳过"} <= set(labels(asked[0]))
    member.say("c1", "别的")
    done = member.say("c1", "还书")
    assert "记下了：还书" in done[0].text
    folder = member.house.folder
    assert member.house.db.read_now(lambda s: write_taught(s, folder)) == 1
    written = (folder / "lexicon" / "taught.txt").read_text(encoding="utf-8")
    assert written.splitlines()[1:] == ["book_return\t那个什么嘛就是上回<人>讲的呢个"]


def test_a_text_skipped_teaches_nothing_and_does_not_come_back(member: Community) -> None:
    member.say("m1", DOUBTFUL)
    member.say("c1", "教余热认字")
    member.say("c1", "跳过")
    assert member.all(taught()) == []
    assert "没有要教的话" in member.say("c1", "教余热认字")[0].text


def test_what_was_taught_wrongly_is_taken_back(member: Community) -> None:
    member.say("m1", DOUBTFUL)
    member.say("c1", "教余热认字")
    member.say("c1", "别的")
    member.say("c1", "还书")
    member.say("c1", "撤销")
    member.say("c1", "撤销它")
    assert [(row.state, row.label) for row in kept(member)] == [(Doubt.OPEN, "")]


def test_who_is_asked_what_a_colleague_taught_meanwhile_reads_it(member: Community) -> None:
    member.person("黄志强", Role.COORDINATOR, address="c2")
    member.say("m1", DOUBTFUL)
    member.say("c1", "教余热认字")
    member.say("c2", "教余热认字")
    for said in ("别的", "还书"):
        member.say("c2", said)
    assert "黄志强刚才已经教过了：还书" in member.say("c1", "跳过")[0].text
    assert [row.label for row in member.all(taught())] == ["book_return"]


def test_members_do_not_teach(member: Community) -> None:
    assert "联络员" in member.say("m1", "教余热认字")[0].text
