"""What everybody back-tests: the cross of two averages, long or flat, one unit, filled at the next open.

When the average of the last 20 closes rises above that of the last 50, one unit is bought at the next open; when it falls
below, it is sold at the next open. With exits besides: 1 % below and 2 % above the price of the entry, from the bar after
the entry on, at the price itself or at the open where that is beyond; both in one bar: the stop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

FAST_BARS, SLOW_BARS = 20, 50
QUANTITY = 1
FEE_SHARE = 0.001
DOCUMENTED_FAST, DOCUMENTED_SLOW = 10, 20
DOCUMENTED_FEE = 0.002
"""Of the strategy in backtesting.py's documentation, which is long or short and never out of the market."""

STARTING_CASH = 10_000_000.0
"""More than any run here can lose: nobody is refused for money."""
STOP_SHARE, TARGET_SHARE = 0.01, 0.02

PRICE_TOLERANCE = 1e-9
EQUITY_TOLERANCE = 1e-6
SHOWN_DIFFERENCES = 3


@dataclass(frozen=True)
class Trades:
    """Closed round trips of one run, oldest first, arrays of n: bars are places in the input; and the final equity."""

    entry_bar: npt.NDArray[np.int64]
    exit_bar: npt.NDArray[np.int64]
    side: npt.NDArray[np.int64]
    entry_price: npt.NDArray[np.float64]
    exit_price: npt.NDArray[np.float64]
    final_equity: float

    def __len__(self) -> int:
        return len(self.entry_bar)

    def write(self, path: str) -> None:
        """Keep them in a file."""
        np.savez(path, **vars(self))

    def differing(self, other: "Trades") -> list[str]:
        """What differs from the other's trades, a line each; empty where they agree."""
        found = []
        if len(self) != len(other):
            found.append(f"{len(self)} and {len(other)} trades")
        mine = {int(bar): place for place, bar in enumerate(self.entry_bar)}
        for place, bar in enumerate(other.entry_bar.tolist()):
            if bar not in mine:
                found.append(f"an entry at bar {bar} of one alone")
            elif text := self._difference(mine[bar], other, place):
                found.append(text)
        gain, others_gain = self.final_equity - STARTING_CASH, other.final_equity - STARTING_CASH
        if abs(gain - others_gain) > EQUITY_TOLERANCE * abs(others_gain):
            found.append(f"a gain of {gain:.6f} and {others_gain:.6f}")
        return found

    def _difference(self, place: int, other: "Trades", others_place: int) -> str:
        """Of two trades that begin at the same bar; empty where they agree."""
        exits = int(self.exit_bar[place]), int(other.exit_bar[others_place])
        prices = (
            (self.entry_price[place], other.entry_price[others_place]),
            (self.exit_price[place], other.exit_price[others_place]),
        )
        is_equal = self.side[place] == other.side[others_place] and exits[0] == exits[1]
        if is_equal and all(abs(one - two) <= PRICE_TOLERANCE * abs(two) for one, two in prices):
            return ""
        bar = int(self.entry_bar[place])
        return f"entry at {bar}: exits at {exits[0]} and {exits[1]}, prices {prices[1][0]:.10g} and {prices[1][1]:.10g}"


def read_trades(path: Path) -> Trades:
    """Trades that `Trades.write` kept."""
    with np.load(path) as file:
        columns = {name: file[name] for name in file.files if name != "final_equity"}
        return Trades(**columns, final_equity=float(file["final_equity"]))


class Disagreement(RuntimeError):
    """Two contenders did not do the same work: their times may not be compared."""


def check_equal(ours: Trades, peer: Trades, name: str) -> str:
    """One line that says what was found equal; raises Disagreement naming the first differences."""
    assert len(ours), "a run without trades shows nothing"
    if found := ours.differing(peer):
        raise Disagreement(f"{name} differs in {len(found)} of {len(ours)} trades: {_first_of(found)}")
    return f"{len(ours)} equal trades"


def _first_of(lines: Sequence[str]) -> str:
    rest = len(lines) - SHOWN_DIFFERENCES
    return "; ".join(lines[:SHOWN_DIFFERENCES]) + (f"; and {rest} more" if rest > 0 else "")
