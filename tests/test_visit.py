"""Home visits as members, relatives, neighbours and volunteers have them, through the engine."""

import pytest
from sqlalchemy import select

from bot.domain.mail import Outbox
from bot.domain.people import Consent, Role
from bot.domain.visits import Half, Reason, State, Visit
from bot.talk import Reply
from tests.conftest import Community, labels

ADDRESS = "青年路8号"


@pytest.fixture
def town(community: Community) -> Community:
    """A member, a volunteer and a coordinator, each with a terminal."""
    community.person("韦红梅", Role.COORDINATOR, address="c1")
    community.person("李四", Role.VOLUNTEER, address="v1")
    community.person("王秀英", address="m1")
    return community


def talk(town: Community, who: str, *words: str, channel: str = "terminal") -> list[Reply]:
    """Say one thing after the other; returns the replies to the last."""
    replies: list[Reply] = []
    for text in words:
        replies = town.say(who, text, channel=channel)
    return replies


def ask_for_visit(town: Community, who: str = "m1", reason: str = "想有人聊聊") -> Visit:
    """A request for Friday morning, 27 November."""
    talk(town, who, "请人上门", reason, "星期五上午", "对")
    return the_visit(town)


def the_visit(town: Community) -> Visit:
    found: Visit = town.all(select(Visit).order_by(Visit.id.desc()))[0]
    return found


def invite(town: Community) -> None:
    talk(town, "c1", "走访", "1", "请志愿者", "李四", "对")


def accepted_visit(town: Community) -> Visit:
    ask_for_visit(town)
    invite(town)
    talk(town, "v1", "接受走访")
    for who in ("c1", "m1", "v1"):
        town.fetch(who)
    return the_visit(town)


def heard(town: Community, who: str, channel: str = "terminal") -> str:
    """All that waits for somebody, as one text."""
    return "\n".join(reply.text for _, reply in town.fetch(who, channel))


def sent(town: Community, channel: str) -> str:
    """All that was ever queued for a channel, buttons included."""
    return "\n".join(str(row.reply) for row in town.all(select(Outbox)) if row.channel == channel)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────


def test_a_visit_is_booked_in_four_answers_or_fewer(town: Community) -> None:
    reply = talk(town, "m1", "请人上门", "想有人聊聊", "星期五上午", "对")[-1]
    visit = the_visit(town)
    assert (visit.reason, visit.day.isoformat(), visit.half) == (
        Reason.TALK,
        "2026-11-27",
        Half.MORNING,
    )
    assert "登记号1" in reply.text
    assert "11月27日(周五)上午" in reply.text
    assert "联络员韦红梅" in reply.text


def test_everything_is_read_back_in_one_sentence_before_it_is_written(town: Community) -> None:
    reply = talk(town, "m1", "请人上门", "生病了", "星期五上午")[-1]
    for word in ("11月27日(周五)上午", "您", "生病了", ADDRESS):
        assert word in reply.text
    assert labels(reply) == ["对", "改一下"]
    assert town.all(select(Visit)) == []


def test_the_nearest_half_days_are_offered_as_buttons(town: Community) -> None:
    reply = talk(town, "m1", "请人上门", "想有人聊聊")[-1]
    assert labels(reply) == ["今天下午", "明天上午", "明天下午", "后天上午"]


def test_a_button_means_the_day_on_which_it_was_pressed(town: Community) -> None:
    talk(town, "m1", "请人上门", "想有人聊聊", "2", "对")
    assert the_visit(town).day.isoformat() == "2026-11-23"


def test_a_day_alone_is_followed_by_the_question_for_its_half(town: Community) -> None:
    reply = talk(town, "m1", "请人上门", "想有人聊聊", "星期五")[-1]
    assert labels(reply) == ["上午", "下午"]
    talk(town, "m1", "下午", "对")
    assert the_visit(town).half is Half.AFTERNOON


