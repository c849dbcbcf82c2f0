"""Codes from the phone and recovery codes: each counts once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from bot.domain import credentials
from bot.domain.credentials import RECOVERY_CODES, STEP, Credential

AT = datetime(2026, 12, 3, 2, 0, 10, tzinfo=UTC)
SECRET = credentials.new_secret()


def code(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


@pytest.fixture
def known() -> Credential:
    """Somebody whose phone makes codes."""
    found = Credential(person_id=1, hash="x", set_at=AT, last_step=0)
    found.code_secret = SECRET
    return found


@pytest.mark.parametrize("late", [-STEP, 0, STEP])
def test_a_phone_may_be_half_a_minute_off(known: Credential, late: int) -> None:
    assert credentials.take_code(known, code(AT + timedelta(seconds=late)), AT)


@pytest.mark.parametrize("late", [-3 * STEP, 3 * STEP])
def test_a_code_of_another_time_opens_nothing(known: Credential, late: int) -> None:
    assert not credentials.take_code(known, code(AT + timedelta(seconds=late)), AT)


def test_a_code_counts_once(known: Credential) -> None:
    assert credentials.take_code(known, code(AT), AT)
    assert not credentials.take_code(known, code(AT), AT)
    assert not credentials.take_code(known, code(AT), AT + timedelta(seconds=STEP))


def test_no_earlier_code_counts_after_a_later_one(known: Credential) -> None:
    assert credentials.take_code(known, code(AT), AT)
    assert not credentials.take_code(known, code(AT - timedelta(seconds=STEP)), AT)


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "二〇二六一二", "000000000000", "²²²²²²"])
def test_what_is_no_code_opens_nothing(known: Credential, typed: str) -> None:
    assert not credentials.take_code(known, typed, AT)


def test_a_code_is_read_however_it_is_typed(known: Credential) -> None:
    right = code(AT)
    wide = "".join(chr(ord(figure) + 0xFEE0) for figure in right)
    assert credentials.step_of(SECRET, f" {right[:3]} {right[3:]}", AT)
    assert credentials.step_of(SECRET, wide, AT)


def test_recovery_codes_are_hashed_and_each_counts_once() -> None:
    rows, shown = credentials.new_recovery_codes(1)
    assert len(rows) == len(set(shown)) == RECOVERY_CODES
    assert not any(code.replace("-", "") in row.code_hash for row in rows for code in shown)
    typed = shown[3].lower().replace("-", " ")
    assert credentials.take_recovery_code(rows, typed, AT)
    left = [row for row in rows if row.used_at is None]
    assert len(left) == RECOVERY_CODES - 1
    assert not credentials.take_recovery_code(left, shown[3], AT)


def test_the_phone_is_told_whose_codes_these_are() -> None:
    address = credentials.address_for_phone(SECRET, "李敏", "社区居委会")
    assert pyotp.parse_uri(address).name == "李敏"
    assert pyotp.parse_uri(address).secret == SECRET
