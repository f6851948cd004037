"""Somebody at the admin: logs in and looks at pages, on the client's core, while something else is measured."""

import itertools
import os
import re
import threading
import time
import urllib.request
from collections.abc import Sequence
from http.cookiejar import CookieJar
from types import TracebackType
from urllib.parse import urlencode

from benchmarks.tools.environment import CLIENT_CORE
from benchmarks.tools.servers import Gateway

TIMEOUT_S = 30.0
STOP_DEADLINE_S = 60.0
LOGIN = "/admin/login/"


class AdminReader:
    """Looks at one page after the other, one begun every `every_s`; `times_ms` says how long each took.

    with AdminReader(gateway, pages, every_s=0.5) as reader:
        ...
    """

    def __init__(self, gateway: Gateway, paths: Sequence[str], *, every_s: float) -> None:
        self._url = gateway.url
        self._paths = paths
        self._every_s = every_s
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="admin reader")
        self._fault: Exception | None = None
        self.times_ms: list[float] = []
        self._log_in(gateway)

    def __enter__(self) -> "AdminReader":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join(STOP_DEADLINE_S)
        if self._fault is not None:
            raise self._fault

    def read(self, path: str) -> str:
        """One page; raises HTTPError."""
        with self._browser.open(self._url + path, timeout=TIMEOUT_S) as answer:
            return str(answer.read().decode())

    def _log_in(self, gateway: Gateway) -> None:
        made = gateway.run_command("ensure_admin")
        assert made.returncode == 0, made.stderr
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.read(LOGIN))
        assert token is not None, "the login page has its token"
        password = (gateway.state_dir / "admin-password").read_text().strip()
        form = {"csrfmiddlewaretoken": token[1], "username": "admin", "password": password, "next": "/admin/"}
        with self._browser.open(self._url + LOGIN, urlencode(form).encode(), timeout=TIMEOUT_S) as answer:
            assert answer.url.endswith("/admin/"), "the password opens the admin"

    def _look_on(self) -> None:
        os.sched_setaffinity(0, {CLIENT_CORE})  # of this thread alone
        due_s = time.monotonic()
        try:
            for path in itertools.cycle(self._paths):
                if self._is_over.wait(max(due_s - time.monotonic(), 0)):
                    return
                started_s = time.monotonic()
                self.read(path)
                self.times_ms.append((time.monotonic() - started_s) * 1e3)
                due_s = max(due_s + self._every_s, time.monotonic())
        except Exception as fault:
            self._fault = fault
