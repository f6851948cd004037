"""Figures of round trips."""

import math
from typing import Protocol

import numpy as np

from quant.performance.days import Floats, Integers
from quant.performance.figures import Side, TradeFigures

NS_PER_HOUR = 3_600 * 10**9


class Trades(Protocol):
    """Round trips in the order of their closing, arrays of length n.

    `side` is 1 for long and -1 for short; `profit` is money after fees; `mae` is at most 0 and `mfe` at least 0, money;
    `risk` is the money at stake at the entry, NaN where that is not known.
    """

    @property
    def side(self) -> np.ndarray: ...  # noqa: D102
    @property
    def profit(self) -> Floats: ...  # noqa: D102
    @property
    def fees(self) -> Floats: ...  # noqa: D102
    @property
    def entry_time_ns(self) -> Integers: ...  # noqa: D102
    @property
    def exit_time_ns(self) -> Integers: ...  # noqa: D102
    @property
    def mae(self) -> Floats: ...  # noqa: D102
    @property
    def mfe(self) -> Floats: ...  # noqa: D102
    @property
    def risk(self) -> Floats: ...  # noqa: D102


def trade_figures(trades: Trades) -> TradeFigures:
    """All figures of round trips. A trade that came to exactly nothing is neither won nor lost."""
    profit = np.asarray(trades.profit, np.float64)
    won, lost = profit > 0, profit < 0
    gross_profit, gross_loss = float(profit[won].sum()), float(-profit[lost].sum())
    average_win, average_loss = _mean(profit[won]), _mean(profit[lost])
    payoff = average_win / -average_loss if average_win is not None and average_loss is not None else None
    multiples = _multiples(profit, trades.risk)
    return TradeFigures(
        count=len(profit),
        win_rate=_mean(won.astype(np.float64)),
        gross_profit=gross_profit,
        gross_loss=gross_loss,
        profit_factor=gross_profit / gross_loss if gross_loss > 0 else None,
        payoff_ratio=payoff,
        expectancy=_mean(profit),
        expectancy_r=_mean(multiples),
        average_win=average_win,
        average_loss=average_loss,
        median=float(np.median(profit)) if len(profit) else None,
        best=float(profit.max()) if len(profit) else None,
        worst=float(profit.min()) if len(profit) else None,
        average_hold_hours=_mean((trades.exit_time_ns - trades.entry_time_ns) / NS_PER_HOUR),
        most_wins_in_a_row=longest_run(won),
        most_losses_in_a_row=longest_run(lost),
        average_adverse_excursion=_mean(trades.mae),
        average_favourable_excursion=_mean(trades.mfe),
        system_quality=_system_quality(multiples if len(multiples) else profit),
        kelly=_kelly(float(won.mean()), payoff) if len(profit) and payoff is not None else None,
        long=_side(trades, 1),
        short=_side(trades, -1),
    )


def longest_run(flags: np.ndarray) -> int:
    """The most that were true one after the other."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def _multiples(profit: Floats, risk: Floats) -> Floats:
    """Profits in multiples of what was at risk, of the trades where that is known."""
    known = np.isfinite(risk) & (np.asarray(risk) > 0)
    multiples: Floats = profit[known] / np.asarray(risk)[known]
    return multiples


def _system_quality(values: Floats) -> float | None:
    """Van Tharp's system quality number: the root of the count times mean over deviation."""
    if len(values) < 2:
        return None
    deviation = float(np.std(values, ddof=1))
    return float(math.sqrt(len(values)) * values.mean() / deviation) if deviation > 0 else None


def _kelly(win_rate: float, payoff: float) -> float:
    """The share of capital that would have grown it fastest (Kelly 1956), from 0 to 1: W - (1 - W) / payoff."""
    return min(max(win_rate - (1 - win_rate) / payoff, 0.0), 1.0) if payoff > 0 else 0.0


def _side(trades: Trades, side: int) -> Side:
    profit = np.asarray(trades.profit)[np.asarray(trades.side) == side]
    return Side(len(profit), float(profit.sum()), _mean((profit > 0).astype(np.float64)))


def _mean(values: Floats) -> float | None:
    return float(np.mean(values)) if len(values) else None
