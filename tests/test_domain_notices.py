"""Rules of notices: who may do what, in which state, bound to which words."""

from datetime import UTC, datetime

import pytest

from bot.domain import notices
from bot.domain.access.reach import covers
from bot.domain.base import OutOfReach, Refused
from bot.domain.notices import Audience, Count, Draft, Notice, NoticeSettings, State
from bot.domain.people import Grant, Person, Role, Status

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
RULES = NoticeSettings()
ALL = Audience("all", "全体在册", (1,))
MANY, FEW = Count(84, 7), Count(5, 1)


def coordinator(id_: int, *branches: int | None) -> Person:
    grants = [Grant(role=Role.COORDINATOR, branch_id=b) for b in branches or (None,)]
    return Person(id=id_, name="李敏", grants=grants, status=Status.ACTIVE)


AUTHOR, OTHER = coordinator(1, 1), coordinator(2)


def written(count: Count = MANY, text: str = "明天停水") -> Notice:
    notice = notices.write(Draft(text, ALL, NOW), AUTHOR, count, "482915", NOW)
    notice.id = 12
    return notice


def pending() -> Notice:
    notice = written()
    notices.confirm(notice, RULES, NOW)
    return notice


def approved() -> Notice:
    notice = pending()
    notices.approve(notice, OTHER, notices.digest(notice), RULES, NOW)
    return notice


def test_a_count_reads_as_the_mission_says() -> None:
    assert MANY.words("全体在册") == "全体在册 84 可达, 7 电话"


def test_a_notice_to_a_few_needs_no_second_coordinator() -> None:
    notice = written(FEW)
    notices.confirm(notice, RULES, NOW)
    assert (notice.state, notice.trial, notices.may_start(notice)) == (State.APPROVED, 0, True)


def test_a_notice_to_many_waits_for_approval_and_has_a_trial() -> None:
    notice = pending()
    assert (notice.state, notice.trial, notices.may_start(notice)) == (State.PENDING, 5, False)


def test_the_writer_cannot_approve() -> None:
    notice = pending()
    with pytest.raises(Refused, match="不能自己批"):
        notices.approve(notice, AUTHOR, notices.digest(notice), RULES, NOW)


def test_a_coordinator_of_another_branch_cannot_approve() -> None:
    notice = pending()
    with pytest.raises(OutOfReach, match="不归您"):
        notices.approve(notice, coordinator(3, 2), notices.digest(notice), RULES, NOW)


def test_an_approval_is_bound_to_the_words_that_were_seen() -> None:
    notice = pending()
    seen = notices.digest(notice)
    notices.edit(notice, Draft("后天停水", ALL, NOW), MANY)
    notices.confirm(notice, RULES, NOW)
    with pytest.raises(Refused, match="刚刚改过"):
        notices.approve(notice, OTHER, seen, RULES, NOW)


def test_an_edit_voids_an_approval() -> None:
    notice = approved()
    notices.edit(notice, Draft("后天停水", ALL, NOW), MANY)
    assert (notice.state, notices.may_start(notice)) == (State.DRAFT, False)


def test_another_audience_voids_an_approval_too() -> None:
    notice = approved()
    notices.edit(notice, Draft("明天停水", Audience("branch:1", "双鹤", (1,)), NOW), MANY)
    assert not notices.may_start(notice)


@pytest.mark.parametrize("state", [State.TRIAL, State.SENDING, State.SENT, State.CANCELLED])
def test_what_has_begun_is_not_edited(state: State) -> None:
    notice = written()
    notice.state = state
    with pytest.raises(Refused, match="不能再改"):
        notices.edit(notice, Draft("后天停水", ALL, NOW), MANY)


def test_nothing_is_confirmed_twice() -> None:
    with pytest.raises(Refused, match="不用再确认"):
        notices.confirm(pending(), RULES, NOW)


def test_nothing_is_decided_twice() -> None:
    notice = approved()
    with pytest.raises(Refused, match="不用再批"):
        notices.reject(notice, OTHER, "")


def test_a_rejected_notice_keeps_the_reason() -> None:
    notice = pending()
    notices.reject(notice, OTHER, "日期不对")
    assert (notice.state, notice.reason) == (State.REJECTED, "日期不对")


def test_a_notice_is_stopped_by_those_who_look_after_it() -> None:
    notice = approved()
    with pytest.raises(OutOfReach, match="不归您"):
        notices.cancel(notice, coordinator(3, 2), NOW)
    notices.cancel(notice, OTHER, NOW)
    assert (notice.state, notice.cancelled_by_id) == (State.CANCELLED, 2)


def test_nothing_is_stopped_twice() -> None:
    notice = approved()
    notices.cancel(notice, AUTHOR, NOW)
    with pytest.raises(Refused, match="不用再停"):
        notices.cancel(notice, AUTHOR, NOW)


def test_only_what_went_out_wholly_is_sent_again() -> None:
    with pytest.raises(Refused, match="现在不能再发"):
        notices.send_again(approved(), doubtful=False, now=NOW)


def test_sending_again_is_a_new_revision_from_the_first_person_on() -> None:
    notice = approved()
    notice.state, notice.cursor = State.SENT, 91
    notices.send_again(notice, doubtful=False, now=NOW)
    assert (notice.revision, notice.cursor, notice.state) == (1, 0, State.SENDING)


@pytest.mark.parametrize(
    ("text", "count", "why"),
    [
        (" ", MANY, "还没有内容"),
        ("水" * 1001, MANY, "1000个字"),
        ("停水", Count(0, 0), "没有人"),
    ],
)
def test_a_notice_needs_words_and_readers(text: str, count: Count, why: str) -> None:
    with pytest.raises(Refused, match=why):
        written(count, text)


def test_a_notice_carries_who_sends_it_and_its_number() -> None:
    assert (
        notices.worded(written(), "三海街道", "明天停水")
        == "【三海街道】明天停水\n（通知号482915）"
    )


def test_words_that_swindlers_use_are_named() -> None:
    assert notices.risky("请转账到银行卡", RULES) == ["转账", "银行卡"]


def test_a_code_is_six_digits() -> None:
    code = notices.new_code()
    assert len(code) == 6
    assert code.isdigit()


def test_a_grant_without_a_branch_covers_all() -> None:
    assert notices.scope_of(coordinator(1, 2, None)) == ()


def test_a_scope_is_the_branches_of_the_grants() -> None:
    assert notices.scope_of(coordinator(1, 3, 2)) == (2, 3)


def test_a_member_has_no_scope() -> None:
    with pytest.raises(Refused, match="联络员"):
        notices.scope_of(Person(id=9, grants=[Grant(role=Role.MEMBER)]))


def test_a_branch_coordinator_does_not_cover_all_branches() -> None:
    assert not covers(AUTHOR, None)
    assert covers(OTHER, None)
    assert not covers(Person(id=9, grants=[], status=Status.ACTIVE), frozenset({1}))
