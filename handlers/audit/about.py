"""The feature itself, and how a deed stands on a line."""

from collections.abc import Sequence
from typing import Final

from bot.domain.access.things import Thing
from bot.domain.deeds import FIELD_TITLE, Deed, Sight
from bot.domain.people import CHANNEL_TITLE
from bot.domain.wording import moment_words
from bot.feature import Feature
from handlers.audit.words import THING, WHAT, WHERE

feature = Feature("audit", "操作记录", about=Thing.DEED)

PATH = "audit"
SIGHTS = "sights"
COMMAND: Final = "命令"
"""Who acts where a command does not say who."""
MOST_NAMED: Final = 6


def did_words(did: str) -> str:
    """ "走访：邀请" of "visits.invite"; what has no word of its own stands as it is kept."""
    where, _, what = did.partition(".")
    place = WHERE.get(where, where)
    return f"{place}：{WHAT.get(what, what)}" if what else place


def objects_words(objects: Sequence[str]) -> str:
    """ "走访12、走访经过40" and how many more."""
    named = [_object(one) for one in objects[:MOST_NAMED]]
    more = f"等{len(objects)}样" if len(objects) > MOST_NAMED else ""
    return "、".join(named) + more


def _object(one: str) -> str:
    table, _, key = one.partition(":")
    return f"{THING.get(table, table)}{key}"


def way_words(via: str) -> str:
    """By which way it was done."""
    return COMMAND if via == "command" else CHANNEL_TITLE.get(via, via)


def deed_line(deed: Deed) -> tuple[str, ...]:
    """When, who, by which way, what, whose, to what."""
    who = deed.by.name if deed.by else COMMAND
    whose = deed.person.name if deed.person else ""
    did, things = did_words(deed.did), objects_words(deed.objects)
    return (moment_words(deed.at), who, way_words(deed.via), did, whose, things)


def sight_line(sight: Sight) -> tuple[str, ...]:
    """When, who, whose, which field."""
    return (moment_words(sight.at), sight.by.name, sight.person.name, FIELD_TITLE[sight.field])


DEED_HEAD = ("何时", "谁", "用什么办的", "办了什么", "谁的", "哪几样")
SIGHT_HEAD = ("何时", "谁", "看了谁的", "看了什么")
PLACES = tuple(sorted(WHERE.items(), key=lambda place: place[1]))
"""For the filter: (beginning of what was done, its title)."""
