"""The figures, as data that JSON can say. A share is a fraction (0.1 is 10 %), money is in the account's currency."""

import msgspec


class PeriodReturn(msgspec.Struct, frozen=True):
    """The return of a calendar month (`2026-11`) or year (`2026`), UTC."""

    period: str
    value: float


class Returns(msgspec.Struct, frozen=True):
    """What was gained. `is_short_sample`: fewer than 30 days, so that nothing annual means much."""

    start_equity: float
    end_equity: float
    profit: float
    total_return: float | None
    cagr: float | None
    days: int
    elapsed_days: float
    is_short_sample: bool
    best_day: float | None
    worst_day: float | None
    positive_days: float | None
    months: list[PeriodReturn]
    years: list[PeriodReturn]


class Risk(msgspec.Struct, frozen=True):
    """How it was gained, from daily returns; annual figures by `days_per_year`."""

    days_per_year: int
    volatility: float | None
    downside_deviation: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    omega: float | None
    value_at_risk_95: float | None
    expected_shortfall_95: float | None
    skew: float | None
    kurtosis: float | None
    tail_ratio: float | None
    probabilistic_sharpe: float | None
    minimum_track_record_days: float | None


class Drawdowns(msgspec.Struct, frozen=True):
    """How far equity fell below its highest before, over all bars; depths are at most 0, times in days."""

    maximum: float
    average: float | None
    count: int
    longest_days: float | None
    current: float
    is_recovered: bool
    ulcer_index: float
    recovery_factor: float | None


class Benchmark(msgspec.Struct, frozen=True):
    """Beside a benchmark, on the days that both have."""

    total_return: float | None
    alpha: float | None
    beta: float | None
    correlation: float | None
    tracking_error: float | None
    information_ratio: float | None
    up_capture: float | None
    down_capture: float | None


class Side(msgspec.Struct, frozen=True):
    """The round trips of one side."""

    count: int
    profit: float
    win_rate: float | None


class TradeFigures(msgspec.Struct, frozen=True):
    """Round trips, fees included. `_r` is in multiples of what was at risk, where that is known."""

    count: int
    win_rate: float | None
    gross_profit: float
    gross_loss: float
    profit_factor: float | None
    payoff_ratio: float | None
    expectancy: float | None
    expectancy_r: float | None
    average_win: float | None
    average_loss: float | None
    median: float | None
    best: float | None
    worst: float | None
    average_hold_hours: float | None
    most_wins_in_a_row: int
    most_losses_in_a_row: int
    average_adverse_excursion: float | None
    average_favourable_excursion: float | None
    system_quality: float | None
    kelly: float | None
    long: Side
    short: Side


class Costs(msgspec.Struct, frozen=True):
    """What trading cost and how much of it there was; `exposure` is the share of bars with a position."""

    fees: float | None
    fees_of_gross_profit: float | None
    turnover: float | None
    exposure: float | None


class Figures(msgspec.Struct, frozen=True):
    """All of them; None where there was no benchmark or no trades to look at."""

    returns: Returns
    risk: Risk
    drawdowns: Drawdowns
    costs: Costs
    benchmark: Benchmark | None = None
    trades: TradeFigures | None = None
