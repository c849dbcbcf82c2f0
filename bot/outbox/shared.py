"""Several people on one phone: one copy of a notice for all who get the same words, and each counts as told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from bot.domain.mail import SAME_DEVICE, Mail, Outbox, Sending
from bot.domain.people import Sender

Place = tuple[int | None, str, str]
"""A notice at an address of a channel."""


class Shared:
    """Which notices the devices of some messages have already, by somebody else on the same phone."""

    def __init__(self, session: Session, rows: Iterable[Outbox]) -> None:
        """One query for all of `rows`; none where there is no notice among them."""
        self.session = session
        self._told: dict[Place, list[Outbox]] = {}
        found = [row for row in rows if row.kind is Mail.NOTICE]
        if not found:
            return
        same = and_(
            Sender.person_id == Outbox.person_id,
            Sender.channel == Outbox.channel,
            Sender.address == Outbox.address,
            Sender.ended_at.is_(None),
        )
        query = (
            select(Outbox)
            .join(Sender, same)
            .where(
                Outbox.channel.in_({row.channel for row in found}),
                Outbox.address.in_({row.address for row in found}),
                Outbox.state.in_((Sending.SENT, Sending.DOUBTFUL)),
                Outbox.notice_id.in_({row.notice_id for row in found}),
                Outbox.kind == Mail.NOTICE,
            )
        )
        for row in session.scalars(query):
            self.note(row)

    def note(self, row: Outbox) -> None:
        """This message has reached its device."""
        if row.kind is Mail.NOTICE:
            self._told.setdefault(_place(row), []).append(row)

    def has(self, row: Outbox, real: datetime) -> bool:
        """Whether the device has this notice; then the row is settled like the copy that stands for it."""
        told = self._told.get(_place(row), ()) if row.kind is Mail.NOTICE else ()
        copy = next((one for one in told if one.reply["text"] == row.reply["text"]), None)
        if copy is None:
            return False
        row.state, row.reason, row.settled_at = copy.state, SAME_DEVICE, real
        voice = Outbox.key == f"{row.key}:voice"
        self.session.execute(
            update(Outbox)
            .where(voice, Outbox.state == Sending.QUEUED)
            .values(state=Sending.CANCELLED, reason=SAME_DEVICE, settled_at=real)
        )
        return True


def _place(row: Outbox) -> Place:
    return row.notice_id, row.channel, row.address
