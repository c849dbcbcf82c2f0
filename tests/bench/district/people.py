"""The people of a district: members, volunteers, coordinators, their devices and consents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.demo import names
from bot.domain.people import Branch, Consent, Grant, Person, Role, Sender, Status, month_day
from tests.bench.district.town import NOW, TODAY, Town, Values


def fill(town: Town) -> None:
    """All of them."""
    town.db.write_now(partial(_people, town))
    town.write(Sender, _senders(town))
    town.write(Consent, _consents(town))


def _people(town: Town, session: Session) -> None:
    for number in range(1, town.size.branches + 1):
        session.add(
            Branch(
                id=number,
                name=f"第{number}党支部",
                place=f"第{number}党支部活动室",
                phone="0777-6420118",
            )
        )
    session.flush()
    for id_ in town.members:
        session.add(_member(town, id_))
    last = town.size.members
    session.add(_other(town, last + 1, "8001", Role.ADMINISTRATOR, None))
    for branch in range(1, town.size.branches + 1):
        person = _other(town, last + 1 + branch, f"8{branch + 1:03d}", Role.COORDINATOR, branch)
        session.add(person)
    for place, id_ in enumerate(town.volunteers):
        session.add(_other(town, id_, f"9{place:04d}", Role.VOLUNTEER, None))
    session.flush()


def _member(town: Town, id_: int) -> Person:
    random = town.random
    sex = random.choice(("男", "女"))
    joined = date(random.randint(1955, 1995), random.randint(1, 12), random.randint(1, 28))
    status = {1: Status.PAUSED, 2: Status.MOVED, 3: Status.DECEASED}.get(id_ % 50, Status.ACTIVE)
    return Person(
        id=id_, number=f"{id_:05d}", name=random.choice(names.SURNAMES) + random.choice(names.GIVEN[sex]),
        sex=sex, born_on=names.born(random, joined, TODAY), joined_on=joined,
        full_member_on=names.full_member(joined), joined_month_day=month_day(joined),
        branch_id=town.branch(id_), phone=names.phone(id_), address=names.address(random), status=status,
        created_at=NOW - timedelta(days=800), grants=[Grant(role=Role.MEMBER)],
    )  # fmt: skip


def _other(town: Town, id_: int, number: str, role: Role, branch: int | None) -> Person:
    name = town.random.choice(names.SURNAMES) + town.random.choice(names.GIVEN["女"])
    return Person(
        id=id_, number=number, name=name, phone=names.phone(50_000 + id_), branch_id=branch,
        created_at=NOW - timedelta(days=800), grants=[Grant(role=role, branch_id=branch)],
    )  # fmt: skip


def _senders(town: Town) -> Iterator[Values]:
    for id_ in (*town.members, *town.volunteers):
        if id_ % 10:
            channel = "web" if id_ % 3 else "terminal"
            yield {
                "channel": channel, "address": f"a{id_}", "person_id": id_, "relation": "self",
                "bound_at": NOW - timedelta(days=700), "seen_at": NOW - timedelta(hours=id_ % 1500),
            }  # fmt: skip


def _consents(town: Town) -> Iterator[Values]:
    for id_ in town.members:
        for purpose in ("keep", "health") if id_ % 4 == 0 else ("keep",):
            yield {
                "person_id": id_,
                "purpose": purpose,
                "version": "2026-11",
                "given_at": NOW,
                "how": "chat",
            }
