"""The people of the journeys: a trader with an HTTP client, and a watcher on the WebSocket, both over real sockets."""

import json
import os
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

DATA = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
DEADLINE_S = 60.0


def data_file(relative: str) -> Path:
    """A file of real market data; the test is skipped where the data folder is not there."""
    path = DATA / relative
    if not path.exists():
        pytest.skip(f"the market data folder is not here: {path.name} is missing")
    return path


class Refused(AssertionError):
    """An answer that is not a success; carries status, code and the whole envelope."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.status_code}: {answer.text}")
        self.status = answer.status_code
        self.envelope = answer.json()
        self.code = self.envelope["error"]["code"]
        self.details = self.envelope["error"]["details"]


def authorization(key: str | None) -> dict[str, str]:
    """The header of a key; none without one."""
    return {} if key is None else {"Authorization": f"Bearer {key}"}


class Trader:
    """Talks REST as one account, maybe with a key; answers are the envelope's data, refusals raise `Refused`."""

    def __init__(self, url: str, account: str = "default", key: str | None = None) -> None:
        self.url = url
        headers = {"X-Account": account, **authorization(key)}
        self.client = httpx.Client(base_url=f"{url}/api/v1/", headers=headers, timeout=DEADLINE_S)

    def __enter__(self) -> "Trader":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """One request; waits where the rate limit asks to."""
        while True:
            answer = self.client.request(method, path, **arguments)
            if answer.status_code != 429:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        if answer.status_code >= 400:
            raise Refused(answer)
        return answer.json()["data"] if answer.content else None

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self.call("GET", path, params=query)

    def balances(self) -> list[dict[str, Any]]:
        """What the account has, without its worth, which follows the market's price."""
        items = self.get("balances/")["items"]
        return [{name: value for name, value in item.items() if name != "worth"} for item in items]

    def everything(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page by page."""
        items: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, limit=1000, **query, **cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}

    def place(self, **order: Any) -> Any:
        """Place an order."""
        return self.call("POST", "orders/", json=order)

    def import_file(self, path: Path, **fields: str) -> Any:
        """Upload a file and wait for the data set."""
        with path.open("rb") as file:
            job = self.call("POST", "datasets/", params={"wait": 25}, data=fields, files={"file": (path.name, file)})
        return self.result_of(job)

    def result_of(self, job: Any) -> Any:
        """What a job comes to, once it has ended."""
        while job["status"] in ("queued", "running"):
            job = self.get(f"jobs/{job['id']}/")
        assert job["status"] == "succeeded", job
        return job["result"]

    def wait_until(self, path: str, condition: Any) -> Any:
        """Read `path` until the condition holds."""
        deadline_s = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline_s:
            found = self.get(path)
            if condition(found):
                return found
        raise AssertionError(f"{path} still says {found}")


class Watcher:
    """Listens to channels in a thread of its own and keeps every frame, by channel."""

    def __init__(
        self, websocket_url: str, channels: list[str], account: str = "default", key: str | None = None
    ) -> None:
        self.frames: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                f"{websocket_url}?account={account}",
                max_size=None,
                open_timeout=DEADLINE_S,
                additional_headers=authorization(key),
            )
        )
        self._socket.send(json.dumps({"op": "subscribe", "id": 1, "channels": channels}))
        self.acknowledged = json.loads(self._socket.recv(timeout=DEADLINE_S))
        assert self.acknowledged["type"] == "ack", self.acknowledged
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Watcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self._thread.join(DEADLINE_S)

    def _listen(self) -> None:
        try:
            for text in self._socket:
                frame = json.loads(text)
                self.frames[frame.get("channel", frame["type"])].append(frame)
        except ConnectionClosed:
            return

    def wait_for(self, condition: Any) -> None:
        """Wait until what was heard satisfies the condition."""
        deadline_s = time.monotonic() + DEADLINE_S
        while not condition(self.frames):
            assert time.monotonic() < deadline_s, {name: len(frames) for name, frames in self.frames.items()}
            self._thread.join(0.01)

    def updates(self, channel: str) -> list[Any]:
        """The data of a channel's updates, after proving that its sequence has no gap."""
        frames = self.frames[channel]
        assert frames[0]["type"] == "snapshot", frames[0]
        sequence = [frame["seq"] for frame in frames]
        assert sequence == list(range(sequence[0], sequence[0] + len(frames)))
        return [frame["data"] for frame in frames[1:]]
