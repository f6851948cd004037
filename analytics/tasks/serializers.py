"""The contracts of analyses: what is asked by kind, and what each kind answers."""

from typing import Any

from rest_framework.exceptions import ValidationError

from analytics.backtests.serializers import MAX_NAME, BarsIn
from analytics.tasks.kinds.specs import (
    ESTIMATORS,
    KINDS,
    MAX_CONE_WINDOWS,
    MAX_EPISODES,
    MAX_ITERATIONS,
    MAX_JOHANSEN_LAGS,
    MAX_LAGS,
    MAX_WINDOW,
    MIN_WINDOW,
    PRICES,
    ZONES,
    Cointegration,
    Correlation,
    Drawdowns,
    Regime,
    Seasonality,
    Volatility,
)
from api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    Field,
    FloatField,
    IntegerField,
    ListField,
    SymbolField,
    TimeField,
)
from api.pagination import PageQuery
from api.serializers import ApiSerializer


def _window(default: int, meaning: str) -> IntegerField:
    return IntegerField(required=False, default=default, min_value=MIN_WINDOW, max_value=MAX_WINDOW, help_text=meaning)


# What is asked ---------------------------------------------------------------------------------------------------------


class CorrelationIn(ApiSerializer):
    """How 2 to 50 symbols move together."""

    pair = ListField(
        child=SymbolField(),
        required=False,
        allow_null=True,
        min_length=2,
        max_length=2,
        help_text="Two of the symbols whose correlation is shown over time; left out: the first two.",
    )
    window = _window(Correlation().window, "Returns of a moving window.")


class VolatilityIn(ApiSerializer):
    """How much a symbol moves."""

    window = _window(Volatility().window, "Bars of a moving window.")
    estimator = ChoiceField(
        choices=ESTIMATORS, required=False, default=Volatility().estimator, help_text="Of the cone."
    )
    cone_windows = ListField(
        child=IntegerField(min_value=MIN_WINDOW, max_value=MAX_WINDOW),
        required=False,
        allow_null=True,
        allow_empty=False,
        max_length=MAX_CONE_WINDOWS,
        help_text="Lengths of windows in bars; left out: 10, 20, 60, 120 and 250.",
    )
    lags = IntegerField(required=False, default=Volatility().lags, min_value=1, max_value=MAX_LAGS)


class SeasonalityIn(ApiSerializer):
    """When a symbol moves."""

    zone = ChoiceField(
        choices=ZONES, required=False, default=Seasonality().zone, help_text="In which hours and days begin."
    )


class DrawdownsIn(ApiSerializer):
    """How far a symbol fell, and for how long."""

    episodes = IntegerField(required=False, default=Drawdowns().episodes, min_value=1, max_value=MAX_EPISODES)


class CointegrationIn(ApiSerializer):
    """Whether two symbols are bound to each other."""

    prices = ChoiceField(
        choices=PRICES, required=False, default=Cointegration().prices, help_text="Logarithms, or prices as they are."
    )
    johansen_lags = IntegerField(
        required=False,
        default=Cointegration().johansen_lags,
        min_value=0,
        max_value=MAX_JOHANSEN_LAGS,
        help_text="Lagged differences in the test.",
    )


class RegimeIn(ApiSerializer):
    """Which states of volatility there were, and whether prices went somewhere."""

    states = IntegerField(required=False, default=Regime().states, min_value=2, max_value=3)
    iterations = IntegerField(required=False, default=Regime().iterations, min_value=1, max_value=MAX_ITERATIONS)
    seed = IntegerField(required=False, default=Regime().seed, min_value=0, max_value=2**31)
    trend_window = _window(Regime().trend_window, "Bars of the efficiency ratio.")
    trend_threshold = FloatField(
        required=False,
        default=Regime().trend_threshold,
        min_value=0.0,
        max_value=1.0,
        help_text="From which ratio on there is a trend.",
    )