def test_today_after_the_morning_means_the_afternoon(town: Community) -> None:
    talk(town, "m1", "请人上门", "想有人聊聊", "今天", "对")
    assert (the_visit(town).day.isoformat(), the_visit(town).half) == ("2026-11-22", Half.AFTERNOON)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("这个周末", "哪一天"),
        ("随便哪天都行", "哪一天"),
        ("星期五晚上八点", "晚上"),
        ("昨天上午", "过去"),
        ("明年五月一号", "60天"),
    ],
)
def test_a_time_that_does_not_do_is_asked_again_and_says_why(
    town: Community, words: str, hint: str
) -> None:
    assert hint in talk(town, "m1", "请人上门", "想有人聊聊", words)[-1].text
    assert town.all(select(Visit)) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("老毛病又犯了，腿疼", Reason.ILLNESS),
        ("家里困难", Reason.HARDSHIP),
        ("想听人读报", Reason.STUDY),
        ("一个人闷得慌", Reason.TALK),
        ("灯泡坏了够不着", Reason.OTHER),
    ],
)
def test_free_words_name_the_reason(town: Community, words: str, reason: Reason) -> None:
    talk(town, "m1", "请人上门", words, "星期五上午", "对")
    assert the_visit(town).reason is reason
    assert the_visit(town).words == (words if reason is Reason.OTHER else "")


def test_any_answer_can_be_changed_before_it_is_written(town: Community) -> None:
    talk(town, "m1", "请人上门", "想有人聊聊", "星期五上午", "改一下", "时间", "星期六下午", "对")
    visit = the_visit(town)
    assert (visit.day.isoformat(), visit.half) == ("2026-11-28", Half.AFTERNOON)


def test_somebody_in_hospital_is_visited_there(town: Community) -> None:
    ask = ("请人上门", "生病了", "星期五上午", "改一下", "地方", "人民医院3楼", "对")
    assert "人民医院3楼" in talk(town, "m1", *ask[:-1])[-1].text
    talk(town, "m1", ask[-1])
    assert the_visit(town).place == "人民医院3楼"


def test_asking_five_times_makes_one_request(town: Community) -> None:
    ask_for_visit(town)
    for _ in range(4):
        reply = talk(town, "m1", "请人上门")[-1]
        assert "登记号1" in reply.text
        assert labels(reply) == ["改时间", "取消走访", "就这样"]
        talk(town, "m1", "就这样")
    assert len(town.all(select(Visit))) == 1


def test_coordinators_hear_of_a_request_at_once_and_once(town: Community) -> None:
    ask_for_visit(town, reason="生病了")
    told = heard(town, "c1")
    assert "王秀英" in told
    assert "生病了" in told
    assert heard(town, "c1") == ""


def test_a_branch_without_coordinators_tells_every_coordinator(community: Community) -> None:
    community.person("韦红梅", Role.COORDINATOR, address="c1", branch="双鹤社区离退休党支部")
    community.person("王秀英", address="m1")
    ask_for_visit(community)
    assert "王秀英" in heard(community, "c1")


def test_another_wish_in_the_middle_is_not_taken_for_a_reason(town: Community) -> None:
    talk(town, "m1", "请人上门", "学习日是哪一天")
    assert town.all(select(Visit)) == []
    talk(town, "m1", "主菜单")


# ── for somebody else ───────────────────────────────────────────────────────────────────────────


def test_a_neighbour_reports_somebody_who_is_not_on_the_roster(town: Community) -> None:
    reply = talk(town, "m1", "替别人请", "陈伯", "生病了", "明天上午")[-1]
    assert "看陈伯" in reply.text
    assert "打电话问您" in reply.text
    talk(town, "m1", "对")
    visit = the_visit(town)
    assert (visit.person_id, visit.person_words, visit.by_id) == (None, "陈伯", 3)
    assert "王秀英代约" in heard(town, "c1")


def test_a_neighbour_reads_neither_address_nor_request_of_the_other(town: Community) -> None:
    town.person("陈桂英", address="m2")
    ask_for_visit(town, "m2")
    reply = talk(town, "m1", "替别人请", "陈桂英")[-1]
    assert "已经有人替陈桂英约了" in reply.text
    assert "11月27日" not in reply.text


def test_who_is_asked_for_by_another_is_told_so(town: Community) -> None:
    town.person("陈桂英", address="m2")
    text = talk(town, "m1", "替别人请", "陈桂英", "想有人聊聊", "星期五上午")[-1].text
    assert "照社区登记的住址" in text
    assert ADDRESS not in text
    talk(town, "m1", "对")
    assert "王秀英替您约了11月27日(周五)上午" in heard(town, "m2")


def test_a_sons_phone_acts_for_his_mother_and_is_recorded(town: Community) -> None:
    mother = town.person("陈桂英")
    town.bind(mother, "son", relation="儿子")
    ask_for_visit(town, "son")
    visit = the_visit(town)
    assert (visit.person_id, visit.by_relation) == (mother.id, "儿子")
    assert "陈桂英的儿子代约" in heard(town, "c1")


