"""Starts the real gateway as a process of its own, on a free port and with folders of its own.

    with run_server(tmp_path, environment={"GATEWAY_SERVER": "daphne"}) as server:
        httpx.get(f"{server.url}/readyz")
        server.kill()      # SIGKILL, as a power cut would
        server.start()     # again, on the same folders

The process is found and ended by its pid alone.
"""

import atexit
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
READY_DEADLINE_S = 30.0
STOP_DEADLINE_S = 20.0
POLL_INTERVAL_S = 0.02
PORTS = range(20_000, 32_000)
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONHASHSEED", "VIRTUAL_ENV")


def free_port() -> int:
    """A port of the loopback interface that nobody listens on.

    Not one that the system gives to outgoing connections: it might be taken when the server starts there again.
    """
    while True:
        port = secrets.choice(PORTS)
        with closing(socket.socket()) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


_migrated: dict[str, Path] = {}
"""A database with all its tables and nothing in them, by the settings that made it."""


@lru_cache(maxsize=1)
def _template_folder() -> Path:
    """Where those databases lie until this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="sandbar-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@lru_cache(maxsize=1)
def compile_kernels() -> None:
    """Have on disk what research runs on, as after an installation: no job of a test is to wait a minute for it.

    A test that calls this may take several times as long, on a machine with nothing compiled and much else to do.
    """
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "compile_kernels"], check=True, capture_output=True)


class ServerFailed(AssertionError):
    """The server ended or did not become ready; the message holds what it printed."""


class Server:
    """A gateway process: `start`, `stop` (SIGTERM), `kill` (SIGKILL), and where it is reached."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.state_dir = folder / "var"
        self.log_dir = folder / "logs"
        self.output_file = folder / "server.out"
        self.environment = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "GATEWAY_PORT": str(self.port),
            "STATE_DIR": str(self.state_dir),
            "LOG_DIR": str(self.log_dir),
            **(environment or {}),
        }
        self.wrapper: list[str] = []
        """A program that is given the command to serve, and becomes it: under `unshare`, for instance."""
        self.key: str | None = None
        """A key with the scope admin, made before the first start where authentication is on."""
        self.process: subprocess.Popen[bytes] | None = None
        self.ready_after_s = 0.0

    @property
    def url(self) -> str:
        """Its address without a final slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket_url(self) -> str:
        """Where its WebSocket is."""
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self.process is not None, "the server runs"
        return self.process.pid

    def output(self) -> str:
        """What it printed so far, all runs together."""
        return self.output_file.read_text(errors="replace") if self.output_file.exists() else ""

    def log_lines(self, trace_id: str) -> list[dict[str, Any]]:
        """The lines of that trace in its log files, oldest first; not the last one while it is being written."""
        files = sorted(self.log_dir.glob("gateway.log.*"))
        lines = [line for file in files for line in file.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
        return [found for found in map(json.loads, lines) if found["trace_id"] == trace_id]

    def run_command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of manage.py in the same environment, to its end."""
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=READY_DEADLINE_S, check=False,
        )  # fmt: skip

    def add_key(self, *arguments: str) -> str:
        """Make a key by the command, as an operator does; its token. A running server takes a moment to notice."""
        made = self.run_command("key", "add", *arguments)
        if made.returncode:
            raise ServerFailed(made.stdout + made.stderr)
        return made.stdout.strip()

    @property
    def database_file(self) -> Path:
        """The application's database."""
        return self.state_dir / "sandbar.sqlite3"

    def migrate(self) -> None:
        """Make the application database's tables; copied from the first server's, because making them takes seconds."""
        settings = self.environment.get("DJANGO_SETTINGS_MODULE", "")
        is_file = not self.environment.get("DATABASE_URL")
        if is_file and (template := _migrated.get(settings)) is not None:
            self.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy(template, self.database_file)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        done = self.run_command("migrate", "--verbosity", "0")
        if done.returncode:
            raise ServerFailed(done.stdout + done.stderr)
        if is_file:
            _migrated[settings] = Path(
                shutil.copy(self.database_file, _template_folder() / f"{len(_migrated)}.sqlite3")
            )

    def start(self) -> None:
        """Start and return once /readyz answers 200."""
        assert self.process is None, "it runs already"
        if not self.database_file.exists():
            self.migrate()
        if self.key is None and self.environment.get("DISABLE_AUTH") == "0":
            self.key = self.add_key("tests", "--scope", "admin")
        started_s = time.monotonic()
        with self.output_file.open("ab") as output:
            self.process = subprocess.Popen(
                [*self.wrapper, sys.executable, str(ROOT / "manage.py"), "serve"],
                env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        try:
            self._wait_until_ready(started_s + READY_DEADLINE_S)
        except BaseException:
            self.kill()
            raise
        self.ready_after_s = time.monotonic() - started_s

    def _wait_until_ready(self, deadline_s: float) -> None:
        said = "nothing"
        while time.monotonic() < deadline_s:
            assert self.process is not None, "start() made it"
            if self.process.poll() is not None:
                raise ServerFailed(f"the server ended with code {self.process.returncode}:\n{self.output()}")
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as refusal:
                said = f"{refusal.code} {refusal.read()[:1000]!r}"
                if "did not start" in said:  # and it will not, however long one waits
                    break
            except OSError as fault:
                said = str(fault)
            time.sleep(POLL_INTERVAL_S)
        raise ServerFailed(f"not ready; /readyz said {said}:\n{self.output()}")

    def stop(self) -> int:
        """Ask it to end and return its exit code; one that does not is killed and fails the test."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailed(f"SIGTERM did not end it within {STOP_DEADLINE_S:g} s:\n{self.output()}") from None
        self.process = None
        return code

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def suspend(self) -> None:
        """Let it do nothing until `resume`, as a machine that stands still; its connections stay."""
        assert self.process is not None, "it runs"
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        assert self.process is not None, "it runs"
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def run_server(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A ready server that is stopped at the end, whatever happens; its output is part of any failure to start."""
    server = Server(folder, environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()