class AnalysisIn(BarsIn):
    """An analysis to carry out over symbols, or over data sets. Options stand under the name of the kind."""

    example = {
        "kind": "volatility",
        "symbols": ["BTC-USDT"],
        "interval": "1h",
        "volatility": {"window": 24, "estimator": "yang_zhang"},
    }

    kind = ChoiceField(choices=KINDS)
    name = CharField(required=False, allow_null=True, max_length=MAX_NAME)
    correlation = CorrelationIn(required=False, allow_null=True)
    volatility = VolatilityIn(required=False, allow_null=True)
    seasonality = SeasonalityIn(required=False, allow_null=True)
    drawdowns = DrawdownsIn(required=False, allow_null=True)
    cointegration = CointegrationIn(required=False, allow_null=True)
    regime = RegimeIn(required=False, allow_null=True)

    def validate(self, attrs: Any) -> Any:
        """Options of another kind would have no effect."""
        strange = [name for name in KINDS if name != attrs["kind"] and attrs.get(name) is not None]
        if strange:
            rule = f"Belongs to another kind; leave it out, or ask for the kind {strange[0]}."
            raise ValidationError({name: [rule] for name in strange})
        return attrs


class AnalysisQuery(PageQuery):
    """Which analyses."""

    kind = ChoiceField(choices=KINDS, required=False, allow_null=True)


# Series ----------------------------------------------------------------------------------------------------------------


def _times() -> ListField:
    return ListField(child=TimeField(), source="time_ns", help_text="Opens of bars; as long as the other columns.")


def _column(meaning: str = "") -> ListField:
    return ListField(child=FloatField(allow_null=True), help_text=meaning)


class RollingCorrelationOut(ApiSerializer):
    """The correlation of two symbols over time."""

    pair = ListField(child=SymbolField())
    window = IntegerField()
    time = _times()
    values = _column("Null where one of them stood still.")


class VolatilitySeriesOut(ApiSerializer):
    """Annual volatility by each estimator, in windows that end with the bar."""

    time = _times()
    close_to_close = _column()
    parkinson = _column()
    garman_klass = _column()
    rogers_satchell = _column()
    yang_zhang = _column()


class UnderwaterOut(ApiSerializer):
    """The deepest fall below the peak in each part of the time."""

    time = _times()
    drawdown = ListField(child=FloatField())


class SpreadOut(ApiSerializer):
    """What the hedge leaves over, and its distance from the mean in deviations of all bars."""

    deviation = FloatField()
    latest_z = FloatField()
    time = _times()
    values = ListField(child=FloatField())
    z = ListField(child=FloatField())


class RegimeSeriesOut(ApiSerializer):
    """The smoothed probability of each state: `probabilities[state][point]`."""

    time = _times()
    probabilities = ListField(child=ListField(child=FloatField()))


class TrendSeriesOut(ApiSerializer):
    """The efficiency ratio and its label."""

    time = _times()
    efficiency = _column("Null in the first window.")
    labels = ListField(child=ChoiceField(choices=("up", "down", "range")))


# What each kind answers ------------------------------------------------------------------------------------------------


class CorrelationOut(ApiSerializer):
    """Matrices of returns in the order of `symbols`; `order` are places as a heat map shows them."""

    options = CorrelationIn()
    symbols = ListField(child=SymbolField())
    common_bars = IntegerField(help_text="Bars that all of them have.")
    own_bars = ListField(child=IntegerField(), help_text="Bars of each.")
    pearson = ListField(child=ListField(child=FloatField()))
    spearman = ListField(child=ListField(child=FloatField()))
    order = ListField(child=IntegerField())
    rolling = RollingCorrelationOut()


class VolatilityLatestOut(ApiSerializer):
    """Annual volatility of the newest window."""

    close_to_close = FloatField(allow_null=True)
    parkinson = FloatField(allow_null=True)
    garman_klass = FloatField(allow_null=True)
    rogers_satchell = FloatField(allow_null=True)
    yang_zhang = FloatField(allow_null=True)


