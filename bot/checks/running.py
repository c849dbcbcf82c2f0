"""The parts that say that they run: channels, the clock, the member that does not exist."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.checks.finding import Figure, Finding
from bot.domain.pulse import CLOCK, SELFTEST, Pulse, pulses

SILENT: Final = timedelta(minutes=2)
"""A part that has said nothing for so long has stopped."""
NOT_RUNNING: Final = "现在没有在运行。"
_TITLE: Final = {CLOCK: "时钟", SELFTEST: "自己试一句"}


def running(
    session: Session, states: Mapping[str, str], real: datetime, probe: timedelta
) -> Iterator[Finding]:
    """`states`: what parts say of themselves in this process, or were found to be when asked; `probe`: how
    often the member that does not exist says something, 0: never.
    """
    known = {row.name: row for row in session.scalars(pulses())}
    for name in sorted({*states, *known, CLOCK}):
        if name != SELFTEST:
            yield _part(name, states.get(name, ""), known.get(name), real)
    if probe and CLOCK in known:
        yield _selftest(known.get(SELFTEST), known[CLOCK], real, probe)


def _part(name: str, trouble: str, row: Pulse | None, real: datetime) -> Finding:
    title = _TITLE.get(name, f"渠道 {name}")
    if row is None:
        return Finding(name, title, trouble, NOT_RUNNING)
    silent = real - row.at
    stopped = f"{_ago(silent)}没有动静了，请重新启动余热（yure run）。"
    words = trouble or (stopped if silent > SILENT else row.trouble)
    return Finding(name, title, words, _last(row, real), figures=tuple(_figures(row, real)))


def _selftest(row: Pulse | None, clock: Pulse, real: datetime, probe: timedelta) -> Finding:
    """Nothing is said of it in the first minutes, and where the whole product has stopped."""
    title = _TITLE[SELFTEST]
    if row is None:
        return Finding(SELFTEST, title)
    silent = real - row.at > 2 * probe + SILENT and real - clock.at < SILENT
    stopped = f"{_ago(real - row.at)}没有试了，请重新启动余热（yure run）。"
    trouble = row.trouble or (stopped if silent else "")
    return Finding(SELFTEST, title, trouble, _last(row, real), figures=tuple(_figures(row, real)))


def _figures(row: Pulse, real: datetime) -> Iterator[Figure]:
    yield Figure("part_silent_seconds", (real - row.at).total_seconds(), row.name)
    if row.last_at is not None:
        yield Figure("part_last_done_seconds", (real - row.last_at).total_seconds(), row.name)


def _last(row: Pulse, real: datetime) -> str:
    return f"上一次是{_ago(real - row.last_at)}前。" if row.last_at else ""


def _ago(time: timedelta) -> str:
    seconds = max(0, int(time.total_seconds()))
    if seconds < 120:
        return f"{seconds}秒"
    return f"{seconds // 60}分钟" if seconds < 7200 else f"{seconds // 3600}小时"
