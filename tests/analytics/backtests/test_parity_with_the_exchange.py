"""The same signals over the same real bars fill the same in the exchange as in a backtest: bar, side, lots, price, fee.

The exchange is fed as a replay feeds it. Whoever trades there sees the open of a bar, and then does what a backtest says: it
closes and opens by market orders, and leaves a stop, a target and a trailing stop that only reduce the position.
"""

from collections.abc import Iterator
from itertools import count

import numpy as np
import polars as pl
import pytest

from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import Bars, align, bars_from_prices
from analytics.backtests.engine.preparing import Measures, Signals, settings_of
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import Backtest
from markets.datasets.records import Candles
from markets.instruments import make_instrument
from markets.sources.base import steps_of_bar
from markets.sources.replay import bars_of
from quant.fills import share_ticks
from tests.analytics.backtests.stage import spec_of
from tests.markets.datasets.conftest import SHARED_DATA
from trading.sandbox.events import OrderFilled
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import (
    CancelAllOrders,
    OpenAccount,
    OrderType,
    PlaceOrder,
    Side,
    Terms,
    TimeInForce,
)
from trading.sandbox.policies import FillPolicy

PERP = make_instrument("PERP-USD", tick="0.5", lot="0.001")
MINUTE_NS = 60 * 10**9
BARS = 12_000


@pytest.fixture(scope="module")
def rows() -> Candles:
    """Real minutes of a perpetual."""
    path = SHARED_DATA / "crypto_bars" / "btc-perp-20211231-20220201_1m.csv"
    if not path.exists():
        pytest.skip(f"the shared data folder has no {path.name} here")
    frame = pl.read_csv(path).head(BARS)
    times = frame["timestamp"].str.to_datetime().dt.epoch("ns")
    columns = [frame[name].to_list() for name in ("open", "high", "low", "close")]
    return Candles(times.to_list(), *columns, (frame["volume"] / 50_000).to_list())


@pytest.fixture(scope="module")
def bars(rows: Candles) -> Bars:
    prices = tuple(np.array(column) for column in (rows.open, rows.high, rows.low, rows.close))
    times = np.array(rows.time_ns, np.int64)
    return bars_from_prices(PERP, MINUTE_NS, times, prices=prices, volume=np.array(rows.volume))


def crossings(close: np.ndarray, fast: int, slow: int) -> tuple[np.ndarray, np.ndarray]:
    """Where a fast average of closes comes above a slow one, and where it comes below."""
    sums = np.cumsum(np.append(0.0, close))
    averages = [(sums[slow:] - sums[slow - n : -n]) / n for n in (fast, slow)]
    above = np.append(np.full(slow - 1, averages[0][0] > averages[1][0]), averages[0] > averages[1])
    changes = np.append(False, above[1:] != above[:-1])
    return changes & above, changes & ~above


class Trader:
    """Does in the exchange what a backtest says, from one open to the next."""

    def __init__(self, spec: Backtest, settings: np.ndarray, policy: FillPolicy) -> None:
        self.exchange = Exchange(lambda symbol: PERP)
        self.row = settings[0].tolist()
        self.fills: list[tuple] = []
        self.reasons: list[str] = []
        self.bar = 0
        self.ids = (f"o{number}" for number in count())
        self.why: dict[str, str] = {}
        opened = OpenAccount(
            account_id="a",
            name="a",
            type="margin",
            base_currency="USD",
            allow_short=spec.allow_short,
            maker_ppm=self.row[layout.MAKER_PPM],
            taker_ppm=self.row[layout.TAKER_PPM],
            fill_policy="custom",
            policy=policy,
            balances={"USD": self.row[layout.STARTING_CASH]},
        )
        self.exchange.apply(opened, 0)

    @property
    def lots(self) -> int:
        position = self.exchange.accounts["a"].positions.get("PERP-USD")
        return position.quantity_lots if position else 0

    @property
    def cash(self) -> int:
        return self.exchange.accounts["a"].balances["USD"].total_units

    def keep(self, events: list) -> list[OrderFilled]:
        found = [event for event in events if isinstance(event, OrderFilled)]
        for event in found:
            order = self.exchange.orders[event.order_id]
            side = 1 if order.side is Side.BUY else -1
            self.fills.append((self.bar, side, event.quantity_lots, event.price_ticks, event.fee_units))
            self.reasons.append(self.why[event.order_id])
        return found

    def place(self, why: str, is_buy: bool, lots: int, order_type: OrderType, **fields: object) -> list[OrderFilled]:
        order_id = next(self.ids)
        self.why[order_id] = why
        at_once = order_type is OrderType.MARKET
        command = PlaceOrder(
            order_id=order_id,
            account_id="a",
            symbol="PERP-USD",
            side=Side.BUY if is_buy else Side.SELL,
            type=order_type,
            time_in_force=TimeInForce.IOC if at_once else TimeInForce.GTC,
            quantity_lots=lots,
            **fields,
        )
        return self.keep(self.exchange.apply(command, self.time_ns))

    def act(self, code: tuple[bool, bool], allow_short: bool) -> None:
        """At an open: what the last bar said. `code` is (up, down)."""
        up, down = code
        lots = self.lots
        if (up and lots < 0) or (down and lots > 0):
            self.exchange.apply(CancelAllOrders(account_id="a"), self.time_ns)
            self.place("leave", lots < 0, abs(lots), OrderType.MARKET)
        if self.lots == 0 and (up or (down and allow_short)):
            for fill in self.place("enter", up, self.row[layout.SIZE_VALUE], OrderType.MARKET):
                self.protect(1 if up else -1, fill)

    def protect(self, side: int, fill: OrderFilled) -> None:
        row, is_buy, lots = self.row, side < 0, fill.quantity_lots
        reduces = Terms(reduce_only=True)
        if row[layout.STOP_KIND]:
            stop = fill.price_ticks - side * share_ticks(fill.price_ticks, row[layout.STOP_VALUE])
            self.place("stop", is_buy, lots, OrderType.STOP, stop_ticks=stop, terms=reduces)
        if row[layout.TRAIL_KIND]:
            terms = Terms(reduce_only=True, trail_ppm=row[layout.TRAIL_VALUE])
            self.place("trailing", is_buy, lots, OrderType.TRAILING_STOP, terms=terms)
        if row[layout.TARGET_KIND]:
            target = fill.price_ticks + side * share_ticks(fill.price_ticks, row[layout.TARGET_VALUE])
            self.place("target", is_buy, lots, OrderType.LIMIT, price_ticks=target, terms=reduces)

    def replay(self, rows: Candles, said: Iterator[tuple[bool, bool]], allow_short: bool) -> None:
        before, code = 0, (False, False)
        for self.bar, (candle, following) in enumerate(zip(bars_of(rows, PERP), said, strict=True)):
            for number, step in enumerate(steps_of_bar("PERP-USD", candle, MINUTE_NS, before)):
                self.time_ns = step.update.time_ns
                self.keep(self.exchange.on_market(step.update))
                if number == 0 and any(code):
                    self.act(code, allow_short)
            before, code = candle.close_ticks, following


