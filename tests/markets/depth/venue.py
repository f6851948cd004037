"""A venue of the tests: a true book that changes at random, and what its streams say about it.

It knows the book at every update id, so that a follower can be checked against the truth; and it writes the lines that a
recorder of Binance's futures would keep.
"""

import random

import msgspec

from markets.depth.chains import Diff, Snapshot

NS_PER_MS = 1_000_000
START_MS = 1_723_161_255_000
SYMBOL = "ETHUSDT"


class Venue:
    """Books around 2,600.00 in ticks of 0.01 and lots of 0.001. `numbering`: spot, futures or sequence."""

    def __init__(self, seed: int = 1, *, numbering: str = "futures", levels: int = 40) -> None:
        self.random = random.Random(seed)
        self.numbering = numbering
        self.middle = 260_000
        self.bids = {self.middle - 1 - n: self.lots() for n in range(levels)}
        self.asks = {self.middle + 1 + n: self.lots() for n in range(levels)}
        self.last_id = 1_000
        self.history = {self.last_id: (dict(self.bids), dict(self.asks))}

    def lots(self) -> int:
        return self.random.randint(1, 99_999)

    def snapshot(self, last_id: int | None = None, *, is_reset: bool = False) -> Snapshot:
        """The book as of an update, the present one unless said otherwise."""
        last_id = self.last_id if last_id is None else last_id
        bids, asks = self.history[last_id]
        return Snapshot(last_id, sorted(bids.items(), reverse=True), sorted(asks.items()), is_reset)

    def change(self, count: int = 5) -> Diff:
        """Move the middle a little, change some levels, and say what changed."""
        self.middle += self.random.randint(-2, 2)
        bids: dict[int, int] = {price: 0 for price in self.bids if price >= self.middle}
        asks: dict[int, int] = {price: 0 for price in self.asks if price <= self.middle}
        for _ in range(count):
            away = self.random.randint(1, 60)
            lots = 0 if self.random.random() < 0.3 else self.lots()
            if self.random.random() < 0.5:
                bids[self.middle - away] = lots
            else:
                asks[self.middle + away] = lots
        for side, changes in ((self.bids, bids), (self.asks, asks)):
            for price, lots in changes.items():
                side.pop(price, None)
                if lots:
                    side[price] = lots
        return self._numbered(list(bids.items()), list(asks.items()))

    def _numbered(self, bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> Diff:
        before = self.last_id
        skipped = self.random.randint(0, 4) if self.numbering == "futures" else 0
        spanned = 0 if self.numbering == "sequence" else self.random.randint(0, 6)
        first_id = before + 1 + skipped
        self.last_id = first_id + spanned
        self.history[self.last_id] = (dict(self.bids), dict(self.asks))
        previous_id = None if self.numbering == "spot" else before
        return Diff(first_id, self.last_id, bids, asks, previous_id)


def text(pairs: list[tuple[int, int]]) -> list[list[str]]:
    """Levels as Binance writes them."""
    return [[f"{price / 100:.2f}", f"{lots / 1000:.3f}"] for price, lots in pairs]


class Recorder:
    """Writes what a venue sends as lines of a raw stream; its clock is `behind_ms` behind the venue's."""

    def __init__(self, venue: Venue, *, behind_ms: int = 1_240) -> None:
        self.venue = venue
        self.behind_ms = behind_ms
        self.time_ms = START_MS
        self.lines: list[str] = []
        self.trades: list[tuple[int, int, str]] = []
        """(price in ticks, lots, taker's side)."""
        self._trade_id = 500

    def diff(self, diff: Diff) -> None:
        """Note a diff, a moment after it was made."""
        data = {"e": "depthUpdate", "E": self._made_ms(), "T": self.time_ms, "s": SYMBOL, "U": diff.first_id,
                "u": diff.last_id, "pu": diff.previous_id,
                "b": text(list(diff.bids)), "a": text(list(diff.asks))}  # fmt: skip
        self._write({"stream": "ethusdt@depth@0ms", "data": data})

    def snapshot(self, snapshot: Snapshot) -> None:
        """Note an answer of the depth endpoint."""
        self._write({"lastUpdateId": snapshot.last_id, "E": self._made_ms(), "T": self.time_ms,
                     "bids": text(list(snapshot.bids)), "asks": text(list(snapshot.asks))})  # fmt: skip

    def trade(self, price: int, lots: int, side: str) -> None:
        """Note a print; a seller takes from a buyer who made the price."""
        self._trade_id += 1
        self.trades.append((price, lots, side))
        data = {"e": "trade", "E": self._made_ms(), "T": self.time_ms, "s": SYMBOL, "t": self._trade_id,
                "p": f"{price / 100:.2f}", "q": f"{lots / 1000:.3f}", "X": "MARKET", "m": side == "sell"}  # fmt: skip
        self._write({"stream": "ethusdt@trade", "data": data})

    def quote(self) -> None:
        """Note a best bid and ask, which says nothing that the book does not."""
        data = {"e": "bookTicker", "u": self.venue.last_id, "s": SYMBOL, "b": "1.00", "B": "1", "a": "2.00", "A": "1"}
        self._write({"stream": "ethusdt@bookTicker", "data": data})

    def text(self) -> str:
        """The recording."""
        return "\n".join(self.lines) + "\n"

    def _made_ms(self) -> int:
        self.time_ms += self.venue.random.randint(1, 20)
        return self.time_ms

    def _write(self, frame: dict[str, object]) -> None:
        latency_ns = self.venue.random.randint(0, 30 * NS_PER_MS)
        received_ns = (self.time_ms - self.behind_ms) * NS_PER_MS + latency_ns
        received_ns = max(received_ns, int(self.lines[-1].split(" ", 1)[0]) if self.lines else 0)
        self.lines.append(f"{received_ns} {msgspec.json.encode(frame).decode()}")


def record(
    messages: int = 300, *, seed: int = 1, lost: tuple[int, ...] = (), snapshots: tuple[int, ...] = (10,)
) -> Recorder:
    """A recording of so many diffs with a trade and a quote here and there; those whose numbers are in `lost` never arrived.

    Before the diffs of `snapshots` the recorder asked for the book.
    """
    recorder = Recorder(Venue(seed))
    venue = recorder.venue
    for number in range(messages):
        if number in snapshots:
            recorder.snapshot(venue.snapshot())
        diff = venue.change()
        if number not in lost:
            recorder.diff(diff)
        if number % 3 == 2:
            side = venue.random.choice(("buy", "sell"))
            price = min(venue.asks, default=venue.middle) if side == "buy" else max(venue.bids, default=venue.middle)
            recorder.trade(price, venue.lots(), side)
        if number % 5 == 0:
            recorder.quote()
    return recorder
