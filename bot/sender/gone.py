"""Who can't be written to any more must be called: the coordinators of the branch are told."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.mail import Mail
from bot.domain.people import Person, Role, holding
from bot.outbox import Post
from bot.sender.phrases import UNREACHABLE
from bot.talk import Note


def tell_of_the_gone(session: Session, post: Post, person_id: int, now: datetime) -> None:
    """A member who blocked us, or whose account is gone: once a day."""
    person = session.get(Person, person_id)
    if person is None:
        return
    for to in session.scalars(holding(Role.COORDINATOR, person.branch_id)).unique():
        if to.id != person.id:
            key = f"unreachable:{person.id}:{now.date()}:{to.id}"
            text = UNREACHABLE(post.settings, who=person.name)
            post.note(session, Note(to.id, text, key, Mail.ALARM), now)
