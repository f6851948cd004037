"""What comes of each kind of analysis, as it is kept: figures, and the series of its picture. Loads no numpy.

Columns of a series are equally long. Times are UTC nanoseconds.
"""

import msgspec


class RollingCorrelation(msgspec.Struct, frozen=True):
    """The correlation of two symbols in windows that end at `time_ns`; None where one of them stood still."""

    pair: tuple[str, str]
    window: int
    time_ns: list[int]
    values: list[float | None]


class CorrelationResult(msgspec.Struct, frozen=True):
    """Matrices by symbols in the order of `symbols`; `order` are their places as a heat map shows them."""

    symbols: list[str]
    common_bars: int
    own_bars: list[int]
    pearson: list[list[float]]
    spearman: list[list[float]]
    order: list[int]
    rolling: RollingCorrelation


class ConeWindow(msgspec.Struct, frozen=True):
    """The distribution of annual volatility over all windows of a length, and where the newest one stands."""

    window: int
    count: int
    minimum: float | None
    quartile_1: float | None
    median: float | None
    quartile_3: float | None
    maximum: float | None
    latest: float | None
    latest_rank: float | None


class VolatilitySeries(msgspec.Struct, frozen=True):
    """Annual volatility by each estimator, in windows that end with the bar of `time_ns`."""

    time_ns: list[int]
    close_to_close: list[float | None]
    parkinson: list[float | None]
    garman_klass: list[float | None]
    rogers_satchell: list[float | None]
    yang_zhang: list[float | None]


class VolatilityLatest(msgspec.Struct, frozen=True):
    """Annual volatility of the newest window by each estimator."""

    close_to_close: float | None
    parkinson: float | None
    garman_klass: float | None
    rogers_satchell: float | None
    yang_zhang: float | None


class Persistence(msgspec.Struct, frozen=True):
    """The autocorrelation of |returns| at lags 1, 2, …; beyond `band` on either side is rarely chance."""

    values: list[float]
    band: float


class VolatilityResult(msgspec.Struct, frozen=True):
    """How much a symbol moves; annual figures by `bars_per_year`."""

    window: int
    estimator: str
    bars_per_year: float
    latest: VolatilityLatest
    series: VolatilitySeries
    cone: list[ConeWindow]
    persistence: Persistence


class SeasonGroup(msgspec.Struct, frozen=True):
    """The returns of one hour, weekday, month or part of the month; `t` is the mean over its standard error."""

    label: str
    count: int
    mean: float | None
    median: float | None
    t: float | None
    positive: float | None


class SeasonalityResult(msgspec.Struct, frozen=True):
    """Groups in the order of the clock or the calendar; hours are those of bars, the rest those of days."""

    zone: str
    days: int
    hours: list[SeasonGroup]
    weekdays: list[SeasonGroup]
    months: list[SeasonGroup]
    turn_of_month: list[SeasonGroup]


class Episode(msgspec.Struct, frozen=True):
    """One fall below a peak and its recovery, or none yet. Depth is at most 0."""

    peak_ns: int
    trough_ns: int
    recovery_ns: int | None
    depth: float
    days_to_trough: float
    days_to_recovery: float | None


class Underwater(msgspec.Struct, frozen=True):
    """The deepest fall below the peak in each part of the time, at the end of the part."""

    time_ns: list[int]
    drawdown: list[float]


class DrawdownsResult(msgspec.Struct, frozen=True):
    """The worst falls, deepest first, and what being down amounts to. Shares are fractions."""

    maximum: float
    current: float
    count: int
    underwater_share: float
    longest_days: float
    pain_index: float
    ulcer_index: float
    episodes: list[Episode]
    underwater: Underwater


class EngleGranger(msgspec.Struct, frozen=True):
    """The test that one symbol, explained by the other, leaves a stationary rest. A small `p_value` speaks for it."""

    dependent: str
    statistic: float
    p_value: float
    critical_1: float
    critical_5: float
    critical_10: float


class JohansenRank(msgspec.Struct, frozen=True):
    """The trace test that there are at most `rank` relations: refused where the statistic is above a critical value."""

    rank: int
    statistic: float
    critical_10: float
    critical_5: float
    critical_1: float


class UnitRootTest(msgspec.Struct, frozen=True):
    """A test on the spread; `is_p_bounded` says that its p-value lies beyond the table, which ends there."""

    statistic: float
    p_value: float
    lags: int
    is_p_bounded: bool


class HedgeRatio(msgspec.Struct, frozen=True):
    """dependent = intercept + ratio · other, by least squares."""

    dependent: str
    other: str
    ratio: float
    ratio_error: float
    intercept: float
    r_squared: float


class MeanReversion(msgspec.Struct, frozen=True):
    """Δs = a + speed · s before; None where the spread does not come back."""

    speed: float
    speed_error: float
    half_life_bars: float | None


class Spread(msgspec.Struct, frozen=True):
    """The rest of the hedge over time, and its distance from the mean in deviations of all bars."""

    deviation: float
    latest_z: float
    time_ns: list[int]
    values: list[float]
    z: list[float]


class CointegrationResult(msgspec.Struct, frozen=True):
    """Whether and how two symbols are bound."""

    prices: str
    common_bars: int
    engle_granger: list[EngleGranger]
    johansen: list[JohansenRank]
    hedge: HedgeRatio
    reversion: MeanReversion
    adf: UnitRootTest
    kpss: UnitRootTest
    hurst: float | None
    spread: Spread


class RegimeState(msgspec.Struct, frozen=True):
    """One state, the calmest first; mean and volatility are annual."""

    mean: float
    volatility: float
    share: float
    expected_duration_bars: float | None


class RegimeSeries(msgspec.Struct, frozen=True):
    """The smoothed probability of each state: `probabilities[state][point]`."""

    time_ns: list[int]
    probabilities: list[list[float]]


class TrendSeries(msgspec.Struct, frozen=True):
    """The efficiency ratio and its label at each point."""

    time_ns: list[int]
    efficiency: list[float | None]
    labels: list[str]


class Trend(msgspec.Struct, frozen=True):
    """Whether prices went somewhere: `up`, `down` or `range` by the efficiency ratio."""

    window: int
    threshold: float
    current: str
    up_share: float
    down_share: float
    range_share: float
    series: TrendSeries


class RegimeResult(msgspec.Struct, frozen=True):
    """States of volatility. Where `is_converged` is false, the search ended at its limit and the states are a guess."""

    bars_per_year: float
    is_converged: bool
    iterations: int
    log_likelihood: float
    aic: float
    bic: float
    states: list[RegimeState]
    transitions: list[list[float]]
    current_state: int
    series: RegimeSeries
    trend: Trend


Result = CorrelationResult | VolatilityResult | SeasonalityResult | DrawdownsResult | CointegrationResult | RegimeResult
