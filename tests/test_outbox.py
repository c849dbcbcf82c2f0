"""Every message once, in order, by priority, and what doubt means; on both engines."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import outbox
from bot.db import SessionRows, database_seconds
from bot.domain.mail import CHANGED, Mail, Outbox, Pace, Sending
from bot.domain.people import Person, Role, Sender, Status
from bot.now import real_now
from bot.outbox import Outcome, Outgoing, Wanted
from bot.talk import Note, Reply
from tests.conftest import Community
from tests.engines import community, url  # noqa: F401


class Desk:
    """The sending side of a community, a step at a time."""

    def __init__(self, community: Community) -> None:
        self.community, self.real = community, real_now()
        self.ana = community.person("王秀英", address="1001", channel="telegram")
        self.bea = community.person("李建国", address="1002", channel="telegram")

    def put(self, person: Person, key: str, kind: Mail = Mail.REMINDER, **more: Any) -> None:
        note = Note(person.id, f"关于{key}的话", key, kind, **more)
        self.do(lambda s: self.community.house.post.note(s, note, self.community.clock()))

    def answer(self, address: str, key: str) -> None:
        post, now = self.community.house.post, self.community.clock()
        self.do(lambda s: post.answer(s, key, "telegram", address, Reply(f"答{key}"), now))

    def claim(self, worker: str = "w", most: int = 9, bulk: int = 9) -> list[Outgoing]:
        wanted = Wanted(worker, "telegram", most, bulk)
        taken: list[Outgoing] = self.do(
            lambda s: outbox.claim(s, wanted, self.community.clock(), self.real)
        )
        return taken

    def settle(self, message: Outgoing, outcome: Outcome, reason: str = "") -> None:
        self.do(lambda s: outbox.settle(s, message.id, outcome, self.real, reason, message.attempt))

    def row(self, key: str) -> Outbox:
        found: list[Outbox] = self.community.all(select(Outbox).where(Outbox.key == key))
        return found[0]

    def do(self, job: Any) -> Any:
        return self.community.house.db.write_now(job)

    def state(self, key: str) -> Sending:
        return self.row(key).state


@pytest.fixture
def desk(community: Community) -> Desk:
    return Desk(community)


def texts(messages: list[Outgoing]) -> list[str]:
    return [message.reply.text for message in messages]


def test_the_same_key_is_queued_once(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    desk.put(desk.ana, "k")
    assert len(desk.claim()) == 1


def test_sending_is_committed_and_the_attempt_counted_before_the_call(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    desk.claim("me")
    row = desk.row("k")
    assert (row.state, row.attempts, row.claimed_by) == (Sending.SENDING, 1, "me")


def test_a_message_is_claimed_by_one_worker(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    assert len(desk.claim("a")) == 1
    assert desk.claim("b") == []


def test_a_recipient_gets_messages_one_at_a_time_and_in_order(desk: Desk) -> None:
    for key in ("1", "2", "3"):
        desk.put(desk.ana, key)
    seen = []
    for _ in range(3):
        (message,) = desk.claim()
        assert desk.claim() == []
        seen.append(message.reply.text)
        desk.settle(message, Outcome.SENT)
    assert seen == ["关于1的话", "关于2的话", "关于3的话"]


def test_answers_go_before_reminders_and_notices(desk: Desk) -> None:
    desk.put(desk.ana, "r", Mail.REMINDER)
    desk.put(desk.bea, "n", Mail.NOTICE)
    desk.answer("1003", "a")
    assert texts(desk.claim(most=1)) == ["答a"]


def test_an_answer_does_not_wait_for_a_notice_that_is_queued_for_the_same_person(
    desk: Desk,
) -> None:
    desk.put(desk.ana, "n", Mail.NOTICE)
    desk.answer("1001", "a")
    assert texts(desk.claim(most=1)) == ["答a"]


def test_bulk_takes_no_more_places_than_it_may(desk: Desk) -> None:
    desk.put(desk.ana, "r")
    desk.put(desk.bea, "s")
    desk.answer("1003", "a")
    assert len(desk.claim(bulk=1)) == 2
    assert desk.claim(bulk=0) == []


def test_nothing_leaves_before_it_is_due(desk: Desk) -> None:
    desk.put(desk.ana, "k", due_at=desk.community.clock() + timedelta(hours=1))
    assert desk.claim() == []
    desk.community.clock.go(hours=1)
    assert len(desk.claim()) == 1


def test_a_chat_that_rests_is_passed_over(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    wanted = Wanted("w", "telegram", 9, 9, ["1001"])
    now = desk.community.clock()
    assert desk.do(lambda s: outbox.claim(s, wanted, now, desk.real)) == []


@pytest.mark.parametrize("kind", sorted(outbox.TWICE))
def test_what_is_in_doubt_is_sent_a_second_time_and_never_a_third(desk: Desk, kind: Mail) -> None:
    desk.put(desk.ana, "k", kind)
    for _ in range(outbox.COPIES):
        (message,) = desk.claim()
        desk.settle(message, Outcome.DOUBTFUL)
    assert desk.claim() == []
    assert desk.state("k") is Sending.DOUBTFUL


def test_a_notice_in_doubt_waits_for_a_person(desk: Desk) -> None:
    desk.put(desk.ana, "k", Mail.NOTICE)
    desk.settle(desk.claim()[0], Outcome.DOUBTFUL)
    assert (desk.state("k"), desk.claim()) == (Sending.DOUBTFUL, [])


def test_the_second_copy_of_a_reminder_says_so(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    desk.settle(desk.claim()[0], Outcome.DOUBTFUL)
    assert texts(desk.claim()) == ["（重发）关于k的话"]


def test_a_late_confirmation_lifts_the_doubt_and_withdraws_the_second_copy(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    (message,) = desk.claim()
    desk.settle(message, Outcome.DOUBTFUL)
    desk.settle(message, Outcome.SENT)
    assert (desk.state("k"), desk.claim()) == (Sending.SENT, [])


def test_a_late_confirmation_lifts_the_doubt_about_a_notice(desk: Desk) -> None:
    desk.put(desk.ana, "k", Mail.NOTICE)
    (message,) = desk.claim()
    desk.settle(message, Outcome.DOUBTFUL)
    desk.settle(message, Outcome.SENT)
    assert desk.state("k") is Sending.SENT


def test_busy_gives_the_attempt_back(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    for _ in range(5):
        desk.settle(desk.claim()[0], Outcome.BUSY)
    row = desk.row("k")
    assert (row.state, row.attempts) == (Sending.QUEUED, 0)


def test_a_stale_outcome_does_not_touch_the_next_attempt(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    (first,) = desk.claim("stood still")
    desk.do(lambda s: outbox.recover(s, desk.real + outbox.LEASE * 2, every=False))
    desk.claim("took over")
    desk.settle(first, Outcome.BUSY)
    row = desk.row("k")
    assert (row.state, row.attempts, row.claimed_by) == (Sending.SENDING, 2, "took over")


def test_a_lease_that_ran_out_becomes_doubt_and_a_running_one_does_not(desk: Desk) -> None:
    desk.put(desk.ana, "k", Mail.NOTICE)
    desk.claim()
    assert desk.do(lambda s: outbox.recover(s, desk.real, every=False)) == 0
    later: datetime = desk.real + outbox.LEASE + timedelta(seconds=1)
    assert desk.do(lambda s: outbox.recover(s, later, every=False)) == 1
    assert desk.state("k") is Sending.DOUBTFUL


def test_after_a_crash_whatever_was_in_the_air_is_in_doubt(desk: Desk) -> None:
    desk.put(desk.ana, "k", Mail.NOTICE)
    desk.put(desk.bea, "not in the air", Mail.NOTICE)
    desk.claim(most=1)
    assert desk.do(lambda s: outbox.recover(s, desk.real, every=True)) == 1
    assert desk.state("not in the air") is Sending.QUEUED


def test_what_is_too_late_expires_instead_of_going_out(desk: Desk) -> None:
    desk.put(desk.ana, "k", useful_until=desk.community.clock() + timedelta(hours=1))
    desk.community.clock.go(hours=2)
    assert (desk.claim(), desk.state("k")) == ([], Sending.EXPIRED)


def test_somebody_paused_in_the_meantime_gets_nothing(desk: Desk) -> None:
    desk.put(desk.ana, "k")

    def pause(session: Any) -> None:
        session.get(Person, desk.ana.id).status = Status.PAUSED

    desk.do(pause)
    assert (desk.claim(), desk.state("k")) == ([], Sending.CANCELLED)


def test_an_address_that_is_gone_is_marked_and_not_written_to_again(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    desk.settle(desk.claim()[0], Outcome.UNREACHABLE, "blocked")
    desk.put(desk.ana, "next")
    assert (desk.state("k"), desk.state("next")) == (Sending.UNREACHABLE, Sending.UNREACHABLE)
    assert desk.row("next").channel == outbox.PHONE


def test_many_confirmations_are_one_statement(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    desk.put(desk.bea, "l")
    ids = [message.id for message in desk.claim()]
    desk.do(lambda s: outbox.confirm(s, ids, desk.real))
    assert (desk.state("k"), desk.state("l")) == (Sending.SENT, Sending.SENT)


def test_a_page_fetches_what_waits_once_and_in_order(desk: Desk) -> None:
    cai = desk.community.person("蔡大爷", Role.MEMBER, address="t1")
    desk.put(cai, "1")
    desk.put(cai, "2")
    assert [reply.text for _, reply in desk.community.fetch("t1")] == ["关于1的话", "关于2的话"]
    assert desk.community.fetch("t1") == []


def test_what_is_not_sent_to_somebody_who_left_is_cancelled(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    desk.put(desk.bea, "l")
    assert (
        desk.do(lambda s: SessionRows(s).change(outbox.cancelling(desk.ana.id, desk.real, "moved")))
        == 1
    )
    assert (desk.state("k"), desk.state("l")) == (Sending.CANCELLED, Sending.QUEUED)


def test_so_many_messages_leave_in_a_second_and_no_more(desk: Desk) -> None:
    def take(session: Any) -> int:
        allowed = outbox.permits(session, "telegram", 5.0, 100)
        if allowed.most:
            outbox.used(session, "telegram", 5.0, allowed.most)
        return allowed.most

    assert [desk.do(take) for _ in range(3)] == [1, 0, 0]


def test_processes_take_moments_in_turn_and_none_twice(desk: Desk) -> None:
    """However many ask, messages leave one by one: a burst of each would be more than the channel takes."""

    def take(session: Any) -> list[float]:
        allowed = outbox.permits(session, "telegram", 40.0, 2)
        outbox.used(session, "telegram", 40.0, allowed.most)
        now = database_seconds(session) + allowed.first
        return [now + n / 40.0 for n in range(allowed.most)]

    moments = [at for _ in range(3) for at in desk.do(take)]
    assert len(moments) == 6
    assert all(b - a >= 1 / 40.0 - 0.005 for a, b in itertools.pairwise(moments))


def test_a_chat_that_was_written_to_rests_for_all_processes(desk: Desk) -> None:
    desk.do(lambda s: outbox.rest(s, "telegram", {"m1": 30.0, "m2": -1.0}))
    desk.do(lambda s: outbox.rest(s, "telegram", {"m1": 1.0, "m3": 1.0}))
    resting = desk.do(lambda s: outbox.permits(s, "telegram", 28.0, 9)).resting
    assert resting.keys() == {"m1", "m3"}
    assert 29 < resting["m1"] < 31


def test_a_channel_that_asks_to_wait_gets_nothing_until_then(desk: Desk) -> None:
    desk.do(lambda s: outbox.pause(s, "telegram", 30))
    allowed = desk.do(lambda s: outbox.permits(s, "telegram", 28.0, 9))
    assert allowed.most == 0
    # To the end: what is made good after a pause must not shorten the one that was asked for.
    assert 29.9 < allowed.first < 31


def test_after_a_clock_was_put_back_nobody_waits_for_it(desk: Desk) -> None:
    """Else not even answers would leave for as long as it had been ahead."""

    def ahead(session: Any) -> None:
        row = session.get(Pace, "telegram")
        row.free_at += 18 * 3600
        row.resting = {"m1": row.free_at}

    desk.do(lambda s: outbox.used(s, "telegram", 28.0, 1))
    desk.do(ahead)
    allowed = desk.do(lambda s: outbox.permits(s, "telegram", 28.0, 9))
    assert allowed.most
    assert (allowed.first, allowed.resting) == (0.0, {})


def test_a_reachable_address_is_the_one_seen_last(desk: Desk) -> None:
    desk.community.bind(desk.ana, "page", "web")

    def seen(session: Any) -> None:
        sender = session.scalars(select(Sender).where(Sender.address == "1001")).first()
        sender.seen_at = desk.community.clock() + timedelta(minutes=1)

    desk.do(seen)
    desk.put(desk.ana, "k")
    assert desk.row("k").address == "1001"


def withdraw(desk: Desk, key: str) -> None:
    desk.do(lambda s: s.execute(outbox.withdrawing(Outbox.key == key)))


@pytest.mark.parametrize(
    ("outcome", "then"),
    [
        (Outcome.SENT, Sending.SENT),
        (Outcome.BUSY, Sending.CANCELLED),
        (Outcome.DOUBTFUL, Sending.DOUBTFUL),
    ],
)
def test_what_is_withdrawn_while_it_is_being_sent_gets_no_second_copy(
    desk: Desk, outcome: Outcome, then: Sending
) -> None:
    desk.put(desk.ana, "k")
    (message,) = desk.claim()
    withdraw(desk, "k")
    desk.settle(message, outcome)
    assert (desk.state("k"), desk.claim()) == (then, [])


def test_what_is_withdrawn_before_it_is_sent_is_cancelled(desk: Desk) -> None:
    desk.put(desk.ana, "k")
    withdraw(desk, "k")
    assert (desk.state("k"), desk.row("k").reason) == (Sending.CANCELLED, CHANGED)
