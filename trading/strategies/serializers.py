"""The contracts of strategies."""

from typing import Any

from rest_framework.exceptions import ValidationError

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
from api.pagination import PageQuery
from api.serializers import ApiSerializer
from markets import services as markets
from trading.accounts.serializers import FILL_POLICY_HELP, FeesIn, PositionOut
from trading.risk.serializers import RiskLimitsIn
from trading.strategies.records import ENDINGS, LEAVE, MAX_LEVERAGE, MAX_SYMBOLS, OUTCOMES, STATES
from trading.strategies.rehearsed.records import REHEARSAL_STATES
from trading.strategies.templates import TEMPLATES

MAX_NAME = 100
MAX_NOTES = 2_000
MAX_NOTE = 200
MAX_EXPRESSION = 2_000
SIZINGS = ("fixed", "equity_share", "volatility_target", "risk_per_trade")
DISTANCES = ("fixed", "percent", "atr")
TEMPLATE_NAMES = tuple(template.name for template in TEMPLATES)
CROSS = {
    "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
    "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
    "parameters": {"fast": 20, "slow": 50},
    "stop": {"kind": "percent", "percent": "2"},
}


class StrategySizingIn(ApiSerializer):
    """How much: `fixed` (quantity), `equity_share` (percent), `volatility_target` or `risk_per_trade` (percent)."""

    kind = ChoiceField(choices=SIZINGS)
    quantity = QuantityField(required=False, allow_null=True)
    percent = DecimalTextField(required=False, allow_null=True)
    annual_percent = DecimalTextField(required=False, allow_null=True)
    bars = IntegerField(required=False, allow_null=True)
    bars_per_year = IntegerField(required=False, allow_null=True)


class StrategyDistanceIn(ApiSerializer):
    """A distance: `fixed` (amount in price), `percent`, or `atr` (multiple of the average true range of `bars`)."""

    kind = ChoiceField(choices=DISTANCES)
    amount = DecimalTextField(required=False, allow_null=True)
    percent = DecimalTextField(required=False, allow_null=True)
    multiple = DecimalTextField(required=False, allow_null=True)
    bars = IntegerField(required=False, allow_null=True)


class StrategyRulesIn(ApiSerializer):
    """When to be in the market, and how much: that of a backtest."""

    long_entry = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    long_exit = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    short_entry = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    short_exit = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    parameters = JSONField(required=False, allow_null=True, help_text="Numbers by name, for p.name in the conditions.")
    sizing = StrategySizingIn(required=False, allow_null=True)
    stop = StrategyDistanceIn(required=False, allow_null=True)
    target = StrategyDistanceIn(required=False, allow_null=True)
    trailing = StrategyDistanceIn(required=False, allow_null=True)


class StrategySpecIn(ApiSerializer):
    """What a version says; what is left out is the template's, or stays."""

    symbols = ListField(child=SymbolField(), required=False, allow_null=True, max_length=MAX_SYMBOLS)
    interval = ChoiceField(choices=tuple(markets.INTERVALS), required=False, allow_null=True)
    strategy = StrategyRulesIn(required=False, allow_null=True)
    program = JSONField(
        required=False,
        allow_null=True,
        help_text="In place of conditions: a `kind` (dca, grid, twap, vwap, iceberg, pairs) and its numbers.",
    )
    bounds = JSONField(
        required=False,
        allow_null=True,
        help_text="By parameter `{least, most}`: between which values a run may start with.",
    )
    allow_short = BooleanField(required=False, allow_null=True)
    leverage = IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_LEVERAGE)
    max_open_positions = IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_SYMBOLS)
    max_share_percent = DecimalTextField(required=False, allow_null=True, help_text="Of equity, of one entry.")


def check_name(name: str) -> str:
    """Names stand in lists and in lines of the log."""
    if not name.isprintable():
        raise ValidationError("Must have no line breaks and no control characters.")
    return name


