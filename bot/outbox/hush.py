"""After the quiet hours were changed: what waits for its hour waits for the new one."""

from datetime import datetime

from sqlalchemy import and_, exists, select, update
from sqlalchemy.orm import Session

from bot.domain.mail import Mail, Outbox
from bot.domain.people import STAFF_ROLES, Grant
from bot.outbox.claiming import READY
from bot.outbox.posting import Quiet

_STAFF = exists().where(
    Grant.person_id == Outbox.person_id,
    Grant.role.in_(STAFF_ROLES),
)


def hush(session: Session, quiet: Quiet, now: datetime) -> None:
    """Move unasked messages that would go out in the quiet hours to their end.

    Those that waited for a later end than there is now keep their hour: earlier is not asked for.
    """
    unasked = Outbox.kind.in_((Mail.REMINDER, Mail.NOTICE)) | (
        (Outbox.kind == Mail.VISIT) & ~_STAFF
    )
    waits = and_(Outbox.state.in_(READY), Outbox.lane == 1, unasked)
    moments = session.scalars(select(Outbox.due_at).where(waits, Outbox.due_at > now).distinct())
    for moment in list(moments):
        later = quiet.after(moment)
        if later > moment:
            session.execute(
                update(Outbox)
                .where(waits, Outbox.due_at == moment)
                .values(due_at=later)
                .execution_options(synchronize_session=False)
            )
