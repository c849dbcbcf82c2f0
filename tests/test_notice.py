"""Notices: written, seen, timed and approved, as coordinators do it in chat."""

# ruff: noqa: F811 - the fixtures of tests.notice_house are imported by name

from datetime import timedelta

from sqlalchemy import select

from bot.domain.mail import Sending
from bot.domain.notices import Notice, State
from bot.domain.people import Grant, Person, Role, Status
from bot.now import real_now
from tests.conftest import Community, labels
from tests.notice_house import (
    OTHER_BRANCH,
    TEXT,
    approved,
    got,
    house,  # noqa: F401
    last,
    recipients,
    report,
    send,
    small,  # noqa: F401
    strict,  # noqa: F401
    turn,
    who,
    write,
)

# ── writing ────────────────────────────────────────────────────────────────────────────────────────


def test_the_audience_is_counted_by_reach_before_anything_goes_out(house: Community) -> None:
    write(house, TEXT, "全体在册")
    house.say("c1", "现在发")
    replies = house.say("c1", "不放")
    assert replies[0].text == f"【社区居委会】{TEXT}"
    assert "全体在册 3 可达, 1 电话" in replies[-1].text
    assert labels(replies[-1]) == ["对", "改一下"]
    assert not house.all(select(Notice))


def test_each_member_gets_it_once_with_its_number_and_a_button(house: Community) -> None:
    notice = send(house)
    (text,) = got(house, "m1")
    assert text == f"【社区居委会】{TEXT}\n（通知号{notice.code}）"
    assert got(house, "m1") == []


def test_states_sum_to_the_audience(house: Community) -> None:
    send(house)
    got(house, "m1")
    found = report(house)
    assert (found.audience, found.states) == (4, {"sent": 1, "waiting": 2, "unreachable": 1})


def test_who_has_no_phone_is_on_the_call_list(house: Community) -> None:
    send(house)
    (missed,) = report(house).not_reached
    assert (missed.name, missed.phone, missed.state) == ("陆秀兰", "07771234567", "unreachable")


def test_before_it_goes_out_everybody_is_planned(house: Community) -> None:
    write(house)
    assert report(house).states == {"planned": 4}


def test_a_person_with_many_hats_gets_it_once(house: Community) -> None:
    for role in (Role.VOLUNTEER, Role.COORDINATOR):
        house.add(Grant(person_id=who(house, "王秀英").id, role=role))
    send(house)
    assert len(got(house, "m1")) == 1


def test_one_branch_reaches_its_members_only(house: Community) -> None:
    house.person("莫大叔", address="n1", branch=OTHER_BRANCH)
    send(house, TEXT, "一个支部", OTHER_BRANCH, "现在发", "不放", "对")
    assert (len(got(house, "n1")), got(house, "m1")) == (1, [])


def test_volunteers_can_be_written_to(house: Community) -> None:
    house.person("农小妹", Role.VOLUNTEER, address="v1")
    send(house, TEXT, "志愿者", "现在发", "对")
    assert (len(got(house, "v1")), got(house, "m1")) == (1, [])


def test_one_person_can_be_written_to(house: Community) -> None:
    send(house, TEXT, "某一位", "韦建国", "现在发", "对")
    assert (len(got(house, "m2")), got(house, "m1")) == (1, [])


def test_a_name_that_two_have_is_asked_for_by_number(house: Community) -> None:
    house.person("王秀英", address="m9")
    assert "请写编号" in write(house, TEXT, "某一位", "王秀英")


def test_a_branch_coordinator_reaches_the_own_branch_only(house: Community) -> None:
    branch = house.branch(OTHER_BRANCH)
    person = house.person("莫大叔", address="n1", branch=OTHER_BRANCH)
    house.add(Grant(person_id=person.id, role=Role.COORDINATOR, branch_id=branch.id))
    write(house, by="n1")
    assert report(house).audience == 1


def test_a_member_cannot_write_notices(house: Community) -> None:
    assert "联络员" in house.say("m1", "发通知")[-1].text


def test_the_preview_can_be_changed(house: Community) -> None:
    write(house, TEXT, "全体在册", "现在发", "不放", "改一下", "文字", "改到后天停水。")
    assert house.say("c1", "对")[-1].text.startswith("第1号通知开始发了")
    assert last(house).text == "改到后天停水。"


def test_words_that_swindlers_use_ask_for_a_second_look(house: Community) -> None:
    write(house, "请把钱转账到这里", "全体在册")
    house.say("c1", "现在发")
    replies = house.say("c1", "不放")
    assert "“转账”" in replies[-1].text
    assert labels(replies[-1]) == ["要发", "改文字"]


def test_after_a_second_look_the_words_can_be_changed(house: Community) -> None:
    write(house, "请把钱转账到这里", "全体在册", "现在发", "不放", "改文字")
    replies = house.say("c1", TEXT)
    assert replies[0].text == f"【社区居委会】{TEXT}"


