"""The end of a visit: met or not at home, and what happens to visits of somebody who leaves the roster."""

from datetime import datetime
from functools import partial
from typing import Any

from bot.domain import visits
from bot.domain.people import Person
from bot.domain.visits import Act, State, Visit
from bot.domain.wording import near_day_words
from bot.talk import Note, Rows, Talk
from handlers.visit import office, phrases
from handlers.visit.about import act_of, feature, found, settings_of, shortened, when_words
from handlers.visit.telling import cancelled, send, to_askers, to_staff


async def close(talk: Talk, visit: Visit, outcome: State, note: str) -> None:
    """Enter an outcome, tell the coordinators, and propose the next visit where nobody was at home."""
    visits.finish(visit, outcome, act_of(talk, visit), note)
    # A person has one open visit at a time: this one is closed before the next is written.
    await talk.flush()
    who = talk.me.name if talk.me else "有人"
    entered = partial(
        office.ENTERED, talk.settings, who=who, when=when_words(visit), name=visit.name,
        outcome=visits.STATE_TITLE[outcome],
    )  # fmt: skip
    told, plain = entered(note=shortened(note)), entered(note="")
    talk.can_undo("visit.outcome", visit.id, f"登记{visits.STATE_TITLE[outcome]}")
    send(talk, to_staff(talk.rows, visit, told, plain))
    if outcome is State.NOT_HOME:
        await _propose_next(talk, visit)


async def _propose_next(talk: Talk, visit: Visit) -> None:
    later = [s for s in visits.nearest(talk.now, settings_of(talk)) if s.day > talk.today]
    if not later:
        return
    following = visits.follow_up(visit, later[0], act_of(talk))
    await talk.add(following)
    when = when_words(following)
    missed = near_day_words(visit.day, talk.today)
    mine = phrases.PROPOSED(talk.settings, missed=missed, when=when)
    other = phrases.PROPOSED_ASKER(talk.settings, missed=missed, name=visit.name, when=when)
    send(talk, [*to_askers(following, mine, other), *to_staff(talk.rows, following, other)])


@feature.undo("visit.outcome", found)
async def take_back(talk: Talk, ref: str) -> None:
    """The outcome was entered by mistake: the proposed next visit goes, this one is open again."""
    visit = await talk.get(Visit, int(ref))
    if visit is None:
        return
    for following in await talk.all(visits.following(visit.id)):
        visits.cancel(following, act_of(talk, following), "撤销")
        await talk.flush()
        send(talk, cancelled(talk.rows, talk.settings, following, None))
    visits.take_outcome_back(visit, act_of(talk, visit))
    await talk.flush()
    again = office.REOPENED(talk.settings, when=when_words(visit), name=visit.name)
    send(talk, to_staff(talk.rows, visit, again))


def close_for(rows: Rows, settings: Any, person: Person, act: Act) -> list[Note]:
    """What to tell others when `person` is paused, moved away or deceased; call it in that transaction.

    Visits to the person are cancelled, visits that the person had agreed to make look for somebody else,
    invitations are withdrawn. The visited person is told nothing.
    """
    notes: list[Note] = []
    for visit in rows.all(visits.open_about(person.id)):
        asked = visit.asked.volunteer_id if visit.asked else visit.volunteer_id
        visits.cancel(visit, act, "名册状态变了")
        rows.flush()
        notes += [n for n in cancelled(rows, settings, visit, asked) if n.person_id != person.id]
    for visit in rows.all(visits.taken_by(person.id)):
        visits.release(visit, act)
        rows.flush()
        notes += somebody_else(rows, settings, visit)
    for invitation in rows.all(visits.invitations_of(person.id)):
        visits.withdraw(invitation.visit, act)
        rows.flush()
        notes += somebody_else(rows, settings, invitation.visit)
    return notes


def leaving(
    rows: Rows, person: Person, by: Person | None, now: datetime, settings: Any
) -> list[Note]:
    """Called when `person` is paused, moved away or deceased."""
    return close_for(rows, settings, person, Act(now, by.id if by else None))


feature.on_leaving = leaving


def somebody_else(rows: Rows, settings: Any, visit: Visit) -> list[Note]:
    """To the coordinators: nobody goes there any more."""
    return to_staff(
        rows, visit, office.NOBODY_NOW(settings, when=when_words(visit), name=visit.name)
    )