def test_for_whom_can_still_be_changed_at_the_read_back(town: Community) -> None:
    talk(town, "m1", "请人上门", "想有人聊聊", "星期五上午", "改一下", "为谁", "陈伯", "对")
    visit = the_visit(town)
    assert (visit.name, visit.day.isoformat(), visit.reason) == (
        "陈伯",
        "2026-11-27",
        Reason.TALK,
    )


@pytest.mark.parametrize(
    ("words", "who", "reason"),
    [
        ("隔壁陈伯病了一个礼拜，你们去看看他吧", "陈伯", "生病了"),
        ("我妈住院了，请你们去看看", "您妈妈", "生病了"),
        ("请人去看看韦秀兰，她生病了", "韦秀兰", "生病了"),
        ("我一个人在家闷得慌想找个人来讲讲话", "您", "想有人聊聊"),
        ("请人来看看我，我生病了", "您", "生病了"),
        ("我病了，叫人来看看我", "您", "生病了"),
        ("我病了，请人来看一下", "您", "生病了"),
        ("我想请人去看看陈阿婆，她病了", "陈阿婆", "生病了"),
        ("请人去看看隔壁的韦秀兰，她身体不好", "韦秀兰", "生病了"),
    ],
)
def test_what_the_first_sentence_says_is_not_asked_again(
    town: Community, words: str, who: str, reason: str
) -> None:
    town.person("韦秀兰")
    reply = talk(town, "m1", words, "星期五上午")[-1]
    assert f"看{who}，{reason}" in reply.text


@pytest.mark.parametrize("words", ["帮隔壁韦秀兰申请走访", "替韦秀兰约走访"])
def test_for_whom_a_neighbour_asks_survives_asking_back(town: Community, words: str) -> None:
    town.person("韦秀兰")
    replies = talk(town, "m1", words)
    if "请人上门" in labels(replies[-1]):
        replies = talk(town, "m1", "请人上门")
    reply = talk(town, "m1", "想有人聊聊", "星期五上午")[-1]
    assert "看韦秀兰，想有人聊聊。照社区登记的住址" in reply.text


def test_feeling_poorly_is_illness(town: Community) -> None:
    assert ask_for_visit(town, reason="身体不好").reason is Reason.ILLNESS


def test_on_a_shared_phone_a_visit_names_whom_it_is_for(town: Community) -> None:
    town.bind(town.person("陈桂英"), "m1")
    talk(town, "m1", "请人上门", "王秀英", "想有人聊聊", "星期五上午")
    assert "去看王秀英。" in talk(town, "m1", "对")[0].text
    assert "代约" not in heard(town, "c1")
    invite(town)
    talk(town, "v1", "接受走访")
    assert heard(town, "m1") == "王秀英：李四会在11月27日(周五)上午来看您。"


def test_a_shared_phone_is_not_told_what_was_just_done_on_it(town: Community) -> None:
    husband = town.person("陈桂生")
    town.bind(husband, "m1")
    talk(town, "m1", "请人上门", "陈桂生", "想有人聊聊", "星期五上午", "对")
    assert heard(town, "m1") == ""
    talk(town, "m1", "改走访时间", "下午", "对")
    assert heard(town, "m1") == ""
    town.clock.go(minutes=5)
    town.bind(husband, "own")
    talk(town, "m1", "取消走访", "取消走访")
    assert (heard(town, "m1"), "取消了" in heard(town, "own")) == ("", True)


def test_my_mother_is_she_for_whom_the_phone_stands_too(town: Community) -> None:
    town.bind(town.person("陈桂英"), "m1", relation="女儿")
    reply = talk(town, "m1", "请人来看看我妈，想有人聊聊", "星期五上午")[-1]
    assert "看陈桂英" in reply.text


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("改个时间，星期六来行不行", "改到11月28日(周六)上午，对吗"),
        ("家访取消吧，女儿回来了", "不用来了，对吗"),
        ("我约的那个探望是几点", "登记号1：11月27日(周五)上午"),
    ],
)
def test_what_is_wanted_with_a_visit_may_stand_in_the_first_sentence(
    town: Community, words: str, asked: str
) -> None:
    ask_for_visit(town)
    assert asked in talk(town, "m1", words)[-1].text


# ── privacy ─────────────────────────────────────────────────────────────────────────────────────


