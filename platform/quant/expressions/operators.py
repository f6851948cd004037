"""The operators, each declared once: what it takes, what it gives, how far it looks back, and what it does with gaps.

The reader of expressions, both ways of evaluating them, the documentation and `factors/operators/` all go by this table.
Nothing here computes: kernels are found by an operator's name, and what can be said in the language itself is a
`definition` in it.

A value that is unknown is NaN, and so is every result that is no finite number (1 / 0, log(-1), overflow). Unless an
operator says otherwise it gives NaN as soon as it is given one: an operator of time when any bar of its window is NaN.
Conditions are true, false or unknown (Kleene's logic): a comparison with NaN is unknown, `not` of it as well, and what is
unknown in the end counts as false.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import ceil, log
from types import MappingProxyType
from typing import Any, Final

import msgspec

from quant.expressions.tree import Kind, Value

MAX_WINDOW: Final = 5_000
SETTLED: Final = 1e-8
"""The weight that the beginning of the history still has in a recursive average once it counts as settled."""


class Axis(StrEnum):
    """Along what an operator works: bar by bar, along the bars of a symbol, or across the symbols of a bar."""

    ELEMENT = "element"
    TIME = "time"
    CROSS_SECTION = "cross_section"


class Takes(StrEnum):
    """What may stand in a place: a series (a number will do), a condition, a window, a number, or a grouping's name."""

    SERIES = "series"
    CONDITION = "condition"
    WINDOW = "window"
    NUMBER = "number"
    GROUP = "group"


class Place(msgspec.Struct, frozen=True):
    """One place of an operator's signature; a window or number may have a default, `least` is its smallest value."""

    name: str
    takes: Takes
    default: Value | None = None
    least: Value | None = None
    most: Value | None = None


LookBack = Callable[[Sequence[Value]], int]
"""From the windows and numbers of a call, in their order, how many bars before the present one it needs."""


class Operator(msgspec.Struct, frozen=True):
    """One operator. `definition` is it in the language itself, in terms of the names of its places.

    `look_back` says from which bar on it has a value, `settles` from which on its value no longer depends on where the
    history begins; they differ for recursive averages alone.
    """

    name: str
    places: tuple[Place, ...]
    gives: Kind
    axis: Axis
    meaning: str
    nan: str = "NaN where any input is NaN."
    source: str = ""
    definition: str = ""
    look_back: LookBack | None = None
    settles: LookBack | None = None
    sign: str = ""

    @property
    def signature(self) -> str:
        """As a person reads it, such as `ts_mean(x, n)`."""
        if self.sign:
            return self.sign
        return f"{self.name}({', '.join(_place_text(place) for place in self.places)})"


def _place_text(place: Place) -> str:
    return place.name if place.default is None else f"{place.name}={place.default}"


# Places --------------------------------------------------------------------------------------------------------------

X: Final = Place("x", Takes.SERIES)
Y: Final = Place("y", Takes.SERIES)
A: Final = Place("a", Takes.SERIES)
B: Final = Place("b", Takes.SERIES)
C: Final = Place("c", Takes.CONDITION)
D: Final = Place("d", Takes.CONDITION)
GROUP: Final = Place("group", Takes.GROUP)


def window(name: str = "n", default: int | None = None, least: int = 1) -> Place:
    """A window of bars, from `least` to `MAX_WINDOW`."""
    return Place(name, Takes.WINDOW, default, least, MAX_WINDOW)


def number(name: str, default: Value | None = None, least: Value | None = None, most: Value | None = None) -> Place:
    """A number."""
    return Place(name, Takes.NUMBER, default, least, most)


N: Final = window()
N2: Final = window(least=2)
N3: Final = window(least=3)
N4: Final = window(least=4)

# How far back --------------------------------------------------------------------------------------------------------


def _shift(values: Sequence[Value]) -> int:
    return int(values[0])


def _window(values: Sequence[Value]) -> int:
    return int(values[0]) - 1


def _one(_: Sequence[Value]) -> int:
    return 1


def _settling(alpha_of: Callable[[int], float]) -> LookBack:
    """Bars until the beginning weighs less than SETTLED: (1 - alpha) to their power, after the first average."""

    def bars(values: Sequence[Value]) -> int:
        length = int(values[0])
        kept = 1 - alpha_of(length)
        return length - 1 + (ceil(log(SETTLED) / log(kept)) if kept > 0 else 0)

    return bars


def ema_alpha(length: int) -> float:
    """The weight of the newest value in `ema`."""
    return 2 / (length + 1)


def rma_alpha(length: int) -> float:
    """The weight of the newest value in `rma` (Wilder)."""
    return 1 / length


