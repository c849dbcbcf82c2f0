"""Consents: to what, in which version of the words, given how and by whom; withdrawn by a word."""

from datetime import datetime

from sqlalchemy import Select, String, cast, exists, literal, select

from bot.domain.mail import Outbox
from bot.domain.people import Consent, Person, Sender, Status

SHOW_BIRTHDAY = "show_birthday"
"""Others of the branch may be told the person's political birthday."""
VOICE = "voice"
"""A coordinator may listen to the person's voice messages."""
LEARN = "learn"
"""Words that were not understood may be kept, without the person's name, to learn from."""

PURPOSE_TITLE = {
    "keep": "登记", "health": "记身体情况", SHOW_BIRTHDAY: "公开政治生日", VOICE: "留语音", LEARN: "帮余热学说话",
    "group_greeting": "群里祝贺",
}  # fmt: skip


def live(person_id: int, purpose: str) -> Select[Consent]:
    """The consent in force, if any."""
    return select(Consent).where(
        Consent.person_id == person_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )


def asked(person_id: int, purpose: str) -> Select[Consent]:
    """Every answer ever given about this purpose, a refusal too; the latest first."""
    about = (Consent.person_id == person_id, Consent.purpose == purpose)
    return select(Consent).where(*about).order_by(Consent.id.desc())


def refused(
    person_id: int, purpose: str, version: str, now: datetime, by_id: int | None = None
) -> Consent:
    """A refusal just spoken: kept, so that nobody is asked twice."""
    row = given(person_id, purpose, version, now, by_id)
    row.withdrawn_at = now
    return row


def given(
    person_id: int, purpose: str, version: str, now: datetime, by_id: int | None = None
) -> Consent:
    """A consent just given; `by_id` is who recorded it where it was not the person."""
    how = "chat" if by_id in (None, person_id) else "through another"
    return Consent(
        person_id=person_id, purpose=purpose, version=version, given_at=now, how=how, by_id=by_id
    )


def who_agreed(purpose: str, branch_id: int | None) -> Select[Person]:
    """Active people of a branch with this consent in force."""
    agreed = select(Consent.person_id).where(
        Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return select(Person).where(
        Person.id.in_(agreed), Person.branch_id == branch_id, Person.status == Status.ACTIVE
    )


def of_earlier(purpose: str, version: str, key: str, since: datetime) -> Select[Person]:
    """Active people, seen since then, who agreed to another version and have no message `key`<id> yet."""
    live = (Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    earlier = select(Consent.person_id).where(Consent.version != version, *live)
    here = (Sender.person_id == Person.id, Sender.ended_at.is_(None), Sender.seen_at >= since)
    asked_before = exists().where(Outbox.key == literal(key) + cast(Person.id, String))
    return select(Person).where(
        Person.id.in_(earlier), Person.status == Status.ACTIVE, exists().where(*here), ~asked_before
    )
