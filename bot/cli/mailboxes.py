"""`yure outbox list|release|drop`, `yure inbox list`, `yure reply`."""

from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

import typer
from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, opened, person, show
from bot.cli.members.about import By
from bot.cli.recording import VIA
from bot.domain.access.people import access_person
from bot.domain.base import Refused
from bot.domain.deeds import Deed
from bot.domain.handover import latest_of, take
from bot.domain.mail import Conversation, Heard, Inbox, Mail, Outbox, Sending
from bot.domain.people import STAFF_ROLES, Person, Sender
from bot.domain.pulse import SELFTEST
from bot.now import real_now
from bot.outbox import PHONE
from bot.talk import Note
from bot.text import clean

outbox_app = typer.Typer(
    help="发出的消息 / outgoing messages. Example: yure outbox list", no_args_is_help=True
)
inbox_app = typer.Typer(
    help="收到的消息 / messages heard. Example: yure inbox list", no_args_is_help=True
)

AnySending = Annotated[
    Sending | None, typer.Option("--state", help="只看这种状态 / only this state")
]
AnyHeard = Annotated[Heard | None, typer.Option("--state", help="只看这种状态 / only this state")]
Number = Annotated[int, typer.Argument(help="消息的 id / the message's id")]


@outbox_app.command("list")
def outbox_list(
    state: AnySending = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Outgoing messages without their words. Example: yure outbox list --state doubtful --json"""
    query = select(Outbox, Person.number).outerjoin(Person, Person.id == Outbox.person_id)
    query = query.where(Outbox.channel != SELFTEST)
    if state is not None:
        query = query.where(Outbox.state == state)
    with opened(config, data, clock_at(at)) as house:
        for row, member in house.db.read_now(lambda s: s.execute(query.order_by(Outbox.id)).all()):
            _list(row, row.kind, member, row.due_at, as_json=as_json)


@outbox_app.command("release")
def outbox_release(
    number: Number,
    by: By = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Send a held or doubtful message after all. Example: yure outbox release 12"""
    with opened(config, data, clock_at(at)) as house:
        _decide(house, number, again=True, as_json=as_json)


@outbox_app.command("drop")
def outbox_drop(
    number: Number,
    by: By = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Don't send a held or doubtful message. Example: yure outbox drop 12"""
    with opened(config, data, clock_at(at)) as house:
        _decide(house, number, again=False, as_json=as_json)


@inbox_app.command("list")
def inbox_list(
    state: AnyHeard = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Messages heard, without their words. Example: yure inbox list --state quarantined"""
    query = select(Inbox, _first_bound()).where(Inbox.channel != SELFTEST).order_by(Inbox.id)
    if state is not None:
        query = query.where(Inbox.state == state)
    with opened(config, data, clock_at(at)) as house:
        for row, member in house.db.read_now(lambda s: s.execute(query).all()):
            kind = row.media[0][0] if row.media else "text"
            more = {"sender": row.address, "at": row.at.isoformat()}
            _list(row, kind, member, row.at, more, as_json=as_json)


def _first_bound() -> ScalarSelect[str]:
    """The number of the person whose phone a message came from; of several on one phone, the first."""
    return (
        select(Person.number)
        .join(Sender, Sender.person_id == Person.id)
        .where(
            Sender.channel == Inbox.channel,
            Sender.address == Inbox.address,
            Sender.ended_at.is_(None),
        )
        .order_by(Sender.bound_at, Sender.id)
        .limit(1)
        .scalar_subquery()
    )


def _list(
    row: Outbox | Inbox, kind: str, member: str | None, due: datetime,
    more: dict[str, Any] | None = None, *, as_json: bool,
) -> None:  # fmt: skip
    """One message of either box."""
    value = {
        "id": row.id, "kind": kind, "member": member, "channel": row.channel, "state": row.state,
        "due": due.isoformat(), "attempts": row.attempts, "reason": row.reason,
    }  # fmt: skip
    words = f"{row.id:>6} {kind:<9} {row.channel:<9} {row.state:<12} {due:%m-%d %H:%M} {row.reason}"
    show(value | (more or {}), as_json=as_json, words=words)


def _decide(house: House, number: int, *, again: bool, as_json: bool) -> None:
    state = house.db.write_now(lambda session: _settle(session, number, house, again=again))
    words = "会再发一次。" if again else "不发了。"
    show({"id": number, "state": state}, as_json=as_json, words=words)


def _settle(session: Session, number: int, house: House, *, again: bool) -> Sending:
    """What a person decides of a message that waits for one."""
    row = session.get(Outbox, number, with_for_update=True)
    if row is None or row.state not in (Sending.HELD, Sending.DOUBTFUL):
        raise Refused(
            f"第{number}条现在没有在等人决定。看 yure outbox list --state held 或 doubtful。"
        )
    if not again:
        row.state, row.reason, row.settled_at = Sending.CANCELLED, "dropped", real_now()
        return row.state
    can = house.post.channels.get(row.channel)
    if can is None:
        raise Refused(f"现在没有开 {row.channel} 这个渠道，发不了。")
    row.state, row.reason, row.due_at = (
        (Sending.QUEUED if can.push else Sending.WAITING), "released", house.now()
    )  # fmt: skip
    row.settled_at, row.useful_until = None, None
    return row.state


def reply(
    who: Annotated[str, typer.Argument(help="编号或姓名 / number or name")],
    text: Annotated[str, typer.Argument(help="要说的话 / what to say")],
    by: Annotated[str, typer.Option("--as", help="谁回的 / the coordinator who writes")],
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Write to a member in person. Example: yure reply 0001 "王阿姨，我下午来看您" --as 韦小兰"""
    with opened(config, data, clock_at(at)) as house:
        value = house.db.write_now(lambda session: _reply(house, session, who, text, by))
        show(value, as_json=as_json, words="发出去了。")


def _reply(house: House, session: Session, who: str, text: str, by: str) -> dict[str, Any]:
    """Take over the conversation that waits, if one does, and write to it; else to where the member reads."""
    to, author, now = person(session, who), person(session, by), house.now()
    words = clean(text)
    if not author.powers & STAFF_ROLES:
        raise Refused(f"{author.name}不是联络员，不能替社区回复。")
    access_person(author, to)
    if not words:
        raise Refused("请写要说的话。")
    address = None
    waiting = session.scalars(latest_of(to.id)).first()
    if waiting is not None:
        address = (waiting.channel, waiting.address)
        conversation = session.get(Conversation, address)
        if conversation is not None:
            take(waiting, conversation, author, now)
    text = f"{author.name}：{words}"
    note = Note(to.id, text, f"person:cli:{uuid4().hex}", Mail.PERSON, address=address)
    row = house.post.note(session, note, now)
    if row is None or row.state is Sending.CANCELLED:
        raise Refused(f"{to.name}现在不在册，没有发出。")
    if row.channel == PHONE:
        raise Refused(f"{to.name}收不到消息，请打电话。")
    taken = [f"handover:{waiting.id}"] if waiting is not None else []
    session.add(
        Deed(
            at=now, by_id=author.id, via=VIA, did="reply", objects=[f"outbox:{row.id}", *taken],
            person_id=to.id, branch_id=to.branch_id,
        )
    )  # fmt: skip
    return {"id": row.id, "member": to.number, "channel": row.channel, "state": row.state}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(outbox_app, name="outbox")
    app.add_typer(inbox_app, name="inbox")
    app.command()(reply)
