"""Sends the gateway what no honest client sends, byte by byte where that is needed, and reads what it answers."""

import http.client
import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.server import Server

TIMEOUT_S = 30.0
API = "/api/v1"
ENVELOPE = {"status", "data", "message", "timestamp", "trace_id", "execution_time_ms"}
TRACE_ID = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "1000.00"}
"""A good order that rests: far from any price there will be."""

GOOD = json.dumps(ORDER).encode()
JSON = {"Content-Type": "application/json"}
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """`data` of a success."""
        envelope = self._envelope()
        assert envelope["status"] == "success", envelope
        assert "error" not in envelope
        return envelope["data"]

    @property
    def code(self) -> str:
        """The error's code, after its whole form was checked: no data, a message, nothing of the code's inside."""
        envelope = self._envelope()
        assert envelope["status"] == "error", envelope
        assert envelope["data"] is None
        assert envelope["message"]
        assert set(envelope["error"]) == {"code", "details"}
        return str(envelope["error"]["code"])

    @property
    def details(self) -> dict[str, Any]:
        """The error's details."""
        details: dict[str, Any] = self._envelope()["error"]["details"]
        return details

    def _envelope(self) -> dict[str, Any]:
        envelope: dict[str, Any] = json.loads(self.body)
        assert set(envelope) - {"error"} == ENVELOPE
        assert envelope["trace_id"] == self.headers["x-trace-id"]
        assert TRACE_ID.fullmatch(envelope["trace_id"])
        assert b"Traceback" not in self.body and b'File "' not in self.body
        return envelope


class Attacker:
    """One client of a running gateway."""

    def __init__(self, server: Server, address: str = "127.0.0.1") -> None:
        self.server = server
        self.host = f"127.0.0.1:{server.port}"
        self._address = address

    def prepare(self) -> None:
        """Leave an order and a position behind, so that there is a state to harm."""
        assert self.post("orders/", GOOD).status == 201
        market = ORDER | {"type": "market", "price": None, "quantity": "0.001"}
        assert self.post("orders/", json.dumps(market).encode()).status == 201

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Headers | None = None) -> Answer:
        """One request on a connection of its own."""
        source = (self._address, 0)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, TIMEOUT_S, source_address=source)
        with closing(connection):
            connection.request(method, path, body, dict(headers or {}))
            return _answer_of(connection.getresponse())

    def get(self, path: str) -> Answer:
        """GET something of the API."""
        return self.ask("GET", f"{API}/{path}")

    def post(self, path: str, body: bytes, headers: Headers | None = None) -> Answer:
        """POST JSON to the API."""
        return self.ask("POST", f"{API}/{path}", body, JSON | dict(headers or {}))

    def preview(self) -> Answer:
        """A good request that changes nothing."""
        return self.post("orders/preview/", GOOD)

    def send(self, request: bytes, *, is_all: bool = False) -> Answer | None:
        """Send bytes as they are. None when the server drops the connection without an answer, which servers may.

        With `is_all` the client then says that nothing more will come.
        """
        with (
            closing(socket.create_connection(("127.0.0.1", self.server.port), TIMEOUT_S)) as connection,
            closing(http.client.HTTPResponse(connection)) as response,
        ):
            with suppress(ConnectionResetError, BrokenPipeError):
                connection.sendall(request)
                if is_all:
                    connection.shutdown(socket.SHUT_WR)
            try:
                response.begin()
                return _answer_of(response)
            except (http.client.RemoteDisconnected, ConnectionResetError, http.client.IncompleteRead):
                return None

    def head(self, method: str = "POST", path: str = "orders/", *lines: str, host: str | None = None) -> bytes:
        """The head of a request to the API, to be sent as it is."""
        host_line = f"Host: {self.host if host is None else host}"
        return "\r\n".join([f"{method} {API}/{path} HTTP/1.1", host_line, *lines, "", ""]).encode("latin1")

    @contextmanager
    def socket(self, **headers: str) -> Iterator[ClientConnection]:
        """An open WebSocket, which takes what comes also while nobody asks for it."""
        url = self.server.websocket_url
        with connect(url, additional_headers=headers, max_size=None, max_queue=None) as connection:
            yield connection

    def state(self) -> Any:
        """All of the default account, its data sets, and every instrument: what no refused request may change."""
        lists = ("orders/?status=all&limit=1000", "fills/?limit=1000", "datasets/", "symbols/?limit=1000", "accounts/")
        found: list[Any] = [self.get(path).data["items"] for path in lists]
        for account in found[-1]:  # these follow the prices
            for name in ("equity", "buying_power"):
                account.pop(name)
        balances = self.get("balances/").data["items"]
        for balance in balances:
            balance.pop("worth")
        return [*found, balances]

    def orders(self) -> list[Any]:
        """Every order there ever was."""
        items: list[Any] = self.get("orders/?status=all&limit=1000").data["items"]
        return items

    def log(self) -> str:
        """What the server logged and printed."""
        return "".join(file.read_text() for file in self.server.log_dir.iterdir()) + self.server.output()


def _answer_of(response: http.client.HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())
