"""The feature itself, and how a deed stands on a line."""

from bot.domain.access.things import Thing
from bot.domain.deed_words import COMMAND, WHERE, did_words, objects_words
from bot.domain.deeds import FIELD_TITLE, Deed, Sight
from bot.domain.people import CHANNEL_TITLE
from bot.domain.wording import moment_words
from bot.feature import Feature

feature = Feature("audit", "操作记录", about=Thing.DEED)

PATH = "audit"
SIGHTS = "sights"


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


def _is_found_by_another(start: str) -> bool:
    """Whether a shorter beginning of the same title finds it, too: "branch" finds "branches"."""
    return any(
        start != one and start.startswith(one) and title == WHERE[start]
        for one, title in WHERE.items()
    )


PLACES = tuple(
    sorted(
        ((start, title) for start, title in WHERE.items() if not _is_found_by_another(start)),
        key=lambda place: place[1],
    )
)
"""For the filter: (beginning of what was done, its title)."""
