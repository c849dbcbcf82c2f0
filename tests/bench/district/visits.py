"""The visits of a district: two a member, a few of them open."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.sealed import new_row_key
from bot.domain.visits import Half, Invited, Reason, State, Visit, VisitEvent, VisitInvitation, What
from tests.bench.district.town import MONTHS, NOW, TODAY, Town, Values, at


def fill(town: Town) -> None:
    """The visits, what happened to them, and who was asked to go."""
    visits, events, invitations = [], [], []
    openly = town.random.sample(town.members, max(3, town.size.members // 50))
    for number in range(1, town.size.members * 2 + 1):
        is_open = number <= len(openly)
        id_ = openly[number - 1] if is_open else town.anybody()
        visit = _visit(town, number, id_, is_open=is_open)
        visits.append(visit)
        if visit["state"] is not State.REQUESTED:
            invitations.append(_invitation(town, visit))
        events += [_event(town, visit, what) for what in _HAPPENED[visit["state"]]]
    town.write(Visit, visits)
    town.write(VisitInvitation, invitations)
    town.write(VisitEvent, events)


def _visit(town: Town, number: int, id_: int, *, is_open: bool) -> Values:
    random, key = town.random, new_row_key()
    state = random.choice(_OPEN if is_open else _CLOSED)
    day = TODAY + timedelta(days=random.randint(-6, 20) if is_open else -1 - number % (MONTHS * 30))
    asked, closed = at(day) - timedelta(days=random.randint(1, 5)), None if is_open else at(day)
    volunteer = (
        random.choice(town.volunteers) if state not in (State.REQUESTED, State.INVITED) else None
    )
    return {
        "id": number, "row_key": key, "person_id": id_, "person_words": "",
        "branch_id": town.branch(id_), "reason": random.choice(list(Reason)), "day": day, "half": Half.MORNING,
        **Visit.words.values(key, ""), **Visit.health_note.values(key, ""), **Visit.place.values(key, ""),
        "due_on": day, "state": state, "volunteer_id": volunteer, "by_id": id_, "by_relation": "self",
        "created_at": min(asked, NOW), "settled_at": min(asked, NOW), "closed_at": closed,
    }  # fmt: skip


def _invitation(town: Town, visit: Values) -> Values:
    state = Invited.OPEN if visit["state"] is State.INVITED else Invited.ACCEPTED
    asked = visit["volunteer_id"] or town.random.choice(town.volunteers)
    return {
        "visit_id": visit["id"], "volunteer_id": asked, "by_id": town.administrator,
        "at": visit["created_at"], "state": state,
        "answered_at": None if state is Invited.OPEN else visit["created_at"],
    }  # fmt: skip


def _event(town: Town, visit: Values, what: What) -> Values:
    key = new_row_key()
    return {
        "visit_id": visit["id"], "row_key": key, "at": visit["created_at"], "what": what, "by_id": visit["by_id"],
        "by_relation": "self", "state": visit["state"], "day": visit["day"], "half": visit["half"],
        "volunteer_id": visit["volunteer_id"], **VisitEvent.note.values(key, ""),
    }  # fmt: skip


_OPEN = (State.REQUESTED, State.INVITED, State.ACCEPTED)
_CLOSED = (State.DONE, State.DONE, State.DONE, State.NOT_HOME, State.CANCELLED)
_HAPPENED: dict[State, tuple[What, ...]] = {
    State.REQUESTED: (What.REQUESTED,), State.INVITED: (What.REQUESTED, What.INVITED),
    State.ACCEPTED: (What.REQUESTED, What.INVITED, What.ACCEPTED),
    State.DONE: (What.REQUESTED, What.INVITED, What.ACCEPTED, What.DONE),
    State.NOT_HOME: (What.REQUESTED, What.INVITED, What.ACCEPTED, What.NOT_HOME),
    State.CANCELLED: (What.REQUESTED, What.CANCELLED),
}  # fmt: skip
