"""A cluster of real processes, as an operator starts it: `manage.py scheduler` and `manage.py worker` on this machine."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.server import INHERITED, ROOT, STOP_DEADLINE_S, free_port
from tests.waiting import until

START_DEADLINE_S = 40.0
SETTINGS = "tests.jobs.served_settings"


class Member:
    """The scheduler or a worker: a command of manage.py, and what it printed."""

    def __init__(self, folder: Path, settings: str, name: str, *arguments: str) -> None:
        self.output_file = folder / f"{name}.out"
        environment = {key: os.environ[key] for key in INHERITED if key in os.environ} | {
            "STATE_DIR": str(folder / "var"),
            "LOG_DIR": str(folder / "logs"),
            "DJANGO_SETTINGS_MODULE": settings,
        }
        with self.output_file.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), *arguments],
                env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip

    def output(self) -> str:
        return self.output_file.read_text(errors="replace")

    def wait_for(self, words: str, times: int = 1) -> None:
        """Return once it has printed that so many times."""

        def is_said() -> bool:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.output()}"
            return self.output().count(words) >= times

        until(is_said, START_DEADLINE_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"SIGTERM did not end it:\n{self.output()}") from None


class ClusterScene:
    """A scheduler on a free port and any number of workers; `close` ends all of them."""

    def __init__(self, folder: Path, settings: str = SETTINGS) -> None:
        self.folder = folder
        self.settings = settings
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._members: list[Member] = []
        self.scheduler: Member | None = None

    def start_scheduler(self) -> Member:
        self.scheduler = self._start("scheduler", "scheduler", "--port", str(self.port))
        self.scheduler.wait_for("The scheduler listens on", times=len(self._members_called("scheduler")))
        return self.scheduler

    def start_worker(self, name: str, *options: str) -> Member:
        """A worker that may have to wait for the scheduler."""
        return self._start(name, "worker", "--scheduler", self.address, "--name", name, *options)

    def _start(self, name: str, *arguments: str) -> Member:
        member = Member(self.folder, self.settings, name, *arguments)
        self._members.append(member)
        return member

    def _members_called(self, name: str) -> list[Member]:
        return [member for member in self._members if member.output_file.stem == name]

    def outputs(self) -> dict[str, str]:
        """What each member printed so far, by its name."""
        return {member.output_file.stem: member.output() for member in self._members}

    def close(self) -> None:
        """End whatever still runs."""
        for member in self._members:
            member.kill()
