"""Both sides of a comparison, from a backtest's arrays and from a session of the sandbox. Loads numpy."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from analytics.backtests.engine import layout
from analytics.backtests.engine.reasons import STATUS_NAMES
from analytics.backtests.parity import BarsOf, Deed, deeds_of_fills
from kit.units import MONEY_DECIMALS, text_from_units
from markets.instruments import Instrument
from trading.sessions.services import Session


def bars_of(path: Path, interval_ns: int, instrument: Instrument, times: np.ndarray) -> BarsOf:
    """The bars of a symbol from their file; where that has made room, their times alone, with every price in them."""
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError):
        anything = np.full(len(times), np.inf)
        return BarsOf(times.tolist(), interval_ns, (-anything).tolist(), anything.tolist())
    scale = 10**instrument.tick.decimals / instrument.tick.units
    low, high = (np.rint(np.asarray(rows[place]) * scale).astype(np.int64) for place in (3, 2))
    return BarsOf(np.asarray(rows[0]).view(np.int64).tolist(), interval_ns, low.tolist(), high.tolist())


def deeds_of_backtest(arrays: Any, symbols: list[str], bars: dict[str, BarsOf]) -> list[Deed]:
    """What the orders of a backtest did."""
    times = arrays["time_ns"]
    found = []
    for row in arrays["order_rows"]:
        symbol, time_ns = symbols[int(row[layout.SYMBOL])], int(times[row[layout.BAR]])
        lots = int(row[layout.FILLED_LOTS])
        found.append(
            Deed(
                symbol=symbol,
                time_ns=time_ns,
                bar=bars[symbol].bar_at(time_ns),
                is_buy=bool(row[layout.SIDE] > 0),
                lots=lots,
                value=int(row[layout.PRICE]) * lots,
                fee_units=int(row[layout.FEE]) if lots else 0,
                refused=None if lots else STATUS_NAMES[int(row[layout.STATUS])],
            )
        )
    return found


def deeds_of_session(session: Session, bars: dict[str, BarsOf]) -> list[Deed]:
    """What an account did with the symbols of a backtest, and what it was refused."""
    fills = [
        Deed(
            symbol=fill.symbol,
            time_ns=fill.time_ns,
            bar=bars[fill.symbol].bar_at(fill.time_ns),
            is_buy=fill.is_buy,
            lots=fill.quantity_lots,
            value=fill.price_ticks * fill.quantity_lots,
            fee_units=fill.fee_units,
            order_id=fill.order_id,
        )
        for fill in session.fills
        if fill.symbol in bars
    ]
    refusals = [
        Deed(
            symbol=each.symbol,
            time_ns=each.time_ns,
            bar=bars[each.symbol].bar_at(each.time_ns),
            is_buy=each.is_buy,
            lots=0,
            refused=each.reason,
            order_id=each.order_id,
        )
        for each in session.refusals
        if each.symbol in bars
    ]
    return sorted(deeds_of_fills(fills) + refusals, key=lambda deed: deed.time_ns)


class DeedShown(msgspec.Struct, frozen=True):
    """What one side did, as clients read it."""

    time: int
    side: str
    quantity: str
    price: str | None
    fee: str | None
    order_id: str | None
    refused: str | None


def shown(deed: Deed | None, instrument: Instrument) -> DeedShown | None:
    """A deed as clients read it; None for nothing."""
    if deed is None:
        return None
    has_filled = deed.lots > 0
    return DeedShown(
        time=deed.time_ns,
        side="buy" if deed.is_buy else "sell",
        quantity=instrument.quantity_text(deed.lots),
        price=instrument.average_price_text(deed.value, deed.lots) if has_filled else None,
        fee=text_from_units(deed.fee_units, MONEY_DECIMALS) if has_filled else None,
        order_id=deed.order_id,
        refused=deed.refused,
    )