# Making them ---------------------------------------------------------------------------------------------------------


def _element(name: str, places: Sequence[Place], meaning: str, **more: Any) -> Operator:
    return Operator(name, tuple(places), Kind.SERIES, Axis.ELEMENT, meaning, **more)


def _condition(name: str, places: Sequence[Place], meaning: str, *, axis: Axis = Axis.ELEMENT, **more: Any) -> Operator:
    return Operator(name, tuple(places), Kind.CONDITION, axis, meaning, **more)


def _time(name: str, places: Sequence[Place], meaning: str, **more: Any) -> Operator:
    defaults: dict[str, Any] = {"nan": "NaN while the window is not full or holds a NaN.", "look_back": _window}
    return Operator(name, tuple(places), Kind.SERIES, Axis.TIME, meaning, **(defaults | more))


def _across(name: str, places: Sequence[Place], meaning: str) -> Operator:
    nan = "Symbols that are NaN at a bar are left out of it and stay NaN."
    return Operator(name, tuple(places), Kind.SERIES, Axis.CROSS_SECTION, meaning, nan)


def _defined(name: str, places: Sequence[Place], definition: str, meaning: str, source: str = "") -> Operator:
    """One that is said in the language itself; look-back and warm-up follow from what it is made of."""
    nan = "As the operators that it is made of."
    return Operator(name, tuple(places), Kind.SERIES, Axis.TIME, meaning, nan, source, definition)


UNKNOWN: Final = "Unknown where any input is NaN."
KLEENE: Final = "Kleene's logic: unknown unless the other side decides."

_SIGNS = (
    _element("add", (X, Y), "Sum.", sign="x + y"),
    _element("subtract", (X, Y), "Difference.", sign="x - y"),
    _element("multiply", (X, Y), "Product.", sign="x * y"),
    _element("divide", (X, Y), "Quotient; NaN where y is 0.", sign="x / y"),
    _element("power", (X, Y), "x to the power of y; also written `power(x, y)`.", sign="x ** y"),
    _element("negative", (X,), "The opposite number.", sign="-x"),
    _condition("less", (X, Y), "Whether x is below y.", sign="x < y", nan=UNKNOWN),
    _condition("less_equal", (X, Y), "Whether x is at most y.", sign="x <= y", nan=UNKNOWN),
    _condition("greater", (X, Y), "Whether x is above y.", sign="x > y", nan=UNKNOWN),
    _condition("greater_equal", (X, Y), "Whether x is at least y.", sign="x >= y", nan=UNKNOWN),
    _condition("equal", (X, Y), "Whether both are the same number.", sign="x == y", nan=UNKNOWN),
    _condition("not_equal", (X, Y), "Whether they are different numbers.", sign="x != y", nan=UNKNOWN),
    _condition("both", (C, D), "Whether both are true.", sign="c and d", nan=KLEENE),
    _condition("either", (C, D), "Whether one of them is true.", sign="c or d", nan=KLEENE),
    _condition("negated", (C,), "Whether it is false.", sign="not c", nan="Unknown where it is unknown."),
)

_ELEMENTS = (
    _element("abs", (X,), "Distance from 0."),
    _element("sign", (X,), "-1, 0 or 1."),
    _element("log", (X,), "Natural logarithm; NaN for 0 and less."),
    _element("log1p", (X,), "log(1 + x), exact for small x; NaN for -1 and less."),
    _element("exp", (X,), "e to the power of x."),
    _element("sqrt", (X,), "Square root; NaN below 0."),
    _element("signed_power", (X, Place("a", Takes.NUMBER, None, 0.0, 8.0)), "sign(x) * abs(x) ** a.",
             source="Kakushadze, 101 Formulaic Alphas (2016)"),
    _element("min", (X, Y), "The smaller of two."),
    _element("max", (X, Y), "The larger of two."),
    _element("clip", (X, Place("low", Takes.SERIES), Place("high", Takes.SERIES)), "x kept between low and high.",
             definition="max(min(x, high), low)", nan="As the operators that it is made of."),
    _element("where", (C, X, Y), "x where c is true, y where it is false; also written `x if c else y`.",
             nan="NaN where c is unknown, or where what is chosen is NaN."),
    _element("fill", (X, Y), "x, and y where x is NaN.", nan="NaN where both are."),
    _condition("isnan", (X,), "Whether x is NaN.", nan="Never unknown."),
)  # fmt: skip

