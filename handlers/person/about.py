"""The feature itself, and what chat, page and clock share: who waits, why, and words sent in person."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.access.queues import access_conversations
from bot.domain.access.things import Thing
from bot.domain.handover import URGENT_WHY, WHY_TITLE, Handover, HandoverState, waiting_people
from bot.domain.mail import Mail
from bot.domain.people import Person
from bot.feature import Feature, Need, Waits
from bot.now import local
from bot.talk import Note, Rows, Talk

PATH = "conversations"


class PersonSettings(BaseModel):
    """[person] How long people who wait for a person may wait."""

    model_config = ConfigDict(title="找人帮忙")

    escalate_minutes: int = Field(30, ge=5, le=1440, title="几分钟没人回，就告诉全部联络员")
    """Not taken by then: all coordinators of the branch are told once more."""
    silent_hours: int = Field(24, ge=1, le=720, title="人接着谈最多几小时，过后交还给余热")
    """So long a person may hold a conversation; then the bot answers again."""


feature = Feature("person", "找人帮忙", about=Thing.CONVERSATION, settings=PersonSettings)


def settings_of(settings: object) -> PersonSettings:
    """The section [person] of all settings."""
    found: PersonSettings = settings.person  # type: ignore[attr-defined]
    return found


def write_to(talk: Talk, row: Handover, words: str) -> None:
    """Send a coordinator's own words to whoever waits."""
    key = f"person:{row.id}:{talk.said.channel}:{talk.said.id}"
    back = (row.channel, row.address)
    talk.tell(Note(row.person_id or 0, words, key, Mail.PERSON, address=back))


def waiting(rows: Rows, viewer: Person) -> Sequence[Handover]:
    """Who waits in the viewer's reach: the urgent first, then the oldest."""
    return rows.all(access_conversations(viewer, waiting_people()))


def waits(rows: Rows, viewer: Person, now: datetime) -> Iterable[Waits]:
    """People waiting for a person, for the Today page."""
    for row in waiting(rows, viewer):
        urgent = row.why in URGENT_WHY
        yield Waits(
            f"{name_of(row)}：{WHY_TITLE.get(row.why, row.why)}", row.words, row.at, urgent, "回复",
            Need.DANGER if urgent else Need.PERSON, f"/desk/{PATH}?id={row.id}",
        )  # fmt: skip


feature.waiting = waits


def name_of(row: Handover) -> str:
    """Who waits."""
    return row.person.name if row.person else "没登记的朋友"


def label_of(row: Handover) -> str:
    """Short enough for a button, unique by its number."""
    at = local(row.at)
    return f"{row.id} {name_of(row)} {at:%H:%M}"


def overdue(row: Handover, now: datetime, minutes: int) -> bool:
    """Whether nobody has taken it for so long."""
    return row.state is HandoverState.OPEN and now - row.at >= timedelta(minutes=minutes)
