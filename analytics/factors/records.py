"""What travels between the gateway and the workers of factors, and what they answer. Django-free."""

from typing import Final, Literal

import msgspec

from markets.bars.references import BarsReference

ENGINE: Final = 1
"""Part of the name of kept values: it rises when the same expression over the same bars may come to something else."""

BARS_FILE: Final = "bars.json"
"""What a folder of values has the bars in that they were computed from, as `Bars`."""

Entry = Literal["next_open", "close"]


class Factor(msgspec.Struct, frozen=True):
    """One factor: its name, its text, and the values of its parameters."""

    name: str
    expression: str
    parameters: dict[str, int | float] = {}


class Bars(msgspec.Struct, frozen=True, kw_only=True):
    """The bars of many symbols, which are too many to travel with a job, and the groups of the symbols by grouping."""

    references: list[BarsReference]
    groups: dict[str, dict[str, str]] = {}


class ComputeWork(msgspec.Struct, frozen=True, kw_only=True):
    """Factors to compute. `bars` is a file of `Bars`; values go into `folder`, a file for each factor."""

    factors: list[Factor]
    bars: str
    folder: str
    data_hash: str


class EvaluateWork(msgspec.Struct, frozen=True, kw_only=True):
    """One factor to judge by the returns over `horizons` bars that follow."""

    factor: Factor
    bars: str
    folder: str
    data_hash: str
    horizons: list[int]
    quantiles: int
    entry: Entry


class Truncation(msgspec.Struct, frozen=True):
    """Whether values stay as they are when later bars are cut off, and how much was compared.

    `first_difference` tells the first cell that did not stay: symbol, bar time, and the value with and without what came
    later.
    """

    passed: bool
    cuts: int
    compared: int
    first_difference: dict[str, str | int | float | None] | None = None


class FactorSummary(msgspec.Struct, frozen=True):
    """What a computed factor looks like; None where nothing is known. `coverage` is the share of bars with a value."""

    name: str
    expression: str
    parameters: dict[str, int | float]
    key: str
    warm_up_bars: int
    was_cached: bool
    coverage: float
    mean: float | None
    std: float | None
    minimum: float | None
    maximum: float | None
