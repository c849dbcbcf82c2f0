"""Long lists a page at a time.

The next page begins behind the last row of the one before, by a key that the rows are ordered by: however many
come and go meanwhile, nobody is left out or shown twice, and the hundredth page costs what the first does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar
from urllib.parse import urlencode

from bot.parts import Link, Links, Part

SHOWN: Final = 50
"""Rows of one page; queries ask for one more, to know whether there is a next one."""
AFTER: Final = "after"
"""The name in a page's query under which the key of the row before stands."""

Row = TypeVar("Row")


def behind(rows: Sequence[Row], query: Mapping[str, str], key: Callable[[Row], str]) -> list[Row]:
    """Of rows in the order of `key`, those that the page asked for begins with."""
    after = query.get(AFTER, "")
    return [row for row in rows if key(row) > after]


def page_of(
    found: Sequence[Row], query: Mapping[str, str], key: Callable[[Row], str]
) -> tuple[Sequence[Row], list[Part]]:
    """The rows to show, and the way to the others; `found` begins where the page does."""
    shown = found[:SHOWN]
    kept = {name: value for name, value in query.items() if value and name != AFTER}
    ways = [Link("回到开头", f"?{urlencode(kept)}")] if query.get(AFTER) else []
    if len(found) > SHOWN:
        ways.append(Link("下一页", f"?{urlencode({**kept, AFTER: key(shown[-1])})}"))
    return shown, [Links(tuple(ways), "翻页")] if ways else []
