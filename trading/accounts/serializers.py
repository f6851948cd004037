"""The contracts of accounts, balances and positions."""

from rest_framework.exceptions import ValidationError

from api.fields import (
    AccountIdField,
    BooleanField,
    CharField,
    ChoiceField,
    DecimalTextField,
    DictField,
    FloatField,
    IntegerField,
    JSONField,
    ListField,
    MoneyField,
    PatternField,
    PriceField,
    QuantityField,
    SymbolField,
    TimeField,
)
from api.serializers import ApiSerializer
from trading.sandbox.margin_terms import MAX_LEVERAGE
from trading.sandbox.policies import PRESETS
from trading.tunables import MAX_FEE_BPS

ACCOUNT_TYPES = ("cash", "margin")
MAX_ASSETS = 100
MAX_YEARLY_PERCENT = 1_000
MAX_FUNDING_PERCENT = 5
"""Of one funding time; venues cap it far below (Binance: 3 % at the most)."""
FILL_POLICY_HELP = (
    f"How orders fill: one of {', '.join(PRESETS)}, or an object with numbers of its own, such as "
    '{"preset": "pessimistic", "slippage_ticks": 2}.'
)


class AssetField(PatternField):
    """The name of an asset, as it stands in a symbol."""

    pattern = r"[A-Z0-9][A-Z0-9.]{0,19}"
    default_error_messages = {"invalid": "Must be the name of an asset such as USDT."}


class FeesIn(ApiSerializer):
    """Fees in basis points of the notional, to two digits after the point."""

    maker_bps = FloatField(min_value=0, max_value=MAX_FEE_BPS)
    taker_bps = FloatField(min_value=0, max_value=MAX_FEE_BPS)


def check_assets(balances: dict[str, str]) -> dict[str, str]:
    """Starting balances whose keys are assets; raises ValidationError."""
    if len(balances) > MAX_ASSETS:
        raise ValidationError(f"Must have at most {MAX_ASSETS} assets.")
    field = AssetField()
    for asset in balances:
        field.run_validation(asset)
    return balances


class ResetIn(ApiSerializer):
    """What the next epoch starts with; left out: what the account was opened with."""

    example = {"balances": {"USDT": "100000", "BTC": "0.5"}}

    balances = DictField(child=MoneyField(allow_zero=True), required=False, allow_null=True)

    def validate_balances(self, balances: dict[str, str]) -> dict[str, str]:
        """Only assets have balances."""
        return check_assets(balances)


class MarginFields(ApiSerializer):
    """What a margin account may borrow, and what that costs; nothing of it for a cash account."""

    leverage = IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MAX_LEVERAGE,
        help_text="Margin accounts only; default 1.",
    )
    leverage_by_symbol = DictField(
        child=IntegerField(),
        required=False,
        allow_null=True,
        help_text="Symbol to its own leverage; replaces all of them.",
    )
    liquidation_fee_bps = FloatField(required=False, allow_null=True, min_value=0, max_value=MAX_FEE_BPS)
    interest_percent = FloatField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MAX_YEARLY_PERCENT,
        help_text="A year, on borrowed money; charged at 00:00, 08:00 and 16:00 UTC of the market's clock.",
    )
    borrow_percent = FloatField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MAX_YEARLY_PERCENT,
        help_text="A year, on the worth of what is sold short; charged at the same times.",
    )
    funding_percent = FloatField(
        required=False,
        allow_null=True,
        min_value=-MAX_FUNDING_PERCENT,
        max_value=MAX_FUNDING_PERCENT,
        help_text="What longs pay to shorts at each of these times; negative: shorts pay.",
    )


class AccountIn(MarginFields):
    """A new account."""

    example = {"name": "Breakouts", "type": "cash", "base_currency": "USDT", "balances": {"USDT": "25000"}}

    id = AccountIdField(required=False, allow_null=True, help_text="Made up when it is left out.")
    name = CharField(max_length=100)
    type = ChoiceField(choices=ACCOUNT_TYPES, required=False, default="cash")
    base_currency = AssetField(required=False, default="USDT")
    balances = DictField(
        child=MoneyField(allow_zero=True),
        required=False,
        allow_null=True,
        help_text="Asset to amount; left out: 100000 of the base currency.",
    )
    allow_short = BooleanField(required=False, default=False, help_text="Margin accounts only.")
    allow_stale_prices = BooleanField(
        required=False, default=False, help_text="Orders may fill at the last price of a source that has fallen silent."
    )
    fees = FeesIn(required=False, allow_null=True)
    fill_policy = JSONField(required=False, allow_null=True, help_text=FILL_POLICY_HELP)

    def validate_balances(self, balances: dict[str, str]) -> dict[str, str]:
        """Only assets have balances."""
        return check_assets(balances)


class AccountChangeIn(MarginFields):
    """Other terms for an account; what is left out stays."""

    example = {"name": "Breakouts, slower", "fees": {"maker_bps": 1.0, "taker_bps": 4.0}}

    name = CharField(max_length=100, required=False, allow_null=True)
    fees = FeesIn(required=False, allow_null=True)
    allow_short = BooleanField(required=False, allow_null=True, help_text="Margin accounts only.")
    allow_stale_prices = BooleanField(required=False, allow_null=True)
    fill_policy = JSONField(required=False, allow_null=True, help_text=FILL_POLICY_HELP)


