"""The contracts of backtests."""

from typing import Any

import msgspec
from rest_framework.exceptions import ValidationError

from analytics.backtests.engine.specs import MAX_SYMBOLS, PATHS
from analytics.backtests.figure_serializers import FiguresOut
from analytics.backtests.parity import KINDS
from analytics.backtests.records import METRICS
from analytics.backtests.search import MAX_COMBINATIONS
from analytics.backtests.services import DEFAULT_POINTS, MAX_POINTS
from api.fields import (
    AccountIdField,
    BooleanField,
    CharField,
    ChoiceField,
    DecimalTextField,
    DictField,
    Field,
    FloatField,
    IntegerField,
    JSONField,
    ListField,
    MoneyField,
    QuantityField,
    SymbolField,
    TimeField,
)
from api.serializers import ApiSerializer

MAX_EXPRESSION = 2_000
MAX_NAME = 200
MAX_NOTES = 1_000
MAX_STRATEGY_NAME = 64
SIZINGS = ("fixed", "equity_share", "volatility_target", "risk_per_trade")
DISTANCES = ("fixed", "percent", "atr")
DRAWN = ("trades", "returns")
MAX_DRAWS = 100_000


def plain(body: Any) -> dict[str, Any]:
    """A decoded body as what was sent of it: nested objects as dicts, what was left out or null left out."""
    return {name: _plain(getattr(body, name)) for name in body.__struct_fields__ if getattr(body, name) is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return plain(value)
    return [_plain(each) for each in value] if isinstance(value, list) else value


class BarsIn(ApiSerializer):
    """Over which bars something is done: those of symbols, or of data sets."""

    symbols = ListField(child=SymbolField(), required=False, allow_null=True, max_length=MAX_SYMBOLS)
    datasets = ListField(child=CharField(), required=False, allow_null=True, max_length=MAX_SYMBOLS)
    interval = CharField(max_length=7)

    def get_fields(self) -> dict[str, Field]:
        """With `from`, a Python keyword, and `to`."""
        return {
            **super().get_fields(),
            "from": TimeField(
                required=False, allow_null=True, source="from_ns", help_text="Bars that open from here on."
            ),
            "to": TimeField(required=False, allow_null=True, source="to_ns", help_text="Bars that open before."),
        }


class SizingIn(ApiSerializer):
    """How much: `fixed` (quantity), `equity_share` (percent), `volatility_target` or `risk_per_trade` (percent)."""

    kind = ChoiceField(choices=SIZINGS)
    quantity = QuantityField(required=False, allow_null=True)
    percent = DecimalTextField(
        required=False, allow_null=True, help_text="Of equity; for risk_per_trade what a stop loses."
    )
    annual_percent = DecimalTextField(required=False, allow_null=True, help_text="The volatility aimed at.")
    bars = IntegerField(required=False, allow_null=True, help_text="Bars that volatility is measured over.")
    bars_per_year = IntegerField(required=False, allow_null=True)


class DistanceIn(ApiSerializer):
    """A distance: `fixed` (amount in price), `percent`, or `atr` (multiple of the average true range of `bars`)."""

    kind = ChoiceField(choices=DISTANCES)
    amount = DecimalTextField(required=False, allow_null=True)
    percent = DecimalTextField(required=False, allow_null=True)
    multiple = DecimalTextField(required=False, allow_null=True)
    bars = IntegerField(required=False, allow_null=True)


class PythonStrategyIn(ApiSerializer):
    """A strategy of the owner's in Python; GET backtests/python-strategies/ has the names and parameters."""

    name = CharField(max_length=MAX_STRATEGY_NAME)
    parameters = JSONField(required=False, allow_null=True, help_text="Values by name; the others keep their defaults.")


class StrategyIn(ApiSerializer):
    """When to be in the market, and how much: conditions of the expression language, or a strategy in Python."""

    long_entry = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    long_exit = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    short_entry = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    short_exit = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    parameters = JSONField(required=False, allow_null=True, help_text="Numbers by name, for p.name in the conditions.")
    python = PythonStrategyIn(required=False, allow_null=True)
    sizing = SizingIn(required=False, allow_null=True)
    stop = DistanceIn(required=False, allow_null=True)
    target = DistanceIn(required=False, allow_null=True)
    trailing = DistanceIn(required=False, allow_null=True)


class FillRulesIn(ApiSerializer):
    """How orders fill on bars; docs/backtests.md has the rules."""

    fill_at = ChoiceField(choices=("next_open", "signal_close"), required=False, default="next_open")
    path = ChoiceField(choices=tuple(PATHS), required=False, default="pessimistic")
    limit_fill = ChoiceField(choices=("through", "touch"), required=False, default="through")
    slippage_ticks = IntegerField(required=False, default=0)
    slippage_percent = DecimalTextField(required=False, allow_null=True, allow_zero=True)
    volume_share_impact_percent = DecimalTextField(required=False, allow_null=True, allow_zero=True)
    root_impact_percent = DecimalTextField(required=False, allow_null=True, allow_zero=True)
    volume_cap_percent = IntegerField(required=False, default=0)
    spread = ChoiceField(choices=("ticks", "bar"), required=False, default="ticks")
    spread_ticks = IntegerField(required=False, default=0)


class BacktestFeesIn(ApiSerializer):
    """Fees in basis points."""

    maker_bps = DecimalTextField(required=False, allow_null=True, allow_zero=True)
    taker_bps = DecimalTextField(required=False, allow_null=True, allow_zero=True)


class LimitsIn(ApiSerializer):
    """How many positions at once, and the largest share of equity that one may open with."""

    max_open_positions = IntegerField(required=False, allow_null=True)
    max_share_percent = DecimalTextField(required=False, allow_null=True)


class BacktestIn(BarsIn):
    """A backtest to carry out: over symbols, or over data sets."""

    example = {
        "symbols": ["BTC-USDT"],
        "interval": "1h",
        "strategy": {
            "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
            "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
            "parameters": {"fast": 20, "slow": 50},
            "stop": {"kind": "percent", "percent": "2"},
        },
        "starting_cash": "10000",
    }

    name = CharField(required=False, allow_null=True, max_length=MAX_NAME)
    notes = CharField(required=False, allow_null=True, max_length=MAX_NOTES)
    strategy = StrategyIn(required=False, allow_null=True)
    program = JSONField(
        required=False,
        allow_null=True,
        help_text="In place of a strategy: a program as strategies have it, such as a grid. Not in sweeps.",
    )
    fills = FillRulesIn(required=False, allow_null=True)
    fees = BacktestFeesIn(required=False, allow_null=True)
    limits = LimitsIn(required=False, allow_null=True)
    starting_cash = MoneyField(required=False, allow_null=True, help_text="Of the quote asset; 100000 unless said.")
    allow_short = BooleanField(required=False, default=False)
    leverage = IntegerField(required=False, default=1)
    close_at_end = BooleanField(required=False, default=False)
    delisted_after_bars = IntegerField(required=False, allow_null=True)


class SweepIn(BacktestIn):
    """A backtest for many values of its parameters; `stop`, `target` and `trailing` vary the size of that distance."""

    example = {
        "symbols": ["BTC-USDT"],
        "interval": "1h",
        "strategy": {
            "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
            "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
        },
        "parameters": {"fast": {"from": 5, "to": 50, "step": 5}, "slow": {"values": [50, 100, 200]}},
        "rising": [["fast", "slow"]],
    }

    parameters = JSONField(help_text="By name `{from, to, step}` or `{values}`.")
    rising = JSONField(required=False, allow_null=True, help_text="Pairs of names: the first has the smaller value.")
    samples = IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_COMBINATIONS, help_text="Draw so many; null: all."
    )
    seed = IntegerField(required=False, default=0, min_value=0, max_value=2**31)
    metric = ChoiceField(choices=METRICS, required=False, default=METRICS[0])
    least_trades = IntegerField(required=False, default=1, min_value=0, max_value=1_000_000)