_WINDOWS = (
    _time("delay", (X, N), "x as it was n bars ago.", look_back=_shift, nan="NaN before there are n bars."),
    _defined("delta", (X, N), "x - delay(x, n)", "Change over n bars."),
    _defined("returns", (X, window(default=1)), "x / delay(x, n) - 1", "Simple return over n bars."),
    _time("ts_sum", (X, N), "Sum of the last n bars, compensated (Neumaier 1974)."),
    _time("ts_mean", (X, N), "Mean of the last n bars."),
    _time("ts_var", (X, N2), "Variance of the last n bars, by n - 1."),
    _time("ts_std", (X, N2), "Standard deviation of the last n bars, by n - 1."),
    _time("ts_min", (X, N), "Lowest of the last n bars."),
    _time("ts_max", (X, N), "Highest of the last n bars."),
    _time("ts_median", (X, N), "Median of the last n bars."),
    _time("ts_quantile", (X, N, number("q", None, 0.0, 1.0)),
          "Quantile q of the last n bars, interpolated between the two nearest.",
          source="Hyndman and Fan (1996), type 7"),
    _time("ts_rank", (X, N), "Rank of the present bar among the last n, from 1/n to 1; equals share theirs."),
    _time("ts_argmin", (X, N), "Bars since the lowest of the last n, the oldest of equals."),
    _time("ts_argmax", (X, N), "Bars since the highest of the last n, the oldest of equals."),
    _defined("ts_zscore", (X, N2), "(x - ts_mean(x, n)) / ts_std(x, n)", "Standard deviations from the mean of n bars."),
    _time("ts_skew", (X, N3), "Skewness of the last n bars, bias corrected.", source="Joanes and Gill (1998), G1"),
    _time("ts_kurt", (X, N4), "Excess kurtosis of the last n bars, bias corrected.", source="Joanes and Gill (1998), G2"),
    _time("ts_corr", (X, Y, N2), "Pearson's correlation over the last n bars; NaN where one of them is constant."),
    _time("ts_cov", (X, Y, N2), "Covariance over the last n bars, by n - 1."),
    _time("ts_slope", (X, N2), "Slope a bar of the least squares line through the last n bars."),
    _time("ts_rsquare", (X, N2), "Share of the variance that this line explains; NaN where x is constant."),
    _time("ts_resid", (X, N2), "The present bar less this line."),
    _time("ts_product", (X, N), "Product of the last n bars."),
    _time("ts_count", (C, N), "In how many of the last n bars c was true.",
          nan="NaN while the window is not full or c is unknown in it."),
    _time("decay_linear", (X, N), "Mean of the last n bars with weights n, n - 1, ..., 1 from the newest on.",
          source="Kakushadze, 101 Formulaic Alphas (2016)"),
    _time("mad", (X, N), "Mean distance of the last n bars from their mean."),
    _time("ema", (X, N), "Exponential average: first the mean of n values, then x * a + before * (1 - a), a = 2 / (n + 1).",
          settles=_settling(ema_alpha), nan="NaN at a NaN, which leaves the average as it is; before n values.",
          source="TA-Lib's EMA"),
    _time("rma", (X, N), "Wilder's average: as ema, with a = 1 / n.", settles=_settling(rma_alpha),
          nan="NaN at a NaN, which leaves the average as it is; before n values.",
          source="Wilder, New Concepts in Technical Trading Systems (1978)"),
    _condition("cross_above", (A, B), "Whether a is above b and was not a bar ago.", axis=Axis.TIME, look_back=_one,
               nan="Unknown where a or b is NaN at either bar."),
    _condition("cross_below", (A, B), "Whether a is below b and was not a bar ago.", axis=Axis.TIME, look_back=_one,
               nan="Unknown where a or b is NaN at either bar."),
    _time("bars_since", (C, N), "Bars since c was last true, within the last n.",
          nan="NaN where it was not, and while the window is not full."),
)  # fmt: skip

_ACROSS = (
    _across("rank", (X,), "Rank among the symbols, from above 0 to 1; equals share theirs."),
    _across("zscore", (X,), "Standard deviations (by n - 1) from the symbols' mean; NaN where all are equal."),
    _across("demean", (X,), "Distance from the symbols' mean."),
    _across("scale", (X, number("a", 1.0, 0.0)), "x, so that the sum of abs(x) is a; NaN where all are 0."),
    _across("winsorize", (X, number("k", 4.0, 0.0)), "x kept within k standard deviations of the symbols' mean."),
    _across("quantile_bucket", (X, window("n", None, 2)),
            "From 1 for the lowest n-th part of the symbols to n for the highest."),
    _across("neutralize", (X, GROUP), "Distance from the mean of the symbol's group; NaN in no group."),
    _across("group_mean", (X, GROUP), "Mean of the symbol's group; NaN in no group."),
)  # fmt: skip

