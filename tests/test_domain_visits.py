"""Rules about home visits: half-days, the state machine, and what each query finds."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.db import Database, SessionRows
from bot.domain import visits
from bot.domain.access.visits import access_visits
from bot.domain.base import Refused
from bot.domain.people import Branch, Consent, Grant, Person, Role, Status, looked_after
from bot.domain.visits import (
    Act,
    Half,
    HalfDay,
    Invited,
    Reason,
    State,
    Visit,
    VisitSettings,
    What,
    Wish,
)
from bot.now import SHANGHAI
from bot.talk import staff_for
from tests.tables import make_tables

NOW = datetime(2026, 12, 8, 10, 0, tzinfo=SHANGHAI)
SLOT = HalfDay(date(2026, 12, 10), Half.MORNING)
ACT = Act(NOW, 1)
SETTINGS = VisitSettings()


def person(number: int, name: str = "陈桂英", *roles: Role, branch: int | None = None) -> Person:
    return Person(
        id=number, number=f"{number:04d}", name=name, branch_id=branch, created_at=NOW,
        status=Status.ACTIVE, grants=[Grant(role=role, branch_id=branch) for role in roles],
    )  # fmt: skip


def visit_to(about: Person | str = "隔壁陈伯", reason: Reason = Reason.TALK) -> Visit:
    due = visits.due_on(reason, SLOT, NOW, SETTINGS)
    return visits.request(about, Wish(reason, SLOT), 1, ACT, due)


def accepted_visit() -> Visit:
    visit = visit_to(person(1))
    visits.accept(visits.invite(visit, person(2, "李四"), ACT), ACT)
    return visit


# ── half-days ───────────────────────────────────────────────────────────────────────────────────


def test_the_nearest_half_days_leave_out_what_is_past_or_too_soon() -> None:
    slots = [slot.words(NOW.date()) for slot in visits.nearest(NOW, SETTINGS)]
    assert slots == ["今天下午", "明天上午", "明天下午", "后天上午"]


def test_days_that_the_community_does_not_offer_are_skipped() -> None:
    only_friday = VisitSettings(weekdays=frozenset({5}))
    days = {slot.day for slot in visits.nearest(NOW, only_friday)}
    assert days == {date(2026, 12, 11), date(2026, 12, 18)}


@pytest.mark.parametrize(
    ("slot", "settings", "word"),
    [
        (HalfDay(date(2026, 12, 7), Half.MORNING), SETTINGS, "过去"),
        (HalfDay(date(2026, 12, 8), Half.MORNING), SETTINGS, "来不及"),
        (HalfDay(date(2027, 3, 1), Half.MORNING), SETTINGS, "60天"),
        (SLOT, VisitSettings(weekdays=frozenset({5})), "另选一天"),
    ],
)
def test_a_half_day_that_cannot_be_kept_is_refused(
    slot: HalfDay, settings: VisitSettings, word: str
) -> None:
    with pytest.raises(Refused, match=word):
        visits.bookable(slot, NOW, settings)


def test_a_visit_begins_at_the_hour_of_its_half() -> None:
    slot = HalfDay(SLOT.day, Half.AFTERNOON)
    assert visits.begins(slot, SETTINGS) == datetime(2026, 12, 10, 15, tzinfo=SHANGHAI)


def test_reminders_come_the_day_before_in_the_morning_and_in_the_evening() -> None:
    moments = visits.reminder_moments(SLOT, 1, NOW, SETTINGS)
    assert [m.time() for m in moments] == [time(9), time(18)]
    assert {m.date() for m in moments} == {date(2026, 12, 9)}


def test_what_was_agreed_on_after_the_morning_is_reminded_of_in_the_evening() -> None:
    settled = datetime(2026, 12, 9, 11, tzinfo=SHANGHAI)
    moments = visits.reminder_moments(SLOT, 1, settled, SETTINGS)
    assert moments == [datetime(2026, 12, 9, 18, tzinfo=SHANGHAI)]


def test_a_setting_with_an_unknown_name_is_a_fault() -> None:
    with pytest.raises(ValueError, match="morgen"):
        VisitSettings.model_validate({"morgen": "09:00"})


# ── what may happen ─────────────────────────────────────────────────────────────────────────────


def test_a_request_records_the_true_actor_and_how_the_device_stands_to_them() -> None:
    act = Act(NOW, 7, "儿子")
    visit = visits.request(person(7), Wish(Reason.TALK, SLOT), None, act, SLOT.day)
    event = visit.events[0]
    assert (visit.by_id, visit.by_relation) == (7, "儿子")
    assert (event.what, event.by_id, event.by_relation) == (What.REQUESTED, 7, "儿子")


def test_an_ill_person_is_due_within_three_days_of_being_reported() -> None:
    late = HalfDay(date(2026, 12, 30), Half.MORNING)
    assert visits.due_on(Reason.ILLNESS, late, NOW, SETTINGS) == date(2026, 12, 11)
    assert visits.due_on(Reason.TALK, late, NOW, SETTINGS) == date(2026, 12, 30)


def test_only_the_volunteers_own_yes_makes_a_visit_theirs() -> None:
    visit = visit_to(person(1))
    invitation = visits.invite(visit, person(2, "李四"), ACT)
    assert (visit.state, visit.volunteer_id) == (State.INVITED, None)
    visits.accept(invitation, ACT)
    assert (visit.state, visit.volunteer_id) == (State.ACCEPTED, 2)


def test_a_declined_visit_looks_for_somebody_else() -> None:
    visit = visit_to(person(1))
    invitation = visits.invite(visit, person(2, "李四"), ACT)
    visits.decline(invitation, ACT)
    assert (visit.state, invitation.state) == (State.REQUESTED, Invited.DECLINED)


def test_a_second_invitation_withdraws_the_first_which_then_cannot_be_accepted() -> None:
    visit = visit_to(person(1))
    first = visits.invite(visit, person(2, "李四"), ACT)
    visits.invite(visit, person(3, "王五"), ACT)
    assert first.state is Invited.WITHDRAWN
    with pytest.raises(Refused, match="另有安排"):
        visits.accept(first, ACT)


def test_nobody_is_invited_to_an_accepted_visit_or_to_their_own() -> None:
    with pytest.raises(Refused, match="李四已经接受"):
        visits.invite(accepted_visit(), person(3), ACT)
    with pytest.raises(Refused, match="本人"):
        visits.invite(visit_to(person(1)), person(1), ACT)


def test_an_invitation_can_be_withdrawn_only_while_unanswered() -> None:
    visit = visit_to(person(1))
    visits.invite(visit, person(2, "李四"), ACT)
    visits.withdraw(visit, ACT)
    assert (visit.state, visit.asked) == (State.REQUESTED, None)
    with pytest.raises(Refused, match="已经答复"):
        visits.withdraw(visit, ACT)


def test_a_volunteer_can_always_step_back() -> None:
    visit = accepted_visit()
    visits.release(visit, ACT)
    assert (visit.state, visit.volunteer_id) == (State.REQUESTED, None)


def test_a_moved_visit_keeps_its_volunteer_and_is_settled_anew() -> None:
    visit = accepted_visit()
    later = Act(NOW + timedelta(hours=1), 1)
    slot = HalfDay(date(2026, 12, 11), Half.AFTERNOON)
    visits.move(visit, slot, later)
    assert (visit.slot, visit.due_on, visit.volunteer_id) == (slot, slot.day, 2)
    assert visit.settled_at == later.at


def test_moving_the_visit_to_an_ill_person_does_not_put_off_the_time_limit() -> None:
    visit = visit_to(person(1), Reason.ILLNESS)
    visits.move(visit, HalfDay(date(2026, 12, 20), Half.MORNING), ACT)
    assert visit.due_on == date(2026, 12, 11)


@pytest.mark.parametrize("outcome", [State.DONE, State.NOT_HOME])
def test_an_outcome_closes_the_visit_with_its_note_and_can_be_taken_back(outcome: State) -> None:
    visit = accepted_visit()
    visits.finish(visit, outcome, ACT, "精神很好")
    assert (visit.state, visit.closed_at, visit.events[-1].note) == (outcome, NOW, "精神很好")
    visits.take_outcome_back(visit, ACT)
    assert (visit.state, visit.closed_at) == (State.ACCEPTED, None)


def test_a_coordinators_own_visit_reopens_without_a_volunteer() -> None:
    visit = visit_to(person(1))
    visits.finish(visit, State.DONE, ACT)
    visits.take_outcome_back(visit, ACT)
    assert visit.state is State.REQUESTED


def test_a_cancelled_visit_withdraws_its_invitation_and_can_stand_again() -> None:
    visit = visit_to(person(1))
    invitation = visits.invite(visit, person(2, "李四"), ACT)
    visits.cancel(visit, ACT, "女儿回来了")
    assert (visit.state, invitation.state) == (State.CANCELLED, Invited.WITHDRAWN)
    visits.reopen(visit, ACT)
    assert (visit.state, visit.closed_at, visit.volunteer_id) == (State.REQUESTED, None, None)


def test_what_is_closed_stays_closed() -> None:
    visit = visit_to(person(1))
    visits.cancel(visit, ACT)
    with pytest.raises(Refused, match="重新约"):
        visits.cancel(visit, ACT)


def test_the_next_visit_keeps_asker_reason_place_and_an_illness_limit() -> None:
    visit = visit_to(person(1), Reason.ILLNESS)
    visit.id, visit.place, visit.health_note = 5, "人民医院", "腿疼"
    slot = HalfDay(date(2026, 12, 12), Half.MORNING)
    following = visits.follow_up(visit, slot, Act(NOW, 2))
    assert (following.follows_id, following.slot, following.due_on) == (5, slot, visit.due_on)
    assert (following.by_id, following.place, following.health_note) == (1, "人民医院", "腿疼")


def test_a_neighbours_words_are_put_to_a_person_on_the_roster() -> None:
    visit = visit_to("隔壁陈伯")
    assert visit.name == "隔壁陈伯"
    visits.identify(visit, person(9, "陈建国", branch=2), ACT)
    assert (visit.name, visit.person_id, visit.branch_id) == ("陈建国", 9, 2)


def test_notes_and_readings_of_the_address_are_recorded() -> None:
    visit = visit_to(person(1))
    visits.jot(visit, "带两本书", ACT)
    visits.shown(visit, ACT)
    assert [e.what for e in visit.events[-2:]] == [What.NOTED, What.ADDRESS_SHOWN]


# ── queries ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[SessionRows]:
    """Two branches, a member in the first, a volunteer and staff."""
    db = Database(f"sqlite:///{tmp_path / 'visits.db'}")
    make_tables(db)
    with Session(db.engine) as session:
        found = SessionRows(session)
        for name in ("三海", "双鹤"):
            found.add(Branch(name=name))
        found.add(person(1, branch=1))
        found.add(person(2, "李四", Role.VOLUNTEER, branch=1))
        found.add(person(3, "韦红梅", Role.COORDINATOR, branch=1))
        found.add(person(4, "黄丽", Role.COORDINATOR, branch=2))
        found.add(person(5, "覃勇", Role.ADMINISTRATOR))
        yield found
    db.close()


def known(rows: SessionRows, number: int) -> Person:
    found = rows.get(Person, number)
    assert found is not None
    return found


def kept(rows: SessionRows, about: int | str = 1, **changes: Any) -> Visit:
    visit = visit_to(known(rows, about) if isinstance(about, int) else about)
    for name, value in changes.items():
        setattr(visit, name, value)
    rows.add(visit)
    return visit


def accepted(rows: SessionRows) -> Visit:
    visit = kept(rows)
    visits.accept(visits.invite(visit, known(rows, 2), ACT), ACT)
    rows.flush()
    return visit


def test_a_person_has_one_open_visit_whoever_asks(rows: SessionRows) -> None:
    visit = kept(rows)
    assert rows.all(visits.open_about(1)) == [visit]
    with pytest.raises(IntegrityError):
        kept(rows)


def test_closed_visits_do_not_stand_in_the_way_of_the_next(rows: SessionRows) -> None:
    visits.cancel(kept(rows), ACT)
    rows.flush()
    assert rows.all(visits.open_about(1)) == []
    assert kept(rows).id == 2


def test_somebody_known_by_words_is_found_by_asker_and_words(rows: SessionRows) -> None:
    visit = kept(rows, "隔壁陈伯")
    assert rows.all(visits.open_named(1, "隔壁陈伯")) == [visit]
    assert rows.all(visits.open_named(2, "隔壁陈伯")) == []


def test_my_visits_are_those_to_me_and_those_i_asked_for(rows: SessionRows) -> None:
    mine = [kept(rows, "隔壁陈伯"), kept(rows, 2), kept(rows, 1, by_id=2)]
    assert rows.all(visits.asked_by([1])) == mine
    assert rows.all(visits.asked_by([5])) == []


def test_a_coordinator_sees_the_own_branch_and_visits_of_no_branch(rows: SessionRows) -> None:
    kept(rows, 1, branch_id=1)
    kept(rows, "陈伯", branch_id=None)
    seen = [len(rows.all(access_visits(known(rows, n), visits.by_urgency()))) for n in (3, 4, 5)]
    assert seen == [2, 1, 2]


def test_the_coordinators_list_is_sorted_by_what_needs_somebody(rows: SessionRows) -> None:
    taken = accepted(rows)
    later = kept(rows, "陈伯", due_on=date(2026, 12, 20))
    soon = kept(rows, "老李")
    assert rows.all(visits.by_urgency()) == [soon, later, taken]


def test_who_is_no_coordinator_reaches_no_branch(rows: SessionRows) -> None:
    assert looked_after(person(9, "李四", Role.VOLUNTEER)) == frozenset()
    assert looked_after(person(9, "覃勇", Role.COORDINATOR)) is None


def test_a_branch_without_coordinators_falls_to_all_of_them(rows: SessionRows) -> None:
    assert [p.name for p in staff_for(rows, 1)] == ["韦红梅"]
    assert [p.name for p in staff_for(rows, 3)] == ["韦红梅", "黄丽"]
    for coordinator in staff_for(rows, 3):
        coordinator.status = Status.MOVED
    rows.flush()
    assert [p.name for p in staff_for(rows, 1)] == ["覃勇"]


def test_a_volunteer_finds_invitations_then_accepted_visits(rows: SessionRows) -> None:
    visit, volunteer = kept(rows), known(rows, 2)
    invitation = visits.invite(visit, volunteer, ACT)
    rows.flush()
    assert rows.all(visits.invitations_of(2)) == [invitation]
    visits.accept(invitation, ACT)
    rows.flush()
    assert (rows.all(visits.invitations_of(2)), rows.all(visits.taken_by(2))) == ([], [visit])


def test_the_address_is_readable_until_seven_days_after_the_visit(rows: SessionRows) -> None:
    visit = accepted(rows)
    visits.finish(visit, State.DONE, ACT)
    rows.flush()
    assert rows.all(visits.recent_of(2, date(2026, 12, 17), 7)) == [visit]
    assert rows.all(visits.recent_of(2, date(2026, 12, 18), 7)) == []


def test_who_declined_is_not_asked_again(rows: SessionRows) -> None:
    visit, volunteer = kept(rows), known(rows, 2)
    assert rows.all(visits.volunteers_for(visit)) == [volunteer]
    visits.decline(visits.invite(visit, volunteer, ACT), ACT)
    rows.flush()
    assert rows.all(visits.volunteers_for(visit)) == []


def test_a_volunteer_is_not_asked_to_visit_herself(rows: SessionRows) -> None:
    assert rows.all(visits.volunteers_for(kept(rows, 2))) == []


def test_visits_are_found_by_their_day_and_by_the_day_they_are_due(rows: SessionRows) -> None:
    visit = kept(rows, due_on=date(2026, 12, 15))
    day, due = date(2026, 12, 10), date(2026, 12, 15)
    assert rows.all(visits.on_days(day, day)) == rows.all(visits.due_between(due, due)) == [visit]
    assert rows.all(visits.on_days(due, due)) == rows.all(visits.due_between(day, day)) == []


def test_the_follow_up_of_a_visit_is_found(rows: SessionRows) -> None:
    visit = kept(rows)
    visits.finish(visit, State.NOT_HOME, ACT)
    rows.flush()
    following = visits.follow_up(visit, HalfDay(date(2026, 12, 12), Half.MORNING), ACT)
    rows.add(following)
    assert rows.all(visits.following(visit.id)) == [following]


def test_only_people_on_the_roster_are_found_by_name(rows: SessionRows) -> None:
    gone = person(8, "陈桂英")
    gone.status = Status.MOVED
    rows.add(gone)
    assert [p.id for p in rows.all(visits.named("陈桂英"))] == [1]


def test_a_withdrawn_consent_to_health_notes_counts_no_more(rows: SessionRows) -> None:
    consent = Consent(person_id=1, purpose="health", version="1", given_at=NOW, how="chat")
    rows.add(consent)
    assert rows.all(visits.health_consent(1)) == [consent]
    consent.withdrawn_at = NOW
    rows.flush()
    assert rows.all(visits.health_consent(1)) == []