CASES = {
    "signals alone, long and short": ({}, {}, True),
    "stop and target": ({"stop": "0.3", "target": "0.5"}, {}, True),
    "a tight stop and a tight target": ({"stop": "0.06", "target": "0.08"}, {}, True),
    "a limit must be traded through": ({"stop": "0.1", "target": "0.1"}, {"limit_fill": "through"}, True),
    "trailing": ({"trailing": "0.15"}, {}, True),
    "stop, target and trailing, long alone": ({"stop": "0.1", "target": "0.25", "trailing": "0.12"}, {}, False),
    "slippage of every kind": (
        {"stop": "0.1", "target": "0.15", "trailing": "0.2"},
        {
            "slippage_ticks": 1,
            "slippage_percent": "0.01",
            "volume_share_impact_percent": "5",
            "root_impact_percent": "0.5",
        },
        True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_backtest_and_the_exchange_fill_alike(name, rows, bars):
    distances, fills, allow_short = CASES[name]
    fills = {"limit_fill": "touch", "path": "nearer", "spread": "bar", **fills}
    spec = spec_of(
        ("PERP-USD",),
        allow_short=allow_short,
        fills=fills,
        fees={"maker_bps": "2", "taker_bps": "5"},
        starting_cash="1000000",
        strategy={
            "sizing": {"kind": "fixed", "quantity": "0.25"},
            **{kind: {"kind": "percent", "percent": percent} for kind, percent in distances.items()},
        },
    )
    up, down = crossings(bars.close, 5, 20)
    panel = align([bars])
    signals = Signals(up, down, down if allow_short else None, up if allow_short else None)
    result = run_backtest(spec, panel, signals)
    settings = settings_of(spec, panel, Measures(panel))
    policy = FillPolicy(
        limit_fill=fills["limit_fill"],
        depth="unlimited",
        slippage_ticks=int(settings[0, layout.SLIPPAGE_TICKS]),
        slippage_ppm=int(settings[0, layout.SLIPPAGE_PPM]),
        volume_share_impact_ppm=int(settings[0, layout.SHARE_IMPACT_PPM]),
        root_impact_ppm=int(settings[0, layout.ROOT_IMPACT_PPM]),
    )
    trader = Trader(spec, settings, policy)
    trader.replay(rows, zip(up.tolist(), down.tolist(), strict=True), allow_short)
    filled = result.order_rows[result.order_rows[:, layout.FILLED_LOTS] > 0]
    columns = (layout.BAR, layout.SIDE, layout.FILLED_LOTS, layout.PRICE, layout.FEE)
    assert [tuple(row) for row in filled[:, columns].tolist()] == trader.fills
    assert int(result.cash_units[-1]) == trader.cash
    assert len(result.trades) >= 200
    assert set(distances) <= set(trader.reasons)
    if allow_short:
        assert {-1, 1} == set(result.trades.side.tolist())


def test_bars_of_a_backtest_are_the_bars_of_a_replay(rows, bars):
    replayed = bars_of(rows, PERP)
    columns = (bars.time_ns, bars.open_ticks, bars.high_ticks, bars.low_ticks, bars.close_ticks, bars.volume_lots)
    assert [tuple(row) for row in zip(*(column.tolist() for column in columns), strict=True)] == [
        (bar.time_ns, bar.open_ticks, bar.high_ticks, bar.low_ticks, bar.close_ticks, bar.volume_lots)
        for bar in replayed
    ]
