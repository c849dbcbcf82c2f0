"""The words of consent changed: who is asked anew, once, and what becomes of the answer."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot.domain import consent
from bot.domain.mail import Outbox
from bot.domain.people import Person, Sender, Status
from bot.domain.registration import KEEP, KEEP_VERSION
from tests.conftest import Community
from tests.test_register import go, heard, town

__all__ = ["town"]


def agreed_long_ago(town: Community, address: str = "m1", **values: Any) -> Person:
    person: Person = town.person("陈桂英", address=address, **values)
    town.add(consent.given(person.id, KEEP, "2020-01", town.clock()))
    return person


def test_who_is_registered_is_asked_once_when_the_words_of_consent_change(town: Community) -> None:
    person = agreed_long_ago(town)
    town.house.clock.tick_now()
    assert "还同意吗" in heard(town, "m1")
    assert "记下了" in go(town, "m1", "1")[-1].text
    (live,) = town.all(consent.live(person.id, KEEP))
    assert live.version == KEEP_VERSION
    town.house.clock.tick_now()
    assert heard(town, "m1") == ""


def test_who_does_not_agree_to_the_new_words_may_leave(town: Community) -> None:
    person = agreed_long_ago(town)
    town.house.clock.tick_now()
    town.fetch("m1")
    assert "退出登记后，不再收到通知" in go(town, "m1", "不同意")[-1].text
    go(town, "m1", "退出登记")
    assert town.all(consent.live(person.id, KEEP)) == []


def test_who_does_not_answer_about_the_new_words_is_not_asked_again(town: Community) -> None:
    person = agreed_long_ago(town)
    for _ in range(3):
        town.house.clock.tick_now()
        town.clock.go(days=1)
    asked = [row for row in town.all(select(Outbox)) if row.key.startswith("consent:")]
    assert [row.person_id for row in asked] == [person.id]


def test_nobody_else_is_asked_about_the_new_words(town: Community) -> None:
    agreed = town.person("陆明", address="m2")
    town.add(consent.given(agreed.id, KEEP, KEEP_VERSION, town.clock()))
    town.person("黄志", address="m3")
    agreed_long_ago(town, "m4", status=Status.PAUSED)
    away = agreed_long_ago(town, "m5")
    town.house.db.write_now(
        lambda s: s.execute(
            update(Sender)
            .where(Sender.person_id == away.id)
            .values(seen_at=town.clock() - timedelta(31))
        )
    )
    town.house.clock.tick_now()
    assert not [row for row in town.all(select(Outbox)) if row.key.startswith("consent:")]
