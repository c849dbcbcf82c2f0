"""What may happen to a visit, and to whom it is left: each function changes the rows and writes an event."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.visits.slots import HalfDay, VisitSettings
from bot.domain.visits.tables import (
    OPEN,
    Invited,
    Reason,
    State,
    Visit,
    VisitEvent,
    VisitInvitation,
    What,
)
from bot.now import local_day

_CLOSED = "这次走访已经结束或者取消了。您可以重新约一次。"
_NOT_ASKED = "这次走访已经另有安排了，谢谢您有这份心。"


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, and when (aware). `relation` is how the device stands to `by_id`."""

    at: datetime
    by_id: int | None
    relation: str = "self"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: why, when, and where if not at the address on the roster."""

    reason: Reason
    slot: HalfDay
    place: str = ""
    words: str = ""


def request(about: Person | str, wish: Wish, branch_id: int | None, act: Act, due: date) -> Visit:
    """A new visit about a person on the roster, or about somebody known by words alone."""
    person = about if isinstance(about, Person) else None
    visit = Visit(
        person_id=person.id if person else None,
        person=person,
        person_words="" if isinstance(about, Person) else about,
        branch_id=branch_id,
        reason=wish.reason,
        words=wish.words,
        place=wish.place,
        health_note="",
        day=wish.slot.day,
        half=wish.slot.half,
        due_on=due,
        state=State.REQUESTED,
        by_id=act.by_id,
        by_relation=act.relation,
        created_at=act.at,
        settled_at=act.at,
    )
    _note(visit, What.REQUESTED, act)
    return visit


def due_on(reason: Reason, slot: HalfDay, now: datetime, settings: VisitSettings) -> date:
    """The last day in time: an ill person is visited within days of being reported (有病必访)."""
    if reason is Reason.ILLNESS:
        return local_day(now) + timedelta(days=settings.illness_due_days)
    return slot.day


def invite(visit: Visit, volunteer: Person, act: Act) -> VisitInvitation:
    """Ask `volunteer` to go; an invitation still unanswered is withdrawn."""
    _must_be(visit, *OPEN)
    if visit.state is State.ACCEPTED:
        raise Refused(
            f"{visit.volunteer.name if visit.volunteer else '志愿者'}已经接受了这次走访。"
        )
    if volunteer.id == visit.person_id:
        raise Refused("不能请本人去看本人。请您另选一位志愿者。")
    _withdraw_open(visit, act)
    invitation = VisitInvitation(
        volunteer_id=volunteer.id, volunteer=volunteer, by_id=act.by_id, at=act.at,
        state=Invited.OPEN,
    )  # fmt: skip
    visit.invitations.append(invitation)
    _turn(visit, State.INVITED, What.INVITED, act)
    return invitation


def accept(invitation: VisitInvitation, act: Act) -> Visit:
    """The volunteer's own yes. Raises Refused where the invitation no longer stands."""
    visit = _answered(invitation, Invited.ACCEPTED, act)
    visit.volunteer_id, visit.volunteer = invitation.volunteer_id, invitation.volunteer
    _turn(visit, State.ACCEPTED, What.ACCEPTED, act)
    return visit


def go(visit: Visit, person: Person, act: Act) -> None:
    """`person`, who acts, goes in person: asked and accepted in one, by the own word."""
    accept(invite(visit, person, act), act)


def decline(invitation: VisitInvitation, act: Act) -> Visit:
    """The volunteer can't go this time; somebody else is looked for."""
    visit = _answered(invitation, Invited.DECLINED, act)
    _turn(visit, State.REQUESTED, What.DECLINED, act)
    return visit


def withdraw(visit: Visit, act: Act) -> None:
    """Take back an invitation that nobody has answered."""
    if visit.asked is None:
        raise Refused("对方已经答复了。要改的话请您再打开这次走访。")
    _withdraw_open(visit, act)
    _turn(visit, State.REQUESTED, What.WITHDRAWN, act)


def release(visit: Visit, act: Act) -> None:
    """Who accepted can't go after all; somebody else is looked for."""
    _must_be(visit, State.ACCEPTED)
    _turn(visit, State.REQUESTED, What.RELEASED, act)
    visit.volunteer_id, visit.volunteer = None, None