class FundsIn(ApiSerializer):
    """Money to put into an account, or to take out of it."""

    example = {"asset": "USDT", "amount": "2500"}

    asset = AssetField()
    amount = MoneyField()


class ForkIn(ApiSerializer):
    """A copy of an account, as it stands now or stood after an entry of the journal."""

    example = {"id": "what-if", "name": "What if", "with_orders": True}

    id = AccountIdField(required=False, allow_null=True, help_text="Made up when it is left out.")
    name = CharField(
        max_length=100, required=False, allow_null=True, help_text="Left out: the source's, and of which entry."
    )
    with_orders = BooleanField(required=False, default=False, help_text="Copy the open orders too, under new ids.")
    from_sequence = IntegerField(
        required=False, allow_null=True, min_value=1, help_text="The journal entry after which to copy; left out: now."
    )


class EpochQuery(ApiSerializer):
    """Of which epoch; the present one when nothing is said."""

    epoch = IntegerField(required=False, allow_null=True, min_value=1)


class EpochOut(ApiSerializer):
    """One epoch of an account; worths are in its base currency, null where they are not known."""

    epoch = IntegerField()
    opened_at = TimeField()
    closed_at = TimeField(allow_null=True, help_text="Null while it goes on.")
    start_equity = MoneyField(allow_null=True)
    end_equity = MoneyField(allow_null=True, help_text="Of the present epoch: now.")
    net_deposits = MoneyField(help_text="Put in after the start, less what was taken out.")
    profit = MoneyField(allow_null=True, help_text="What trading made: without deposits and withdrawals.")
    not_counted = ListField(child=AssetField(), help_text="Assets that came or went without a known rate.")
    orders = IntegerField()
    fills = IntegerField()


class FeesOut(ApiSerializer):
    """Fees in basis points of the notional."""

    maker_bps = FloatField()
    taker_bps = FloatField()


class MarginOut(ApiSerializer):
    """How a margin account may borrow, what that costs, and what its positions ask of its equity."""

    leverage = IntegerField()
    leverage_by_symbol = DictField(child=IntegerField())
    initial_margin = MoneyField(help_text="What the positions needed to be opened, at the last prices.")
    maintenance_margin = MoneyField(help_text="They are liquidated when equity is no more than this.")
    liquidation_fee_bps = FloatField()
    interest_percent = FloatField(help_text="A year, on borrowed money.")
    borrow_percent = FloatField(help_text="A year, on the worth of what is sold short.")
    funding_percent = FloatField(help_text="What longs pay to shorts every eight hours; negative: shorts pay.")


class AccountOut(ApiSerializer):
    """An account and what it is worth in its base currency."""

    id = AccountIdField()
    name = CharField()
    type = ChoiceField(choices=ACCOUNT_TYPES)
    base_currency = AssetField()
    equity = MoneyField(help_text="All balances in the base currency, but those in `not_counted`.")
    cash = MoneyField(help_text="The part of equity that is money: the base currency, and what markets are quoted in.")
    buying_power = MoneyField(help_text="Available money in the base currency; free margin times the leverage.")
    allow_short = BooleanField()
    allow_stale_prices = BooleanField()
    fill_policy = CharField()
    fees = FeesOut()
    risk_state = CharField()
    epoch = IntegerField()
    created_at = TimeField()
    not_counted = ListField(child=AssetField(), help_text="Assets without a known rate to the base currency.")
    margin = MarginOut(allow_null=True)
    fill_policy_numbers = DictField(
        child=JSONField(),
        allow_null=True,
        help_text="All numbers of a custom policy; null for a preset, which its name tells.",
    )


class BalanceOut(ApiSerializer):
    """What an account has of an asset; total is available and held together."""

    asset = AssetField()
    total = MoneyField()
    available = MoneyField()
    held = MoneyField()
    worth = MoneyField(allow_null=True, help_text="The total in the base currency; null where no market has a rate.")


class PositionOut(ApiSerializer):
    """A position; quantity, value and cost are never negative, `side` says which way it is."""

    symbol = SymbolField()
    side = ChoiceField(choices=("long", "short", "flat"))
    quantity = QuantityField()
    average_price = PriceField(allow_null=True)
    mark_price = PriceField(allow_null=True)
    market_value = MoneyField(allow_null=True)
    cost_basis = MoneyField()
    unrealized_pnl = MoneyField(allow_null=True)
    realized_pnl = MoneyField(help_text="Before fees.")
    fees = MoneyField()
    opened_at = TimeField(allow_null=True)
    leverage = IntegerField()
    initial_margin = MoneyField(allow_null=True, help_text="Margin accounts only, as the following.")
    maintenance_margin = MoneyField(allow_null=True)
    liquidation_price = PriceField(allow_null=True, help_text="Null where no price of the symbol leads there.")


class ClosePositionQuery(ApiSerializer):
    """How much of a position to close; all of it when nothing is said."""

    quantity = QuantityField(required=False)
    percent = DecimalTextField(required=False, help_text="Above 0, up to 100; rounded down to whole lots.")
