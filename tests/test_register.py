"""Registration as strangers, members, relatives and coordinators have it, through the engine."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from bot.domain import cards, consent
from bot.domain.mail import Mail, Outbox, Undo
from bot.domain.people import Consent, Grant, Person, Role, Sender, Status, bound_to
from bot.domain.registration import (
    KEEP,
    KEEP_VERSION,
    RegistrationRequest,
    RegistrationTry,
    Stage,
    Why,
    about,
)
from bot.talk import Media, Note, Reply
from handlers.register.about import QUEUED
from tests.conftest import Community, labels

PHONE = "13800001234"


@pytest.fixture
def town(community: Community) -> Community:
    """A coordinator at c1 and 王秀英, who has no device yet."""
    community.person("韦红梅", Role.COORDINATOR, address="c1", phone="13900000001")
    community.person("王秀英", phone=PHONE)
    return community


def go(town: Community, who: str, *words: str, channel: str = "terminal") -> list[Reply]:
    """Say one thing after the other; returns the replies to the last."""
    replies: list[Reply] = []
    for text in words:
        replies = town.say(who, text, channel=channel)
    return replies


def try_name(town: Community, who: str, name: str, tail: str = "1234") -> str:
    """A whole registration by name; what was read at the end."""
    return go(town, who, "登记", "同意", name, tail, "对")[-1].text


def bound(town: Community, who: str, channel: str = "terminal") -> list[str]:
    return [sender.person.name for sender in town.all(bound_to(channel, who))]


def heard(town: Community, who: str) -> str:
    return "\n".join(reply.text for _, reply in town.fetch(who))


def requests(town: Community, stage: Stage = Stage.OPEN) -> list[RegistrationRequest]:
    found = town.all(select(RegistrationRequest).order_by(RegistrationRequest.id))
    return [one for one in found if one.stage is stage]


def card_for(town: Community, name: str = "王秀英") -> str:
    """A fresh card's code."""
    (person,) = town.all(select(Person).where(Person.name == name))
    card, code, _ = cards.make(person.id, town.clock())
    town.add(card)
    return code


def set_status(town: Community, status: Status, name: str = "王秀英") -> None:
    town.house.db.write_now(
        lambda s: s.execute(update(Person).where(Person.name == name).values(status=status))
    )


# ── the questions ───────────────────────────────────────────────────────────────────────────────


def test_first_contact_says_who_runs_it_what_is_kept_and_how_to_leave(town: Community) -> None:
    replies = go(town, "s1", "登记")
    assert len(replies) == 3
    text = "".join(reply.text for reply in replies)
    for word in ("社区居委会", "姓名、支部、电话", "只用来通知", "退出登记", "不向您要钱"):
        assert word in text
    assert labels(replies[-1]) == ["同意", "不登记"]


def test_a_member_registers_in_four_questions(town: Community) -> None:
    steps = [go(town, "s1", words)[-1].text for words in ("登记", "同意", "王秀英", "1234")]
    assert [text[:7] for text in steps[1:]] == ["第2步，共4步", "第3步，共4步", "第4步，共4步"]
    assert "登记好了，王秀英" in go(town, "s1", "对")[-1].text
    assert bound(town, "s1") == ["王秀英"]


