"""Drives the system's Chromium, without a network, over the DevTools protocol: what a page shows, logs and asks for.

    with open_browser(tmp_path) as page:
        page.goto(f"{server.url}/api/docs/")
        page.wait_until("document.querySelectorAll('.opblock').length > 0")
        assert page.complaints == []

Chromium is found on the PATH, or by CHROMIUM_PATH. Where there is none the test is skipped, or fails where
REQUIRE_SERVICES=1 says that everything must be there.
"""

import base64
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.required_services import find_program

DEADLINE_S = 60.0
POLL_INTERVAL_S = 0.05
SHOWN_TEXT = "document.body === null ? '' : document.body.innerText"
LOCAL = ("data:", "blob:", "about:")
FLAGS = (
    "--headless",
    "--no-sandbox",  # tests may run as root, where Chromium's own sandbox does not start
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--window-size=1400,1000",
    "--remote-debugging-port=0",
    # No name resolves: what is not on this machine cannot be reached, and shows as a failed request.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def chromium_path() -> str:
    """The browser's program; without one the test ends here."""
    return os.environ.get("CHROMIUM_PATH") or find_program("chromium", "chromium-browser", package="chromium")


class Page:
    """One tab. `requests` are the addresses it asked for, `complaints` what went wrong by its own account."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._last_id = 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Send a command of the protocol and return its result; events that come meanwhile are noted."""
        self._last_id += 1
        self._connection.send(json.dumps({"id": self._last_id, "method": method, "params": parameters}))
        deadline_s = time.monotonic() + DEADLINE_S
        while True:
            message = json.loads(self._connection.recv(timeout=deadline_s - time.monotonic()))
            if message.get("id") == self._last_id:
                assert "error" not in message, message
                return message["result"]
            self._note(message)

    def goto(self, url: str) -> None:
        """Open an address; what it loads is waited for with `wait_until`."""
        refusal = self.call("Page.navigate", url=url).get("errorText")
        assert refusal is None, f"{url}: {refusal}"

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_until(self, expression: str) -> Any:
        """The first truthy value of the expression; fails with what the page shows when none comes."""
        deadline_s = time.monotonic() + DEADLINE_S
        while not (value := self.evaluate(expression)):
            shown = f"{self.evaluate(SHOWN_TEXT)[:2000]}\n{self.complaints}"
            assert time.monotonic() < deadline_s, f"{expression} did not come true:\n{shown}"
            time.sleep(POLL_INTERVAL_S)
        return value

    def wait_for_complaint(self, part: str) -> None:
        """Wait until something went wrong whose text holds `part`; fails when nothing does."""
        deadline_s = time.monotonic() + DEADLINE_S
        while not any(part in each for each in self.complaints):
            assert time.monotonic() < deadline_s, f"no {part} in {self.complaints}"
            self.evaluate("1")
            time.sleep(POLL_INTERVAL_S)

    def click(self, selector: str) -> None:
        """Click the first element of a selector, once it is there."""
        self.wait_until(f"document.querySelector({json.dumps(selector)}) !== null")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def screenshot(self, file: Path) -> None:
        """Write a picture of the page, for people."""
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def requests_elsewhere(self, url: str) -> list[str]:
        """Addresses it asked for that are not under `url`."""
        return [each for each in self.requests if not each.startswith((f"{url}/", *LOCAL))]

    def _note(self, event: dict[str, Any]) -> None:
        parameters = event["params"]
        match event["method"]:
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            case "Network.loadingFailed":
                self.complaints.append(f"failed: {parameters['errorText']}")
            case "Runtime.exceptionThrown":
                self.complaints.append(f"exception: {parameters['exceptionDetails']}")
            case "Runtime.consoleAPICalled" if parameters["type"] in ("error", "warning", "assert"):
                self.complaints.append(f"console: {[each.get('value') for each in parameters['args']]}")
            case "Log.entryAdded" if parameters["entry"]["level"] in ("error", "warning"):  # refusals by the CSP too
                self.complaints.append(f"log: {parameters['entry']['text']}")


@contextmanager
def open_browser(folder: Path) -> Iterator[Page]:
    """A browser of its own, with an empty profile under `folder`, that is gone at the end."""
    profile = folder / "chromium"
    program = chromium_path()
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        with connect(_page_address(process, profile), max_size=None, open_timeout=DEADLINE_S) as connection:
            yield Page(connection)
    finally:
        process.terminate()
        try:
            process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _page_address(process: subprocess.Popen[bytes], profile: Path) -> str:
    """Where the first tab takes commands, once the browser is up."""
    port_file = profile / "DevToolsActivePort"
    deadline_s = time.monotonic() + DEADLINE_S
    while True:
        assert process.poll() is None, "Chromium ended; see chromium.log beside its profile"
        assert time.monotonic() < deadline_s, "Chromium did not come up"
        lines = port_file.read_text().splitlines() if port_file.exists() else []
        if lines:
            with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json/list", timeout=DEADLINE_S) as answer:
                for target in json.load(answer):
                    if target["type"] == "page":
                        return str(target["webSocketDebuggerUrl"])
        time.sleep(POLL_INTERVAL_S)
