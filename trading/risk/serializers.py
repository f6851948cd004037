"""The contracts of risk."""

from rest_framework.exceptions import ValidationError

from api.fields import (
    AccountIdField,
    BooleanField,
    CharField,
    ChoiceField,
    DecimalTextField,
    IntegerField,
    ListField,
    MoneyField,
    QuantityField,
    SymbolField,
    TimeField,
)
from api.serializers import ApiSerializer
from trading.accounts.serializers import AssetField
from trading.sandbox.limits import MAX_REASON_LENGTH

STATES = ("ACTIVE", "REDUCING", "HALTED")
RESTRICTED_STATES = ("REDUCING", "HALTED")
SCOPES = ("account", "all")
MAX_SYMBOLS = 200
MAX_OPEN_ORDERS = 10_000_000
MAX_ORDERS_PER_SECOND = 1_000


class SymbolLimitsIn(ApiSerializer):
    """Limits of one symbol; what is left out is not limited."""

    symbol = SymbolField()
    max_order_quantity = QuantityField(required=False, allow_null=True)
    max_position_quantity = QuantityField(required=False, allow_null=True, help_text="With all open orders.")
    max_position_notional = MoneyField(required=False, allow_null=True, help_text="In the quote asset.")


class RiskLimitsIn(ApiSerializer):
    """The whole set of an account's limits. What is left out or null is left to the installation's settings."""

    example = {
        "max_order_notional": "5000",
        "price_collar_percent": "5",
        "max_daily_loss": "1000",
        "max_drawdown_percent": "20",
        "symbols": [{"symbol": "BTC-USDT", "max_position_quantity": "0.5"}],
        "on_breach": "HALTED",
        "close_on_breach": True,
    }

    max_order_notional = MoneyField(required=False, allow_null=True, help_text="Of one order, in its quote asset.")
    max_position_notional = MoneyField(
        required=False, allow_null=True, help_text="Of one symbol, with all open orders, in its quote asset."
    )
    max_open_orders = IntegerField(required=False, allow_null=True, min_value=0, max_value=MAX_OPEN_ORDERS)
    max_orders_per_second = IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MAX_ORDERS_PER_SECOND,
        help_text="Placed or changed, by the market's clock.",
    )
    price_collar_percent = DecimalTextField(required=False, allow_null=True, help_text="From the last price.")
    max_leverage = DecimalTextField(
        required=False, allow_null=True, help_text="Gross exposure as a multiple of equity."
    )
    max_concentration_percent = DecimalTextField(
        required=False, allow_null=True, help_text="Of the equity in one symbol, with all open orders."
    )
    max_daily_loss = MoneyField(
        required=False, allow_null=True, help_text="In the base currency, since the market's day began (UTC)."
    )
    max_drawdown_percent = DecimalTextField(
        required=False, allow_null=True, help_text="Below the epoch's highest equity; at most 100."
    )
    restricted_symbols = ListField(child=SymbolField(), required=False, allow_null=True, max_length=MAX_SYMBOLS)
    symbols = SymbolLimitsIn(many=True, required=False, allow_null=True)
    on_breach = ChoiceField(
        choices=RESTRICTED_STATES,
        required=False,
        default="HALTED",
        help_text="What a broken max_daily_loss or max_drawdown_percent does.",
    )
    close_on_breach = BooleanField(required=False, default=False, help_text="Then also close every position.")

    def validate_symbols(self, symbols: list[object]) -> list[object]:
        """A symbol has one set of limits."""
        names = [each.symbol for each in symbols]  # type: ignore[attr-defined]
        if len(set(names)) != len(names):
            raise ValidationError("Must name each symbol once.")
        if len(names) > MAX_SYMBOLS:
            raise ValidationError(f"Must have at most {MAX_SYMBOLS} symbols.")
        return symbols


class SymbolLimitsOut(ApiSerializer):
    """Limits of one symbol."""

    symbol = SymbolField()
    max_order_quantity = QuantityField(allow_null=True)
    max_position_quantity = QuantityField(allow_null=True)
    max_position_notional = MoneyField(allow_null=True)


class RiskLimitsOut(ApiSerializer):
    """A set of limits; null is no limit."""

    max_order_notional = MoneyField(allow_null=True)
    max_position_notional = MoneyField(allow_null=True)
    max_open_orders = IntegerField(allow_null=True)
    max_orders_per_second = IntegerField(allow_null=True)
    price_collar_percent = DecimalTextField(allow_null=True)
    max_leverage = DecimalTextField(allow_null=True)
    max_concentration_percent = DecimalTextField(allow_null=True)
    max_daily_loss = MoneyField(allow_null=True)
    max_drawdown_percent = DecimalTextField(allow_null=True)
    restricted_symbols = ListField(child=SymbolField())
    symbols = SymbolLimitsOut(many=True)
    on_breach = ChoiceField(choices=STATES)
    close_on_breach = BooleanField()


