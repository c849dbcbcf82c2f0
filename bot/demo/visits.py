"""Home visits in every state they can be in."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain import visits
from bot.domain.people import Person
from bot.domain.visits import Act, Half, HalfDay, Reason, State, Visit, VisitSettings, Wish
from bot.now import local_day

_ILL_SINCE = 5
"""Days ago: longer than an ill person may wait."""


def some_visits(
    session: Session,
    members: list[Person],
    volunteers: list[Person],
    staff: list[Person],
    now: datetime,
) -> None:
    """Requested, invited, accepted, done, not at home and cancelled: one each, and an illness overdue."""
    today = local_day(now)

    def asked(member: Person, reason: Reason, days: int) -> Visit:
        ago = _ILL_SINCE if reason is Reason.ILLNESS else max(1, 4 - days)
        act = Act(now - timedelta(days=ago), member.id)
        wish = Wish(reason, HalfDay(today + timedelta(days=days), Half.MORNING))
        due = visits.due_on(reason, wish.slot, act.at, VisitSettings())
        visit = visits.request(member, wish, member.branch_id, act, due)
        session.add(visit)
        session.flush()
        return visit

    act = Act(now - timedelta(hours=20), staff[0].id)
    asked(members[10], Reason.TALK, 2)
    asked(members[11], Reason.ILLNESS, 1)
    _invited(asked(members[12], Reason.TALK, 3), volunteers[0], act)
    _accepted(asked(members[13], Reason.HARDSHIP, 1), volunteers[1], act)
    for member, volunteer, outcome in (
        (members[14], volunteers[2], State.DONE),
        (members[15], volunteers[3], State.NOT_HOME),
    ):
        visit = asked(member, Reason.FESTIVAL, 0)
        _accepted(visit, volunteer, act)
        visits.finish(visit, outcome, Act(now - timedelta(hours=2), volunteer.id))
    visits.cancel(asked(members[16], Reason.TALK, 4), Act(now - timedelta(hours=5), members[16].id))


def _invited(visit: Visit, volunteer: Person, act: Act) -> None:
    visits.invite(visit, volunteer, act)


def _accepted(visit: Visit, volunteer: Person, act: Act) -> None:
    invitation = visits.invite(visit, volunteer, act)
    visits.accept(invitation, Act(act.at + timedelta(hours=1), volunteer.id))