class NewStrategyIn(StrategySpecIn):
    """A new strategy: from a template and the symbols, or with rules of its own."""

    example = {"name": "Crossing averages", "symbols": ["BTC-USDT"], "interval": "1m", "strategy": CROSS}
    example_bodies = {
        "Rules of its own": example,
        "A program": {
            "name": "Every day",
            "symbols": ["BTC-USDT"],
            "interval": "1h",
            "program": {"kind": "dca", "notional": "100", "every_bars": 24},
        },
        "From a template": {"name": "Breakouts", "template": "donchian-breakout", "symbols": ["ETH-USDT"]},
    }

    name = CharField(max_length=MAX_NAME)
    notes = CharField(required=False, default="", allow_blank=True, max_length=MAX_NOTES)
    template = ChoiceField(choices=TEMPLATE_NAMES, required=False, allow_null=True, default=None)

    def validate_name(self, name: str) -> str:
        """See `check_name`."""
        return check_name(name)


class StrategyChangeIn(StrategySpecIn):
    """What is to change; anything of the spec makes a new version. `strategy` is replaced as a whole."""

    example = {"strategy": {**CROSS, "parameters": {"fast": 10, "slow": 30}}, "note": "faster"}

    name = CharField(max_length=MAX_NAME, required=False, allow_null=True)
    notes = CharField(required=False, allow_null=True, allow_blank=True, max_length=MAX_NOTES)
    note = CharField(
        required=False, default="", allow_blank=True, max_length=MAX_NOTE, help_text="Stays with the new version."
    )

    def validate_name(self, name: str) -> str:
        """See `check_name`."""
        return check_name(name)


SPEC_FIELDS = (
    "symbols", "interval", "strategy", "program", "bounds", "allow_short", "leverage", "max_open_positions",
    "max_share_percent",
)  # fmt: skip


class StrategyVersionOut(ApiSerializer):
    """A version; it never changes."""

    version = IntegerField()
    note = CharField()
    created_at = TimeField()
    symbols = ListField(child=SymbolField())
    interval = CharField()
    strategy = JSONField(allow_null=True)
    program = JSONField(allow_null=True)
    bounds = JSONField()
    allow_short = BooleanField()
    leverage = IntegerField()
    max_open_positions = IntegerField(allow_null=True)
    max_share_percent = DecimalTextField(allow_null=True)
    warm_up_bars = IntegerField(help_text="How much history its conditions ask for.")


class StrategyGapOut(ApiSerializer):
    """Bars that came while the run did not follow; none of them was traded."""

    symbol = SymbolField()
    from_time = TimeField(allow_null=True)
    to_time = TimeField(allow_null=True)
    reason = CharField()


class StrategyRunOut(ApiSerializer):
    """A run of a version. Bars, signals and what came of them are counted since the server took the run up."""

    id = CharField()
    strategy_id = CharField()
    strategy = CharField()
    version = IntegerField()
    account = AccountIdField(help_text="The account that it trades on.")
    own_account = BooleanField()
    symbols = ListField(child=SymbolField())
    interval = CharField()
    parameters = JSONField()
    state = ChoiceField(choices=STATES)
    reason = CharField(help_text="Why it ended.")
    started_at = TimeField()
    ended_at = TimeField(allow_null=True)
    waiting_for = CharField(allow_null=True, help_text="What it needs before it acts.")
    bars = IntegerField()
    signals = IntegerField()
    ordered = IntegerField()
    refused = IntegerField()
    slowest_ms = FloatField()
    last_bars = DictField(child=TimeField(), help_text="By symbol, when the newest bar opened that it acted on.")
    gaps = StrategyGapOut(many=True)


class StrategyOut(ApiSerializer):
    """A strategy with its newest version and the runs that go on."""

    id = CharField()
    account = AccountIdField()
    name = CharField()
    notes = CharField()
    template = CharField(allow_null=True)
    created_at = TimeField()
    updated_at = TimeField()
    version = StrategyVersionOut()
    runs = StrategyRunOut(many=True)


class StrategyTemplateOut(ApiSerializer):
    """A template and the spec that it begins with; it lacks symbols."""

    name = ChoiceField(choices=TEMPLATE_NAMES)
    title = CharField()
    description = CharField()
    spec = JSONField()


