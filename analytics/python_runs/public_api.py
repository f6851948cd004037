"""The public API as a strategy's own process uses it: candles, positions and orders over REST, and a stream that tells of
bars that close.
"""

from collections.abc import AsyncGenerator, Mapping
from decimal import Decimal
from typing import Any, Final

import aiohttp
import msgspec

from kit.clock import iso_from_ns, ns_from_iso

SILENCE_S: Final = 10.0
"""A stream beats every five seconds; one that does not is dead (docs/streams.md)."""

UNAVAILABLE: Final = (429, 502, 503, 504)
"""Statuses that ask to come again."""

FORBIDDEN: Final = (401, 403, 404)
"""Statuses of a handshake that will not be others the next time."""

SUBSCRIPTION: Final = 1
"""The id of the one request that a stream is sent."""


class Refused(Exception):
    """The gateway said no: the HTTP status, the stable code and the sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code = status, code


class Busy(Exception):
    """The gateway cannot answer now; asking again helps."""


class Candle(msgspec.Struct, frozen=True):
    """A bar of the API; `time_ns` is its open in UTC nanoseconds, prices are in the quote asset."""

    time_ns: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class Bell(msgspec.Struct, frozen=True):
    """The newest candle of a stream: when it opened, and whether it is closed."""

    time_ns: int
    is_closed: bool

    def has_closed(self, time_ns: int) -> bool:
        """Whether the candle that opened then is closed."""
        return time_ns < self.time_ns or (self.is_closed and time_ns == self.time_ns)


class PublicApi:
    """One account at one gateway, on its main market or in a rehearsal.

    Raises Refused, Busy, and aiohttp.ClientError or TimeoutError when the gateway is not reached.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        account: str,
        key: str | None = None,
        rehearsal: str | None = None,
    ) -> None:
        self._session, self._url = session, url.rstrip("/")
        self._headers = {"X-Account": account}
        if key is not None:
            self._headers["Authorization"] = f"Bearer {key}"
        if rehearsal is not None:
            self._headers["X-Rehearsal"] = rehearsal

    async def candles(self, symbol: str, interval: str, *, limit: int, from_ns: int | None = None) -> list[Candle]:
        """The newest candles of a market, or the first ones from a time on; oldest first, the last one may be forming."""
        query = {"interval": interval, "limit": str(limit)}
        if from_ns is not None:
            query["from"] = iso_from_ns(from_ns)
        page = await self._call("GET", f"markets/{symbol}/candles/", params=query)
        prices = ("open", "high", "low", "close", "volume")
        return [Candle(ns_from_iso(row["time"]), *(float(row[name]) for name in prices)) for row in page["items"]]

    async def held(self, symbol: str) -> Decimal:
        """What the account holds of a symbol, negative for a short."""
        page = await self._call("GET", "positions/")
        for position in page["items"]:
            if position["symbol"] == symbol:
                quantity = Decimal(position["quantity"])
                return -quantity if position["side"] == "short" else quantity
        return Decimal(0)

    async def place(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Place an order; answers it as it stands then."""
        placed: dict[str, Any] = await self._call("POST", "orders/", json=order)
        return placed

    async def bells(self, symbol: str, interval: str) -> AsyncGenerator[Bell, None]:
        """The newest candle at once, then each one that closes, until the connection goes."""
        socket_url = f"ws{self._url.removeprefix('http')}/ws"
        timeout = aiohttp.ClientWSTimeout(ws_receive=SILENCE_S)
        try:
            async with self._session.ws_connect(socket_url, headers=self._headers, timeout=timeout) as socket:
                await socket.send_json(
                    {"op": "subscribe", "id": SUBSCRIPTION, "channels": [f"candles:{symbol}:{interval}"]}
                )
                async for message in socket:
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        return
                    bell = _bell_of(msgspec.json.decode(message.data))
                    if bell is not None:
                        yield bell
        except aiohttp.WSServerHandshakeError as fault:
            if fault.status in FORBIDDEN:
                raise Refused(fault.status, "HANDSHAKE", "The gateway does not let this key listen.") from fault
            raise

    async def _call(self, method: str, path: str, **arguments: Any) -> Any:
        url = f"{self._url}/api/v1/{path}"
        async with self._session.request(method, url, headers=self._headers, **arguments) as answer:
            if answer.status in UNAVAILABLE:
                raise Busy(f"The gateway answered {answer.status}.")
            envelope = await answer.json()
        if answer.status >= 400:
            raise Refused(answer.status, envelope["error"]["code"], envelope["error"]["message"])
        return envelope["data"]


def _bell_of(frame: dict[str, Any]) -> Bell | None:
    """What a frame says of the candle; None where it only moved on. Raises Refused for a candle that there is not."""
    if frame["type"] == "error":
        if frame.get("id") == SUBSCRIPTION:
            raise Refused(400, frame["code"], frame["message"])
        raise Busy(frame["message"])
    candle = frame.get("data")
    if frame["type"] not in ("snapshot", "update") or candle is None:
        return None
    bell = Bell(ns_from_iso(candle["time"]), candle["closed"])
    return bell if bell.is_closed or frame["type"] == "snapshot" else None