class AccountLimitsOut(ApiSerializer):
    """An account's own limits, those of the installation, and those that hold: its own before the installation's."""

    account = AccountIdField()
    own = RiskLimitsOut()
    installation = RiskLimitsOut()
    in_force = RiskLimitsOut()


class HaltIn(ApiSerializer):
    """What to halt, and what becomes of its orders and positions."""

    example = {"scope": "account", "reason": "Looks wrong.", "close_positions": True}

    scope = ChoiceField(choices=SCOPES, required=False, default="account")
    state = ChoiceField(
        choices=RESTRICTED_STATES,
        required=False,
        default="HALTED",
        help_text="HALTED takes no order at all, REDUCING those that reduce a position.",
    )
    reason = CharField(max_length=MAX_REASON_LENGTH)
    cancel_orders = BooleanField(
        required=False, default=True, help_text="Under REDUCING those that would do more than reduce."
    )
    close_positions = BooleanField(required=False, default=False, help_text="By market orders.")


class ResumeIn(ApiSerializer):
    """What to let trade again."""

    example = {"scope": "account", "reason": "It was a drill."}

    scope = ChoiceField(choices=SCOPES, required=False, default="account")
    reason = CharField(max_length=MAX_REASON_LENGTH)


class TradingStatesOut(ApiSerializer):
    """What was halted or resumed; `since` is the market's clock."""

    scope = ChoiceField(choices=SCOPES)
    account = AccountIdField(allow_null=True)
    state = ChoiceField(choices=STATES)
    reason = CharField()
    by = CharField()
    since = TimeField()
    canceled_orders = IntegerField()
    closing_orders = ListField(child=CharField(), help_text="The ids of the orders that close positions.")


class TradingStateOut(ApiSerializer):
    """A trading state: since when (the market's clock), by whom and why; null when it was never changed."""

    state = ChoiceField(choices=STATES)
    reason = CharField(allow_null=True)
    by = CharField(allow_null=True)
    since = TimeField(allow_null=True)


class ExposedPositionOut(ApiSerializer):
    """A position; `value` is in the quote asset and `worth` in the base currency, negative for a short."""

    symbol = SymbolField()
    side = ChoiceField(choices=("long", "short"))
    quantity = QuantityField()
    quote = AssetField()
    value = MoneyField()
    worth = MoneyField()
    share_percent = DecimalTextField(allow_null=True, help_text="Of the equity.")


class ExposedQuoteOut(ApiSerializer):
    """All positions that are quoted in one asset, in the base currency."""

    asset = AssetField()
    gross = MoneyField()
    net = MoneyField()


class ExposureOut(ApiSerializer):
    """What is held through trading, in the base currency; null with the reason where a price is missing."""

    gross = MoneyField(allow_null=True)
    net = MoneyField(allow_null=True)
    long = MoneyField(allow_null=True)
    short = MoneyField(allow_null=True)
    leverage = DecimalTextField(allow_null=True, help_text="Gross by equity.")
    positions = ExposedPositionOut(many=True)
    by_quote = ExposedQuoteOut(many=True)
    reason = CharField(allow_null=True)


class LimitUseOut(ApiSerializer):
    """A limit in force, and how much of it is used; null where it is about single orders, or unknown with a reason."""

    name = CharField()
    symbol = SymbolField(allow_null=True)
    limit = DecimalTextField()
    used = DecimalTextField(allow_null=True)
    share_percent = DecimalTextField(allow_null=True)
    unit = CharField()
    own = BooleanField(help_text="The account's own; else the installation's.")
    reason = CharField(allow_null=True)


class TailOut(ApiSerializer):
    """What may be lost at one confidence, in the base currency."""

    confidence_percent = IntegerField()
    value_at_risk = MoneyField()
    expected_shortfall = MoneyField()


class TailRiskOut(ApiSerializer):
    """Historical value at risk and expected shortfall; without levels, the reason why there are none."""

    method = CharField()
    horizon = CharField(allow_null=True, help_text="The time in which so much may be lost.")
    sample = IntegerField(help_text="Moves of the prices that were looked at.")
    since = TimeField(allow_null=True)
    until = TimeField(allow_null=True)
    levels = TailOut(many=True)
    reason = CharField(allow_null=True)


class RiskOut(ApiSerializer):
    """The risk of an account; `state` is the stricter of its own and everybody's."""

    account = AccountIdField()
    state = ChoiceField(choices=STATES)
    account_state = TradingStateOut()
    global_state = TradingStateOut()
    base_currency = AssetField()
    equity = MoneyField(allow_null=True)
    exposure = ExposureOut()
    limits = LimitUseOut(many=True)
    tail_risk = TailRiskOut()
