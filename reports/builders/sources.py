"""What builders are given: equity curves and round trips as arrays, whoever they are of. Money is in `currency`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from quant.performance.measuring import DaysPerYear
from reports.builders.document import DataHash

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RoundTrips:
    """Closed round trips in the order of their closing, arrays of length n; `quant.performance` reads them too.

    `symbol` names the instrument, `side` is 1 for long and -1 for short. Money is in the quote asset, `profit` after fees;
    `mae` (at most 0) and `mfe` (at least 0) are NaN where nobody watched, and so is `risk` without a stop.
    """

    symbol: Sequence[str]
    side: npt.NDArray[np.int8]
    quantity: Floats
    entry_price: Floats
    exit_price: Floats
    entry_time_ns: Integers
    exit_time_ns: Integers
    fees: Floats
    profit: Floats
    mae: Floats
    mfe: Floats
    risk: Floats

    def __len__(self) -> int:
        return len(self.side)

    def part(self, chosen: npt.NDArray[np.bool_]) -> "RoundTrips":
        """Those where `chosen` ([n], bool) is true."""
        return RoundTrips(
            [symbol for symbol, is_in in zip(self.symbol, chosen.tolist(), strict=True) if is_in],
            *(getattr(self, name)[chosen] for name in ARRAYS),
        )


ARRAYS = (
    "side", "quantity", "entry_price", "exit_price", "entry_time_ns", "exit_time_ns", "fees", "profit", "mae", "mfe",
    "risk",
)  # fmt: skip
"""The columns of round trips beside the symbols, in their order."""


@dataclass(frozen=True)
class Prices:
    """A benchmark: prices (float64 [N]) at rising times."""

    name: str
    time_ns: Integers
    price: Floats


@dataclass(frozen=True, kw_only=True)
class Track:
    """What an account or a backtest did: its equity over time and its round trips.

    `time_ns` and `equity` are [T], `starting_equity` is before the first mark. `traded_value`, `fees` and `exposure` (the
    share of bars with a position) are None where nobody counted them, and so is `held`: what was still open at the end, when
    it was opened and for how much. `warnings` go on top of the report.
    """

    name: str
    subject: str
    currency: str
    time_ns: Integers
    equity: Floats
    starting_equity: float
    days_per_year: DaysPerYear
    trades: RoundTrips
    data: tuple[DataHash, ...]
    benchmark: Prices | None = None
    traded_value: float | None = None
    exposure: float | None = None
    fees: float | None = None
    held: tuple[tuple[int, float], ...] | None = None
    engine: int | None = None
    language: int | None = None
    conventions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
