"""One running product a data folder: a lock that the operating system lets go when the process dies."""

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class AnotherRuns(Exception):
    """Another instance runs on this data folder (exit code 3)."""


class InstanceLock:
    """Held while `yure run` or `yure demo` runs; short commands work beside it."""

    def __init__(self, folder: Path) -> None:
        """Take the lock; raises AnotherRuns where it is held."""
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "yure.lock").open("a+")
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:
                import msvcrt

                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            self._file.close()
            raise AnotherRuns(
                f"{folder}: 已经有一个余热在用这个数据目录 / another yure runs on this data folder"
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let go."""
        self._file.close()