class WalkForwardIn(SweepIn):
    """A sweep on every training window, and its best on the bars after it."""

    example = {**SweepIn.example, "train_bars": 2000, "test_bars": 500}

    train_bars = IntegerField()
    test_bars = IntegerField()
    gap_bars = IntegerField(required=False, default=0)
    anchored = BooleanField(
        required=False, default=False, help_text="Whether training always begins with the first bar."
    )


class MonteCarloIn(ApiSerializer):
    """How to draw a backtest anew: its trades one by one, or blocks of its daily returns."""

    example = {"backtest": "0197…", "what": "returns", "draws": 5000}

    backtest = CharField(max_length=36)
    what = ChoiceField(choices=DRAWN, required=False, default="trades")
    draws = IntegerField(required=False, default=2_000, min_value=1, max_value=MAX_DRAWS)
    seed = IntegerField(required=False, default=0, min_value=0, max_value=2**31)
    mean_block_days = IntegerField(required=False, default=20, min_value=1, max_value=1_000)
    ruin_percent = FloatField(
        required=False, default=50.0, min_value=0.0, max_value=100.0, help_text="Lost of the start."
    )


class BacktestChangeIn(ApiSerializer):
    """What of a backtest can be changed."""

    example = {"name": "Trend, slower"}

    name = CharField(required=False, allow_null=True, allow_blank=True, max_length=MAX_NAME)
    notes = CharField(required=False, allow_null=True, allow_blank=True, max_length=MAX_NOTES)

    def validate(self, attrs: Any) -> Any:
        """Something has to change."""
        if attrs.get("name") is None and attrs.get("notes") is None:
            raise ValidationError("Give a name or notes.")
        return attrs


