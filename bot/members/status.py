"""Where a person stands on the roster, changed in one place: history, queued messages, what features close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain import cards
from bot.domain.base import Refused
from bot.domain.people import STATUS_TITLE, Person, Status, StatusChange
from bot.feature import Feature
from bot.outbox import Post, cancel_for


@dataclass(frozen=True, slots=True)
class Decision:
    """By whom (None: a command without --as), why, and when on the calendar (aware)."""

    by: Person | None
    reason: str
    now: datetime


class Standing:
    """Changes the status of people; knows which features have something to close."""

    def __init__(self, features: Sequence[Feature], post: Post) -> None:
        """`post` queues what the features tell others."""
        self.features, self.post = features, post

    def change(self, session: Session, person: Person, status: Status, decision: Decision) -> None:
        """Change it now: from this transaction on, whoever is not on the roster gets nothing.

        Raises Refused where the person stands so already.
        """
        if person.status is status:
            raise Refused(f"{person.name}本来就是“{STATUS_TITLE[status]}”。")
        person.status = status
        session.add(
            StatusChange(
                person_id=person.id, status=status, at=decision.now, reason=decision.reason,
                by_id=decision.by.id if decision.by else None,
            )
        )  # fmt: skip
        session.flush()
        if status is not Status.ACTIVE:
            self._stop(session, person, status, decision)

    def _stop(self, session: Session, person: Person, status: Status, decision: Decision) -> None:
        cancel_for(session, person.id, decision.now, status.value)
        if status is not Status.PAUSED:
            for card in session.scalars(cards.unspent(person.id, decision.now)):
                cards.revoke(card, decision.now)
        rows = SessionRows(session)
        for feature in self.features:
            if feature.on_leaving is not None:
                for note in feature.on_leaving(rows, person, decision.by, decision.now):
                    self.post.note(session, note, decision.now)
