"""Limits at the touch of real markets: the kinder the policy, the earlier they fill; skipped where the data are absent."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import polars as pl
import pytest

from markets.instruments import Instrument, make_instrument
from markets.updates import MarketUpdate
from tests.markets.datasets.conftest import SHARED_DATA, Importer
from tests.markets.datasets.test_depth_replay import source_of
from trading.sandbox.events import AnyEvent, OrderFilled
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import OpenAccount, OrderType, PlaceOrder, Side, TimeInForce
from trading.sandbox.policies import PRESETS, policy_named

BTC = make_instrument("BTC-USDT", tick="0.01", lot="0.000001")
ETH = make_instrument("ETH-USDT", tick="0.01", lot="0.001")
POLICIES = ("ideal", "realistic", "pessimistic")
PLENTY = 10**20
DEPTH_STEPS = 6_000


def file_of(name: str):
    """A file of the shared data; skips the test where it is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"the shared data folder has no {path.name} here")
    return path


def ns_of(time: datetime) -> int:
    return round((time - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000) * 1_000_000


def updates_of_ticks() -> Iterator[MarketUpdate]:
    """The trades between the quotes: each step has the best prices of the last quote, a trade also its print."""
    trades = pl.read_parquet(file_of("ticks/btcusdt-trades.parquet"))
    quotes = pl.read_parquet(file_of("ticks/btcusdt-quotes.parquet"))
    rows = [(ns_of(row["timestamp"]), 0, row) for row in quotes.iter_rows(named=True)]
    rows += [(ns_of(row["timestamp"]), 1, row) for row in trades.iter_rows(named=True)]
    bids = asks = ()
    last = 0
    for time_ns, kind, row in sorted(rows, key=lambda each: each[:2]):
        lots, side = 0, ""
        if kind:
            last, lots = round(row["price"] * 100), round(row["quantity"] * 10**6)
            side = "sell" if row["buyer_maker"] == "True" else "buy"
        else:
            bids = ((round(row["bid"] * 100), round(row["bid_size"] * 10**6)),)
            asks = ((round(row["ask"] * 100), round(row["ask_size"] * 10**6)),)
        if last and bids:
            low, high = min(last, bids[0][0]), max(last, asks[0][0])
            yield MarketUpdate("BTC-USDT", time_ns, last, last, low, high, bids, asks, True, lots, side)


class Race:
    """The same limits at the touch, placed at the same moments by one account for each policy."""

    def __init__(self, instrument: Instrument, lots: int) -> None:
        self.instrument, self.lots = instrument, lots
        self.exchange = Exchange(lambda symbol: instrument)
        self.first: dict[tuple[str, int], int] = {}
        self.whole: dict[tuple[str, int], int] = {}
        self.placed = 0
        for policy in POLICIES:
            command = OpenAccount(
                account_id=policy,
                name=policy,
                type="cash",
                base_currency=instrument.quote,
                allow_short=False,
                maker_ppm=200,
                taker_ppm=500,
                fill_policy=policy,
                policy=policy_named(policy),
                balances={instrument.quote: PLENTY, instrument.base: PLENTY},
            )
            self.exchange.apply(command, 1)

    def run(self, updates: Iterable[MarketUpdate], *, every: int) -> None:
        """Let the market go by, and place a buy and a sell at the touch every so many steps."""
        for number, update in enumerate(updates):
            self.note(self.exchange.on_market(update))
            if number % every == 0 and update.bids and update.asks:
                for side, price in (("buy", update.bids[0][0]), ("sell", update.asks[0][0])):
                    self.place(side, price, update.time_ns)

    def place(self, side: str, price: int, time_ns: int) -> None:
        self.placed += 1
        for policy in POLICIES:
            command = PlaceOrder(
                order_id=f"{policy}-{self.placed}",
                account_id=policy,
                symbol=self.instrument.symbol,
                side=Side(side),
                type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                quantity_lots=self.lots,
                price_ticks=price,
            )
            self.note(self.exchange.apply(command, time_ns))

    def note(self, events: list[AnyEvent]) -> None:
        for event in events:
            if isinstance(event, OrderFilled):
                policy, _, number = event.order_id.rpartition("-")
                self.first.setdefault((policy, int(number)), event.time_ns)
                if self.exchange.orders[event.order_id].status == "filled":
                    self.whole[policy, int(number)] = event.time_ns

    def check(self) -> dict[str, int]:
        """Never earlier under the stricter policy; how many orders filled under each."""
        never = 2**63
        for times in (self.first, self.whole):
            for number in range(1, self.placed + 1):
                ideal, realistic, pessimistic = (times.get((policy, number), never) for policy in POLICIES)
                assert ideal <= realistic <= pessimistic, number
        return {policy: sum(key[0] == policy for key in self.first) for policy in POLICIES}

    def later(self, kinder: str, stricter: str) -> int:
        """How many orders filled truly later under the stricter policy."""
        never = 2**63
        return sum(
            self.first[kinder, number] < self.first.get((stricter, number), never)
            for policy, number in self.first
            if policy == kinder
        )


def test_limits_at_the_touch_of_real_trades_fill_no_earlier_under_a_stricter_policy():
    race = Race(BTC, lots=100)
    race.run(updates_of_ticks(), every=20)
    filled = race.check()
    assert race.placed > 200
    assert race.placed >= filled["ideal"] > filled["realistic"] > filled["pessimistic"] > 0


async def test_limits_at_the_touch_of_a_real_book_fill_no_earlier_under_a_stricter_policy(tmp_path):
    importer = Importer(tmp_path)
    source = source_of(importer, importer(file_of("book/usdm_ethusdt_20240808.gz")))
    race = Race(ETH, lots=5)
    updates: list[MarketUpdate] = []
    while len(updates) < DEPTH_STEPS and (steps := await source.next_steps()) is not None:
        updates += [step.update for step in steps]
    race.run(updates[:DEPTH_STEPS], every=50)
    filled = race.check()
    assert race.placed > 200
    assert filled["ideal"] >= filled["realistic"] >= filled["pessimistic"] > 0
    assert race.later("ideal", "realistic") > 50
    assert race.later("realistic", "pessimistic") > 50


def test_the_policies_of_the_race_are_presets():
    assert set(POLICIES) <= set(PRESETS)
