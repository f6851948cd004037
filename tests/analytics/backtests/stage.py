"""A small stage for backtest tests: instruments with round numbers, bars written as text, and runs said in a line."""

import numpy as np

from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import Bars, Panel, align
from analytics.backtests.engine.preparing import Measures, Signals, settings_of
from analytics.backtests.engine.results import Result
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import Backtest, backtest_from
from markets.instruments import Instrument, make_instrument
from tests.analytics.backtests.reference import Reference

MINUTE_NS = 60 * 10**9
COIN = make_instrument("COIN-USD", tick="1", lot="1")
"""A tick is one dollar and a lot one coin, so that tables can be worked out by hand."""
INSTRUMENTS = (
    COIN,
    make_instrument("GOLD-USD", tick="0.5", lot="0.01"),
    make_instrument("SALT-USD", tick="0.01", lot="10"),
)


def bars_of(rows: list[tuple[int, ...]], instrument: Instrument = COIN, times: list[int] | None = None) -> Bars:
    """Bars from (open, high, low, close) or (…, volume) in ticks and lots, a minute each."""
    table = np.array([row if len(row) == 5 else (*row, 1_000) for row in rows], np.int64).reshape(-1, 5)
    minutes = np.arange(len(rows)) if times is None else np.array(times)
    return Bars(instrument, MINUTE_NS, minutes.astype(np.int64) * MINUTE_NS, *np.ascontiguousarray(table.T), "hash")


def flags(text: str) -> np.ndarray:
    """One symbol's signal, a character a bar: `x` is true."""
    return np.array([character == "x" for character in text])


def spec_of(symbols: tuple[str, ...] = ("COIN-USD",), **fields: object) -> Backtest:
    """A spec with one lot a trade and no fees unless said otherwise."""
    strategy = {"sizing": {"kind": "fixed", "quantity": "1"}, **fields.pop("strategy", {})}
    fees = fields.pop("fees", {"maker_bps": "0", "taker_bps": "0"})
    return backtest_from({"symbols": list(symbols), "interval": "1m", "strategy": strategy, "fees": fees, **fields})


def run(rows: list[tuple[int, ...]], *, signals: dict[str, str], **fields: object) -> Result:
    """A backtest of COIN-USD; signals as text by their name."""
    said = Signals(**{name: flags(text) for name, text in signals.items()})
    return run_backtest(spec_of(**fields), align([bars_of(rows)]), said)


def story(result: Result) -> list[str]:
    """The orders in words: `1 buy 1 at 100 signal` is bar, side, filled lots, price and reason; refusals say why."""
    lines = []
    for order in result.orders():
        bar = int(np.searchsorted(result.time_ns, order.time_ns))
        if order.price_ticks is None:
            lines.append(f"{bar} {order.side} refused {order.status}")
        else:
            lines.append(f"{bar} {order.side} {order.filled_lots} at {order.price_ticks} {order.reason}")
    return lines


COMPARED = (
    layout.BAR,
    layout.SOURCE,
    layout.SYMBOL,
    layout.SIDE,
    layout.ORDERED_LOTS,
    layout.FILLED_LOTS,
    layout.PRICE,
    layout.FEE,
    layout.REASON,
    layout.STATUS,
    layout.STEP,
    layout.IS_ENTRY,
    layout.IS_MAKER,
)


def compared_orders(result: Result) -> list[tuple[int, ...]]:
    """The orders as the reference engine writes them."""
    return [tuple(row) for row in result.order_rows[:, COMPARED].tolist()]


def reference_of(spec: Backtest, panel: Panel, signals: Signals) -> Reference:
    """The same backtest by the reference engine."""
    measures = Measures(panel)
    settings = settings_of(spec, panel, measures)
    bits = {"long_entry": 1, "long_exit": 2, "short_entry": 4, "short_exit": 8}
    symbols, bars = panel.prices.shape[1:]
    codes = np.zeros((bars, symbols), np.int64)
    for name, bit in bits.items():
        said = getattr(signals, name)
        if said is not None:
            codes |= said.reshape(bars, symbols) * bit
    after = spec.delisted_after_bars
    return Reference(panel.prices, codes.T.tolist(), settings, measures.array(), delisted_after_bars=after).run()
