"""The feature itself, and what chat, page and clock share: who waits, why, and words sent in person."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pydantic
from pydantic import BaseModel, ConfigDict

from bot.domain import handover as rules
from bot.domain.access.queues import access_conversations
from bot.domain.access.things import Thing
from bot.domain.deeds import Field
from bot.domain.handover import URGENT_WHY, WHY_TITLE, Handover, HandoverState, waiting_people
from bot.domain.mail import Mail
from bot.domain.people import Person
from bot.domain.phrase import Slot
from bot.engine import PHRASES
from bot.feature import Feature, Need, Waits
from bot.now import local
from bot.parts import Press
from bot.talk import Note, Rows, Talk

PATH = "conversations"
STATE_TITLE = {
    HandoverState.OPEN: "等着",
    HandoverState.TAKEN: "在谈",
    HandoverState.CLOSED: "谈完了",
}


class PersonSettings(BaseModel):
    """[person] How long people who wait for a person may wait."""

    model_config = ConfigDict(title="找人帮忙")

    escalate_minutes: int = pydantic.Field(
        30, ge=5, le=1440, title="几分钟没人回，就告诉全部联络员"
    )
    """Not taken by then: all coordinators of the branch are told once more."""
    silent_hours: int = pydantic.Field(24, ge=1, le=720, title="人接着谈最多几小时，过后交还给余热")
    """So long a person may hold a conversation; then the bot answers again."""


feature = Feature("person", "找人帮忙", about=Thing.CONVERSATION, settings=PersonSettings)
feature.phrases += PHRASES


BOT_ANSWERS = feature.phrase(
    "bot_answers", "和联络员谈完了，交还给余热，发给会员",
    "{联络员}和您先谈到这里，现在又是我陪您说话了。有事您直接说，要再找人，请说“找人帮忙”。",
    Slot("colleague", "联络员", "李敏", "不知道是谁时写“社区同志”", needed=True),
)  # fmt: skip


def settings_of(settings: object) -> PersonSettings:
    """The section [person] of all settings."""
    found: PersonSettings = settings.person  # type: ignore[attr-defined]
    return found


def write_to(talk: Talk, row: Handover, words: str) -> None:
    """Send a coordinator's own words to whoever waits."""
    key = f"person:{row.id}:{talk.said.channel}:{talk.said.id}"
    back = (row.channel, row.address)
    # With the name: nobody should have to guess whether it is the machine that speaks.
    text = f"{talk.staff().name}：{words}"
    talk.tell(Note(row.person_id or 0, text, key, Mail.PERSON, address=back))


def machine_again(
    rows: Rows, row: Handover, settings: object, due_at: datetime | None = None
) -> Note:
    """Whoever was talking with a person is told that the machine answers again: nobody waits for words in vain."""
    by = rows.get(Person, row.taken_by_id) if row.taken_by_id else None
    return to_who_waits(
        row, BOT_ANSWERS(settings, colleague=by.name if by else "社区同志"), "over", due_at
    )


def to_who_waits(row: Handover, text: str, event: str, due_at: datetime | None = None) -> Note:
    """The machine's own words there, once an event."""
    key, back = f"handover:{row.id}:{event}:there", (row.channel, row.address)
    return Note(row.person_id or 0, text, key, Mail.ANSWER, address=back, due_at=due_at)


def waiting(rows: Rows, viewer: Person) -> Sequence[Handover]:
    """Who waits in the viewer's reach: the urgent first, then the oldest."""
    return rows.all(access_conversations(viewer, waiting_people()))


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """People waiting for a person, for the Today page."""
    for row in waiting(rows, viewer):
        urgent = row.why in URGENT_WHY
        by = f"（{stands(rows, row)}）" if row.state is HandoverState.TAKEN else ""
        yield Waits(
            f"{name_of(row)}：{WHY_TITLE.get(row.why, row.why)}", f"{row.words}{by}", row.at, urgent,
            "回复", Need.DANGER if urgent else Need.PERSON, f"/desk/{PATH}?id={row.id}",
            presses(row, viewer),
        )  # fmt: skip


def presses(row: Handover, viewer: Person) -> tuple[Press, ...]:
    """What is done about it by one press: the phone, and saying that one sees to it."""
    if row.state is HandoverState.CLOSED:
        return ()
    name, found = name_of(row), list[Press]()
    if row.person is not None and row.person.phone_sealed:
        phone = (("id", str(row.person_id)), ("field", Field.PHONE.value))
        found.append(Press("看电话", "look", phone, "members", name))
    if holder(row) != str(viewer.id):
        values = (("id", str(row.id)), ("was", holder(row)))
        label = "换我来谈" if holder(row) else "我来接"
        found.append(Press(label, "take", values, PATH, name))
    return tuple(found)


feature.waiting, feature.waits_on = waits, (Handover,)


def holder(row: Handover) -> str:
    """Who has it, by id; "" where nobody does."""
    return str(row.taken_by_id) if row.state is HandoverState.TAKEN else ""


def stands(rows: Rows, row: Handover) -> str:
    """ "等着", "李敏在谈", "谈完了"."""
    by = rows.get(Person, row.taken_by_id) if row.taken_by_id else None
    return f"{by.name}在谈" if by and row.state is HandoverState.TAKEN else STATE_TITLE[row.state]


def far(rows: Rows, row: Handover) -> str:
    """The same, and whether whoever is talking owes an answer: "李敏在谈，还没有回话"."""
    found = stands(rows, row)
    if row.state is not HandoverState.TAKEN:
        return found
    last = rows.all(rules.answers_to(row))
    if not last:
        return found if rows.all(rules.notes_by_people(row.id)) else f"{found}，还没有回话"
    return f"{found}，对方又说了话" if rows.all(rules.heard_since(row, last[0])) else found


def unanswered(rows: Rows, row: Handover) -> bool:
    """Whether no person has written to whoever waits, nor noted down a call."""
    if row.state is HandoverState.OPEN:
        return True
    return not rows.all(rules.answers_to(row)) and not rows.all(rules.notes_by_people(row.id))


def name_of(row: Handover) -> str:
    """Who waits."""
    return row.person.name if row.person else "没登记的朋友"


def label_of(row: Handover) -> str:
    """Short enough for a button, unique by its number."""
    at = local(row.at)
    return f"{row.id} {name_of(row)} {at:%H:%M}"


def overdue(rows: Rows, row: Handover, now: datetime, minutes: int) -> bool:
    """Whether nobody has answered for so long, taken or not."""
    return now - row.at >= timedelta(minutes=minutes) and unanswered(rows, row)
