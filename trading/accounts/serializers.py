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
    MoneyField,
    PatternField,
    PriceField,
    QuantityField,
    SymbolField,
    TimeField,
)
from api.serializers import ApiSerializer
from trading.sandbox.policies import PRESETS
from trading.tunables import MAX_FEE_BPS

ACCOUNT_TYPES = ("cash", "margin")
MAX_ASSETS = 100
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


class AccountIn(ApiSerializer):
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


class FeesOut(ApiSerializer):
    """Fees in basis points of the notional."""

    maker_bps = FloatField()
    taker_bps = FloatField()


class AccountOut(ApiSerializer):
    """An account and what it is worth in its base currency."""

    id = AccountIdField()
    name = CharField()
    type = ChoiceField(choices=ACCOUNT_TYPES)
    base_currency = AssetField()
    equity = MoneyField(help_text="All balances that have a price in the base currency.")
    cash = MoneyField()
    buying_power = MoneyField()
    allow_short = BooleanField()
    allow_stale_prices = BooleanField()
    fill_policy = CharField()
    fees = FeesOut()
    risk_state = CharField()
    epoch = IntegerField()
    created_at = TimeField()


class BalanceOut(ApiSerializer):
    """What an account has of an asset; total is available and held together."""

    asset = AssetField()
    total = MoneyField()
    available = MoneyField()
    held = MoneyField()


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


class ClosePositionQuery(ApiSerializer):
    """How much of a position to close; all of it when nothing is said."""

    quantity = QuantityField(required=False)
    percent = DecimalTextField(required=False, help_text="Above 0, up to 100; rounded down to whole lots.")