def test_the_consent_is_kept_with_its_version(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    (given,) = town.all(select(Consent))
    assert (given.purpose, given.version, given.how) == (KEEP, KEEP_VERSION, "chat")


def test_without_consent_nothing_is_kept(town: Community) -> None:
    assert "不登记" in go(town, "s1", "登记", "不登记")[-1].text
    assert requests(town) == []
    assert town.all(select(Consent)) == []


def test_the_first_sentence_may_hold_the_name(town: Community) -> None:
    reply = go(town, "s1", "我叫王秀英，想登记", "同意")[-1]
    assert "最后四位" in reply.text


def test_the_name_and_the_digits_may_come_in_one_sentence(town: Community) -> None:
    go(town, "s1", "登记", "同意", "我叫王秀英，电话尾号1234", "对")
    assert bound(town, "s1") == ["王秀英"]


@pytest.mark.parametrize("answer", ["嗯", "12", "王秀英同志今天来了没有啊", "http"])
def test_what_is_no_name_is_asked_again_with_an_example(town: Community, answer: str) -> None:
    assert "王秀英" in go(town, "s1", "登记", "同意", answer)[-1].text
    assert requests(town) == []


@pytest.mark.parametrize("words", ["学习日", "你好", "主菜单"])
def test_another_wish_is_not_taken_for_a_name(town: Community, words: str) -> None:
    reply = go(town, "s1", "登记", "同意", words)[-1]
    assert "最后四位" not in reply.text
    assert requests(town) == []


@pytest.mark.parametrize("name", ["欧阳建国", "阿依古丽·买买提", "覃英", "〇建国"])
def test_names_of_every_form_are_taken(town: Community, name: str) -> None:
    assert "最后四位" in go(town, "s1", "登记", "同意", name)[-1].text


def test_a_wrong_digit_can_be_changed_before_it_counts(town: Community) -> None:
    go(town, "s1", "登记", "同意", "王秀英", "1243", "改一下", "电话", "1234", "对")
    assert bound(town, "s1") == ["王秀英"]


def test_half_a_registration_survives_a_week(town: Community) -> None:
    go(town, "s1", "登记", "同意", "王秀英")
    town.clock.go(days=7)
    go(town, "s1", "1234", "对")
    assert bound(town, "s1") == ["王秀英"]


# ── the rule ────────────────────────────────────────────────────────────────────────────────────


def test_coordinators_hear_of_every_registration(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    assert "王秀英(0002)用姓名和电话登记了" in heard(town, "c1")


def test_the_phones_digits_are_in_no_message_to_a_channel_that_is_not_private(
    town: Community,
) -> None:
    town.person("卢桂芳", Role.COORDINATOR, address="9", channel="telegram")
    try_name(town, "s1", "王秀音")
    sent = [str(r.reply) for r in town.all(select(Outbox)) if r.channel == "telegram"]
    assert sent
    assert not re.search(r"1234", "".join(sent))


def try_while(town: Community, status: Status) -> str:
    set_status(town, status)
    return try_name(town, "x", "王秀英")


PROXY = ("替家里老人登记", "女儿", "同意", "王秀英", "1234", "对")
CASES: dict[str, Callable[[Community], str]] = {
    "near": lambda town: try_name(town, "x", "王秀音"),
    "wrong digits": lambda town: try_name(town, "x", "王秀英", "9999"),
    "unknown": lambda town: try_name(town, "x", "李国强"),
    "no phone": lambda town: try_name(town, "x", "王秀英", "记不得了"),
    "paused": lambda town: try_while(town, Status.PAUSED),
    "moved": lambda town: try_while(town, Status.MOVED),
    "deceased": lambda town: try_while(town, Status.DECEASED),
    "staff": lambda town: try_name(town, "x", "韦红梅", "0001"),
    "proxy": lambda town: go(town, "x", *PROXY)[-1].text,
}


@pytest.mark.parametrize("case", CASES)
def test_whatever_is_not_sure_reads_the_same_and_binds_nothing(town: Community, case: str) -> None:
    assert CASES[case](town) == QUEUED
    assert bound(town, "x") == []
    assert len(requests(town)) == 1


def test_a_stranger_who_waits_sees_public_pages_only(town: Community) -> None:
    try_name(town, "s1", "王秀音")
    assert "先登记" in go(town, "s1", "我的资料")[-1].text
    assert "先登记" in go(town, "s1", "请人上门")[-1].text


def test_the_candidate_is_shown_to_the_coordinator_alone(town: Community) -> None:
    reply = try_name(town, "s1", "王秀音")
    assert "王秀英" not in reply
    assert "像是王秀英(0002)" in heard(town, "c1")


def test_two_of_one_name_and_ending_wait(town: Community) -> None:
    town.person("王秀英", phone="13900001234")
    assert try_name(town, "s1", "王秀英") == QUEUED
    assert requests(town)[0].why == Why.SEVERAL


def test_the_own_phone_vouched_for_by_the_channel_is_the_whole_number(town: Community) -> None:
    town.person("王秀英", phone="13900001234")
    go(town, "77", "登记", "同意", "王秀英", channel="telegram")
    town.say("77", "", channel="telegram", media=(Media("contact", "+86 138 0000 1234"),))
    go(town, "77", "对", channel="telegram")
    assert bound(town, "77", "telegram") == ["王秀英"]


def test_somebody_elses_contact_proves_nothing(town: Community) -> None:
    go(town, "77", "登记", "同意", "王秀英", channel="telegram")
    replies = town.say("77", "", channel="telegram", media=(Media("contact"),))
    assert "您自己的电话" in replies[-1].text


# ── tries ───────────────────────────────────────────────────────────────────────────────────────


def test_after_three_tries_a_day_the_right_answer_waits_too(town: Community) -> None:
    for tail in ("0001", "0002", "0003"):
        try_name(town, "s1", "王秀英", tail)
    assert try_name(town, "s1", "王秀英") == QUEUED
    assert bound(town, "s1") == []


def test_a_day_later_one_may_try_again(town: Community) -> None:
    for tail in ("0001", "0002", "0003"):
        try_name(town, "s1", "王秀英", tail)
    town.clock.go(days=1)
    try_name(town, "s1", "王秀英")
    assert bound(town, "s1") == ["王秀英"]


def test_one_name_is_tried_five_times_a_day_by_all_together(town: Community) -> None:
    for n in range(5):
        try_name(town, f"s{n}", "王秀英", f"000{n}")
    assert try_name(town, "s9", "王秀英") == QUEUED
    assert bound(town, "s9") == []


def test_thirty_tries_a_day_are_enough_for_everybody(town: Community) -> None:
    for n in range(30):
        town.add(_tried(town, n))
    assert try_name(town, "s99", "王秀英") == QUEUED
    assert requests(town)[0].why == Why.LIMIT


def _tried(town: Community, n: int) -> RegistrationTry:
    return RegistrationTry(
        channel="terminal", address=f"t{n}", about=about(f"某{n}"), at=town.clock()
    )


def test_names_that_were_tried_are_kept_as_hashes_only(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    (tried,) = town.all(select(RegistrationTry))
    assert "王" not in tried.about


def test_asking_again_renews_the_request_that_waits(town: Community) -> None:
    try_name(town, "s1", "王秀音")
    try_name(town, "s1", "王秀引")
    assert [request.name for request in requests(town)] == ["王秀引"]


def test_one_address_has_at_most_three_requests_waiting(town: Community) -> None:
    for name in ("李国强", "黄大海", "覃玉兰", "农桂花", "莫有财"):
        go(town, "s1", "替家里老人登记", "邻居", "同意", name, "记不得了", "对")
    assert [request.name for request in requests(town)] == ["覃玉兰", "农桂花", "莫有财"]


def test_better_luck_closes_the_earlier_request(town: Community) -> None:
    try_name(town, "s1", "王秀音")
    try_name(town, "s1", "王秀英")
    assert requests(town) == []
    assert bound(town, "s1") == ["王秀英"]


# ── cards ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["卡号 {}", "卡号：{}", "登记卡号{}"])
def test_a_card_code_is_known_by_its_form(town: Community, said: str) -> None:
    code = card_for(town)
    go(town, "s1", said.format(f"{code[:4]} {code[4:].lower()}"), "同意", "对")
    assert bound(town, "s1") == ["王秀英"]


def test_the_code_answers_the_question_for_the_name(town: Community) -> None:
    go(town, "s1", "登记", "同意", card_for(town), "对")
    assert bound(town, "s1") == ["王秀英"]


def test_the_deep_link_works_from_the_menu_too(town: Community) -> None:
    go(town, "s1", "主菜单", f"卡号 {card_for(town)}", "同意", "对")
    assert bound(town, "s1") == ["王秀英"]


def test_a_card_is_read_back_with_a_masked_name(town: Community) -> None:
    reply = go(town, "s1", f"卡号 {card_for(town)}", "同意")[-1]
    assert "王**" in reply.text
    assert "王秀英" not in reply.text


def test_a_card_is_good_once(town: Community) -> None:
    code = card_for(town)
    go(town, "s1", f"卡号 {code}", "同意", "对")
    assert "用过了" in go(town, "s2", f"卡号 {code}", "同意")[-1].text
    assert bound(town, "s2") == []


def test_a_wrong_code_is_said_kindly_and_counted(town: Community) -> None:
    assert "对不上" in go(town, "s1", "卡号 ABCD2345", "同意")[-1].text
    for _ in range(2):
        assert "对不上" in go(town, "s1", "卡号 ABCD2345")[-1].text
    assert "全名" in go(town, "s1", f"卡号 {card_for(town)}")[-1].text
    assert bound(town, "s1") == []


def test_consent_is_asked_once_and_anew_after_leaving(town: Community) -> None:
    try_name(town, "s1", "王秀英", "9999")
    again = go(town, "s1", "登记")
    assert "同意" not in "".join(reply.text for reply in again)
    assert again[-1].text == "请说您的全名。有登记卡的，直接说卡上的8位卡号。"
    assert "登记好了" in go(town, "s1", "王秀英", "1234", "对")[-1].text
    go(town, "s1", "退出登记", "退出登记")
    assert labels(go(town, "s1", "登记")[-1]) == ["同意", "不登记"]


def test_each_of_a_couple_on_one_phone_is_asked_to_agree(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    assert labels(go(town, "s1", "共用手机登记")[-1]) == ["同意", "不登记"]
    assert labels(go(town, "s2", "替家里老人登记", "女儿")[-1]) == ["同意", "不登记"]


def test_words_of_consent_that_changed_are_agreed_to_anew(town: Community) -> None:
    (person,) = town.all(select(Person).where(Person.name == "王秀英"))
    town.add(consent.given(person.id, KEEP, "2020-01", town.clock()))
    try_name(town, "s1", "王秀英")
    (live,) = town.all(consent.live(person.id, KEEP))
    assert live.version == KEEP_VERSION


def test_a_new_phone_ends_the_old_one_and_tells_it(town: Community) -> None:
    go(town, "old", f"卡号 {card_for(town)}", "同意", "对")
    go(town, "new", f"卡号 {card_for(town)}", "同意", "对")
    assert (bound(town, "old"), bound(town, "new")) == ([], ["王秀英"])
    assert "新手机上登记" in heard(town, "old")


def test_a_card_of_somebody_paused_waits_like_everything_in_doubt(town: Community) -> None:
    code = card_for(town)
    set_status(town, Status.PAUSED)
    assert go(town, "s1", f"卡号 {code}", "同意", "对")[-1].text == QUEUED
    assert requests(town)[0].why == Why.NOT_ACTIVE


# ── taking back ─────────────────────────────────────────────────────────────────────────────────


def test_the_member_takes_a_registration_back_within_a_day(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    town.clock.go(hours=23)
    assert "已经撤销" in go(town, "s1", "撤销", "撤销它")[-1].text
    assert bound(town, "s1") == []
    assert town.all(consent.live(2, KEEP)) == []
    assert "被撤销了" in heard(town, "c1")


def test_after_a_day_it_stands(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    town.clock.go(hours=25)
    assert "没有可以撤销" in go(town, "s1", "撤销")[-1].text


def test_the_coordinator_takes_a_registration_back(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    go(town, "c1", "刚登记的", "1", "对")
    assert bound(town, "s1") == []
    assert "已经撤销" in heard(town, "s1")


def test_the_old_phone_hears_of_a_registration_by_name_and_can_take_it_back(
    town: Community,
) -> None:
    go(town, "old", f"卡号 {card_for(town)}", "同意", "对")
    try_name(town, "new", "王秀英")
    assert "一部手机用您的姓名" in heard(town, "old")
    go(town, "old", "撤销", "撤销它")
    assert (bound(town, "old"), bound(town, "new")) == (["王秀英"], [])


def test_a_registration_is_taken_back_once(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    go(town, "c1", "刚登记的", "1", "对")
    assert "撤销过了" in go(town, "s1", "撤销", "撤销它")[-1].text


# ── relatives and shared phones ─────────────────────────────────────────────────────────────────


def test_a_daughter_registers_for_her_mother_and_is_kept_as_the_actor(town: Community) -> None:
    go(town, "s1", "替家里老人登记", "女儿", "同意", "王秀英", "1234", "对")
    assert "（女儿代办）" in heard(town, "c1")
    go(town, "c1", "待登记", "1", "1", "对")
    (sender,) = town.all(select(Sender).where(Sender.address == "s1"))
    assert (sender.relation, sender.person.name) == ("女儿", "王秀英")
    (given,) = town.all(select(Consent))
    assert given.how == "through kin"


def test_a_relative_with_the_card_is_bound_at_once_beside_the_members_own_phone(
    town: Community,
) -> None:
    go(town, "own", f"卡号 {card_for(town)}", "同意", "对")
    go(town, "s1", "替家里老人登记", "儿子", "同意", card_for(town), "对")
    assert (bound(town, "own"), bound(town, "s1")) == (["王秀英"], ["王秀英"])


def test_the_member_hears_that_a_relative_may_act_and_can_end_it(town: Community) -> None:
    go(town, "own", f"卡号 {card_for(town)}", "同意", "对")
    go(town, "s1", "替家里老人登记", "儿子", "同意", card_for(town), "对")
    assert "您的儿子登记了" in heard(town, "own")
    assert "儿子可以替您办事" in "".join(r.text for r in go(town, "own", "我的资料"))
    assert "本人在自己手机上" in go(town, "s1", "停止代办")[-1].text
    assert "儿子的手机不再替您办事" in go(town, "own", "停止代办", "停止代办")[-1].text
    assert bound(town, "s1") == []
    assert "不再替办了" in heard(town, "s1")
    go(town, "own", "撤销", "撤销它")
    assert bound(town, "s1") == ["王秀英"]


def test_the_member_hears_of_a_relative_whom_a_coordinator_let_in(town: Community) -> None:
    go(town, "own", f"卡号 {card_for(town)}", "同意", "对")
    go(town, "s1", "替家里老人登记", "女儿", "同意", "王秀英", "1234", "对")
    go(town, "c1", "待登记", "1", "1", "对")
    assert "您的女儿登记了" in heard(town, "own")


@pytest.mark.parametrize("words", ["我想替我妈登记", "帮老人登记", "王秀英，我是她儿子"])
def test_a_relation_is_taken_from_the_words(town: Community, words: str) -> None:
    if "登记" in words:
        assert "什么人" in go(town, "s1", words)[-1].text
    else:
        go(town, "s1", "登记", "同意", words, "1234", "对")
        assert requests(town)[0].relation == "儿子"


def test_a_couple_share_one_phone(town: Community) -> None:
    town.person("韦建国", phone="13911115678")
    try_name(town, "s1", "王秀英")
    go(town, "s1", "共用手机登记", "同意", "韦建国", "5678", "对")
    assert bound(town, "s1") == ["王秀英", "韦建国"]
    assert "为谁办" in go(town, "s1", "我的资料")[-1].text


def test_who_is_registered_already_is_told_so(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    reply = go(town, "s1", "登记")[-1]
    assert "已经登记好了：王秀英" in reply.text
    assert labels(reply) == ["共用手机的", "替老人登记", "我的资料"]


# ── coordinators ────────────────────────────────────────────────────────────────────────────────


def test_a_coordinator_approves_and_the_stranger_hears_of_it(town: Community) -> None:
    try_name(town, "s1", "王秀音")
    reply = go(town, "c1", "待登记", "1")[-1]
    assert "王秀音，电话尾号1234" in reply.text
    assert labels(reply) == ["是王秀英", "另选一位", "不通过"]
    go(town, "c1", "1", "对")
    assert bound(town, "s1") == ["王秀英"]
    assert "登记好了，王秀英" in heard(town, "s1")


def test_a_coordinator_names_somebody_else(town: Community) -> None:
    town.person("李国强", phone="13711112222", number="0099")
    try_name(town, "s1", "李国墙", "0000")
    go(town, "c1", "待登记", "1", "另选一位", "0099", "对")
    assert bound(town, "s1") == ["李国强"]


def test_a_rejection_asks_kindly_to_call(town: Community) -> None:
    try_name(town, "s1", "王秀音")
    go(town, "c1", "待登记", "1", "不通过", "对")
    assert "不要紧" in heard(town, "s1")
    assert (bound(town, "s1"), requests(town)) == ([], [])


def test_two_coordinators_decide_once(town: Community) -> None:
    town.person("卢桂芳", Role.COORDINATOR, address="c2")
    try_name(town, "s1", "王秀音")
    go(town, "c2", "待登记", "1", "1")
    go(town, "c1", "待登记", "1", "1", "对")
    assert "没有等着登记的" in go(town, "c2", "对")[-1].text


def test_an_approval_can_be_taken_back_and_waits_again(town: Community) -> None:
    try_name(town, "s1", "王秀音")
    go(town, "c1", "待登记", "1", "1", "对")
    go(town, "c1", "撤销", "撤销它")
    assert bound(town, "s1") == []
    assert len(requests(town)) == 1


def test_nobody_is_approved_who_is_paused(town: Community) -> None:
    try_name(town, "s1", "王秀音")
    set_status(town, Status.PAUSED)
    assert "先恢复" in go(town, "c1", "待登记", "1", "1", "对")[-1].text


def test_a_coordinator_of_another_branch_does_not_see_the_request(town: Community) -> None:
    other = town.person("卢桂芳", address="c2", branch="双鹤社区离退休党支部")
    town.add(Grant(person_id=other.id, role=Role.COORDINATOR, branch_id=other.branch_id))
    try_name(town, "s1", "王秀音")
    assert "没有等着登记的" in go(town, "c2", "待登记")[-1].text


def test_members_do_not_see_the_queue(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    assert "联络员来办" in go(town, "s1", "待登记")[-1].text


# ── leaving ─────────────────────────────────────────────────────────────────────────────────────


def test_leaving_ends_the_registration_and_the_consent(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    assert "已经退出" in go(town, "s1", "退出登记", "退出登记")[-1].text
    assert bound(town, "s1") == []
    assert town.all(consent.live(2, KEEP)) == []
    assert "退出了登记" in heard(town, "c1")


@pytest.mark.parametrize("words", ["不同意了", "撤回同意"])
def test_consent_is_withdrawn_by_a_word(town: Community, words: str) -> None:
    try_name(town, "s1", "王秀英")
    assert "已经退出" in go(town, "s1", words, "退出登记")[-1].text
    assert town.all(consent.live(2, KEEP)) == []


def test_leaving_is_asked_once_and_can_be_left(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    go(town, "s1", "注销", "不退出")
    assert bound(town, "s1") == ["王秀英"]


def test_leaving_can_be_turned_back_for_a_day(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    go(town, "s1", "退出登记", "1", "撤销", "1")
    assert bound(town, "s1") == ["王秀英"]
    assert len(town.all(consent.live(2, KEEP))) == 1


def test_what_waited_for_somebody_who_left_is_not_sent(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    note = Note(2, "明天学习。", "test:1", Mail.PERSON)
    town.house.db.write_now(lambda s: town.house.post.note(s, note, town.clock()))
    town.house.db.write_now(lambda s: s.execute(update(Outbox).values(due_at=town.clock())))
    go(town, "s1", "退出登记", "1")
    assert "明天学习" not in heard(town, "s1")


def test_a_relative_who_leaves_ends_only_the_own_binding(town: Community) -> None:
    go(town, "own", f"卡号 {card_for(town)}", "同意", "对")
    go(town, "s1", "替家里老人登记", "儿子", "同意", card_for(town), "对")
    go(town, "s1", "退出登记", "1")
    assert (bound(town, "own"), bound(town, "s1")) == (["王秀英"], [])
    assert len(town.all(consent.live(2, KEEP))) == 1


def test_undo_rows_name_what_they_take_back(town: Community) -> None:
    try_name(town, "s1", "王秀英")
    (undo,) = town.all(select(Undo))
    assert undo.title == "王秀英的登记"
