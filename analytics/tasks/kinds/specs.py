"""What can be asked of bars: a Struct for each kind of analysis, told apart by `kind` in JSON. Loads no numpy.

What bounds a number is here; how symbols and bars must be is `Demand`.
"""

from typing import Final, Literal, get_args

import msgspec

Estimator = Literal["close_to_close", "parkinson", "garman_klass", "rogers_satchell", "yang_zhang"]
Zone = Literal["utc", "calendar"]
Prices = Literal["log", "plain"]
ESTIMATORS: Final[tuple[Estimator, ...]] = get_args(Estimator)
ZONES: Final = get_args(Zone)
PRICES: Final = get_args(Prices)

MIN_WINDOW: Final = 5
MAX_WINDOW: Final = 5_000
"""Bars of a moving window, as in expressions; a picture's thousand windows stay cheap."""

MAX_CONE_WINDOWS: Final = 12
MAX_LAGS: Final = 250
MAX_EPISODES: Final = 50
MAX_JOHANSEN_LAGS: Final = 10
MAX_ITERATIONS: Final = 500


class Correlation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="correlation"):
    """How symbols move together; `pair` (the first two unless said) also over time, in windows of so many returns."""

    pair: tuple[str, str] | None = None
    window: int = 50


class Volatility(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="volatility"):
    """How much a symbol moves: in windows of so many bars, its cone by `estimator` and how long movement lasts."""

    window: int = 20
    estimator: Estimator = "close_to_close"
    cone_windows: tuple[int, ...] = (10, 20, 60, 120, 250)
    lags: int = 50


class Seasonality(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="seasonality"):
    """When a symbol moves, by hours and days in UTC or in the zone of its calendar."""

    zone: Zone = "utc"


class Drawdowns(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="drawdowns"):
    """How far a symbol fell and how long it took to come back; the worst `episodes`."""

    episodes: int = 10


class Cointegration(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="cointegration"):
    """Whether two symbols are bound to each other, on logarithms of prices or on prices."""

    prices: Prices = "log"
    johansen_lags: int = 1


class Regime(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="regime"):
    """Which states of volatility there were, and whether prices went somewhere (`trend_window`, `trend_threshold`)."""

    states: Literal[2, 3] = 2
    iterations: int = 200
    seed: int = 0
    trend_window: int = 50
    trend_threshold: float = 0.3


Options = Correlation | Volatility | Seasonality | Drawdowns | Cointegration | Regime
Kind = Literal["correlation", "volatility", "seasonality", "drawdowns", "cointegration", "regime"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


class Demand(msgspec.Struct, frozen=True):
    """How many symbols an analysis takes, how many bars of each, and whether each bar must follow the one before."""

    least_symbols: int
    most_symbols: int
    least_bars: int
    most_bars: int
    is_evenly_spaced: bool


DEMANDS: Final[dict[Kind, Demand]] = {
    "correlation": Demand(2, 50, 31, 200_000, False),
    "volatility": Demand(1, 1, 31, 2_000_000, True),
    "seasonality": Demand(1, 1, 31, 2_000_000, False),
    "drawdowns": Demand(1, 1, 2, 10_000_000, False),
    "cointegration": Demand(2, 2, 100, 10_000, True),
    "regime": Demand(1, 1, 200, 10_000, True),
}
"""The most bars keep a job to about a minute and a gigabyte: tests of unit roots try dozens of lags over all bars, a fit of
regimes hundreds of passes, fifty symbols lie side by side. The fewest are those below which the figures are noise.
"""


def kind_of(options: Options) -> Kind:
    """The name of what is asked."""
    kind: Kind = options.__struct_config__.tag  # type: ignore[assignment]
    return kind