def test_the_same_words_within_half_a_day_are_warned_about(house: Community) -> None:
    send(house)
    assert "12小时内已经发给其中4位" in write(house, TEXT, "全体在册", "现在发", "不放")


def test_the_same_words_a_day_later_are_no_matter(house: Community) -> None:
    send(house)
    house.clock.go(hours=13)
    house.clock.set("2026-11-23T10:00")
    assert "对吗？" in write(house, TEXT, "全体在册", "现在发", "不放")


def test_a_long_text_goes_out_whole(house: Community) -> None:
    send(house, "停水通知。" * 200)
    assert "停水通知。" * 200 in got(house, "m1")[0]


# ── when ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_can_wait_for_its_hour(house: Community) -> None:
    assert "11月23日(周一)上午9点发" in write(house, TEXT, "全体在册", "明天上午9点", "不放", "对")
    turn(house)
    assert report(house).states == {"planned": 4}
    house.clock.set("2026-11-23T09:00")
    turn(house)
    assert len(got(house, "m1")) == 1


def test_an_hour_that_has_gone_is_refused(house: Community) -> None:
    assert "已经过了" in write(house, TEXT, "全体在册", "今天早上8点")


def test_at_night_a_notice_waits_for_the_morning(house: Community) -> None:
    house.clock.set("2026-11-22T22:30")
    write(house, TEXT, "全体在册")
    house.say("c1", "现在发")
    assert "夜里不打扰，11月23日(周一)早上7点发" in house.say("c1", "不放")[-1].text
    house.say("c1", "对")
    turn(house)
    assert got(house, "m1") == []
    house.clock.set("2026-11-23T07:00")
    assert len(got(house, "m1")) == 1


# ── approval ───────────────────────────────────────────────────────────────────────────────────────


def test_above_the_size_nothing_goes_out_before_a_second_yes(strict: Community) -> None:
    assert "请另一位联络员来批" in write(strict)
    turn(strict)
    assert (last(strict).state, recipients(strict)) == (State.PENDING, [])


def test_the_second_coordinator_is_told_and_approves_in_chat(strict: Community) -> None:
    write(strict)
    told = [reply for _, reply in strict.fetch("c2")]
    assert "请您看一看" in told[-1].text
    replies = strict.say("c2", "待批的通知")
    assert TEXT in replies[0].text
    assert labels(replies[-1]) == ["批准", "不批准"]
    assert "批准了" in strict.say("c2", "批准")[-1].text
    assert any("批准了第1号" in reply.text for _, reply in strict.fetch("c1"))


def test_the_writer_finds_nothing_to_approve(strict: Community) -> None:
    write(strict)
    assert strict.say("c1", "待批的通知")[-1].text == "现在没有要批的通知。"


def test_a_rejection_reaches_the_writer_with_its_reason(strict: Community) -> None:
    write(strict)
    for words in ("待批的通知", "不批准", "日期写错了"):
        strict.say("c2", words)
    assert last(strict).state is State.REJECTED
    assert any("日期写错了" in reply.text for _, reply in strict.fetch("c1"))


def test_an_edit_while_the_other_reads_asks_anew(strict: Community) -> None:
    write(strict)
    strict.say("c2", "待批的通知")
    for words in ("通知进度", "改文字", "改到后天停水。", "对"):
        strict.say("c1", words)
    refusal = strict.say("c2", "批准")[-1].text
    assert "刚刚改过：李敏11月22日(周日)上午10点10分改了文字" in refusal
    assert last(strict).state is State.PENDING
    assert "改到后天停水" in strict.say("c2", "待批的通知")[0].text


def test_without_a_second_coordinator_the_writer_is_told(strict: Community) -> None:
    two = who(strict, "黄志强")
    strict.house.db.write_now(lambda s: setattr(s.get(Person, two.id), "status", Status.PAUSED))
    assert "没有别的联络员能批" in write(strict)


def test_the_trial_goes_first_and_the_rest_after_the_pause(strict: Community) -> None:
    approved(strict)
    start = real_now()
    turn(strict, start)
    assert [row.state for row in recipients(strict)] == [Sending.WAITING] * 2
    turn(strict, start + timedelta(seconds=59))
    assert len(recipients(strict)) == 2
    turn(strict, start + timedelta(seconds=60))
    assert len(recipients(strict)) == 4


def test_a_stop_during_the_trial_spares_the_rest(strict: Community) -> None:
    approved(strict)
    turn(strict)
    got(strict, "m1")
    assert "已经有1位收到了" in [strict.say("c1", w) for w in ("撤销", "撤销它")][-1][-1].text
    turn(strict, real_now() + timedelta(hours=1))
    assert report(strict).states == {"sent": 1, "cancelled": 3}
