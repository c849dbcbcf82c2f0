"""Files of tests in memory, where the machine offers that: waiting for the disk was a third of the processor's time.

What is durable on a disk is shown by the faults that cut the power (`tests/faults/power.py`), not by waiting for one.
"""

import os
import shutil
import tempfile
from pathlib import Path

SHARED = Path("/dev/shm")  # noqa: S108 - tmp_path makes folders of its own there
ROOM = 4 * 2**30
"""Bytes. The files of a whole run take less than a gigabyte."""


def use() -> None:
    """From now on temporary files are made there, by child processes too; `TMPDIR` of the environment has its way."""
    if "TMPDIR" not in os.environ and SHARED.is_dir() and shutil.disk_usage(SHARED).free > ROOM:
        os.environ["TMPDIR"] = str(SHARED)
        tempfile.tempdir = None
