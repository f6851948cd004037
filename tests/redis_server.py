"""A private Redis on a free port; without its program a test is skipped, or fails where services are required."""

import socket
import subprocess
import threading
from pathlib import Path

import pytest

from tests.required_services import find_program

START_DEADLINE_S = 10


class RedisServer:
    """A private redis-server on a free port, without persistence unless it is stopped and started."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self._folder),
        ]
        command += ["--appendonly", "yes", "--appendfsync", "always"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        watchdog = threading.Timer(START_DEADLINE_S, self._process.kill)
        watchdog.start()
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "Ready to accept connections" in line:
                watchdog.cancel()
                return
        pytest.fail("redis-server did not start")

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def require_redis() -> str:
    """The program; ends the test where there is none."""
    return find_program("redis-server", package="redis-server")
