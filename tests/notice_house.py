"""A house with notices: who lives in it, and short words for what they do."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot import notices as desk
from bot import outbox
from bot.db import SessionRows
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices import Notice
from bot.domain.people import Person, Role
from bot.now import real_now
from bot.outbox import Outcome
from tests.conftest import Community

TEXT = "明天上午九点停水，请先备好水。"
OTHER_BRANCH = "双鹤社区离退休党支部"


def moved_in(community: Community) -> Community:
    """Coordinators c1 and c2 of everything; members m1–m3 at the terminal, and one without a phone that writes."""
    for n, name in enumerate(("李敏", "黄志强"), 1):
        community.person(name, Role.COORDINATOR, address=f"c{n}")
    for n, name in enumerate(("王秀英", "韦建国", "覃桂芳"), 1):
        community.person(name, address=f"m{n}")
    community.person("陆秀兰", phone="07771234567")
    return community


def on_telegram(community: Community) -> Community:
    """Coordinators c1 and c2 of everything; four members on Telegram."""
    for n, name in enumerate(("李敏", "黄志强"), 1):
        community.person(name, Role.COORDINATOR, address=f"c{n}")
    for n, name in enumerate(("王秀英", "韦建国", "覃桂芳", "陆秀兰"), 1):
        community.person(name, address=f"t{n}", channel="telegram")
    return community


@pytest.fixture
def house(community: Community) -> Community:
    """A house where few live."""
    return moved_in(community)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two readers need an approval, and the trial has two; before the house is built."""
    monkeypatch.setenv("YURE_NOTICE__APPROVAL_ABOVE", "2")
    monkeypatch.setenv("YURE_NOTICE__TRIAL", "2")


@pytest.fixture
def strict(small: None, community: Community) -> Community:
    """The same, where hardly anything goes out without a second yes: `small` comes first."""
    return moved_in(community)


def turn(house: Community, real: datetime | None = None) -> None:
    """Turns of the clock until there is nothing more to do at once."""
    post, settings, real = house.house.post, house.house.settings, real or real_now()

    def once(session: Any) -> bool:
        more = desk.tick(session, post, settings, house.clock(), real)
        return desk.escalate(session, post, settings, house.clock()) or more

    while house.house.db.write_now(once):
        pass


def write(house: Community, text: str = TEXT, *answers: str, by: str = "c1") -> str:
    """发通知 to all, now, confirmed; `answers` stand for those three. Returns the last reply's text."""
    for words in ("发通知", text, *(answers or ("全体在册", "现在发", "不放", "对"))):
        replies = house.say(by, words)
    return replies[-1].text


def send(house: Community, text: str = TEXT, *answers: str) -> Notice:
    """Written and expanded."""
    write(house, text, *answers)
    turn(house)
    return last(house)


def last(house: Community) -> Notice:
    found: Notice = house.all(select(Notice).order_by(Notice.id.desc()).limit(1))[0]
    return found


def recipients(house: Community) -> list[Outbox]:
    rows: list[Outbox] = house.all(
        select(Outbox).where(Outbox.kind == Mail.NOTICE).order_by(Outbox.id)
    )
    return rows


def report(house: Community, notice: Notice | None = None) -> desk.Report:
    notice = notice or last(house)
    return house.house.db.read_now(lambda s: desk.report(SessionRows(s), notice))


def got(house: Community, address: str, channel: str = "terminal") -> list[str]:
    """The notices that a member fetches."""
    return [reply.text for kind, reply in house.fetch(address, channel) if kind == "notice"]


def rows_do(house: Community, job: Any) -> Any:
    return house.house.db.write_now(lambda s: job(SessionRows(s)))


def who(house: Community, name: str) -> Person:
    person: Person = house.all(select(Person).where(Person.name == name))[0]
    return person


def say_yes(house: Community) -> None:
    """The second coordinator approves in chat."""
    for words in ("待批的通知", "批准"):
        house.say("c2", words)


def approved(house: Community) -> Notice:
    """Written, above the size, and approved."""
    write(house)
    say_yes(house)
    return last(house)


def doubtful(house: Community) -> Outbox:
    """One recipient on Telegram of whom nobody knows whether it arrived."""
    house.person("苏大姐", address="t9", channel="telegram")
    send(house)
    row = next(r for r in recipients(house) if r.channel == "telegram")

    def job(session: Any) -> None:
        session.get(Outbox, row.id).state = Sending.SENDING
        outbox.settle(session, row.id, Outcome.DOUBTFUL, real_now())

    house.house.db.write_now(job)
    return row