class StrategyStartIn(ApiSerializer):
    """How a run starts: the newest version on an account of its own, unless said otherwise."""

    example = {"parameters": {}, "cash": "10000"}

    version = IntegerField(required=False, allow_null=True, min_value=1)
    parameters = JSONField(required=False, allow_null=True, help_text="Other values, within the version's bounds.")
    own_account = BooleanField(
        required=False,
        default=True,
        help_text="false: it trades on the account of X-Account. An account of its own needs the scope admin.",
    )
    cash = MoneyField(required=False, allow_null=True, help_text="Of the quote asset; 100000 unless said.")
    fill_policy = JSONField(required=False, allow_null=True, help_text=FILL_POLICY_HELP)
    fees = FeesIn(required=False, allow_null=True)
    risk_limits = RiskLimitsIn(required=False, allow_null=True)
    wait_for_warm_up = BooleanField(
        required=False,
        default=True,
        help_text="false: it acts as soon as its conditions have values, as a backtest from the first bar does.",
    )

    def validate(self, attrs: Any) -> Any:
        """Money and rules are given to an account that is opened."""
        given = [name for name in ("cash", "fill_policy", "fees", "risk_limits") if attrs.get(name) is not None]
        if not attrs.get("own_account", True) and given:
            raise ValidationError({given[0]: "Only an account of its own is opened with it."})
        return attrs


class StrategyStopIn(ApiSerializer):
    """What becomes of orders and positions: `leave` them, `cancel` the orders, or `close` the positions as well."""

    example = {"mode": "close"}

    mode = ChoiceField(choices=ENDINGS, required=False, default=LEAVE)
    run = CharField(required=False, allow_null=True, max_length=36, help_text="One run; left out: all of the strategy.")


class StrategyTripOut(ApiSerializer):
    """A position from its first fill to its last; profit is after fees."""

    symbol = SymbolField()
    side = ChoiceField(choices=("long", "short"))
    quantity = QuantityField()
    opened_at = TimeField()
    closed_at = TimeField()
    profit = MoneyField(allow_negative=True)
    fees = MoneyField(allow_zero=True)


class StrategyPerformanceOut(ApiSerializer):
    """How a run is doing, in its account's base currency."""

    run_id = CharField()
    account = AccountIdField()
    base_currency = CharField()
    start_equity = MoneyField(allow_null=True, allow_negative=True)
    equity = MoneyField(allow_negative=True)
    profit = MoneyField(allow_null=True, allow_negative=True)
    profit_percent = DecimalTextField(allow_null=True, allow_negative=True)
    fees = MoneyField(allow_zero=True)
    fills = IntegerField()
    trips = IntegerField(help_text="Round trips: from flat to flat.")
    winning_trips = IntegerField()
    win_percent = DecimalTextField(allow_null=True)
    profit_of_trips = MoneyField(allow_negative=True)
    average_profit = MoneyField(allow_null=True, allow_negative=True)
    is_whole = BooleanField(help_text="Whether all fills since the start were looked at.")
    positions = PositionOut(many=True)
    newest_trips = StrategyTripOut(many=True)


class StrategySignalOut(ApiSerializer):
    """What a run said at the close of a bar, the values that made it, and what came of it."""

    id = CharField()
    run_id = CharField()
    symbol = SymbolField()
    bar_time = TimeField(help_text="When the bar opened.")
    time = TimeField(help_text="By the market's clock.")
    said = ListField(child=CharField(), help_text="The conditions that were true.")
    values = JSONField(help_text="What the conditions compare; null while unknown.")
    outcome = ChoiceField(choices=OUTCOMES)
    reason = CharField()
    text = CharField()
    order_ids = ListField(child=CharField())