WILDER: Final = "Wilder, New Concepts in Technical Trading Systems (1978)"
_UP = "max(high - delay(high, 1), 0)"
_DOWN = "max(delay(low, 1) - low, 0)"
_PLUS_DM = f"where({_UP} > {_DOWN}, {_UP}, 0)"
_MINUS_DM = f"where({_DOWN} > {_UP}, {_DOWN}, 0)"
_K = "(close - ts_min(low, n)) / (ts_max(high, n) - ts_min(low, n)) * 100"

_INDICATORS = (
    _defined("sma", (X, N), "ts_mean(x, n)", "Simple moving average."),
    _defined("rsi", (X, window("n", 14)),
             "100 * rma(max(delta(x, 1), 0), n) / (rma(max(delta(x, 1), 0), n) + rma(max(-delta(x, 1), 0), n))",
             "Relative strength index, 0 to 100; NaN where x has not moved at all.", source=WILDER),
    _defined("macd", (X, window("fast", 12), window("slow", 26)), "ema(x, fast) - ema(x, slow)",
             "Moving average convergence divergence.", source="Appel (1979)"),
    _defined("macd_signal", (X, window("fast", 12), window("slow", 26), window("signal", 9)),
             "ema(ema(x, fast) - ema(x, slow), signal)", "The signal line of macd."),
    _defined("macd_histogram", (X, window("fast", 12), window("slow", 26), window("signal", 9)),
             "macd(x, fast, slow) - macd_signal(x, fast, slow, signal)", "macd less its signal line."),
    _defined("true_range", (), "max(high, delay(close, 1)) - min(low, delay(close, 1))",
             "The range of the bar, the gap from the last close included.", source=WILDER),
    _defined("atr", (window("n", 14),), "rma(true_range(), n)", "Average true range.", source=WILDER),
    _defined("bollinger_middle", (X, window("n", 20)), "ts_mean(x, n)", "The middle of Bollinger's bands."),
    _defined("bollinger_upper", (X, window("n", 20, 2), number("k", 2.0, 0.0)),
             "ts_mean(x, n) + k * ts_std(x, n) * sqrt((n - 1) / n)",
             "The upper band: k standard deviations (by n) above the mean.", source="Bollinger (2001)"),
    _defined("bollinger_lower", (X, window("n", 20, 2), number("k", 2.0, 0.0)),
             "ts_mean(x, n) - k * ts_std(x, n) * sqrt((n - 1) / n)", "The lower band."),
    _defined("plus_di", (window("n", 14),), f"100 * rma({_PLUS_DM}, n) / atr(n)", "Directional indicator up.",
             source=WILDER),
    _defined("minus_di", (window("n", 14),), f"100 * rma({_MINUS_DM}, n) / atr(n)", "Directional indicator down.",
             source=WILDER),
    _defined("adx", (window("n", 14),),
             "rma(100 * abs(plus_di(n) - minus_di(n)) / (plus_di(n) + minus_di(n)), n)",
             "Average directional index, 0 to 100.", source=WILDER),
    _defined("obv", (N,), "ts_sum(sign(delta(close, 1)) * volume, n)",
             "On balance volume of the last n bars: up bars less down bars.", source="Granville (1963)"),
    _defined("stochastic", (window("n", 14),), _K, "Lane's %K: where the close is in the range of n bars, 0 to 100."),
    _defined("stochastic_d", (window("n", 14), window("m", 3)), f"ts_mean({_K}, m)", "Lane's %D: the mean of %K."),
    _defined("vwap", (N,), "ts_sum((high + low + close) / 3 * volume, n) / ts_sum(volume, n)",
             "Typical price of the last n bars, weighted by volume."),
    _defined("donchian_upper", (window("n", 20),), "ts_max(high, n)", "Highest high of n bars."),
    _defined("donchian_lower", (window("n", 20),), "ts_min(low, n)", "Lowest low of n bars."),
    _defined("donchian_middle", (window("n", 20),), "(ts_max(high, n) + ts_min(low, n)) / 2", "Between the two."),
)  # fmt: skip

OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {each.name: each for group in (_SIGNS, _ELEMENTS, _WINDOWS, _ACROSS, _INDICATORS) for each in group}
)
CALLABLE: Final = frozenset(OPERATORS) - ({each.name for each in _SIGNS} - {"power"})
"""Those that are written as a call; the others have their sign."""

FIELDS: Final = ("open", "high", "low", "close", "volume", "vwap")
"""Columns of every bar. `vwap` is the data's own, and the typical price (high + low + close) / 3 where they have none."""

GROUPS: Final = ("sector", "industry")
"""Groupings of symbols that `neutralize` and `group_mean` know by name."""
