"""A private Postgres on a free port and in its own folder; without its programs a test is skipped, or fails where required.

Postgres refuses to be run by root, so where tests are, its processes belong to the user `postgres`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.required_services import do_without
from tests.server import free_port

FOLDERS = ("/usr/lib/postgresql", "/usr/local/lib/postgresql")
PROGRAMS = ("initdb", "postgres", "psql", "pg_isready")
DEADLINE_S = 30.0
FORGETFUL = (
    "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0"
)  # fmt: skip
"""Settings of a server that nobody kills: tables are emptied several times as fast."""
USER = "sandbar"
STILL_THERE = "pre-existing shared memory block"
"""What a server says whose predecessor was just killed: that one's children end after it."""


class PostgresServer:
    """One server; `url` names a database of it."""

    def __init__(self, programs: Path, folder: Path, wrapper: Sequence[str] = (), settings: Sequence[str] = ()) -> None:
        """`wrapper` is a program that is given a command, and becomes it as somebody who may run Postgres."""
        self.port = free_port()
        self.folder = folder
        self._programs, self._wrapper = programs, wrapper
        self._settings = [word for setting in ("fsync=off", *settings) for word in ("-c", setting)]
        self._owner = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 and not wrapper else None
        self._process: subprocess.Popen[bytes] | None = None
        if self._owner is not None:
            os.chown(folder, self._owner, -1)

    def start(self) -> None:
        """Make its files, if there are none, and start; returns once it answers."""
        data = self.folder / "data"
        if not data.exists():
            options = ["-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C", "-N"]
            command = [*self._wrapper, self._programs / "initdb", *options]
            subprocess.run(command, check=True, capture_output=True, user=self._owner, cwd=self.folder)
        deadline_s = time.monotonic() + DEADLINE_S
        self._process = self._run(data)
        ready = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, check=False).returncode:
            assert time.monotonic() < deadline_s, "Postgres does not answer"
            if self._process.poll() is not None:
                log = (self.folder / "log").read_text()
                assert STILL_THERE in log.splitlines()[-2], log
                self._process = self._run(data)
            time.sleep(0.05)

    def _run(self, data: Path) -> subprocess.Popen[bytes]:
        options = ["-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder), *self._settings]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*self._wrapper, self._programs / "postgres", "-D", data, *options],
                stdout=log, stderr=log, user=self._owner, cwd=self.folder,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, "the server runs"
        return self._process.pid

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.send_signal(2)
            self._process.wait(DEADLINE_S)
            self._process = None

    def make_database(self, name: str) -> str:
        """A new, empty database; its address."""
        self.query("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, name: str) -> str:
        """The address of a database, for DATABASE_URL."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/{name}"

    def query(self, database: str, statement: str) -> str:
        """What psql says to a statement, columns by |, lines by line."""
        done = subprocess.run(
            [self._programs / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", statement],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()


def find_programs() -> Path:
    """The folder of Postgres' programs, the newest; ends the test where there is none."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    for folder in map(Path, FOLDERS):
        found += sorted((each / "bin" for each in folder.glob("*")), reverse=True)
    programs = next((each for each in found if all((each / name).exists() for name in PROGRAMS)), None)
    return programs or do_without("Postgres (Debian's package postgresql has it)")


@contextmanager
def run_postgres(wrapper: Sequence[str] = (), settings: Sequence[str] = ()) -> Iterator[PostgresServer]:
    """A running server that is gone at the end; `settings` are more of its own, NAME=VALUE."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="sandbar-postgres-"))
    server = PostgresServer(programs, folder, wrapper, settings)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
