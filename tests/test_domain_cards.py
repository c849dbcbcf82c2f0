"""Cards: codes and links that bind one device to one person, once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.domain import cards
from bot.domain.base import Refused
from bot.domain.people import Card, Person, Sender, Status

NOW = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'yure.db'}")
    database.create()
    database.write_now(
        lambda s: s.add(Person(number="0001", name="韦建国", created_at=NOW, phone="13800000001"))
    )
    yield database
    database.close()


def kept(db: Database, card: Card) -> Card:
    db.write_now(lambda s: s.add(card))
    return card


def find(db: Database, code: str) -> Card | None:
    return db.read_now(lambda s: s.scalars(cards.by_code(code)).first())


def test_a_code_has_eight_signs_that_nobody_mistakes_for_others() -> None:
    _, code, _ = cards.make(1, NOW)
    assert len(code) == 8
    assert set(code) <= set(cards.SIGNS)
    assert len(set(cards.SIGNS)) == 31
    assert not set("0O1IL") & set(cards.SIGNS)


def test_a_token_fits_a_link_and_a_deep_link() -> None:
    _, _, token = cards.make(1, NOW)
    assert 32 <= len(token) <= 60
    assert token.replace("-", "").replace("_", "").isalnum()
    assert cards.code_url("https://yure.example/", token) == f"https://yure.example/in/{token}"


def test_neither_code_nor_token_is_kept() -> None:
    card, code, token = cards.make(1, NOW)
    stored = f"{card.code_hash} {card.token_hash}"
    assert code not in stored
    assert token not in stored


@pytest.mark.parametrize("spoil", [str.lower, lambda c: f" {c[:4]}-{c[4:]} ", " ".join])
def test_a_code_is_found_however_it_is_typed(db: Database, spoil) -> None:
    card, code, _ = cards.make(1, NOW)
    kept(db, card)
    found = find(db, spoil(code))
    assert found is not None
    assert found.id == card.id


def test_a_code_in_full_width_signs_is_found(db: Database) -> None:
    card, code, _ = cards.make(1, NOW)
    kept(db, card)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert find(db, wide) is not None


@pytest.mark.parametrize("text", ["", "登记", "ABCDEFG", "ABCDEFGHJ", "ABCDEFG0", "①②③④⑤⑥⑦⑧"])
def test_what_is_no_code_is_read_as_none(text: str) -> None:
    assert cards.plain_code(text) == ""


def test_a_card_is_found_by_its_token_only(db: Database) -> None:
    card, code, token = cards.make(1, NOW)
    kept(db, card)
    assert db.read_now(lambda s: s.scalars(cards.by_token(token)).one()).id == card.id
    assert db.read_now(lambda s: s.scalars(cards.by_token(code)).first()) is None


def test_a_card_works_once() -> None:
    card, _, _ = cards.make(1, NOW)
    cards.redeem(card, NOW)
    with pytest.raises(Refused, match="已经用过"):
        cards.redeem(card, NOW)


def test_a_card_works_for_thirty_days() -> None:
    card, _, _ = cards.make(1, NOW)
    cards.check(card, NOW + timedelta(days=30) - timedelta(seconds=1))
    with pytest.raises(Refused, match="30天"):
        cards.redeem(card, NOW + timedelta(days=30))


def test_a_revoked_card_works_no_more() -> None:
    card, _, _ = cards.make(1, NOW)
    cards.revoke(card, NOW)
    with pytest.raises(Refused, match="作废"):
        cards.redeem(card, NOW)


def test_revoking_a_used_card_leaves_it_used() -> None:
    card, _, _ = cards.make(1, NOW)
    cards.redeem(card, NOW)
    cards.revoke(card, NOW)
    assert card.revoked_at is None


def test_unspent_cards_are_those_that_could_still_be_used(db: Database) -> None:
    fresh, used, old = (cards.make(1, NOW)[0] for _ in range(3))
    cards.redeem(used, NOW)
    old.expires_at = NOW
    for card in (fresh, used, old):
        kept(db, card)
    found = db.read_now(lambda s: [card.id for card in s.scalars(cards.unspent(1, NOW))])
    assert found == [fresh.id]


def test_two_who_spend_one_card_at_once_are_not_both_admitted(db: Database) -> None:
    card, code, _ = cards.make(1, NOW)
    kept(db, card)

    def spend(session: Session) -> None:
        cards.redeem(session.scalars(cards.by_code(code)).one(), NOW)

    db.write_now(spend)
    with pytest.raises(Refused):
        db.write_now(spend)


@pytest.mark.parametrize("status", [Status.PAUSED, Status.MOVED, Status.DECEASED])
def test_a_card_of_somebody_off_the_roster_is_refused_kindly(status: Status) -> None:
    person = Person(number="1", name="韦建国", status=status, created_at=NOW)
    with pytest.raises(Refused, match="打电话"):
        cards.check_person(person)


def test_a_new_phone_ends_the_old_one_and_names_it(db: Database) -> None:
    relative = cards.binding(1, "web", "son", NOW, relation="儿子")
    for sender in (cards.binding(1, "web", "old", NOW), cards.binding(1, "tg", "7", NOW), relative):
        db.write_now(lambda s, sender=sender: s.add(sender))
    told = db.write_now(
        lambda s: cards.end(s.scalars(cards.replaced_by(1, "web", "new")).all(), NOW)
    )
    assert told == ["old"]
    live = db.read_now(lambda s: s.query(Sender).filter(Sender.ended_at.is_(None)).count())
    assert live == 2


def test_a_device_that_comes_back_is_bound_again_not_twice(db: Database) -> None:
    sender = cards.binding(1, "web", "a", NOW)
    sender.ended_at = NOW
    db.write_now(lambda s: s.add(sender))
    later = NOW + timedelta(days=1)

    def again(session: Session) -> tuple[datetime, datetime | None]:
        found = session.scalars(cards.earlier_binding(1, "web", "a")).one()
        cards.renew(found, later)
        return found.bound_at, found.ended_at

    assert db.write_now(again) == (later, None)


def test_the_deep_link_carries_the_code() -> None:
    assert cards.telegram_link("@yure_bot", "abcd-efgh") == "https://t.me/yure_bot?start=ABCDEFGH"
    assert cards.telegram_link("", "ABCDEFGH") == ""
