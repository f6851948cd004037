"""The contract of performance figures, as `quant.performance.figures` has them; docs/metrics.md has each formula."""

from api.fields import BooleanField, CharField, FloatField, IntegerField
from api.serializers import ApiSerializer


class PeriodReturnOut(ApiSerializer):
    """The return of a calendar month (`2026-11`) or year (`2026`), UTC."""

    period = CharField()
    value = FloatField()


class ReturnFiguresOut(ApiSerializer):
    """What was gained. `is_short_sample`: fewer than 30 days, so that nothing annual means much."""

    start_equity = FloatField()
    end_equity = FloatField()
    profit = FloatField()
    total_return = FloatField(allow_null=True)
    cagr = FloatField(allow_null=True)
    days = IntegerField()
    elapsed_days = FloatField()
    is_short_sample = BooleanField()
    best_day = FloatField(allow_null=True)
    worst_day = FloatField(allow_null=True)
    positive_days = FloatField(allow_null=True)
    months = PeriodReturnOut(many=True)
    years = PeriodReturnOut(many=True)


class RiskFiguresOut(ApiSerializer):
    """How it was gained, from daily returns; annual figures by `days_per_year`."""

    days_per_year = IntegerField()
    volatility = FloatField(allow_null=True)
    downside_deviation = FloatField(allow_null=True)
    sharpe = FloatField(allow_null=True)
    sortino = FloatField(allow_null=True)
    calmar = FloatField(allow_null=True)
    omega = FloatField(allow_null=True)
    value_at_risk_95 = FloatField(allow_null=True)
    expected_shortfall_95 = FloatField(allow_null=True)
    skew = FloatField(allow_null=True)
    kurtosis = FloatField(allow_null=True)
    tail_ratio = FloatField(allow_null=True)
    probabilistic_sharpe = FloatField(allow_null=True)
    minimum_track_record_days = FloatField(allow_null=True)


class DrawdownFiguresOut(ApiSerializer):
    """How far equity fell below its highest before, over all bars; depths are at most 0, times in days."""

    maximum = FloatField()
    average = FloatField(allow_null=True)
    count = IntegerField()
    longest_days = FloatField(allow_null=True)
    current = FloatField()
    is_recovered = BooleanField()
    ulcer_index = FloatField()
    recovery_factor = FloatField(allow_null=True)


class BenchmarkFiguresOut(ApiSerializer):
    """Beside a benchmark, on the days that both have."""

    total_return = FloatField(allow_null=True)
    alpha = FloatField(allow_null=True)
    beta = FloatField(allow_null=True)
    correlation = FloatField(allow_null=True)
    tracking_error = FloatField(allow_null=True)
    information_ratio = FloatField(allow_null=True)
    up_capture = FloatField(allow_null=True)
    down_capture = FloatField(allow_null=True)


class SideFiguresOut(ApiSerializer):
    """The round trips of one side."""

    count = IntegerField()
    profit = FloatField()
    win_rate = FloatField(allow_null=True)


class TradeFiguresOut(ApiSerializer):
    """Round trips, fees included. `_r` is in multiples of what was at risk, where that is known."""

    count = IntegerField()
    win_rate = FloatField(allow_null=True)
    gross_profit = FloatField()
    gross_loss = FloatField()
    profit_factor = FloatField(allow_null=True)
    payoff_ratio = FloatField(allow_null=True)
    expectancy = FloatField(allow_null=True)
    expectancy_r = FloatField(allow_null=True)
    average_win = FloatField(allow_null=True)
    average_loss = FloatField(allow_null=True)
    median = FloatField(allow_null=True)
    best = FloatField(allow_null=True)
    worst = FloatField(allow_null=True)
    average_hold_hours = FloatField(allow_null=True)
    most_wins_in_a_row = IntegerField()
    most_losses_in_a_row = IntegerField()
    average_adverse_excursion = FloatField(allow_null=True)
    average_favourable_excursion = FloatField(allow_null=True)
    system_quality = FloatField(allow_null=True)
    kelly = FloatField(allow_null=True)
    long = SideFiguresOut()
    short = SideFiguresOut()


class CostFiguresOut(ApiSerializer):
    """What trading cost and how much of it there was; `exposure` is the share of bars with a position."""

    fees = FloatField(allow_null=True)
    fees_of_gross_profit = FloatField(allow_null=True)
    turnover = FloatField(allow_null=True)
    exposure = FloatField(allow_null=True)


class FiguresOut(ApiSerializer):
    """All of them; None where there was no benchmark or no trades to look at."""

    returns = ReturnFiguresOut()
    risk = RiskFiguresOut()
    drawdowns = DrawdownFiguresOut()
    costs = CostFiguresOut()
    benchmark = BenchmarkFiguresOut(allow_null=True)
    trades = TradeFiguresOut(allow_null=True)
