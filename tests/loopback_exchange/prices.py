"""The markets of the loopback exchange: prices that are a function of the time, so that history and the present agree."""

import math
from random import Random

LEVELS = 40
HOUR_MS = 3_600_000
INTERVALS_MS = {
    "1s": 1_000, "1m": 60_000, "3m": 180_000, "5m": 300_000, "15m": 900_000, "30m": 1_800_000, "1h": HOUR_MS,
    "2h": 2 * HOUR_MS, "4h": 4 * HOUR_MS, "6h": 6 * HOUR_MS, "8h": 8 * HOUR_MS, "12h": 12 * HOUR_MS, "1d": 24 * HOUR_MS,
}  # fmt: skip
SAMPLES = 12

LISTED = {
    "BTC-USDT": (65_000, "0.01", "0.00001"),
    "ETH-USDT": (3_200, "0.01", "0.0001"),
    "SOL-USDT": (150, "0.01", "0.001"),
    "BNB-USDT": (600, "0.01", "0.001"),
    "XRP-USDT": (0.6, "0.0001", "0.1"),
}
"""Base price, tick and step of the quantity, as Binance has them."""


def many(count: int) -> dict[str, tuple[float, str, str]]:
    """So many invented listings: C000-USDT and on."""
    return {f"C{number:03d}-USDT": (10.0 + number, "0.01", "0.01") for number in range(count)}


class LoopbackMarket:
    """One symbol. Times are milliseconds, prices and amounts text as the venue sends them."""

    def __init__(self, symbol: str, base_price: float, tick: str, step: str, seed: int) -> None:
        self.base, _, self.quote = symbol.partition("-")
        self.id = f"{self.base}{self.quote}"
        self.tick, self.step = tick, step
        self._base_price = base_price
        self._digits, self._step_digits = _digits(tick), _digits(step)
        self._phase = Random(f"{seed}:{symbol}").random() * math.tau
        self._random = Random(f"{seed}:{symbol}:sizes")
        self.update_id = 1_000
        self.trade_id = 5_000
        self.bids: dict[str, str] = {}
        self.asks: dict[str, str] = {}
        self.trades: list[dict[str, object]] = []

    def price(self, time_ms: int) -> float:
        """The price at a time."""
        hourly = math.sin(math.tau * time_ms / HOUR_MS + self._phase)
        quick = math.sin(math.tau * time_ms / 97_000 + 2 * self._phase)
        return self._base_price * (1 + 0.01 * hourly + 0.0008 * quick)

    def price_text(self, price: float) -> str:
        """A price on the venue's grid."""
        return f"{price:.{self._digits}f}"

    def size_text(self, size: float) -> str:
        """An amount on the venue's grid."""
        return f"{size:.{self._step_digits}f}"

    def advance(self, now_ms: int) -> tuple[dict[str, object], dict[str, object]]:
        """Move to a time; the print and the change of the book that it gives, as the streams say them."""
        before_id = self.update_id
        bids, asks = self._ladder(now_ms)
        changed_bids, changed_asks = _changes(self.bids, bids), _changes(self.asks, asks)
        self.bids, self.asks = bids, asks
        self.update_id += len(changed_bids) + len(changed_asks)
        diff: dict[str, object] = {
            "e": "depthUpdate", "E": now_ms, "s": self.id, "U": before_id + 1, "u": self.update_id,
            "b": changed_bids, "a": changed_asks,
        }  # fmt: skip
        return self.make_print(now_ms, self.price_text(self.price(now_ms))), diff

    def make_print(self, time_ms: int, price: str, size: str | None = None) -> dict[str, object]:
        """A print as the trade stream says it; it is kept for the REST side too."""
        self.trade_id += 1
        amount = size or self.size_text(float(self.step) * self._random.randint(1, 5_000))
        is_buyer_maker = self._random.random() < 0.5
        self.trades.append(
            {"id": self.trade_id, "price": price, "qty": amount, "quoteQty": "1", "time": time_ms,
             "isBuyerMaker": is_buyer_maker, "isBestMatch": True}
        )  # fmt: skip
        del self.trades[:-500]
        return {
            "e": "trade", "E": time_ms, "s": self.id, "t": self.trade_id, "p": price, "q": amount, "T": time_ms,
            "m": is_buyer_maker, "M": True,
        }  # fmt: skip

    def touch(self) -> tuple[str, str, str, str]:
        """Best bid, its size, best ask, its size."""
        bid, ask = next(iter(self.bids.items())), next(iter(self.asks.items()))
        return (*bid, *ask)

    def figures(self, now_ms: int) -> dict[str, str]:
        """The last 24 hours by the venue's REST names."""
        last, opened = self.price(now_ms), self.price(now_ms - 24 * HOUR_MS)
        bid, bid_size, ask, ask_size = self.touch()
        return {
            "priceChange": self.price_text(last - opened), "priceChangePercent": f"{(last / opened - 1) * 100:.3f}",
            "weightedAvgPrice": self.price_text(self._base_price), "prevClosePrice": self.price_text(opened),
            "lastPrice": self.price_text(last), "lastQty": self.size_text(float(self.step)), "bidPrice": bid,
            "bidQty": bid_size, "askPrice": ask, "askQty": ask_size, "openPrice": self.price_text(opened),
            "highPrice": self.price_text(self._base_price * 1.0108), "lowPrice": self.price_text(self._base_price * 0.9892),
            "volume": self.size_text(1_000.0), "quoteVolume": f"{1_000 * self._base_price:.2f}",
        }  # fmt: skip

    def candle(self, interval: str, open_ms: int) -> list[object]:
        """One candle in the venue's form."""
        length_ms = INTERVALS_MS[interval]
        path = [self.price(open_ms + length_ms * part // SAMPLES) for part in range(SAMPLES + 1)]
        volume = self.size_text(float(self.step) * (10_000 + open_ms // 60_000 % 997))
        opened, closed = self.price_text(path[0]), self.price_text(path[-1])
        return [
            open_ms, opened, self.price_text(max(path)), self.price_text(min(path)), closed, volume,
            open_ms + length_ms - 1, "0", 10, volume, "0", "0",
        ]  # fmt: skip

    def _ladder(self, now_ms: int) -> tuple[dict[str, str], dict[str, str]]:
        middle, tick = self.price(now_ms), float(self.tick)
        gap = max(tick, self._base_price / 20_000)
        sizes = [
            self.size_text(float(self.step) * 2_000 * (1 + self._random.random() + level)) for level in range(LEVELS)
        ]
        bids = {self.price_text(middle - gap * (level + 1)): sizes[level] for level in range(LEVELS)}
        asks = {self.price_text(middle + gap * (level + 1)): sizes[level] for level in range(LEVELS)}
        return bids, asks


def _changes(before: dict[str, str], after: dict[str, str]) -> list[list[str]]:
    changed = [[price, size] for price, size in after.items() if before.get(price) != size]
    return changed + [[price, "0"] for price in before if price not in after]


def _digits(step: str) -> int:
    return len(step.partition(".")[2])
