"""What travels between the gateway and the workers of backtests, and what is kept of them. Django-free."""

import math
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from analytics.backtests.engine.figures import FIGURES
from analytics.backtests.search import Axis
from analytics.backtests.strategy_files import StrategyFile
from analytics.backtests.windows import Schedule
from markets.bars.references import BarsReference

ENGINE: Final = 1
"""Kept with every result: it rises when the same spec over the same bars may come to something else."""

METRICS: Final = ("sharpe", "total_return", "max_drawdown", "profit_factor", "trades")
"""What a search may look for the most of; drawdowns are at most 0, so that the most is the smallest fall."""


TRADE_COLUMNS: Final = (
    "symbol", "side", "quantity", "entry_price", "exit_price", "entry_time_ns", "exit_time_ns", "fees", "profit", "mae",
    "mfe", "risk", "is_ambiguous",
)  # fmt: skip
"""Of the round trips of a backtest, as they are kept."""


class BacktestWork(msgspec.Struct, frozen=True, kw_only=True):
    """One backtest: its spec as plain values, the bars of its symbols in their order, and where arrays go.

    `python` is the file of a strategy in Python, as it was when the backtest was asked for.
    """

    spec: dict[str, Any]
    bars: list[BarsReference]
    file: str
    python: StrategyFile | None = None


class SweepWork(msgspec.Struct, frozen=True, kw_only=True):
    """Many backtests over the same bars. `samples` None is the whole grid.

    `names` are those of the axes in the order in which they were asked for. It numbers the combinations, and Postgres
    keeps an object's keys in an order of its own.
    """

    spec: dict[str, Any]
    bars: list[BarsReference]
    file: str
    axes: dict[str, Axis]
    names: list[str] = []
    rising: list[tuple[str, str]]
    samples: int | None
    seed: int
    metric: str
    least_trades: int
    python: StrategyFile | None = None


class WalkWork(msgspec.Struct, frozen=True, kw_only=True):
    """A sweep for every window, and a backtest of its best on the bars after it."""

    sweep: SweepWork
    schedule: Schedule


class ResampleWork(msgspec.Struct, frozen=True, kw_only=True):
    """A backtest's arrays, and how they are drawn anew; `name` says to people which one it is."""

    file: str
    what: str
    draws: int
    seed: int
    mean_block: int
    ruin_percent: float
    days_per_year: int
    name: str = ""


class Combination(msgspec.Struct, frozen=True):
    """One combination of a sweep, with its figures; what is undefined is None."""

    number: int
    parameters: dict[str, int | float]
    total_return: float | None
    max_drawdown: float | None
    sharpe: float | None
    trades: int
    win_rate: float | None
    profit_factor: float | None
    fees: float
    exposure: float


def combination_from(number: int, parameters: dict[str, int | float], figures: Sequence[float]) -> Combination:
    """A combination as a person reads it, from its row of `FIGURES`."""
    row = dict(zip(FIGURES, figures, strict=True))
    known = {name: None if math.isnan(value) else value for name, value in row.items()}
    trades = int(known["trades"] or 0)
    return Combination(
        number=number,
        parameters=parameters,
        total_return=known["total_return"],
        max_drawdown=known["max_drawdown"],
        sharpe=known["sharpe"],
        trades=trades,
        win_rate=(known["wins"] or 0.0) / trades if trades else None,
        profit_factor=(known["gross_profit"] or 0.0) / -row["gross_loss"] if row["gross_loss"] < 0 else None,
        fees=known["fees"] or 0.0,
        exposure=known["exposure"] or 0.0,
    )