def test_telegram_never_carries_the_address_or_the_health_reason(town: Community) -> None:
    for name, role, where in (
        ("陈桂英", Role.MEMBER, "m"),
        ("黄丽", Role.COORDINATOR, "c"),
        ("韦小明", Role.VOLUNTEER, "v"),
    ):
        town.person(name, role, address=where, channel="telegram", branch="双鹤社区离退休党支部")
    talk(town, "m", "请人上门", channel="telegram")
    talk(town, "m", "身体不舒服", "星期五上午", "对", channel="telegram")
    talk(town, "c", "走访", "1", "请志愿者", "韦小明", "对", channel="telegram")
    talk(town, "v", "接受走访", channel="telegram")
    talk(town, "v", "我的走访", channel="telegram")
    everything = (
        sent(town, "telegram").replace("'label': '生病了'", "").replace("'says': '生病了'", "")
    )
    assert the_visit(town).state is State.ACCEPTED
    assert ADDRESS not in everything
    assert "生病" not in everything


def test_on_telegram_the_registered_address_is_confirmed_without_spelling_it(
    town: Community,
) -> None:
    town.person("陈桂英", address="m", channel="telegram")
    words = ("请人上门", "想有人聊聊", "星期五上午")
    assert "照社区登记的住址，对吗？" in talk(town, "m", *words, channel="telegram")[-1].text


def test_a_volunteer_reads_the_address_only_after_saying_yes(town: Community) -> None:
    ask_for_visit(town, reason="生病了")
    invite(town)
    asked = heard(town, "v1")
    assert ADDRESS not in asked
    assert "生病" not in asked
    assert ADDRESS in "".join(r.text for r in talk(town, "v1", "接受走访"))


def test_the_address_is_gone_eight_days_after_the_visit(town: Community) -> None:
    accepted_visit(town)
    town.clock.set("2026-12-04T09:00")
    assert ADDRESS in "".join(r.text for r in talk(town, "v1", "我的走访"))
    town.clock.set("2026-12-05T09:00")
    assert ADDRESS not in "".join(r.text for r in talk(town, "v1", "我的走访"))


def test_a_health_note_needs_a_consent_that_is_kept_with_its_version(town: Community) -> None:
    ask_for_visit(town, reason="生病了")
    talk(town, "m1", "补充说明", "可以", "腿脚不便，要扶着走")
    assert the_visit(town).health_note == "腿脚不便，要扶着走"
    consent = town.all(select(Consent))[0]
    assert (consent.purpose, consent.version, consent.person_id) == ("health", "1", 3)
    assert "身体情况" in talk(town, "m1", "补充说明")[-1].text


def test_refusing_the_health_note_blocks_nothing(town: Community) -> None:
    ask_for_visit(town, reason="生病了")
    assert "照原来的办" in talk(town, "m1", "补充说明", "不用了")[-1].text
    assert (the_visit(town).health_note, the_visit(town).state) == ("", State.REQUESTED)


def test_a_health_note_is_not_taken_on_telegram(town: Community) -> None:
    town.person("陈桂英", address="m", channel="telegram")
    talk(town, "m", "请人上门", "想有人聊聊", "星期五上午", "对", channel="telegram")
    assert "网页" in talk(town, "m", "补充说明", channel="telegram")[-1].text


def test_without_a_visit_there_is_nothing_to_add_or_change(town: Community) -> None:
    for words in ("补充说明", "我的上门", "改走访时间", "取消走访"):
        assert "请人上门" in talk(town, "m1", words)[-1].text


def test_on_telegram_another_place_is_left_to_a_telephone_call(town: Community) -> None:
    town.person("陈桂英", address="m", channel="telegram")
    words = ("请人上门", "想有人聊聊", "星期五上午", "改一下", "地方")
    assert "打电话问您" in talk(town, "m", *words, channel="telegram")[-1].text
    talk(town, "m", "对", channel="telegram")
    assert "请电话问清楚" in the_visit(town).place


def test_the_volunteer_reads_the_health_note_once_the_visit_is_accepted(town: Community) -> None:
    ask_for_visit(town, reason="生病了")
    talk(town, "m1", "补充说明", "可以", "腿脚不便，要扶着走")
    invite(town)
    talk(town, "v1", "接受走访")
    assert "要扶着走" in "".join(r.text for r in talk(town, "v1", "我的走访"))


# ── changing ────────────────────────────────────────────────────────────────────────────────────


def test_a_moved_visit_is_told_to_both_sides_and_keeps_its_half(town: Community) -> None:
    accepted_visit(town)
    talk(town, "m1", "改走访时间", "星期六", "对")
    assert (the_visit(town).day.isoformat(), the_visit(town).half) == ("2026-11-28", Half.MORNING)
    for who in ("v1", "c1"):
        assert "改到11月28日(周六)上午" in heard(town, who)
    assert the_visit(town).state is State.ACCEPTED


