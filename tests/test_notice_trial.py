"""A trial of which nobody gets anything stops the notice until a person says how it goes on."""

# ruff: noqa: F811 - the fixtures of tests.notice_house are imported by name

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import outbox
from bot.domain.base import Refused
from bot.domain.mail import Outbox, Sending
from bot.domain.notices import Notice, State
from bot.notices import GO_ON, go_on
from bot.now import real_now
from bot.outbox import Outcome
from bot.parts import Text
from tests.conftest import Community
from tests.desk_house import Desk
from tests.notice_house import approved, last, on_telegram, recipients, rows_do, small, turn, who  # noqa: F401


@pytest.fixture
def wired(small: None, community: Community) -> Community:
    """Two coordinators, and four members on Telegram, of whom two are tried first."""
    return on_telegram(community)


def ends(town: Community, outcome: Outcome) -> None:
    """What was sent ends so."""

    def job(session: Any) -> None:
        for row in recipients(town):
            if row.state is Sending.QUEUED:
                session.get(Outbox, row.id).state = Sending.SENDING
                session.flush()
                outbox.settle(session, row.id, outcome, real_now())

    town.house.db.write_now(job)


def tried(town: Community) -> datetime:
    """The trial is out; returns a moment after its pause."""
    approved(town)
    turn(town)
    assert len(recipients(town)) == 2
    return real_now() + timedelta(minutes=5)


@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.FAILED])
def test_when_nobody_of_the_trial_gets_it_the_rest_waits_for_a_word(
    wired: Community, outcome: Outcome
) -> None:
    after = tried(wired)
    ends(wired, outcome)
    turn(wired, after)
    turn(wired, after + timedelta(hours=1))
    assert len(recipients(wired)) == 2
    told = [reply.text for _, reply in wired.fetch("c1") if "一位也没收到" in reply.text]
    assert len(told) == 1
    wired.say("c1", "通知进度")
    assert "接着发给其余的人" in wired.say("c1", GO_ON)[-1].text
    turn(wired, after)
    assert len(recipients(wired)) == 4


def test_of_a_trial_in_doubt_nobody_says_that_it_did_not_arrive(wired: Community) -> None:
    after = tried(wired)
    ends(wired, Outcome.DOUBTFUL)
    turn(wired, after)
    (told,) = [reply.text for _, reply in wired.fetch("c1") if "先发的2位" in reply.text]
    assert "没有一位确定收到" in told
    assert "一位也没收到" not in told
    (warned,) = [
        t.text for t in Desk(wired, "李敏").of(Text, "notices", id="1") if "先发的2位" in t.text
    ]
    assert "没有一位确定收到" in warned


def test_one_who_gets_it_is_enough(wired: Community) -> None:
    after = tried(wired)
    first = recipients(wired)[0]

    def job(session: Any) -> None:
        session.get(Outbox, first.id).state = Sending.SENDING
        session.flush()
        outbox.settle(session, first.id, Outcome.SENT, real_now())

    wired.house.db.write_now(job)
    ends(wired, Outcome.UNREACHABLE)
    turn(wired, after)
    assert len(recipients(wired)) == 4


def test_what_has_not_gone_out_yet_was_no_trial(wired: Community) -> None:
    after = tried(wired)
    turn(wired, after)
    assert (len(recipients(wired)), last(wired).state) == (2, State.TRIAL)
    ends(wired, Outcome.SENT)
    turn(wired, after)
    assert len(recipients(wired)) == 4


def test_of_two_who_go_on_the_second_reads_that_it_goes_on(wired: Community) -> None:
    after = tried(wired)
    ends(wired, Outcome.FAILED)
    turn(wired, after)
    id_, by = last(wired).id, who(wired, "李敏")

    def press(rows: Any) -> None:
        go_on(rows, rows.get(Notice, id_), by, wired.clock())

    rows_do(wired, press)
    with pytest.raises(Refused, match="不用再按"):
        rows_do(wired, press)


def test_a_stuck_notice_is_stopped_by_its_writer(wired: Community) -> None:
    after = tried(wired)
    ends(wired, Outcome.FAILED)
    turn(wired, after)
    wired.say("c1", "通知进度")
    wired.say("c1", "停发")
    assert last(wired).state is State.CANCELLED
    turn(wired, after)
    assert len(recipients(wired)) == 2
