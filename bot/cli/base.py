"""What every command shares: where the data are, which clock, JSON or words, and who is meant by WHO."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from errno import ENOSPC
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import backup, log
from bot import config as configuration
from bot.app import House, build, sections
from bot.cli.recording import recording
from bot.db import SessionRows, Unavailable, is_damage, not_now
from bot.domain.base import Refused
from bot.domain.people import Person, bound_to, with_number
from bot.log import redact
from bot.members.roles import meant
from bot.migrations import upgrade
from bot.now import Now, moved_clock, parse_at, real_now
from bot.sealing import note_key, open_keys, path_of
from bot.tuning import follow

Config = Annotated[Path | None, typer.Option("--config", help="配置文件 / config.toml")]
Data = Annotated[
    Path | None, typer.Option("--data", help="数据目录 / data folder (default ./data)")
]
AsJson = Annotated[bool, typer.Option("--json", help="每行一个 JSON / one JSON document a line")]
At = Annotated[
    str | None, typer.Option("--at", help="日历时钟 / the calendar's clock, ISO, Asia/Shanghai")
]

FIRST_YEAR, LAST_YEAR = 1950, 2199


class NotNow(Refused):
    """What may pass by itself: the same command succeeds later (exit code 4, and a supervisor starts it again)."""


@dataclass(frozen=True, slots=True)
class Where:
    """The configuration and the data folder of one call."""

    config: Path | None
    data: Path | None

    def settings(self) -> configuration.Settings:
        """The file named, else the data folder's own config.toml, else ./config.toml, else the defaults."""
        path = self.config
        if path is None and self.data is not None and (self.data / "config.toml").exists():
            path = self.data / "config.toml"
        if path is None and self.data is None and Path("config.toml").exists():
            path = Path("config.toml")
        return configuration.load(path, sections(), self.data)


def clock_at(at: str | None) -> Now:
    """The machine's clock, or one moved to `at`. Raises typer.BadParameter where `at` is no ISO moment."""
    return real_now if at is None else moved_clock(moment(at))


def moment(text: str) -> datetime:
    """An ISO moment from the command line, within the years that calendars are made for."""
    try:
        found = parse_at(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r}: 要像 2026-12-10T09:00 / expected like 2026-12-10T09:00"
        ) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise typer.BadParameter(
            f"{text!r}: 要在{FIRST_YEAR}年到{LAST_YEAR}年之间 / expected {FIRST_YEAR} to {LAST_YEAR}"
        )
    return found


def day(text: str) -> date:
    """A YYYY-MM-DD day from the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: 要像 2026-12-10 / expected like 2026-12-10") from None


def in_order(first: date, last: date) -> tuple[date, date]:
    """A span of days; a typing slip must not look like an empty year."""
    if last < first:
        raise typer.BadParameter(f"--to {last} 比 --from {first} 早 / --to is before --from")
    return first, last


@contextmanager
def opened(
    config_file: Path | None, data: Path | None, now: Now = real_now, *, alone: bool = False
) -> Iterator[House]:
    """The house on its data, with the tables there; closed afterwards.

    `alone`: nobody else runs here; a command that may stand beside the product leaves SQLite's log to it.
    """
    log.set_up()
    settings = Where(config_file, data).settings()
    with reachable():
        house = build(settings, now)
    if not alone:
        house.db.leave_log()
    try:
        with reachable():
            backup.check(house.db, backup.folder_of(house.folder, house.settings.backup))
            ring = open_keys(house.db, key_path(house), real_now())
            upgrade(house.db)
            note_key(house.db, ring)
            house.db.read_now(lambda session: follow(session, house.settings))
            house.db.around = recording(house, person)
        yield house
    finally:
        house.close()


def key_path(house: House) -> Path:
    """The key file of a house."""
    return path_of(house.folder, house.settings.data.key_file)


@contextmanager
def reachable() -> Iterator[None]:
    """Say in words that the data folder or the database can't be opened. Raises Refused, NotNow."""
    try:
        yield
    except OSError as error:
        kind = NotNow if error.errno == ENOSPC else Refused
        raise kind(
            f"{error.filename} 用不了，请检查数据目录 / can't be used: {error.strerror}"
        ) from None
    except (DBAPIError, Unavailable) as error:
        cause = error.__cause__ if isinstance(error, Unavailable) else error
        driver = getattr(cause, "orig", None) or cause or error
        if is_damage(driver):
            raise Refused(f"数据库坏了：{driver} / the database is damaged") from None
        if isinstance(error, DBAPIError) and not not_now(error):
            raise
        raise NotNow(_closed(str(driver).splitlines()[0])) from None


def _closed(why: str) -> str:
    return (
        "数据库现在打不开，请看数据库是不是在运行、磁盘满没满、[database] url 对不对"
        f" / the database can't be opened: {redact(why)}"
    )


def show(value: Any, *, as_json: bool, words: str) -> None:
    """One result: a JSON line, or words for people."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else words)


def person(session: Session, who: str) -> Person:
    """The person with this number, of this terminal sender, or the only one of this name.

    Raises Refused naming the candidates.
    """
    rows, word = SessionRows(session), who.strip()
    here = () if rows.all(with_number(word)) else rows.all(bound_to("terminal", word))
    return here[0].person if here else meant(rows, who)