class PythonSourceOut(ApiSerializer):
    """The file of a strategy in Python as it was run."""

    name = CharField()
    sha256 = CharField()


class BacktestOutline(ApiSerializer):
    """A backtest in a list; shares are fractions."""

    id = CharField()
    name = CharField()
    symbols = ListField(child=SymbolField())
    interval = CharField()
    created_at = TimeField()
    data_hash = CharField(help_text="Of the bars of all symbols.")
    total_return = FloatField(allow_null=True)
    sharpe = FloatField(allow_null=True)
    max_drawdown = FloatField()
    trades = IntegerField()
    final_equity = FloatField()
    python = PythonSourceOut(allow_null=True)


class BoundOut(ApiSerializer):
    """What the same orders would have come to had every bar taken one path."""

    path = CharField()
    final_equity = FloatField()
    trades = IntegerField()
    profit = FloatField()


class HeldPositionOut(ApiSerializer):
    """What was still held at the end."""

    symbol = SymbolField()
    quantity = DecimalTextField(allow_negative=True, help_text="Negative for a short one.")
    mark_price = DecimalTextField()


class BarsUsedOut(ApiSerializer):
    """Which bars of a symbol a result was computed from."""

    symbol = SymbolField()
    interval = CharField()
    rows = IntegerField()
    content_hash = CharField()

    def get_fields(self) -> dict[str, Field]:
        """With what a serializer or Python has for itself."""
        return {
            **super().get_fields(),
            "source": CharField(help_text="A data set, or what was recorded live."),
            "from": CharField(help_text="The open of the first bar."),
            "to": CharField(help_text="The open of the last bar."),
        }


class DeflatedOut(ApiSerializer):
    """What the ratio proves among all that were tried on these bars (docs/metrics.md)."""

    trials = IntegerField(help_text="Strategies that the account has tried on these bars, this one among them.")
    deflated_sharpe = FloatField(allow_null=True)


class BacktestResultOut(ApiSerializer):
    """What came of a backtest."""

    engine = IntegerField(help_text="Rises when the same spec over the same bars may come to something else.")
    bars = IntegerField()
    orders = IntegerField()
    warm_up_bars = IntegerField(allow_null=True, help_text="Of the conditions; null for a strategy in Python.")
    ambiguous_bars = IntegerField(help_text="Bars that do not say whether the stop or the target came first.")
    figures = FiguresOut()
    bounds = BoundOut(many=True)
    refusals = DictField(child=IntegerField(), help_text="Refused orders by reason.")
    positions = HeldPositionOut(many=True)
    overfitting = DeflatedOut()
    python = JSONField(allow_null=True, help_text="Name, sha256, parameters and cuts of a strategy in Python.")

    def get_fields(self) -> dict[str, Field]:
        """With `data`, which a serializer has for itself."""
        return {**super().get_fields(), "data": BarsUsedOut(many=True)}


