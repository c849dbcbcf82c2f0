"""`yure members invite|revoke`: card codes, sign-in links, QR pictures."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import segno
import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, opened, person, show
from bot.cli.members.about import By, Who, actor, actor_on
from bot.db import SessionRows
from bot.domain.access.people import access_people
from bot.domain.people import Person, Status
from bot.members import Invitation, sign_out, ways
from bot.members import invite as make_card
from bot.members import revoke as void_cards

Whoever = Annotated[str | None, typer.Argument(help="编号或姓名 / number or unambiguous name")]
All = Annotated[bool, typer.Option("--all", help="在册的每一位 / everybody on the roster")]
Qr = Annotated[Path | None, typer.Option("--qr", help="二维码图片放这里 / folder for QR pictures")]
Devices = Annotated[
    bool, typer.Option("--devices", help="手机丢了：登记也停用 / also end every device's binding")
]
Kin = Annotated[
    bool, typer.Option("--kin", help="家里人替他用的手机也停用 / relatives' devices, too")
]


def invite(
    who: Whoever = None,
    everybody: All = False,
    qr: Qr = None,
    by: By = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Make cards, good once for 30 days. Example: yure members invite --all --qr cards"""
    if (who is None) == (not everybody):
        raise typer.BadParameter("要一个人，或者 --all / name one person, or --all")
    if qr is not None:
        qr.mkdir(parents=True, exist_ok=True)
    with opened(config, data, clock_at(at)) as house:
        made = house.db.write_now(lambda session: _made(house, session, who, by))
    for invitation in made:
        if qr is not None:
            _picture(qr, invitation)
        show(invitation_value(invitation), as_json=as_json, words=invitation_words(invitation))


def _made(house: House, session: Session, who: str | None, by: str | None) -> list[Invitation]:
    to, now = ways(house.settings), house.now()
    people: Iterable[Person]
    if who is not None:
        one = person(session, who)
        giver, people = actor_on(session, by, one), [one]
    else:
        giver = actor(session, by)
        query = select(Person).where(Person.status == Status.ACTIVE).order_by(Person.id)
        mine = query if giver is None else access_people(giver, query, change=True)
        people = session.scalars(mine).unique()
    return [make_card(SessionRows(session), one, to, now, giver) for one in people]


def _picture(folder: Path, invitation: Invitation) -> None:
    """The link as a QR code, named by the number alone: a name in a file's name is read by anybody."""
    name = re.sub(r"[^\w-]", "_", invitation.person.number)
    segno.make(invitation.url, error="m", micro=False).save(
        str(folder / f"{name}.png"), scale=10, border=4
    )


def revoke(
    who: Who,
    devices: Devices = False,
    kin: Kin = False,
    by: By = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Make a person's unused cards worthless. Example: yure members revoke 0001 --devices"""
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> dict[str, Any]:
            one, now = person(session, who), house.now()
            actor_on(session, by, one)
            rows = SessionRows(session)
            ended = sign_out(rows, one, now, kin=kin) if devices or kin else []
            cards = void_cards(SessionRows(session), one, now)
            return {"number": one.number, "name": one.name, "cards": cards, "devices": len(ended)}

        value = house.db.write_now(job)
    words = f"{value['name']}：作废了{value['cards']}张卡，停用了{value['devices']}部手机。"
    show(value, as_json=as_json, words=words)


def invitation_value(invitation: Invitation) -> dict[str, Any]:
    """A card as one JSON document: stable, scripts rely on it."""
    return {
        "number": invitation.person.number,
        "name": invitation.person.name,
        "code": invitation.code,
        "url": invitation.url,
        "telegram": invitation.telegram,
    }


def invitation_words(invitation: Invitation) -> str:
    """The same for people; the code in two halves, as it is read aloud."""
    links = "  ".join(filter(None, (invitation.url, invitation.telegram)))
    return f"{invitation.person.number}  {invitation.person.name}  卡号 {invitation.said_code}  {links}"
