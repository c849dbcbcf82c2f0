"""A district as large as the product is meant for, made inside an empty data folder: the same in every run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from bot.app import House, build, sections
from bot.config import load
from bot.db import Database
from bot.domain import cards, doors
from bot.migrations import upgrade
from bot.now import moved_clock, parse_at, real_now
from bot.sealing import note_key, open_keys, path_of
from tests.bench.district import desk, mail, part, people, visits
from tests.bench.district.town import AT, Size, Town

__all__ = ["AT", "District", "Size", "district", "opened"]

DONE: Final = "district.txt"
"""Written last: what is not whole is no district."""


@dataclass(frozen=True, slots=True)
class District:
    """A filled folder, and the cookies of two browsers that are signed in."""

    folder: Path
    all: str
    """As administrator of all branches."""
    one: str
    """As coordinator of the first branch."""


def opened(folder: Path) -> House:
    """The house of a district, its calendar at `AT`."""
    house = build(load(None, sections(), folder), moved_clock(parse_at(AT)))
    ring = open_keys(house.db, path_of(folder, ""), real_now())
    upgrade(house.db)
    note_key(house.db, ring)
    return house


def district(folder: Path, size: Size) -> District:
    """The district in `folder`, made there unless it is there already in this size.

    Raises SystemExit where the folder holds something else.
    """
    mark = folder / DONE
    whole = mark.exists() and mark.read_text() == str(size)
    if not whole and folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder}: holds something else; name an empty folder")
    house = opened(folder)
    try:
        if not whole:
            _fill(Town(house.db, size))
            mark.write_text(str(size))
        first = size.members + 1
        return District(folder, _cookie(house.db, first), _cookie(house.db, first + 1))
    finally:
        house.close()


def _fill(town: Town) -> None:
    for part_of_it in (people, part, visits, mail, desk):
        part_of_it.fill(town)


def _cookie(db: Database, person_id: int) -> str:
    """A browser that is signed in for somebody."""
    secret, address, now = doors.new_secret(), doors.new_address(), real_now()

    def job(session: Session) -> None:
        browser = doors.session_of(secret, address, now)
        doors.sign(browser, doors.Signed(person_id, doors.How.LINK, now), now)
        session.add(browser)
        session.add(cards.binding(person_id, "web", address, now))

    db.write_now(job)
    return f"yure={secret}"