class BacktestOut(BacktestOutline):
    """A backtest with what was asked and what came of it."""

    notes = CharField()
    spec = JSONField(help_text="As it was asked, with every default.")
    result = BacktestResultOut()


class RoundTripOut(ApiSerializer):
    """A round trip; money in the quote asset."""

    symbol = SymbolField()
    side = ChoiceField(choices=("long", "short"))
    quantity = FloatField()
    entry_price = FloatField()
    exit_price = FloatField()
    entry_time = TimeField()
    exit_time = TimeField()
    fees = FloatField()
    profit = FloatField(help_text="After fees.")
    mae = FloatField(help_text="The worst it stood at.")
    mfe = FloatField(help_text="The best it stood at.")
    risk = FloatField(allow_null=True, help_text="What the nearer stop would have lost.")
    is_ambiguous = BooleanField(help_text="Whether the bars do not say what came first.")


class TradeLinesOut(ApiSerializer):
    """Round trips as columns of one length, oldest first: what is drawn of thousands of them at once."""

    count = IntegerField(help_text="Of all round trips.")
    every = IntegerField(help_text="1: all of them are here. Of very many every second, third and so on is.")
    symbols = ListField(child=IntegerField(), help_text="Places in the backtest's symbols, from 0 on.")
    sides = ListField(child=ChoiceField(choices=("long", "short")))
    entry_times = ListField(child=TimeField())
    exit_times = ListField(child=TimeField())
    entry_prices = ListField(child=FloatField())
    exit_prices = ListField(child=FloatField())
    profits = ListField(child=FloatField(), help_text="After fees.")


class BacktestOrderOut(ApiSerializer):
    """An order of a backtest."""

    symbol = SymbolField()
    side = ChoiceField(choices=("buy", "sell"))
    time = TimeField(help_text="The open of the bar it acted in.")
    signal_time = TimeField(help_text="The open of the bar that asked for it.")
    quantity = QuantityField()
    filled_quantity = QuantityField()
    price = DecimalTextField(allow_null=True)
    reason = CharField()
    status = CharField()
    is_entry = BooleanField()
    liquidity = ChoiceField(choices=("maker", "taker"))
    is_ambiguous = BooleanField()


class EquityQuery(ApiSerializer):
    """How much of the curve."""

    points = IntegerField(required=False, default=DEFAULT_POINTS, min_value=2, max_value=MAX_POINTS)


class EquityPointOut(ApiSerializer):
    """Equity after a bar, and the deepest drawdown since the point before."""

    time = TimeField()
    equity = FloatField()
    drawdown = FloatField(allow_null=True)


class EquityOut(ApiSerializer):
    """Equity over time."""

    start_equity = FloatField()
    bars = IntegerField()
    points = EquityPointOut(many=True)


class ParityQuery(ApiSerializer):
    """What a backtest is held against: a session of an account, or a run or a rehearsal of a strategy."""

    session = AccountIdField(required=False, help_text="The account that traded in the sandbox; your own unless said.")
    epoch = IntegerField(required=False, min_value=1, help_text="Of that account; left out: the present one.")
    run = CharField(required=False, max_length=36, help_text="A run of a strategy, on the bars that it followed.")
    rehearsal = CharField(required=False, max_length=36, help_text="A rehearsal of a strategy that has ended.")
    limit = IntegerField(required=False, default=DEFAULT_POINTS, min_value=1, max_value=MAX_POINTS)

    def validate(self, attrs: Any) -> Any:
        """One thing at a time, and an epoch is an account's."""
        sides = [name for name in ("session", "run", "rehearsal") if attrs.get(name) is not None]
        if len(sides) > 1:
            raise ValidationError({sides[1]: f"Cannot stand beside {sides[0]}: leave one out."})
        if attrs.get("epoch") is not None and sides in (["run"], ["rehearsal"]):
            raise ValidationError({"epoch": f"Is of an account's session: leave it out beside {sides[0]}."})
        return attrs


