"""Codes from the phone and recovery codes: each counts once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from bot.domain import credentials
from bot.domain.credentials import RECOVERY_CODES, STEP, Credential, RecoveryCode

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


def take(
    known: Credential, typed: str, left: Sequence[RecoveryCode] = (), at: datetime = AT
) -> bool:
    """Type a code, and use it up where it fits."""
    second = credentials.second_of(known, left, typed, at)
    if second.fits:
        credentials.use(known, second, at)
    return second.fits


@pytest.mark.parametrize("late", [-STEP, 0, STEP])
def test_a_phone_may_be_half_a_minute_off(known: Credential, late: int) -> None:
    assert take(known, code(AT + timedelta(seconds=late)))


@pytest.mark.parametrize("late", [-3 * STEP, 3 * STEP])
def test_a_code_of_another_time_opens_nothing(known: Credential, late: int) -> None:
    assert not take(known, code(AT + timedelta(seconds=late)))


def test_a_code_counts_once(known: Credential) -> None:
    assert take(known, code(AT))
    assert not take(known, code(AT))
    assert not take(known, code(AT), at=AT + timedelta(seconds=STEP))


def test_no_earlier_code_counts_after_a_later_one(known: Credential) -> None:
    assert take(known, code(AT))
    assert not take(known, code(AT - timedelta(seconds=STEP)))


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "二〇二六一二", "000000000000", "²²²²²²"])
def test_what_is_no_code_opens_nothing(known: Credential, typed: str) -> None:
    assert not take(known, typed)


def test_to_look_at_a_code_does_not_use_it(known: Credential) -> None:
    """A right code beside a wrong passphrase is still good."""
    assert credentials.second_of(known, (), code(AT), AT).fits
    assert take(known, code(AT))


def test_without_a_second_factor_none_is_asked_for() -> None:
    bare = Credential(person_id=1, hash="x", set_at=AT, last_step=0)
    assert credentials.second_of(bare, (), "", AT).fits
    assert credentials.second_of(None, (), code(AT), AT).step is None


def test_a_code_is_read_however_it_is_typed(known: Credential) -> None:
    right = code(AT)
    wide = "".join(chr(ord(figure) + 0xFEE0) for figure in right)
    assert credentials.step_of(SECRET, f" {right[:3]} {right[3:]}", AT)
    assert credentials.step_of(SECRET, wide, AT)


def test_recovery_codes_are_hashed_and_each_counts_once(known: Credential) -> None:
    rows, shown = credentials.new_recovery_codes(1)
    assert len(rows) == len(set(shown)) == RECOVERY_CODES
    assert not any(code.replace("-", "") in row.code_hash for row in rows for code in shown)
    typed = shown[3].lower().replace("-", " ")
    assert take(known, typed, rows)
    left = [row for row in rows if row.used_at is None]
    assert len(left) == RECOVERY_CODES - 1
    assert not take(known, shown[3], left)


def test_the_phone_is_told_whose_codes_these_are() -> None:
    address = credentials.address_for_phone(SECRET, "李敏", "社区居委会")
    assert pyotp.parse_uri(address).name == "李敏"
    assert pyotp.parse_uri(address).secret == SECRET