class StrategyRehearseIn(ApiSerializer):
    """What is rehearsed on, and how the run starts: the newest version, on an account of its own."""

    example = {"dataset": "01a2…", "cash": "10000", "fees": {"maker_bps": 2, "taker_bps": 5}}

    dataset = CharField(
        required=False, allow_null=True, max_length=64, help_text="A data set of the symbol that the strategy trades."
    )
    datasets = ListField(
        child=CharField(max_length=64),
        required=False,
        allow_null=True,
        max_length=MAX_SYMBOLS,
        help_text="In its place for several symbols: a data set of each, in any order.",
    )
    start = TimeField(required=False, allow_null=True, help_text="Left out: the first bar of the data.")
    end = TimeField(required=False, allow_null=True, help_text="Before this time. Left out: to the end of the data.")
    version = IntegerField(required=False, allow_null=True, min_value=1)
    parameters = JSONField(required=False, allow_null=True, help_text="Other values, within the version's bounds.")
    cash = MoneyField(required=False, allow_null=True, help_text="Of the quote asset; 100000 unless said.")
    fill_policy = JSONField(required=False, allow_null=True, help_text=FILL_POLICY_HELP)
    fees = FeesIn(required=False, allow_null=True)

    def validate(self, attrs: Any) -> Any:
        """One data set or a list of them."""
        if bool(attrs.get("dataset")) == bool(attrs.get("datasets")):
            raise ValidationError({"dataset": "Name one data set here, or one for each symbol in `datasets`."})
        return attrs


class RehearsedEquityOut(ApiSerializer):
    """What the account was worth when a bar closed, at its last price."""

    time = TimeField()
    equity = MoneyField(allow_negative=True)


class RehearsedResultOut(ApiSerializer):
    """What came of a rehearsal."""

    performance = StrategyPerformanceOut()
    max_drawdown_percent = DecimalTextField(allow_null=True, help_text="Of all bars, below the highest before.")
    from_time = TimeField()
    to_time = TimeField()
    bars = IntegerField()
    signals = IntegerField()
    ordered = IntegerField()
    refused = IntegerField()
    orders = IntegerField(allow_null=True, help_text="That filled or were refused; null: too many to be kept.")
    equity = ListField(child=RehearsedEquityOut(), allow_null=True, help_text="At most 501 points; null in lists.")


class StrategyRehearsalOut(ApiSerializer):
    """A rehearsal of a strategy; while it goes on, `rehearsal` is what X-Rehearsal looks into it with."""

    id = CharField()
    strategy_id = CharField()
    strategy = CharField()
    version = IntegerField()
    parameters = JSONField()
    symbols = ListField(child=SymbolField())
    interval = CharField()
    dataset = CharField(help_text="Of the first symbol.")
    datasets = ListField(child=CharField(), help_text="Of all symbols, in their order.")
    start = TimeField(allow_null=True)
    end = TimeField(allow_null=True)
    cash = MoneyField(allow_null=True)
    fees = FeesIn(allow_null=True)
    fill_policy = JSONField(allow_null=True)
    state = ChoiceField(choices=REHEARSAL_STATES)
    reason = CharField(help_text="Why it ended.")
    rehearsal = CharField(allow_null=True)
    run_id = CharField()
    started_at = TimeField()
    ended_at = TimeField(allow_null=True)
    progress = FloatField(help_text="The share of the data that has played, 0 to 1.")
    result = RehearsedResultOut(allow_null=True)


class RehearsedOrderOut(ApiSerializer):
    """What one order of a rehearsal did: all its fills together, or why it was refused."""

    order_id = CharField()
    symbol = SymbolField()
    side = ChoiceField(choices=("buy", "sell"))
    purpose = CharField(
        help_text="`entry`, `exit`, `stop`, `trail`, `target`, `guard`, or what a program names its orders."
    )
    time = TimeField(help_text="Of its first fill, by the market's clock.")
    quantity = QuantityField(allow_zero=True)
    price = DecimalTextField(allow_null=True, help_text="The mean by quantity.")
    fee = MoneyField(allow_null=True, allow_zero=True)
    refused = CharField(allow_null=True)


class StrategyRunQuery(ApiSerializer):
    """Which run."""

    run = CharField(required=False, max_length=36, help_text="Left out: the newest.")


class StrategySignalQuery(PageQuery):
    """Which signals."""

    run = CharField(required=False, max_length=36)
    symbol = SymbolField(required=False)
    outcome = ChoiceField(choices=OUTCOMES, required=False)

    def get_fields(self) -> dict[str, Field]:
        """With `from`, which is a word of Python's, and `to`."""
        return {
            **super().get_fields(),
            "from": TimeField(required=False, help_text="At or after this time, by the market's clock."),
            "to": TimeField(required=False, help_text="Before this time."),
        }