def move(visit: Visit, slot: HalfDay, act: Act) -> None:
    """Another time. A volunteer who accepted keeps the visit, and is told that stepping back is fine."""
    _must_be(visit, *OPEN)
    if visit.reason is not Reason.ILLNESS:
        visit.due_on = slot.day
    visit.day, visit.half = slot.day, slot.half
    visit.settled_at = act.at
    _note(visit, What.MOVED, act)


def identify(visit: Visit, person: Person, act: Act) -> None:
    """A coordinator knows who on the roster was meant."""
    _must_be(visit, *OPEN)
    visit.person_id, visit.person = person.id, person
    visit.branch_id = person.branch_id or visit.branch_id
    _note(visit, What.IDENTIFIED, act)


def cancel(visit: Visit, act: Act, note: str = "") -> None:
    """No longer wanted, or no longer possible."""
    _must_be(visit, *OPEN)
    _withdraw_open(visit, act)
    visit.closed_at = act.at
    _turn(visit, State.CANCELLED, What.CANCELLED, act, note)


def reopen(visit: Visit, act: Act) -> None:
    """Take a cancellation back. Who had accepted was told it is off, so somebody is asked anew."""
    _must_be(visit, State.CANCELLED)
    visit.closed_at, visit.volunteer_id, visit.volunteer = None, None, None
    visit.settled_at = act.at
    _turn(visit, State.REQUESTED, What.REOPENED, act)


def finish(visit: Visit, outcome: State, act: Act, note: str = "") -> None:
    """Somebody went there: DONE or NOT_HOME, with what is worth remembering."""
    _must_be(visit, *OPEN)
    _withdraw_open(visit, act)
    visit.closed_at = act.at
    _turn(visit, outcome, What.DONE if outcome is State.DONE else What.NOT_HOME, act, note)


def take_outcome_back(visit: Visit, act: Act) -> None:
    """The outcome was entered by mistake."""
    _must_be(visit, State.DONE, State.NOT_HOME)
    visit.closed_at = None
    _turn(visit, State.ACCEPTED if visit.volunteer_id else State.REQUESTED, What.REOPENED, act)


def follow_up(visit: Visit, slot: HalfDay, act: Act) -> Visit:
    """The next visit that is proposed where nobody was at home; the time limit of illness runs on."""
    about = visit.person or visit.person_words
    due = visit.due_on if visit.reason is Reason.ILLNESS else slot.day
    wish = Wish(visit.reason, slot, visit.place, visit.words)
    following = request(about, wish, visit.branch_id, act, due)
    following.by_id, following.by_relation = visit.by_id, visit.by_relation
    following.follows_id, following.health_note = visit.id, visit.health_note
    return following


def jot(visit: Visit, note: str, act: Act) -> None:
    """Write something down about a visit, whatever its state."""
    _note(visit, What.NOTED, act, note)


def shown(visit: Visit, act: Act) -> None:
    """Record that the volunteer read the address (PIPL art. 51)."""
    _note(visit, What.ADDRESS_SHOWN, act)


def _answered(invitation: VisitInvitation, answer: Invited, act: Act) -> Visit:
    if invitation.state is not Invited.OPEN or invitation.visit.state is not State.INVITED:
        raise Refused(_NOT_ASKED)
    invitation.state, invitation.answered_at = answer, act.at
    return invitation.visit


def _withdraw_open(visit: Visit, act: Act) -> None:
    if visit.asked is not None:
        invitation = visit.asked
        invitation.state, invitation.answered_at = Invited.WITHDRAWN, act.at


def _must_be(visit: Visit, *states: State) -> None:
    if visit.state not in states:
        raise Refused(_CLOSED)


def _turn(visit: Visit, state: State, what: What, act: Act, note: str = "") -> None:
    visit.state = state
    _note(visit, what, act, note)


def _note(visit: Visit, what: What, act: Act, note: str = "") -> None:
    visit.events.append(
        VisitEvent(
            at=act.at, what=what, by_id=act.by_id, by_relation=act.relation, state=visit.state,
            day=visit.day, half=visit.half, volunteer_id=visit.volunteer_id, note=note,
        )
    )  # fmt: skip
