"""`yure members add|list|show|approve`."""

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, opened, person, show
from bot.cli.members.about import By, Who, actor_on, person_value, person_words, senders
from bot.cli.members.cards import invitation_value, invitation_words
from bot.db import SessionRows
from bot.domain import registration
from bot.domain.base import Refused
from bot.domain.people import STATUS_TITLE, Person, Role, StatusChange
from bot.domain.registration import RegistrationRequest
from bot.members import Decided, Wish, approve, invite, ways
from bot.members import add as add_person
from bot.now import local
from bot.text import mask_phone, same_name

RoleOption = Annotated[Role, typer.Option("--role", help="身份 / role")]
BranchOption = Annotated[str, typer.Option("--branch", help="支部 / branch")]
Phone = Annotated[str, typer.Option("--phone", help="手机 / phone, to register by its last four")]
Namesake = Annotated[bool, typer.Option("--namesake", help="另一位同名的 / another of that name")]
Invite = Annotated[bool, typer.Option("--invite", help="马上做一张登记卡 / make a card at once")]


def add(
    name: Annotated[str, typer.Argument(help="姓名；已在名册的写编号 / name, or number if known")],
    role: RoleOption,
    branch: BranchOption = "",
    phone: Phone = "",
    namesake: Namesake = False,
    with_invite: Invite = False,
    by: By = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Add a person or a role. Example: yure members add 韦小兰 --role administrator --invite

    The first administrator is made this way; afterwards --as names an administrator.
    """
    wish = Wish(name, role, branch, phone, namesake)
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> tuple[dict[str, Any], str]:
            return _added(house, session, wish, by, with_invite=with_invite)

        value, words = house.db.write_now(job)
    show(value, as_json=as_json, words=words)


def _added(
    house: House, session: Session, wish: Wish, by: str | None, *, with_invite: bool
) -> tuple[dict[str, Any], str]:
    now = house.now()
    one = add_person(session, wish, person(session, by) if by else None, now)
    session.refresh(one)
    value, words = person_value(one, []), person_words(one, [])
    if not with_invite:
        return value, words
    invitation = invite(SessionRows(session), one, ways(house.settings), now)
    return value | invitation_value(invitation), f"{words}\n{invitation_words(invitation)}"


def list_(config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False) -> None:
    """Everybody on the roster, a line each. Example: yure members list --json"""
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> list[tuple[Person, list[Any]]]:
            bound = senders(session)
            people = session.scalars(select(Person).order_by(Person.id)).unique()
            return [(one, bound.get(one.id, [])) for one in people]

        for one, bound in house.db.read_now(job):
            show(person_value(one, bound), as_json=as_json, words=person_words(one, bound))


def show_(
    who: Who, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:
    """One person with the status history: who, when, why. Example: yure members show 0001"""
    with opened(config, data, clock_at(at)) as house:
        value, words = house.db.read_now(lambda session: _shown(session, who))
    show(value, as_json=as_json, words=words)


def _shown(session: Session, who: str) -> tuple[dict[str, Any], str]:
    one = person(session, who)
    bound = senders(session, [one.id]).get(one.id, [])
    query = select(StatusChange).where(StatusChange.person_id == one.id).order_by(StatusChange.id)
    history = []
    lines = [person_words(one, bound), f"电话 {mask_phone(one.phone) if one.phone else '-'}"]
    for change in session.scalars(query):
        by = session.get(Person, change.by_id) if change.by_id else None
        history.append(
            {"status": change.status.value, "at": change.at.isoformat(),
             "by": by.name if by else None, "reason": change.reason}
        )  # fmt: skip
        lines.append(
            f"{local(change.at):%Y-%m-%d %H:%M} {STATUS_TITLE[change.status]} "
            f"{by.name if by else '命令'} {change.reason}"
        )
    return person_value(one, bound) | {"history": history}, "\n".join(lines)


def approve_(
    who: Who,
    by: By = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Approve the registration that waits for a person. Example: yure members approve 0087 --as 韦小兰"""
    with opened(config, data, clock_at(at)) as house:
        value, words = house.db.write_now(lambda session: _approved(house, session, who, by))
    show(value, as_json=as_json, words=words)


def _approved(
    house: House, session: Session, who: str, by: str | None
) -> tuple[dict[str, Any], str]:
    request, one = _meant(session, who)
    decider, now = actor_on(session, by, one), house.now()
    decided = Decided(decider.id if decider else None, now)
    for note in approve(SessionRows(session), request, one, decided, house.settings):
        house.post.note(session, note, now)
    bound = senders(session, [one.id]).get(one.id, [])
    return person_value(one, bound), f"通过了：{person_words(one, bound)}"


def _meant(session: Session, who: str) -> tuple[RegistrationRequest, Person]:
    """The request that waits for this person, or of this name with one candidate."""
    waiting = list(session.scalars(registration.waiting()).unique())
    said = [r for r in waiting if same_name(r.name, who) and len(r.candidates) == 1]
    try:
        one = person(session, who)
    except Refused:
        if len(said) != 1:
            raise
        return said[0], session.get_one(Person, said[0].candidates[0])
    found = registration.matching(waiting, one)
    if len(found) != 1:
        how = "没有" if not found else f"有{len(found)}份"
        raise Refused(f"{how}等着{one.name}的登记。请在对话里说“待登记”逐份核对。")
    return found[0], one