def test_the_same_time_again_changes_nothing(town: Community) -> None:
    ask_for_visit(town)
    assert "本来就是" in talk(town, "m1", "改走访时间", "星期五上午")[-1].text


def test_an_unanswered_invitation_is_asked_again_with_the_new_time(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    town.fetch("v1")
    talk(town, "m1", "改走访时间", "星期六上午", "对")
    (_, reply) = town.fetch("v1")[0]
    assert labels(reply) == ["接受", "这次不行"]


def test_cancelling_asks_once_and_tells_the_volunteer(town: Community) -> None:
    accepted_visit(town)
    assert labels(talk(town, "m1", "取消走访")[-1]) == ["取消走访", "还是要来"]
    talk(town, "m1", "取消走访")
    assert the_visit(town).state is State.CANCELLED
    assert "不用去了" in heard(town, "v1")


def test_thinking_better_of_cancelling_leaves_all_as_it_was(town: Community) -> None:
    accepted_visit(town)
    assert "照常" in talk(town, "m1", "取消走访", "还是要来")[-1].text
    assert the_visit(town).state is State.ACCEPTED


def test_one_of_several_visits_is_chosen(town: Community) -> None:
    ask_for_visit(town)
    talk(town, "m1", "替别人请", "陈伯", "想有人聊聊", "星期六上午", "对")
    assert labels(talk(town, "m1", "我的上门")[-1]) == ["1号王秀英", "2号陈伯"]
    assert "陈伯" in talk(town, "m1", "2")[-1].text


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ((), State.REQUESTED, State.CANCELLED),
        (("取消走访", "取消走访"), State.CANCELLED, State.REQUESTED),
    ],
)
def test_a_request_and_a_cancellation_can_be_taken_back(
    town: Community, words: tuple[str, ...], before: State, after: State
) -> None:
    ask_for_visit(town)
    talk(town, "m1", *words)
    assert the_visit(town).state is before
    talk(town, "m1", "撤销", "撤销它")
    assert the_visit(town).state is after


def test_a_change_of_time_can_be_taken_back(town: Community) -> None:
    ask_for_visit(town)
    talk(town, "m1", "改走访时间", "星期六下午", "对", "撤销", "撤销它")
    assert (the_visit(town).day.isoformat(), the_visit(town).half) == ("2026-11-27", Half.MORNING)


# ── the volunteer ───────────────────────────────────────────────────────────────────────────────