class ConeWindowOut(ApiSerializer):
    """The annual volatilities of all windows of a length; null where the bars do not fill one."""

    window = IntegerField()
    count = IntegerField(help_text="Windows; they overlap.")
    minimum = FloatField(allow_null=True)
    quartile_1 = FloatField(allow_null=True)
    median = FloatField(allow_null=True)
    quartile_3 = FloatField(allow_null=True)
    maximum = FloatField(allow_null=True)
    latest = FloatField(allow_null=True)
    latest_rank = FloatField(allow_null=True, help_text="Share of windows that are not above the newest.")


class PersistenceOut(ApiSerializer):
    """The autocorrelation of |returns| at lags 1, 2, …"""

    values = ListField(child=FloatField())
    band = FloatField(help_text="What chance alone exceeds on either side once in twenty lags.")


class VolatilityOut(ApiSerializer):
    """How much a symbol moves; annual, as fractions."""

    options = VolatilityIn()
    bars_per_year = FloatField()
    latest = VolatilityLatestOut()
    series = VolatilitySeriesOut()
    cone = ConeWindowOut(many=True)
    persistence = PersistenceOut()


class SeasonGroupOut(ApiSerializer):
    """The returns of one hour, weekday, month or part of the month."""

    count = IntegerField()
    mean = FloatField(allow_null=True)
    median = FloatField(allow_null=True)
    t = FloatField(allow_null=True, help_text="The mean over its standard error.")
    positive = FloatField(allow_null=True, help_text="Share of returns above 0.")

    def get_fields(self) -> dict[str, Field]:
        """With `label`, which a field has for itself."""
        return {"label": CharField(), **super().get_fields()}


class SeasonalityOut(ApiSerializer):
    """When a symbol moves: hours by the returns of bars, the rest by those of days."""

    options = SeasonalityIn()
    zone = CharField(help_text="The zone of the groups, as the IANA database calls it.")
    days = IntegerField()
    hours = SeasonGroupOut(many=True, help_text="Empty for bars of a day or longer.")
    weekdays = SeasonGroupOut(many=True)
    months = SeasonGroupOut(many=True)
    turn_of_month = SeasonGroupOut(many=True)


class EpisodeOut(ApiSerializer):
    """One fall and its recovery, or none yet."""

    peak = TimeField(source="peak_ns")
    trough = TimeField(source="trough_ns")
    recovery = TimeField(source="recovery_ns", allow_null=True)
    depth = FloatField(help_text="At most 0.")
    days_to_trough = FloatField()
    days_to_recovery = FloatField(allow_null=True, help_text="From the trough.")


class DrawdownsOut(ApiSerializer):
    """The worst falls, deepest first, and what being down amounts to."""

    options = DrawdownsIn()
    maximum = FloatField()
    current = FloatField()
    count = IntegerField()
    underwater_share = FloatField(help_text="Of the time.")
    longest_days = FloatField(help_text="From peak to recovery, or to the end.")
    pain_index = FloatField()
    ulcer_index = FloatField()
    episodes = EpisodeOut(many=True)
    underwater = UnderwaterOut()


class EngleGrangerOut(ApiSerializer):
    """The test that one symbol, explained by the other, leaves a stationary rest."""

    dependent = SymbolField()
    statistic = FloatField()
    p_value = FloatField(help_text="Small: they are bound.")
    critical_1 = FloatField()
    critical_5 = FloatField()
    critical_10 = FloatField()


class JohansenRankOut(ApiSerializer):
    """The trace test that there are at most `rank` relations."""

    rank = IntegerField()
    statistic = FloatField()
    critical_10 = FloatField()
    critical_5 = FloatField()
    critical_1 = FloatField()


class HedgeRatioOut(ApiSerializer):
    """dependent = intercept + ratio · other."""

    dependent = SymbolField()
    other = SymbolField()
    ratio = FloatField()
    ratio_error = FloatField()
    intercept = FloatField()
    r_squared = FloatField()


class MeanReversionOut(ApiSerializer):
    """How fast the spread comes back."""

    speed = FloatField()
    speed_error = FloatField()
    half_life_bars = FloatField(allow_null=True, help_text="Null where it does not come back.")


