"""先停一停: one notice stands still until somebody lets it go on; nobody gets it twice, nobody is forgotten."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bot import outbox
from bot.domain.base import Refused
from bot.domain.mail import Outbox, Sending
from bot.domain.notices import Notice, State
from bot.notices import GO_ON, PAUSE, go_on, pause
from bot.now import real_now
from bot.outbox import Outcome, Wanted
from bot.parts import Press
from tests.conftest import Community
from tests.desk_house import Desk
from tests.engines import community, url
from tests.notice_house import approved, last, on_telegram, recipients, rows_do, small, turn, who

__all__ = ["community", "small", "url"]


@pytest.fixture
def town(small: None, community: Community) -> Community:
    """Two coordinators, four members on Telegram and one who fetches; two of them are tried first."""
    on_telegram(community).person("卢桂芳", address="p1")
    return community


def states(town: Community) -> Counter[Sending]:
    return Counter(row.state for row in recipients(town))


def taken(town: Community) -> list[str]:
    """Who gets the notice pushed now; it arrives."""

    def job(session: Any) -> list[str]:
        now = real_now()
        found = outbox.claim(session, Wanted("w", "telegram", 30, 30), town.clock(), now)
        outbox.confirm(session, [message.id for message in found], now)
        return [message.address for message in found]

    addresses: list[str] = town.house.db.write_now(job)
    return addresses


def underway(town: Community) -> Notice:
    """The trial has arrived, all others are in the outbox."""
    approved(town)
    turn(town)
    assert len(taken(town)) == 2
    turn(town, real_now() + timedelta(minutes=5))
    assert len(recipients(town)) == 5
    return last(town)


def stop_for_now(town: Community, by: str = "李敏") -> None:
    rows_do(town, lambda rows: pause(rows, _notice(rows), who(town, by), town.clock()))


def let_go(town: Community, by: str = "李敏") -> None:
    rows_do(town, lambda rows: go_on(rows, _notice(rows), who(town, by), town.clock()))


def _notice(rows: Any) -> Notice:
    found: Notice = rows.get(Notice, 1)
    return found


def test_what_is_paused_goes_to_nobody_and_then_to_each_of_the_others_once(
    town: Community,
) -> None:
    underway(town)
    before = states(town)
    stop_for_now(town)
    assert (taken(town), town.fetch("p1")) == ([], [])
    assert states(town)[Sending.HELD] == 3
    turn(town)
    let_go(town)
    assert states(town) == before
    turn(town)
    assert len(taken(town)) == 2
    assert [kind for kind, _ in town.fetch("p1")] == ["notice"]
    assert (states(town)[Sending.SENT], last(town).state) == (5, State.SENT)


def test_while_the_trial_is_out_it_is_paused_too_and_the_rest_is_put_out_later(
    town: Community,
) -> None:
    approved(town)
    turn(town)
    stop_for_now(town)
    turn(town, real_now() + timedelta(minutes=5))
    assert (len(recipients(town)), taken(town)) == (2, [])
    let_go(town)
    turn(town)
    assert len(recipients(town)) == 5
    assert sorted(taken(town)) == ["t1", "t2", "t3", "t4"]


def on_the_wire(town: Community) -> int:
    """The number of a message that is being sent."""

    def job(session: Any) -> int:
        (one, *_) = outbox.claim(session, Wanted("w", "telegram", 1, 1), town.clock(), real_now())
        return one.id

    id_: int = town.house.db.write_now(job)
    return id_


def comes_back(town: Community, id_: int) -> Sending:
    """Telegram takes nothing more for now; what has become of the message."""
    town.house.db.write_now(lambda s: outbox.settle(s, id_, Outcome.BUSY, real_now()))
    turn(town)
    return next(row.state for row in recipients(town) if row.id == id_)


def test_what_was_on_the_wire_and_comes_back_unsent_waits_as_well(town: Community) -> None:
    underway(town)
    id_ = on_the_wire(town)
    stop_for_now(town)
    assert comes_back(town, id_) is Sending.HELD
    let_go(town)
    assert len(taken(town)) == 2


def test_what_went_on_while_it_was_on_the_wire_is_sent_when_it_comes_back(town: Community) -> None:
    underway(town)
    id_ = on_the_wire(town)
    stop_for_now(town)
    let_go(town)
    assert comes_back(town, id_) is Sending.QUEUED


def test_what_was_on_the_wire_of_a_stopped_one_is_not_sent_after_all(town: Community) -> None:
    underway(town)
    id_ = on_the_wire(town)
    assert "没发的不再发" in Desk(town, "李敏").press("notices", "stop", id="1")
    assert comes_back(town, id_) is Sending.CANCELLED
    assert taken(town) == []


def test_what_a_person_holds_for_another_reason_is_not_let_go(town: Community) -> None:
    underway(town)
    id_ = next(row.id for row in recipients(town) if row.state is Sending.QUEUED)

    def job(session: Any) -> None:
        row = session.get(Outbox, id_)
        row.state, row.reason = Sending.HELD, "restored"

    town.house.db.write_now(job)
    stop_for_now(town)
    let_go(town)
    assert next(row.state for row in recipients(town) if row.id == id_) is Sending.HELD


def test_what_has_gone_out_can_not_be_paused(town: Community) -> None:
    underway(town)
    taken(town)
    town.fetch("p1")
    with pytest.raises(Refused, match="已经发完了"):
        stop_for_now(town)
    assert last(town).state is State.SENT


def test_of_two_the_second_reads_what_the_first_did(town: Community) -> None:
    underway(town)
    stop_for_now(town)
    with pytest.raises(Refused, match="先停着，没有在发"):
        stop_for_now(town, "黄志强")
    let_go(town, "黄志强")
    with pytest.raises(Refused, match="不用再按"):
        let_go(town)


def test_a_paused_one_can_be_stopped_for_good(town: Community) -> None:
    underway(town)
    stop_for_now(town)
    Desk(town, "黄志强").press("notices", "stop", id="1")
    assert states(town) == {Sending.SENT: 2, Sending.CANCELLED: 3}


def test_the_page_offers_it_while_somebody_is_left_and_keeps_who_did_it(town: Community) -> None:
    underway(town)
    desk = Desk(town, "李敏")

    def offered() -> set[str]:
        return {one.action for one in desk.of(Press, "notices", id="1")}

    assert {"pause", "stop"} <= offered()
    assert "go_on" not in offered()
    assert "先停着" in desk.press("notices", "pause", id="1")
    assert {"go_on", "stop"} <= offered()
    assert "停在这里了" in str(desk.page("notices", id="1"))
    assert "李敏', '先停一停'" in str(desk.page("notices", id="1"))
    desk.press("notices", "go_on", id="1")
    taken(town)
    turn(town)
    assert not {"pause", "go_on"} & offered()


def test_it_is_paused_and_goes_on_in_chat(town: Community) -> None:
    underway(town)
    town.say("c1", "通知进度")
    assert "先停着" in town.say("c1", PAUSE)[-1].text
    assert taken(town) == []
    town.say("c1", "通知进度")
    assert "接着发给其余的人" in town.say("c1", GO_ON)[-1].text
    assert len(taken(town)) == 2
