"""What anybody may see of notices: whether a code is ours, and what was meant for everybody."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select

from bot.domain.notices.tables import STARTED, Notice, State
from bot.domain.people import STAFF_ROLES, Grant, Person
from bot.text import masked_name

FIRST_WORDS: Final = 20
_LONGEST_NAME: Final = 6
_DIGITS: Final = re.compile(r"\d{5,}")


def with_code(code: str) -> Select[Notice]:
    """What went out under this code, to some at least; one that was stopped midway, too."""
    return select(Notice).where(Notice.code == code, _went_out())


def _went_out() -> ColumnElement[bool]:
    begun = or_(Notice.cursor > 0, Notice.trial_until.is_not(None))
    return or_(Notice.state.in_(STARTED), and_(Notice.state == State.CANCELLED, begun))


def is_personal(notice: Notice) -> bool:
    """Whether it was written to one person."""
    return notice.audience.startswith("member:")


def on_the_wall(since: datetime) -> Select[Notice]:
    """What was meant for everybody and went out since then, the latest first; nothing that was stopped."""
    gone = Notice.state.in_((State.SENDING, State.SENT))
    return (
        select(Notice)
        .where(Notice.public, gone, Notice.starts_at >= since)
        .order_by(Notice.starts_at.desc(), Notice.id.desc())
    )


def concerns(notice: Notice, branch_id: int) -> bool:
    """Whether a public notice is for this branch: for all, or for all of a scope with it, or for it alone."""
    kind, _, value = notice.audience.partition(":")
    if kind == "branch":
        return str(branch_id) in value.split(",")
    return not notice.scope or branch_id in notice.scope


def members_in(text: str) -> Select[str]:
    """The names of members in `text` who don't work for the office: nobody reads these in public."""
    staff = select(Grant.person_id).where(Grant.role.in_(STAFF_ROLES))
    return named_in(text).where(Person.id.not_in(staff))


def named_in(text: str) -> Select[str]:
    """The names of people we know that stand in `text`; looked up by the index on names."""
    pieces = {
        text[start : start + size]
        for size in range(2, _LONGEST_NAME + 1)
        for start in range(len(text) - size + 1)
    }
    return select(Person.name).where(Person.name.in_(pieces)).distinct()


def beginning(text: str) -> str:
    """The first line's worth of a notice, long enough to hold a name that the first words cut."""
    return " ".join(text.split())[: FIRST_WORDS + _LONGEST_NAME]


def first_words(text: str, names: Iterable[str]) -> str:
    """The first words with `names` and long numbers hidden: "请王**上午…"."""
    line = beginning(text)
    for name in sorted(names, key=len, reverse=True):
        line = line.replace(name, masked_name(name))
    line = _DIGITS.sub("*", line)
    return line if len(line) <= FIRST_WORDS else f"{line[:FIRST_WORDS]}…"
