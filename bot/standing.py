"""Where a person stands on the roster, changed in one place: history, queued messages, what features close."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain import cards
from bot.domain.administrators import check_not_last
from bot.domain.people import Person, Status, StatusChange
from bot.domain.standing import check_standing
from bot.feature import Feature
from bot.outbox import cancelling
from bot.talk import Note, Rows


@dataclass(frozen=True, slots=True)
class Decision:
    """By whom (None: a command without --as), why, and when on the calendar (aware)."""

    by: Person | None
    reason: str
    now: datetime


class Standing:
    """Changes the status of people; knows which features have something to close."""

    def __init__(
        self, features: Sequence[Feature], tell: Callable[[Note], object], settings: Any
    ) -> None:
        """`tell` queues what the features tell others, in the words of `settings`."""
        self.features, self.tell, self.settings = features, tell, settings

    def change(self, rows: Rows, person: Person, status: Status, decision: Decision) -> None:
        """Change it now: from this transaction on, whoever is not on the roster gets nothing.

        Raises Refused where `check_standing` does, or for the last who administers.
        """
        check_standing(rows, person, status)
        check_not_last(rows, person)
        person.status = status
        rows.add(
            StatusChange(
                person_id=person.id, status=status, at=decision.now, reason=decision.reason,
                by_id=decision.by.id if decision.by else None,
            )
        )  # fmt: skip
        if status is not Status.ACTIVE:
            self._stop(rows, person, status, decision)

    def _stop(self, rows: Rows, person: Person, status: Status, decision: Decision) -> None:
        rows.change(cancelling(person.id, decision.now, status.value))
        if status is not Status.PAUSED:
            for card in rows.all(cards.unspent(person.id, decision.now)):
                cards.revoke(card, decision.now)
        for feature in self.features:
            if feature.on_leaving is not None:
                by, now = decision.by, decision.now
                for note in feature.on_leaving(rows, person, by, now, self.settings):
                    self.tell(note)
