"""How long who guesses must wait."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import tries
from bot.domain.tries import LIMITS, SignInTries

AT = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def row(kind: str, failed: int) -> SignInTries:
    return SignInTries(bucket=f"{kind}:x", failed=failed, at=AT)


@pytest.mark.parametrize("kind", LIMITS)
def test_the_first_slips_cost_nothing(kind: str) -> None:
    assert tries.wait_for([row(kind, LIMITS[kind].free - 1)], AT) is None


@pytest.mark.parametrize(
    ("failed", "minutes"), [(5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (99, 60)]
)
def test_each_further_guess_at_a_name_doubles_the_wait(failed: int, minutes: int) -> None:
    assert tries.wait_for([row("name", failed)], AT) == AT + timedelta(minutes=minutes)


def test_the_longest_of_several_waits_holds() -> None:
    rows = [row("name", 6), row("net", 99), row("all", 0)]
    assert tries.wait_for(rows, AT) == AT + LIMITS["net"].longest


def test_after_the_wait_one_more_try_is_free() -> None:
    assert tries.wait_for([row("name", 6)], AT + timedelta(minutes=2)) is None


def test_one_name_is_guessed_some_forty_times_a_day() -> None:
    bucket, at, guesses = row("name", 0), AT, 0
    while at < AT + DAY:
        tries.count([bucket], at)
        guesses += 1
        at = max(tries.wait_until(bucket), at + timedelta(seconds=1))
    assert 25 <= guesses <= 45


def test_old_failures_are_forgotten() -> None:
    old = row("name", 20)
    tries.count([old], AT + DAY)
    assert old.failed == 1


def test_success_clears_the_name_and_takes_back_one_elsewhere() -> None:
    name, net = row("name", 3), row("net", 3)
    tries.forgive([name, net])
    assert (name.failed, net.failed) == (0, 2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("testclient", "testclient", True),
    ],
)
def test_a_network_is_what_one_customer_has(one: str, other: str, same: bool) -> None:
    first, second = (set(tries.buckets_elsewhere("李敏", net)) for net in (one, other))
    assert (first == second) is same


def test_neither_name_nor_address_stands_in_a_bucket() -> None:
    buckets = "".join(tries.buckets_elsewhere("李敏", "192.0.2.7"))
    assert "李敏" not in buckets
    assert "192.0" not in buckets