class UnitRootTestOut(ApiSerializer):
    """A test on the spread."""

    statistic = FloatField()
    p_value = FloatField()
    lags = IntegerField()
    is_p_bounded = BooleanField(help_text="Whether the true p-value lies beyond this one, where the table ends.")


class CointegrationOut(ApiSerializer):
    """Whether and how two symbols are bound."""

    options = CointegrationIn()
    common_bars = IntegerField()
    engle_granger = EngleGrangerOut(many=True)
    johansen = JohansenRankOut(many=True)
    hedge = HedgeRatioOut()
    reversion = MeanReversionOut()
    adf = UnitRootTestOut(help_text="Small p-value: the spread comes back.")
    kpss = UnitRootTestOut(help_text="Small p-value: it does not.")
    hurst = FloatField(allow_null=True, help_text="Below 0.5 it comes back, above it goes on.")
    spread = SpreadOut()


class RegimeStateOut(ApiSerializer):
    """One state of volatility; mean and volatility are annual."""

    mean = FloatField()
    volatility = FloatField()
    share = FloatField(help_text="Of the bars, by probability.")
    expected_duration_bars = FloatField(allow_null=True)


class TrendOut(ApiSerializer):
    """Whether prices went somewhere."""

    window = IntegerField()
    threshold = FloatField()
    current = ChoiceField(choices=("up", "down", "range"))
    up_share = FloatField()
    down_share = FloatField()
    range_share = FloatField()
    series = TrendSeriesOut()


class RegimeOut(ApiSerializer):
    """States of volatility, the calmest first."""

    options = RegimeIn()
    bars_per_year = FloatField()
    is_converged = BooleanField(help_text="False: the search ended at its limit, and the states are a guess.")
    iterations = IntegerField()
    log_likelihood = FloatField()
    aic = FloatField()
    bic = FloatField()
    states = RegimeStateOut(many=True)
    transitions = ListField(
        child=ListField(child=FloatField()), help_text="From the state of the row to that of the column."
    )
    current_state = IntegerField()
    series = RegimeSeriesOut()
    trend = TrendOut()


# An analysis -----------------------------------------------------------------------------------------------------------


class AnalysisOutline(ApiSerializer):
    """An analysis in a list."""

    id = CharField()
    kind = ChoiceField(choices=KINDS)
    name = CharField()
    symbols = ListField(child=SymbolField())
    interval = CharField()
    bars = IntegerField(help_text="Of all symbols together.")
    data_hash = CharField(help_text="Of the bars of all symbols.")
    created_at = TimeField()


class DataUsedOut(ApiSerializer):
    """Which bars of a symbol were looked at."""

    symbol = SymbolField()
    interval = CharField()
    rows = IntegerField()
    missing_bars = IntegerField(
        allow_null=True,
        help_text="Bars that the calendar expects and that were not there; null where it expects none so long.",
    )
    content_hash = CharField()

    def get_fields(self) -> dict[str, Field]:
        """With `source`, which a field has for itself, `from` and `to`."""
        return {
            **super().get_fields(),
            "source": CharField(),
            "from": TimeField(source="from_ns"),
            "to": TimeField(source="to_ns"),
        }


class AnalysisOut(AnalysisOutline):
    """An analysis: what came of it stands under the name of its kind, the other kinds are null. docs/analysis.md."""

    engine = IntegerField()
    conventions = ListField(child=CharField(), help_text="How the figures are to be read.")
    correlation = CorrelationOut(allow_null=True)
    volatility = VolatilityOut(allow_null=True)
    seasonality = SeasonalityOut(allow_null=True)
    drawdowns = DrawdownsOut(allow_null=True)
    cointegration = CointegrationOut(allow_null=True)
    regime = RegimeOut(allow_null=True)

    def get_fields(self) -> dict[str, Field]:
        """With `data`, which a serializer has for itself."""
        return {**super().get_fields(), "data": DataUsedOut(many=True)}