class DeedOut(ApiSerializer):
    """What one order did in one bar; fills of the same order are taken together."""

    time = TimeField()
    side = ChoiceField(choices=("buy", "sell"))
    quantity = QuantityField()
    price = DecimalTextField(allow_null=True, help_text="The mean by quantity; null when nothing filled.")
    fee = MoneyField(allow_null=True)
    order_id = CharField(allow_null=True, help_text="Of an order in the sandbox.")
    refused = CharField(allow_null=True, help_text="Why nothing filled.")


class DivergenceOut(ApiSerializer):
    """One difference between a backtest and a session."""

    kind = ChoiceField(choices=KINDS)
    text = CharField()
    symbol = SymbolField()
    time = TimeField()
    backtest = DeedOut(allow_null=True)
    sandbox = DeedOut(allow_null=True)


class DivergenceCountsOut(ApiSerializer):
    """How many divergences there are of each kind."""

    signal = IntegerField(help_text="One side decided to act, the other did not.")
    timing = IntegerField(help_text="The same, but up to three bars apart.")
    fill = IntegerField(help_text="At the same time, at another price or of another quantity.")
    fee = IntegerField(help_text="The same but for the fee.")
    risk = IntegerField(help_text="One side refused what the other did.")

    def get_fields(self) -> dict[str, Field]:
        """With `data`, which a serializer has for itself."""
        return {
            **super().get_fields(),
            "data": IntegerField(help_text="The bars are not the same: a price or a time that the backtest has not."),
        }


class ParityOut(ApiSerializer):
    """A session beside a backtest of the same strategy."""

    backtest_orders = IntegerField(help_text="That filled.")
    sandbox_orders = IntegerField(help_text="That filled, in one bar each.")
    alike = IntegerField(help_text="With the same bar, side, quantity, price and fee.")
    counts = DivergenceCountsOut()
    divergences = DivergenceOut(many=True)


class SearchOutline(ApiSerializer):
    """A sweep or a walk forward in a list."""

    id = CharField()
    kind = ChoiceField(choices=("sweep", "walk_forward"))
    name = CharField()
    created_at = TimeField()
    data_hash = CharField()
    python = PythonSourceOut(allow_null=True)


class SearchOut(SearchOutline):
    """A sweep or a walk forward."""

    spec = JSONField()
    result = JSONField(help_text="The best, how alone it stands, how likely it was chosen by chance; or the windows.")


class PythonParameterOut(ApiSerializer):
    """A parameter of a strategy in Python."""

    name = CharField()
    kind = ChoiceField(choices=("int", "float", "bool"))
    default = JSONField()
    least = FloatField(allow_null=True)
    most = FloatField(allow_null=True)


class PythonStrategyOut(ApiSerializer):
    """A strategy of the owner's in Python, read and not run; `error` says why it cannot be used."""

    name = CharField()
    summary = CharField(help_text="The first line of its docstring.")
    form = ChoiceField(choices=("signals", "on_bar"), allow_null=True)
    parameters = PythonParameterOut(many=True)
    sha256 = CharField(allow_null=True)
    error = CharField(allow_null=True)


class CombinationOut(ApiSerializer):
    """One combination of a sweep; shares are fractions, what is undefined is null."""

    number = IntegerField(help_text="Of the whole grid.")
    parameters = JSONField(help_text="Numbers by name.")
    total_return = FloatField(allow_null=True)
    max_drawdown = FloatField(allow_null=True)
    sharpe = FloatField(allow_null=True)
    trades = IntegerField()
    win_rate = FloatField(allow_null=True)
    profit_factor = FloatField(allow_null=True)
    fees = FloatField()
    exposure = FloatField(help_text="Share of bars with a position.")