def test_an_accepted_visit_is_told_to_member_and_coordinator(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    town.fetch("c1")
    talk(town, "v1", "接受走访")
    assert the_visit(town).state is State.ACCEPTED
    assert "李四会在11月27日(周五)上午来看您" in heard(town, "m1")
    assert "李四接受了" in heard(town, "c1")


def test_declining_needs_no_reason_and_tells_the_coordinator(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    town.fetch("c1")
    assert "没关系" in talk(town, "v1", "这次不行")[-1].text
    assert the_visit(town).state is State.REQUESTED
    assert "另请一位" in heard(town, "c1")


def test_the_buttons_of_an_invitation_are_in_the_reader_s_characters(town: Community) -> None:
    talk(town, "v1", "看繁体")
    ask_for_visit(town)
    invite(town)
    (shown,) = [reply.choices for _, reply in town.fetch("v1") if reply.choices]
    assert [(choice.says, choice.label) for choice in shown] == [
        ("接受走访1", "接受"),
        ("这次不行1", "這次不行"),
    ]


def test_a_name_stays_as_its_bearer_writes_it_in_traditional_characters(town: Community) -> None:
    town.person("于志芳", address="m9")
    talk(town, "v1", "看繁体")
    talk(town, "m9", "请人上门", "想有人聊聊", "星期六上午", "对")
    invite(town)
    (invited,) = [reply for _, reply in town.fetch("v1") if reply.choices]
    assert "于志芳" in invited.text
    assert "請您" in invited.text
    assert "于志芳" in talk(town, "v1", "我的走访")[-1].text


def test_an_invitation_can_also_be_answered_from_the_own_list(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    assert labels(talk(town, "v1", "我的走访")[-1]) == ["接受", "这次不行"]
    talk(town, "v1", "接受")
    assert the_visit(town).state is State.ACCEPTED


def test_there_is_nothing_to_accept_without_an_invitation(town: Community) -> None:
    assert "没有等您答复" in talk(town, "v1", "接受走访")[-1].text
    assert "没有要去" in talk(town, "v1", "我的走访")[-1].text
    assert "没有这样的走访" in talk(town, "v1", "没见到")[-1].text


def test_a_volunteer_who_cannot_go_after_all_is_replaced_and_all_are_told(town: Community) -> None:
    accepted_visit(town)
    talk(town, "v1", "去不了", "去不了")
    assert the_visit(town).state is State.REQUESTED
    assert "换一位" in heard(town, "m1")
    assert "另请一位" in heard(town, "c1")


def test_accepting_can_be_taken_back(town: Community) -> None:
    accepted_visit(town)
    talk(town, "v1", "撤销", "撤销它")
    assert the_visit(town).state is State.REQUESTED


def test_a_volunteer_reports_a_visit_with_a_note(town: Community) -> None:
    accepted_visit(town)
    town.clock.set("2026-11-27T11:00")
    talk(town, "v1", "我的走访", "见到了", "精神很好，想看书")
    visit = the_visit(town)
    assert visit.state is State.DONE
    assert "精神很好，想看书" in heard(town, "c1")


def test_a_visit_is_not_reported_before_its_day(town: Community) -> None:
    accepted_visit(town)
    talk(town, "v1", "我的走访", "见到了")
    assert the_visit(town).state is State.ACCEPTED


def test_nobody_at_home_proposes_the_next_visit(town: Community) -> None:
    accepted_visit(town)
    town.clock.set("2026-11-27T11:00")
    talk(town, "v1", "没见到", "没有")
    first, following = town.all(select(Visit).order_by(Visit.id))
    assert (first.state, following.state, following.follows_id) == (
        State.NOT_HOME,
        State.REQUESTED,
        first.id,
    )
    assert "再约在11月28日(周六)上午" in heard(town, "m1")


def test_a_wrong_report_can_be_taken_back_with_its_next_visit(town: Community) -> None:
    accepted_visit(town)
    town.clock.set("2026-11-27T11:00")
    talk(town, "v1", "没见到", "没有", "撤销", "撤销它")
    assert [v.state for v in town.all(select(Visit).order_by(Visit.id))] == [
        State.ACCEPTED,
        State.CANCELLED,
    ]


def test_of_two_invitations_the_one_meant_is_asked_for(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    talk(town, "m1", "替别人请", "陈伯", "想有人聊聊", "星期六上午", "对")
    talk(town, "c1", "走访", "2号陈伯", "请志愿者", "李四", "对")
    assert labels(talk(town, "v1", "接受走访")[-1]) == ["1号王秀英", "2号陈伯"]
    talk(town, "v1", "2号陈伯")
    assert (the_visit(town).name, the_visit(town).state) == ("陈伯", State.ACCEPTED)


def test_a_button_answers_the_invitation_under_which_it_stands(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    talk(town, "m1", "替别人请", "陈伯", "想有人聊聊", "星期六上午", "对")
    talk(town, "c1", "走访", "2号陈伯", "请志愿者", "李四", "对")
    talk(town, "v1", "接受走访1")
    talk(town, "v1", "这次不行2")
    states = [v.state for v in town.all(select(Visit).order_by(Visit.id))]
    assert states == [State.ACCEPTED, State.REQUESTED]


def test_an_old_button_is_no_yes_to_another_visit(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    talk(town, "v1", "这次不行1")
    talk(town, "m1", "替别人请", "陈伯", "想有人聊聊", "星期六上午", "对")
    talk(town, "c1", "走访", "2号陈伯", "请志愿者", "李四", "对")
    assert "不用您答复了" in talk(town, "v1", "接受走访1")[-1].text
    assert State.ACCEPTED not in [v.state for v in town.all(select(Visit))]


def test_who_asked_for_somebody_else_hears_who_goes(town: Community) -> None:
    talk(town, "m1", "替别人请", "陈伯", "想有人聊聊", "星期五上午", "对")
    invite(town)
    talk(town, "v1", "接受走访")
    assert "李四会在11月27日(周五)上午去看陈伯" in heard(town, "m1")


def test_thinking_better_of_stepping_back_leaves_all_as_it_was(town: Community) -> None:
    accepted_visit(town)
    assert "照常" in talk(town, "v1", "去不了", "还是去")[-1].text
    assert the_visit(town).state is State.ACCEPTED


def test_cannot_go_is_also_the_answer_to_an_invitation(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    assert "没关系" in talk(town, "v1", "去不了")[-1].text
    assert the_visit(town).state == State.REQUESTED
