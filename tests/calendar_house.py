"""A branch with its study days and service days, and short words for what its people say."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.mail import Mail, Outbox
from bot.domain.people import Role
from bot.domain.schedule import CalendarRule, DayKind, StudyPlan
from bot.talk import Reply
from tests.conftest import Community

BRANCH, OTHER = "三海街道离退休党支部", "双鹤社区离退休党支部"


def rule(
    community: Community, text: str, kind: DayKind, branch: str = BRANCH, topic: str = ""
) -> CalendarRule:
    """Keep a rule of a branch."""
    where = community.branch(branch).id
    row: CalendarRule = community.add(
        CalendarRule(
            branch_id=where, kind=kind, rule=text, topic=topic, created_at=community.clock()
        )
    )
    return row


def plan(
    community: Community, day: date, topic: str, material: str = "", branch: str = BRANCH
) -> None:
    """Keep what a study day is about."""
    where = community.branch(branch).id
    community.add(
        StudyPlan(branch_id=where, kind=DayKind.STUDY, day=day, topic=topic, material=material)
    )


@pytest.fixture
def town(community: Community) -> Community:
    """Study on the 15th, service on the second Thursday; a member and a coordinator with a terminal each."""
    rule(community, "15 09:00", DayKind.STUDY)
    rule(community, "2nd thu 09:00", DayKind.SERVICE)
    plan(community, date(2026, 12, 15), "《论十大关系》", "笔记本")
    community.person("韦红梅", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    return community


def talk(town: Community, who: str, *words: str, channel: str = "terminal") -> list[Reply]:
    """Say one thing after the other; returns the replies to the last."""
    replies: list[Reply] = []
    for text in words:
        replies = town.say(who, text, channel=channel)
    return replies


def said(town: Community, who: str, *words: str, channel: str = "terminal") -> str:
    """All that is answered to the last of `words`, as one text."""
    return "\n".join(reply.text for reply in talk(town, who, *words, channel=channel))


def queued(town: Community, kind: Mail) -> list[Outbox]:
    """Every message of a kind that was ever queued, in order."""
    rows: list[Outbox] = town.all(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id))
    return rows


def reminders(town: Community, rule: str, day: str) -> list[Outbox]:
    """The reminders of one occasion."""
    return [row for row in queued(town, Mail.REMINDER) if row.key.startswith(f"r:{rule}:{day}:")]


def texts(rows: list[Outbox]) -> list[str]:
    """What they say."""
    return [row.reply["text"] for row in rows]


def tick(town: Community, at: str) -> None:
    """One turn of the clock at an ISO moment."""
    town.clock.set(at)
    town.house.clock.tick_now()
