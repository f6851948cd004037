"""Figures of round trips."""

import math
from typing import Protocol

import numpy as np

from quant.compiled import float_kernel
from quant.performance.days import Floats, Integers
from quant.performance.figures import Side, TradeFigures

NS_PER_HOUR = 3_600 * 10**9

WON, LOST, GAIN, LOSS, HOURS, ADVERSE, FAVOURABLE, MOST_WON, MOST_LOST, SUMS = range(10)
"""What `sum_trades_nb` adds up."""


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
    profit = np.ascontiguousarray(trades.profit, np.float64)
    sides, sums = np.zeros((2, 3)), np.zeros(SUMS)
    held_ns = np.ascontiguousarray(trades.exit_time_ns - trades.entry_time_ns)
    adverse, favourable = (np.ascontiguousarray(each, np.float64) for each in (trades.mae, trades.mfe))
    sum_trades_nb(profit, np.asarray(trades.side, np.int8), held_ns, adverse, favourable, sides, sums)
    won, lost, gain, loss, hours, worst, best, most_won, most_lost = sums.tolist()
    count, multiples, ordered = len(profit), _multiples(profit, trades.risk), np.sort(profit)
    average_win, average_loss = _share(gain, won), _share(-loss, lost)
    payoff = _share(average_win, -average_loss) if average_win is not None and average_loss is not None else None
    return TradeFigures(
        count=count,
        win_rate=_share(won, count),
        gross_profit=gain,
        gross_loss=loss,
        profit_factor=_share(gain, loss),
        payoff_ratio=payoff,
        expectancy=_share(gain - loss, count),
        expectancy_r=_mean(multiples),
        average_win=average_win,
        average_loss=average_loss,
        median=float((ordered[(count - 1) // 2] + ordered[count // 2]) / 2) if count else None,
        best=float(ordered[-1]) if count else None,
        worst=float(ordered[0]) if count else None,
        average_hold_hours=_share(hours, count),
        most_wins_in_a_row=int(most_won),
        most_losses_in_a_row=int(most_lost),
        average_adverse_excursion=_share(worst, count),
        average_favourable_excursion=_share(best, count),
        system_quality=_system_quality(multiples if len(multiples) else profit),
        kelly=_kelly(won / count, payoff) if count and payoff is not None else None,
        long=_side(sides[0].tolist()),
        short=_side(sides[1].tolist()),
    )


@float_kernel
def sum_trades_nb(
    profit: np.ndarray,
    side: np.ndarray,
    held_ns: np.ndarray,
    adverse: np.ndarray,
    favourable: np.ndarray,
    sides: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Add up trades in `sums`, and for the long and the short ones their number, profit and wins in `sides` [2, 3]."""
    won_in_a_row = lost_in_a_row = 0
    for trade in range(profit.size):
        gain, row = profit[trade], 0 if side[trade] > 0 else 1
        has_won, has_lost = gain > 0.0, gain < 0.0
        won_in_a_row = won_in_a_row + 1 if has_won else 0
        lost_in_a_row = lost_in_a_row + 1 if has_lost else 0
        sums[WON] += has_won
        sums[LOST] += has_lost
        sums[GAIN] += gain if has_won else 0.0
        sums[LOSS] -= gain if has_lost else 0.0
        sums[HOURS] += held_ns[trade] / NS_PER_HOUR
        sums[ADVERSE] += adverse[trade]
        sums[FAVOURABLE] += favourable[trade]
        sums[MOST_WON] = max(sums[MOST_WON], won_in_a_row)
        sums[MOST_LOST] = max(sums[MOST_LOST], lost_in_a_row)
        sides[row, 0] += 1
        sides[row, 1] += gain
        sides[row, 2] += has_won


def _share(total: float, of: float) -> float | None:
    """The quotient; None where there is nothing to divide by, or so little that it is no finite number."""
    share = total / of if of else math.inf
    return share if math.isfinite(share) else None


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


def _side(sums: list[float]) -> Side:
    count, profit, won = sums
    return Side(int(count), profit, _share(won, count))


def _mean(values: Floats) -> float | None:
    return float(np.mean(values)) if len(values) else None
