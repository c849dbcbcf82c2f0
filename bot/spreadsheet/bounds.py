"""What this process may use: set by the process itself, before it opens the file.

Linux keeps all of these. Other systems lack some; there the checks of `archive` and the parent's
patience (`Limits.wall_seconds`) remain.
"""

import sys
from pathlib import Path

from bot.spreadsheet.limits import Limits

START_SECONDS = 0.8
"""Processor time for looking a file over; a healthy roster needs 0.1."""
_MORE_SECONDS_PER_MB = 0.05
_ANSWER_AT_LEAST = 32_000_000
"""Bytes for cells without text, beside the text's own."""


def keep_within(limits: Limits) -> None:
    """Bound memory, processor time, written bytes and core files of this process for good."""
    if sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    space = pages * resource.getpagesize() + limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    answer = limits.text_chars * 8 + _ANSWER_AT_LEAST
    resource.setrlimit(resource.RLIMIT_FSIZE, (answer, answer))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    whole = int(limits.wall_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    allow_time(0)


def allow_time(unpacked_bytes: int) -> None:
    """Start the processor clock anew with what a table of that size deserves; then SIGPROF kills.

    RLIMIT_CPU counts whole seconds only, and a wall clock would punish a busy machine.
    """
    if sys.platform != "linux":
        return
    import signal

    signal.setitimer(
        signal.ITIMER_PROF, START_SECONDS + unpacked_bytes / 1e6 * _MORE_SECONDS_PER_MB
    )
