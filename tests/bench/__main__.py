"""Every bar in one table: python -m tests.bench [NAME …]; 1 where one is missed. Some 30 minutes.

Names: start answers broadcast enqueue mail meaning others due pages imports copies stall. Needs the extra [test];
PostgreSQL comes with it. Ratios hold on a busy computer too, seconds and milliseconds only on an idle one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from tests.bench import (
    answers,
    broadcast,
    copies,
    due,
    enqueue,
    imports,
    mail,
    meaning,
    others,
    pages,
    stall,
    start,
)
from tests.bench.table import Line, report

PROGRAMS = {
    "start": start.lines,
    "answers": answers.lines,
    "broadcast": broadcast.lines,
    "enqueue": enqueue.lines,
    "mail": mail.lines,
    "meaning": meaning.lines,
    "others": others.lines,
    "due": due.lines,
    "pages": pages.lines,
    "imports": imports.lines,
    "copies": copies.lines,
    "stall": stall.lines,
}


def lines(names: Sequence[str]) -> Iterator[Line]:
    """The lines of these programs, or of all."""
    for name in names or PROGRAMS:
        yield from PROGRAMS[name]()


if __name__ == "__main__":
    unknown = {*sys.argv[1:]} - {*PROGRAMS}
    if unknown:
        sys.exit(f"{', '.join(sorted(unknown))}: not among {', '.join(PROGRAMS)}")
    sys.exit(report(lines(sys.argv[1:])))
