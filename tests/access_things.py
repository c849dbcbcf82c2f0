"""A fresh thing of any kind in either branch of the town, and everything that may wait."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain import schedule, visits
from bot.domain.access.things import Thing
from bot.domain.correction import Correction, What
from bot.domain.coverage import Delivery
from bot.domain.handover import CannedAnswer, Handover
from bot.domain.imports import Doing, Kind, RosterImport, RosterImportLine
from bot.domain.imports import Stage as Imported
from bot.domain.mail import Conversation
from bot.domain.notices import Notice, State, new_code, text_hash
from bot.domain.people import Branch, Grant, Role, Sender
from bot.domain.registration import RegistrationRequest
from bot.domain.registration import Stage as Registered
from bot.domain.schedule import By, CalendarException, DayKind, Leave, MakeUpTask
from bot.domain.visits import Act, Half, HalfDay, Reason, Visit, Wish
from tests.access_town import MARKS, TODAY, Actor, Town
from tests.conftest import NOON

SHEET: list[Any] = [[1, ["姓名", "编号"]]]


def make_visit(town: Town, session: Session, branch: str, who: Actor) -> Visit:
    person = town.person(session, branch)
    # The last one known would be in the way: a day to which the form's own day is another.
    slot = HalfDay(TODAY + timedelta(days=2), Half.MORNING)
    visit = visits.request(
        person, Wish(Reason.ILLNESS, slot), person.branch_id, Act(NOON, person.id), slot.day
    )
    visit.health_note = "血压高"
    session.add(visit)
    return visit


def make_invited(town: Town, session: Session, branch: str, who: Actor) -> Visit:
    visit = make_visit(town, session, branch, who)
    session.flush()
    # Not the actor: what a volunteer is invited to, that volunteer may read, in whatever order tests run.
    volunteer = town.person(session, branch)
    volunteer.grants.append(Grant(role=Role.VOLUNTEER))
    session.flush()
    visits.invite(visit, volunteer, Act(NOON, town.actors["writer"].person_id))
    return visit


def make_accepted(town: Town, session: Session, branch: str, who: Actor) -> Visit:
    visit = make_invited(town, session, branch, who)
    session.flush()
    assert visit.asked is not None
    visits.accept(visit.asked, Act(NOON, visit.asked.volunteer_id))
    return visit


def make_notice(
    town: Town, session: Session, branch: str, who: Actor, state: State = State.DRAFT
) -> Notice:
    person = town.person(session, branch)
    text = f"{branch}的通知{next(town.numbers)}"
    notice = Notice(
        code=new_code(), text=text, text_hash=text_hash(text, ()), audience=f"member:{person.id}",
        audience_title=person.name, scope=[town.branches[branch]], by_id=town.actors["writer"].person_id,
        state=state, reachable=0, by_phone=1, created_at=NOON, confirmed_at=NOON, starts_at=NOON,
        needs_approval=state is State.PENDING, media=[],
    )  # fmt: skip
    session.add(notice)
    return notice


def make_pictured(town: Town, session: Session, branch: str, who: Actor) -> Notice:
    """A notice with a picture that is really there."""
    notice, path = make_notice(town, session, branch, who), "media/notice.png"
    file = town.house.folder / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"a picture")
    notice.media = [["picture", "", path]]
    return notice


def make_handover(town: Town, session: Session, branch: str, who: Actor) -> Handover:
    person = town.person(session, branch)
    address = f"h{person.number}"
    session.add(
        Sender(
            channel="terminal", address=address, person_id=person.id, bound_at=NOON, seen_at=NOON
        )
    )
    session.add(
        Conversation(
            channel="terminal", address=address, answers=[], slots={}, shown=[], offered=[], paused={},
            misses=0, updated_at=NOON,
        )
    )  # fmt: skip
    row = Handover(
        channel="terminal",
        address=address,
        person_id=person.id,
        why="asked",
        words=f"{branch}有事",
        at=NOON,
    )
    session.add(row)
    return row


def make_registration(town: Town, session: Session, branch: str, who: Actor) -> RegistrationRequest:
    person = town.person(session, branch)
    row = RegistrationRequest(
        channel="terminal", address=f"r{person.number}", name=person.name, phone="1111",
        candidates=[person.id], why="unknown", at=NOON,
    )  # fmt: skip
    session.add(row)
    return row


def make_bound(town: Town, session: Session, branch: str, who: Actor) -> RegistrationRequest:
    row = make_registration(town, session, branch, who)
    sender = Sender(
        channel="terminal", address=row.address, person_id=row.candidates[0], bound_at=NOON
    )
    session.add(sender)
    session.flush()
    row.stage, row.person_id, row.sender_id = Registered.BOUND, row.candidates[0], sender.id
    row.decided_at = NOON
    return row


def make_correction(town: Town, session: Session, branch: str, who: Actor) -> Correction:
    person = town.person(session, branch)
    row = Correction(
        person_id=person.id, what=What.PHONE, old=person.phone, new="13700000000", at=NOON,
        due_on=TODAY + timedelta(days=3),
    )  # fmt: skip
    session.add(row)
    return row


def make_collective(town: Town, session: Session, branch: str, who: Actor) -> str:
    """The next collective birthday, as its page names it."""
    days = schedule.coming(
        SessionRows(session), town.branches[branch], TODAY, TODAY + timedelta(days=366)
    )
    day = next(day for day in days if day.kind is DayKind.COLLECTIVE)
    return f"{day.source}/{day.named.isoformat()}"


def make_day(town: Town, session: Session, branch: str, who: Actor) -> str:
    """A day of its own, today: it can be moved, cancelled, tapped."""
    place = session.get_one(Branch, town.branches[branch])
    day = TODAY
    topic = f"活动{next(town.numbers)}"
    held = schedule.Held(day, None, f"场地{next(town.numbers)}", topic)
    row = schedule.add_day(place, DayKind.EVENT, held, By(NOON, None, "加的"), ())
    session.add(row)
    session.flush()
    return f"extra:{row.id}@{day.isoformat()}"


def make_task(town: Town, session: Session, branch: str, who: Actor) -> MakeUpTask:
    person = town.person(session, branch)
    first = TODAY
    days = schedule.coming(
        SessionRows(session), town.branches[branch], first, first + timedelta(days=40)
    )
    day = next(day for day in days if day.kind is DayKind.STUDY)
    _, task = schedule.take_leave(SessionRows(session), person, day, By(NOON, person.id), 14)
    assert task is not None
    return task


def make_leave(town: Town, session: Session, branch: str, who: Actor) -> Leave:
    return make_task(town, session, branch, who).leave


def make_decision(town: Town, session: Session, branch: str, who: Actor) -> CalendarException:
    source = make_day(town, session, branch, who).partition("@")[0]
    return session.get_one(CalendarException, int(source.removeprefix("extra:")))


def make_delivery(town: Town, session: Session, branch: str, who: Actor) -> Delivery:
    person = town.person(session, branch)
    row = Delivery(
        person_id=person.id, branch_id=person.branch_id, day=TODAY - timedelta(days=1), brought_by="韦大姐",
        what="材料", at=NOON,
    )  # fmt: skip
    session.add(row)
    return row


def make_import(town: Town, session: Session, branch: str, who: Actor) -> RosterImport:
    """One's own where the branch is in reach, else somebody else's."""
    by = who.person_id if branch in who.reach else town.actors["writer"].person_id
    row = RosterImport(by_id=by, at=NOON, file="名册.xlsx", sheet=SHEET)
    session.add(row)
    return row


def make_stored_import(town: Town, session: Session, branch: str, who: Actor) -> RosterImport:
    row = make_import(town, session, branch, who)
    row.stage, row.stored_at = Imported.STORED, NOON
    session.flush()
    person = town.person(session, branch)
    session.add(
        RosterImportLine(
            import_id=row.id, row=2, kind=Kind.CHANGED, doing=Doing.STORED, person_id=person.id, plan={},
        )
    )  # fmt: skip
    return row


THINGS: dict[Thing, Callable[[Town, Session, str, Actor], Any]] = {
    Thing.PERSON: lambda town, session, branch, who: town.person(session, branch),
    Thing.VISIT: make_visit,
    Thing.NOTICE: make_notice,
    Thing.CONVERSATION: make_handover,
    Thing.CANNED: lambda town, session, branch, who: CannedAnswer(
        branch_id=town.branches[branch], text=f"{branch}常用"
    ),
    Thing.REGISTRATION: make_registration,
    Thing.CORRECTION: make_correction,
    Thing.BRANCH: lambda town, session, branch, who: session.get_one(Branch, town.branches[branch]),
    Thing.DAY: make_day,
    Thing.TASK: make_task,
    Thing.DELIVERY: make_delivery,
    Thing.IMPORT: make_import,
}
"""How a fresh one is made in a branch. A new kind of thing needs one more."""


def stock(town: Town) -> None:
    """Everything that may wait, in both branches."""
    made = (
        make_visit,
        make_handover,
        make_registration,
        make_bound,
        make_correction,
        make_task,
        make_notice,
    )
    who = town.actors["writer"]

    def job(session: Session) -> None:
        for branch in MARKS:
            for make in made:
                row = make(town, session, branch, who)
                session.add(row)
                session.flush()
            for state in (State.PENDING, State.SENT):
                notice = make_notice(town, session, branch, who, state)
                notice.text = f"{notice.audience_title}请来一下"

    town.write(job)
