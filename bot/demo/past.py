"""Half a year gone by, so that reports have something to draw: who came, who was visited, who was answered."""

from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain import visits
from bot.domain.handover import Handover, HandoverState
from bot.domain.people import Person
from bot.domain.schedule import Attendance, By, Day, DayKind, coming, finish, take_leave
from bot.domain.visits import Act, Half, HalfDay, Reason, State, Wish
from bot.now import SHANGHAI, local_day

SEED = 20261122
BACK = timedelta(days=180)
NINE = time(9)
WITH_VISIT = 20
"""The members before this one may have a visit open (`bot.demo.visits`)."""
COMES = {DayKind.STUDY: 0.78, DayKind.SERVICE: 0.42}
LEAVE = 0.9
"""Above this chance somebody takes leave; between both, stays away."""
MADE_UP = 0.94
"""Above this chance who took leave studied at home instead."""
MAKE_UP_DAYS = 14
REASONS = ("腿疼", "要看孙子", "去县医院检查", "回乡下几天")


def past(
    session: Session,
    members: list[Person],
    volunteers: list[Person],
    staff: list[Person],
    now: datetime,
) -> None:
    """Always the same, whatever else is made."""
    random = Random(SEED)  # noqa: S311 - invented people, the same in every run
    today = local_day(now)
    for day in coming(SessionRows(session), None, today - BACK, today - timedelta(days=1)):
        if day.kind in COMES:
            _held(session, random, day, [m for m in members if m.branch_id == day.branch_id])
    for back in range(3, BACK.days, 4):
        _visited(
            session,
            random,
            random.choice(members[WITH_VISIT:]),
            random.choice(volunteers),
            now - timedelta(days=back),
        )
    for back in range(2, BACK.days, 3):
        _asked(
            session, random, random.choice(members), staff[0], now - timedelta(days=back, hours=3)
        )
    session.flush()


def _held(session: Session, random: Random, day: Day, people: list[Person]) -> None:
    at = datetime.combine(day.day, day.at or NINE, SHANGHAI)
    for person in people:
        chance = random.random()
        if chance < COMES[day.kind]:
            row = Attendance(
                person_id=person.id, branch_id=day.branch_id, kind=day.kind, source=day.source, named=day.named,
                day=day.day, at=at, by_id=person.id,
            )  # fmt: skip
            session.add(row)
        elif chance > LEAVE:
            _away(session, person, day, at, made_up=chance > MADE_UP)


def _away(session: Session, person: Person, day: Day, at: datetime, *, made_up: bool) -> None:
    """On leave, as the product takes it: of a study day with something to make up for."""
    by = By(at - timedelta(days=1), person.id, REASONS[person.id % len(REASONS)])
    _, task = take_leave(SessionRows(session), person, day, by, MAKE_UP_DAYS)
    if task is not None and made_up:
        finish(task, By(at + timedelta(days=1), person.id))


def _visited(
    session: Session, random: Random, member: Person, volunteer: Person, at: datetime
) -> None:
    reason = random.choice(list(Reason))
    asked = Act(at - timedelta(hours=random.randint(20, 150)), member.id)
    wish = Wish(reason, HalfDay(local_day(at), random.choice(list(Half))))
    visit = visits.request(member, wish, member.branch_id, asked, wish.slot.day)
    session.add(visit)
    session.flush()
    if random.random() < 0.08:
        visits.cancel(visit, Act(at, member.id))
        return
    visits.go(visit, volunteer, Act(asked.at + timedelta(hours=4), volunteer.id))
    outcome = State.NOT_HOME if random.random() < 0.1 else State.DONE
    visits.finish(visit, outcome, Act(at, volunteer.id))


def _asked(session: Session, random: Random, member: Person, by: Person, at: datetime) -> None:
    taken = at + timedelta(minutes=int(random.expovariate(1 / 40)) + 1)
    session.add(
        Handover(
            channel="terminal", address=f"past{member.id}", person_id=member.id, why="asked", words="想找人问一问",
            at=at, state=HandoverState.CLOSED, taken_by_id=by.id, taken_at=taken,
            closed_at=taken + timedelta(minutes=9),
        )
    )  # fmt: skip
