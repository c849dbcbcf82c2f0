"""What was heard from one person and sent, as far as a coordinator may know it.

That something was said is shown, and how far what was sent has come. Words are shown only where they were meant
for a person: what stood in a call for one. The rest of the chat is between the member and the machine.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select

from bot.domain.access.queues import access_conversations
from bot.domain.handover import Handover
from bot.domain.mail import MAIL_TITLE, SENDING_TITLE, Inbox, Outbox
from bot.domain.people import CHANNEL_TITLE, Person, Sender
from bot.domain.wording import moment_words
from bot.feature import Look
from bot.listing import Merging, Place
from bot.now import local_day
from bot.parts import Part, Table
from bot.talk import Rows
from handlers.roster.lately import Line, a_page, merged, merging

SHORT = 40
OWN = "self"
_LIST = "messages"


def messages(rows: Rows, look: Look, one: Person) -> list[Part]:
    """Both ways, the latest first; then what was said to a person."""
    today = local_day(look.now)
    own = select(Sender).where(Sender.person_id == one.id, Sender.relation == OWN)
    devices, page = rows.all(own), merging(look, _LIST)
    found, ways = merged(
        look, [*_sent(rows, one, devices, page), *_heard(rows, devices, page)], _LIST
    )
    shown = tuple((moment_words(place.at, today), *rest) for place, rest in found)
    head = ("何时", "谁说的", "什么", "哪里", "到没到")
    both = Table(head, shown, "还没有来往的消息。", caption="消息来往")
    return [both, *ways, *_asked(rows, look, one, today)]


def _sent(rows: Rows, one: Person, devices: Sequence[Sender], page: Merging) -> Iterator[Line]:
    """What names the person, and the answers to the person's devices, which name nobody."""
    named = select(Outbox).where(Outbox.person_id == one.id)
    found = [*rows.all(page.of(named, Outbox.created_at, Outbox.id, 1))]
    for device in devices:
        here = (Outbox.channel == device.channel, Outbox.address == device.address)
        answers = select(Outbox).where(*here, Outbox.person_id.is_(None))
        found += rows.all(page.of(answers, Outbox.created_at, Outbox.id, 1))
    for row in found:
        where = CHANNEL_TITLE.get(row.channel, "电话")
        said = ("我们", MAIL_TITLE[row.kind], where, SENDING_TITLE[row.state])
        yield Place(row.created_at, 1, row.id), said


def _heard(rows: Rows, devices: Sequence[Sender], page: Merging) -> Iterator[Line]:
    for device in devices:
        here = (Inbox.channel == device.channel, Inbox.address == device.address)
        for row in rows.all(page.of(select(Inbox).where(*here), Inbox.at, Inbox.id, 0)):
            where = CHANNEL_TITLE.get(row.channel, row.channel)
            yield Place(row.at, 0, row.id), ("本人", "说了话", where, "听到了")


def _asked(rows: Rows, look: Look, one: Person, today: date) -> list[Part]:
    query = access_conversations(look.viewer, select(Handover).where(Handover.person_id == one.id))
    found, ways = a_page(rows, look, query, Handover.id, "asked")
    ids = {row.taken_by_id for row in found if row.taken_by_id}
    names = {p.id: p.name for p in rows.all(select(Person).where(Person.id.in_(ids)))}
    lines = tuple(
        (moment_words(row.at, today), row.words[:SHORT] or "没有留话", names.get(row.taken_by_id or 0, "还没有人接"))
        for row in found
    )  # fmt: skip
    links = tuple(f"/desk/conversations?id={row.id}" for row in found)
    table = Table(("何时", "说了什么", "谁接的"), lines, "没有找过人。", links, "找过人的话")
    return [table, *ways]
