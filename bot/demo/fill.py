"""Filling an empty data folder with the fictitious community."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import tomli_w
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.config import OfficeSection
from bot.demo import names
from bot.demo.calendar import calendar
from bot.demo.notices import People, notices_gone
from bot.demo.past import past
from bot.demo.visits import some_visits
from bot.domain.base import Refused
from bot.domain.doubt import DoubtfulText
from bot.domain.organisations import Organisation
from bot.domain.people import Branch, Consent, Grant, Person, Role, Sender, month_day
from bot.domain.registration import KEEP, KEEP_VERSION
from bot.now import local_day
from bot.outbox import Post

SEED = 20261122
MEMBERS, REACHABLE, VOLUNTEERS = 91, 84, 12
ORGANISATIONS = ("老体协", "老人协会", "关工委", "老龄委", "老促会")
BRANCHES = ("三海街道离退休党支部", "双鹤社区离退休党支部")
OFFICE = {
    "name": "三海街道老党员之家",
    "phone": "0777-6420118",
    "hours": "工作日上午8点半到下午5点",
}
COORDINATORS = (("韦小兰", None), ("陆明", None), ("覃晓燕", 1))
"""Name and branch: two reach both, so that each can approve what the other writes; the first administers."""
NOT_UNDERSTOOD = (
    ("上回某某讲的那件事还作数吗", "visit_manage", "wish_list", "schedule"),
    ("那个钱的事怎么讲", "fund_ledger", "help", "fund_apply"),
    ("帮我弄一下那个东西", "help", "register", "profile"),
)
"""What members said, and what was guessed, the oldest first."""
MARK, CONFIG = "demo.txt", "config.toml"


def is_demo(folder: Path) -> bool:
    """Whether the data folder holds a demonstration."""
    return (folder / MARK).exists()


def fill(session: Session, folder: Path, post: Post, now: datetime) -> None:
    """Make the community unless it is there, and write by `post` what it was written in the past.

    Raises Refused where the folder holds a real one.
    """
    if is_demo(folder):
        return
    if session.scalar(select(func.count(Person.id))):
        raise Refused(f"{folder} 里有真实的名册，演示请换一个空的目录。")
    random = Random(SEED)  # noqa: S311 - invented people, the same in every run
    branches = [_branch(session, name) for name in BRANCHES]
    members = _members(session, random, branches, now)
    _organisations(session, members)
    volunteers = _volunteers(session, random, now)
    staff = _coordinators(session, branches, now)
    calendar(session, branches, staff[0], now)
    some_visits(session, members, volunteers, staff, now)
    past(session, members, volunteers, staff, now)
    notices_gone(session, post, OfficeSection(**OFFICE), People(members, volunteers, staff), now)
    _not_understood(session, now)
    config = folder / CONFIG
    if not config.exists():
        config.write_text(tomli_w.dumps({"office": OFFICE}), encoding="utf-8")
    (folder / MARK).write_text("演示数据，人物都是虚构的 / fictitious people\n", encoding="utf-8")


def keep_port(folder: Path, port: int) -> None:
    """Note the port in the demonstration's own configuration, so that cards made beside it lead there."""
    path = folder / CONFIG
    if not is_demo(folder) or not path.exists():
        return
    kept = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    web = kept.setdefault("web", {})
    if web.get("port", 8000) != port:
        web["port"] = port
        path.write_text(tomli_w.dumps(kept), encoding="utf-8")


def _branch(session: Session, name: str) -> Branch:
    place = "三海街道办一楼会议室" if name == BRANCHES[0] else "双鹤社区活动室"
    branch = Branch(name=name, place=place, phone=OFFICE["phone"])
    session.add(branch)
    session.flush()
    return branch


def _members(
    session: Session, random: Random, branches: list[Branch], now: datetime
) -> list[Person]:
    """91 members, two of one name, 84 of them bound to a terminal sender, one on leave from the branch."""
    today = local_day(now)
    who = names.people(random)
    people = [("王秀英", "女"), *(next(who) for _ in range(MEMBERS - 2)), ("王秀英", "女")]
    days = names.admissions(random)
    random.shuffle(days)
    members = []
    for number, ((name, sex), joined) in enumerate(zip(people, days, strict=True), 1):
        person = Person(
            number=f"{number:04d}", name=name, sex=sex, joined_on=joined,
            full_member_on=names.full_member(joined), born_on=names.born(random, joined, today),
            joined_month_day=month_day(joined), branch_id=branches[number % 2].id,
            phone=names.phone(10_000 + number), address=names.address(random), created_at=now,
        )  # fmt: skip
        members.append(person)
    session.add_all(members)
    session.flush()
    for place, person in enumerate(members, 1):
        session.add(Grant(person_id=person.id, role=Role.MEMBER))
        if place <= REACHABLE:
            _bind(session, person, f"m{place:03d}", now)
    return members


def _organisations(session: Session, members: list[Person]) -> None:
    """Five signs, one set of people: some are in none, some in three."""
    signs = [Organisation(name=name) for name in ORGANISATIONS]
    session.add_all(signs)
    for place, person in enumerate(members):
        person.organisations = [sign for n, sign in enumerate(signs, 2) if (place // 2) % n == 1]


def _volunteers(session: Session, random: Random, now: datetime) -> list[Person]:
    found = []
    for number in range(1, VOLUNTEERS + 1):
        sex = random.choice(("男", "女"))
        name = (
            random.choice(names.SURNAMES)
            + random.choice(("晓", "丽", "志", "海", "文"))
            + random.choice("明芳强玲")
        )
        person = _person(f"9{number:03d}", name, 50_000 + number, now)
        person.sex = sex
        found.append(person)
        session.add(person)
        session.flush()
        session.add(Grant(person_id=person.id, role=Role.VOLUNTEER))
        _bind(session, person, f"v{number:02d}", now)
    return found


def _coordinators(session: Session, branches: list[Branch], now: datetime) -> list[Person]:
    found = []
    for number, (name, branch) in enumerate(COORDINATORS, 1):
        person = _person(f"8{number:03d}", name, 60_000 + number, now)
        found.append(person)
        session.add(person)
        session.flush()
        scope = None if branch is None else branches[branch].id
        person.branch_id = scope
        session.add(Grant(person_id=person.id, role=Role.COORDINATOR, branch_id=scope))
        if number == 1:
            session.add(Grant(person_id=person.id, role=Role.ADMINISTRATOR))
        _bind(session, person, f"c{number}", now)
    return found


def _not_understood(session: Session, now: datetime) -> None:
    for ago, (text, *guessed) in zip((5, 3, 1), NOT_UNDERSTOOD, strict=True):
        day = local_day(now) - timedelta(days=ago)
        session.add(DoubtfulText(text=text, options=guessed, heard_on=day))


def _person(number: str, name: str, phone: int, now: datetime) -> Person:
    return Person(number=number, name=name, phone=names.phone(phone), created_at=now)


def _bind(session: Session, person: Person, address: str, now: datetime) -> None:
    """A terminal sender, with the consent that registering asks for."""
    session.add(
        Sender(channel="terminal", address=address, person_id=person.id, bound_at=now, seen_at=now)
    )
    earlier = now - timedelta(days=30)
    session.add(Consent(person_id=person.id, purpose=KEEP, version=KEEP_VERSION, given_at=earlier))
