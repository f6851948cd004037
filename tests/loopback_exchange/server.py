"""The loopback exchange itself: a server in a thread of its own, its clock, its subscribers and its faults.

REST under /api/v3 as developers.binance.com documents it (ping, time, exchangeInfo, depth, trades, aggTrades, klines,
ticker/24hr, ticker/price, ticker/bookTicker); WebSocket under any path that ends in /ws, /ws/NAME or
/stream?streams=A/B. Whatever is not public, is signed or carries a key is answered 401 and noted as a violation.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from tests.loopback_exchange.prices import INTERVALS_MS, LISTED, LoopbackMarket

PRIVATE_NAMES = ("signature", "recvwindow", "apikey", "timestamp", "listenkey")
PRIVATE_HEADERS = ("x-mbx-apikey", "authorization", "cookie")
PING_S = 20.0
START_DEADLINE_S = 10.0


class Faults:
    """What goes wrong at present; set from any thread."""

    def __init__(self) -> None:
        self.status = 0
        """REST answers with this status (429 and 418 with `retry_after_s`); 0: as it should."""
        self.retry_after_s: float | None = None
        self.hang = False
        """REST and new sockets are never answered, open sockets say nothing."""
        self.garbage = False
        """REST and sockets say what is no JSON."""
        self.refuse_sockets = False
        """No socket is let in."""
        self.is_silent = False
        """Markets stand still: sockets say nothing, REST goes on."""

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.__init__()  # type: ignore[misc]


class _Socket:
    """One subscriber."""

    def __init__(
        self, socket: web.WebSocketResponse, request: web.Request, streams: set[str], is_combined: bool
    ) -> None:
        self.socket = socket
        self.request = request
        self.streams = streams
        self.is_combined = is_combined


class LoopbackExchange:
    """The exchange; `with LoopbackExchange() as exchange:` runs it."""

    def __init__(
        self,
        listed: dict[str, tuple[float, str, str]] = LISTED,
        *,
        port: int = 0,
        tick_s: float | None = 0.1,
        seed: int = 1,
    ) -> None:
        """`tick_s` None: markets move only when `tick()` is called."""
        self.markets = {market.id: market for market in (LoopbackMarket(s, *rest, seed) for s, rest in listed.items())}
        self.faults = Faults()
        self.violations: list[str] = []
        self.requests: list[str] = []
        self.port = port
        self._tick_s = tick_s
        self._rounds = 0
        self._sockets: set[_Socket] = set()
        self._skipping: set[str] = set()
        self._loop: asyncio.AbstractEventLoop
        self._thread = threading.Thread(target=self._serve, name="loopback exchange", daemon=True)
        self._is_up = threading.Event()

    # ---- from other threads

    def __enter__(self) -> "LoopbackExchange":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """What LIVE_EXCHANGE_URL is set to."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_count(self) -> int:
        """Subscribers that are connected."""
        return len(self._sockets)

    def start(self) -> None:
        """Serve; returns when it does."""
        self._thread.start()
        assert self._is_up.wait(START_DEADLINE_S), "the loopback exchange starts"

    def stop(self) -> None:
        """Serve no more."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(START_DEADLINE_S)

    def tick(self, rounds: int = 1) -> None:
        """Move every market on and tell who listens."""
        for _ in range(rounds):
            self._do(self._tick)

    def cut_sockets(self) -> None:
        """Every socket is cut without a word, as a cable would be."""
        self._do(self._cut)

    def skip_sequence(self, symbol: str) -> None:
        """The next change of a book is lost on the way."""
        self._skipping.add(symbol.replace("-", ""))

    def say_print(self, symbol: str, price: str, *, ago_ms: int = 0, size: str = "1") -> None:
        """A print of any price, also of one that cannot be, to who listens to the tape."""
        market = self.markets[symbol.replace("-", "")]
        self._do(lambda: self._tell(f"{market.id.lower()}@trade", market.make_print(_now_ms() - ago_ms, price, size)))

    def say_raw(self, text: str) -> None:
        """Anything at all, to everybody."""
        self._do(lambda: self._tell_all(text))

    def assert_public(self) -> None:
        """Fail if anybody has tried to do more than read what is public."""
        assert self.violations == []

    def _do(self, work: Callable[[], Any]) -> None:
        async def run() -> None:
            done = work()
            if asyncio.iscoroutine(done):
                await done

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(START_DEADLINE_S)

    # ---- the server's thread

    def _serve(self) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._open())
        self._is_up.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._close())
        self._loop.close()

    async def _open(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._enter)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        for market in self.markets.values():
            market.advance(_now_ms())
        self._ticking = self._loop.create_task(self._go_on()) if self._tick_s else None

    async def _close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.wait([self._ticking])
        self._cut()
        await self._runner.cleanup()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s or 1)
            await self._tick()

    async def _tick(self) -> None:
        if self.faults.hang or self.faults.is_silent:
            return
        self._rounds += 1
        now_ms = _now_ms()
        for market in self.markets.values():
            name = market.id.lower()
            printed, diff = market.advance(now_ms)
            self._tell(f"{name}@trade", printed)
            if market.id in self._skipping:
                self._skipping.discard(market.id)
            else:
                self._tell(f"{name}@depth@100ms", diff)
                self._tell(f"{name}@depth", diff)
            bid, bid_size, ask, ask_size = market.touch()
            self._tell(
                f"{name}@bookTicker",
                {"u": market.update_id, "s": market.id, "b": bid, "B": bid_size, "a": ask, "A": ask_size},
            )
            if self._rounds % 10 == 1 or self._tick_s is None:
                ticker = _ticker_event(market, now_ms)
                self._tell(f"{name}@ticker", ticker)
                mini = {key: ticker[key] for key in ("E", "s", "c", "o", "h", "l", "v", "q")}
                self._tell(f"{name}@miniTicker", {"e": "24hrMiniTicker", **mini})
                self._tell(f"{name}@kline_1m", _candle_event(market, now_ms))
        await asyncio.sleep(0)

    def _cut(self) -> None:
        for each in list(self._sockets):
            if each.request.transport is not None:
                each.request.transport.abort()
        self._sockets.clear()

    def _tell(self, stream: str, data: dict[str, object]) -> None:
        """Say something to who listens to a stream."""
        if self.faults.hang:
            return
        for each in list(self._sockets):
            if stream in each.streams:
                whole = {"stream": stream, "data": data} if each.is_combined else data
                self._send(each, "<html>502</html>" if self.faults.garbage else json.dumps(whole))

    def _tell_all(self, text: str) -> None:
        for each in list(self._sockets):
            self._send(each, text)

    def _send(self, each: _Socket, text: str) -> None:
        task = self._loop.create_task(each.socket.send_str(text))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    # ---- requests

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """Every request: judged, kept, failed if a fault says so, answered."""
        self._judge(request)
        self.requests.append(f"{request.method} {request.path_qs}")
        if self.faults.hang:
            await asyncio.sleep(3_600)
        is_socket = request.headers.get("upgrade", "").lower() == "websocket"
        if is_socket:
            return web.Response(status=503) if self.faults.refuse_sockets else await self._serve_socket(request)
        if self.faults.status:
            headers = {} if self.faults.retry_after_s is None else {"Retry-After": f"{self.faults.retry_after_s:g}"}
            body = {
                "code": -1003 if self.faults.status == 429 else -1000,
                "msg": "The loopback exchange was told to fail.",
            }
            return web.json_response(body, status=self.faults.status, headers=headers)
        if self.faults.garbage:
            return web.Response(text="<html>this is no JSON</html>", content_type="text/html")
        return self._answer(request)

    def _judge(self, request: web.Request) -> None:
        """Note whatever only a customer sends."""
        names = [name for name in request.query if name.lower() in PRIVATE_NAMES]
        names += [name for name in request.headers if name.lower() in PRIVATE_HEADERS]
        if request.method != "GET":
            names.append(request.method)
        if names:
            self.violations.append(f"{request.method} {request.path}: {', '.join(names)}")

    def _answer(self, request: web.Request) -> web.Response:
        answers: dict[str, Callable[[Any], Any]] = {
            "/api/v3/ping": lambda query: {},
            "/api/v3/time": lambda query: {"serverTime": _now_ms()},
            "/api/v3/exchangeInfo": self._exchange_info,
            "/api/v3/ticker/24hr": self._tickers,
            "/api/v3/ticker/bookTicker": self._touches,
            "/api/v3/ticker/price": self._last_prices,
            "/api/v3/depth": self._depth,
            "/api/v3/trades": self._trades,
            "/api/v3/aggTrades": self._aggregated,
            "/api/v3/klines": self._candles,
        }
        answer = answers.get(request.path)
        if answer is None:
            self.violations.append(f"{request.method} {request.path}: no public path")
            return web.json_response({"code": -2015, "msg": "Invalid API-key, IP, or permissions."}, status=401)
        try:
            return web.json_response(answer(request.query), headers={"X-MBX-USED-WEIGHT-1M": "1"})
        except KeyError:
            return web.json_response({"code": -1121, "msg": "Invalid symbol."}, status=400)

    def _exchange_info(self, query: Any) -> dict[str, Any]:
        return {
            "timezone": "UTC", "serverTime": _now_ms(), "exchangeFilters": [],
            "rateLimits": [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}],
            "symbols": [_listing(market) for market in self.markets.values()],
        }  # fmt: skip

    def _asked(self, query: Any) -> list[LoopbackMarket]:
        if "symbol" in query:
            return [self.markets[query["symbol"]]]
        if "symbols" in query:
            return [self.markets[name] for name in json.loads(query["symbols"])]
        return list(self.markets.values())

    def _each(self, query: Any, show: Callable[[LoopbackMarket], dict[str, Any]]) -> Any:
        shown = [show(market) for market in self._asked(query)]
        return shown[0] if "symbol" in query else shown

    def _tickers(self, query: Any) -> Any:
        now_ms = _now_ms()

        def show(market: LoopbackMarket) -> dict[str, Any]:
            times = {"openTime": now_ms - 86_400_000, "closeTime": now_ms, "firstId": 1, "lastId": market.trade_id}
            return {"symbol": market.id, **market.figures(now_ms), **times, "count": market.trade_id}

        return self._each(query, show)

    def _touches(self, query: Any) -> Any:
        def show(market: LoopbackMarket) -> dict[str, Any]:
            bid, bid_size, ask, ask_size = market.touch()
            return {"symbol": market.id, "bidPrice": bid, "bidQty": bid_size, "askPrice": ask, "askQty": ask_size}

        return self._each(query, show)

    def _last_prices(self, query: Any) -> Any:
        now_ms = _now_ms()
        return self._each(query, lambda market: {"symbol": market.id, "price": market.price_text(market.price(now_ms))})

    def _depth(self, query: Any) -> dict[str, Any]:
        market, limit = self.markets[query["symbol"]], int(query.get("limit", 100))
        return {
            "lastUpdateId": market.update_id,
            "bids": [[price, size] for price, size in market.bids.items()][:limit],
            "asks": [[price, size] for price, size in market.asks.items()][:limit],
        }

    def _trades(self, query: Any) -> list[dict[str, object]]:
        return self.markets[query["symbol"]].trades[-int(query.get("limit", 500)) :]

    def _aggregated(self, query: Any) -> list[dict[str, object]]:
        return [
            {"a": each["id"], "p": each["price"], "q": each["qty"], "f": each["id"], "l": each["id"], "T": each["time"],
             "m": each["isBuyerMaker"], "M": True}
            for each in self._trades(query)
        ]  # fmt: skip

    def _candles(self, query: Any) -> list[list[object]]:
        market, interval = self.markets[query["symbol"]], query["interval"]
        length_ms, limit = INTERVALS_MS[interval], min(1_000, int(query.get("limit", 500)))
        last_ms = min(int(query.get("endTime", _now_ms())), _now_ms()) // length_ms * length_ms
        first_ms = last_ms - (limit - 1) * length_ms
        if "startTime" in query:
            first_ms = -(-int(query["startTime"]) // length_ms) * length_ms
            last_ms = min(last_ms, first_ms + (limit - 1) * length_ms)
        return [market.candle(interval, open_ms) for open_ms in range(first_ms, last_ms + 1, length_ms)]

    # ---- sockets

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=PING_S, autoping=True)
        await socket.prepare(request)
        is_combined = request.path.endswith("/stream")
        named = request.query.get("streams", "") if is_combined else request.path.rpartition("/ws")[2].strip("/")
        streams = {name for name in named.split("/") if "@" in name}
        each = _Socket(socket, request, streams, is_combined)
        self._sockets.add(each)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._hear(each, message.data)
        finally:
            self._sockets.discard(each)
        return socket

    async def _hear(self, each: _Socket, text: str) -> None:
        if any(f'"{name}"' in text.lower() for name in PRIVATE_NAMES):
            self.violations.append(f"socket: {text[:200]}")
        asked = json.loads(text)
        method, names = asked.get("method"), asked.get("params") or []
        if self.faults.hang:
            return
        result: Any = None
        if method == "SUBSCRIBE":
            each.streams.update(names)
        elif method == "UNSUBSCRIBE":
            each.streams.difference_update(names)
        elif method == "LIST_SUBSCRIPTIONS":
            result = sorted(each.streams)
        else:
            self.violations.append(f"socket: {method}")
        with contextlib.suppress(ConnectionError):
            await each.socket.send_str(json.dumps({"result": result, "id": asked.get("id")}))


def _listing(market: LoopbackMarket) -> dict[str, Any]:
    """One market as exchangeInfo lists it."""
    return {
        "symbol": market.id, "status": "TRADING", "baseAsset": market.base, "baseAssetPrecision": 8,
        "quoteAsset": market.quote, "quotePrecision": 8, "quoteAssetPrecision": 8, "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8, "orderTypes": ["LIMIT", "MARKET"], "icebergAllowed": True, "ocoAllowed": True,
        "quoteOrderQtyMarketAllowed": True, "allowTrailingStop": True, "cancelReplaceAllowed": True,
        "isSpotTradingAllowed": True, "isMarginTradingAllowed": False, "permissions": [],
        "permissionSets": [["SPOT"]], "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_MAKER"],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": market.tick, "maxPrice": "1000000.00", "tickSize": market.tick},
            {"filterType": "LOT_SIZE", "minQty": market.step, "maxQty": "9000.00000000", "stepSize": market.step},
            {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": "120.0", "stepSize": "0.00000000"},
            {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True,
             "maxNotional": "9000000.00000000", "applyMaxToMarket": False, "avgPriceMins": 5},
        ],
    }  # fmt: skip


def _ticker_event(market: LoopbackMarket, now_ms: int) -> dict[str, object]:
    """The 24-hour ticker as its stream says it."""
    figures = market.figures(now_ms)
    return {
        "e": "24hrTicker", "E": now_ms, "s": market.id, "p": figures["priceChange"], "P": figures["priceChangePercent"],
        "w": figures["weightedAvgPrice"], "x": figures["prevClosePrice"], "c": figures["lastPrice"],
        "Q": figures["lastQty"], "b": figures["bidPrice"], "B": figures["bidQty"], "a": figures["askPrice"],
        "A": figures["askQty"], "o": figures["openPrice"], "h": figures["highPrice"], "l": figures["lowPrice"],
        "v": figures["volume"], "q": figures["quoteVolume"], "O": now_ms - 86_400_000, "C": now_ms, "F": 1,
        "L": market.trade_id, "n": market.trade_id,
    }  # fmt: skip


def _candle_event(market: LoopbackMarket, now_ms: int) -> dict[str, object]:
    """The forming minute as the kline stream says it."""
    open_ms = now_ms // 60_000 * 60_000
    row = market.candle("1m", open_ms)
    return {
        "e": "kline", "E": now_ms, "s": market.id,
        "k": {"t": open_ms, "T": open_ms + 59_999, "s": market.id, "i": "1m", "f": 1, "L": 2, "o": row[1], "c": row[4],
              "h": row[2], "l": row[3], "v": row[5], "n": 10, "x": False, "q": "0", "V": "0", "Q": "0", "B": "0"},
    }  # fmt: skip


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
