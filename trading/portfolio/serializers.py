"""The contracts of the portfolio history."""

from api.fields import (
    AccountIdField,
    CharField,
    ChoiceField,
    DecimalTextField,
    IntegerField,
    ListField,
    MoneyField,
    TimeField,
)
from api.serializers import ApiSerializer
from markets.updates import INTERVALS
from trading.accounts.serializers import AssetField
from trading.portfolio.services import ALL, PERIODS_NS


class PortfolioHistoryQuery(ApiSerializer):
    """Which part of the history."""

    period = ChoiceField(
        choices=(*PERIODS_NS, ALL),
        required=False,
        default=ALL,
        help_text="Back from now by the market's clock (1m: 30 days); all: the whole epoch.",
    )
    interval = ChoiceField(
        choices=tuple(INTERVALS), required=False, help_text="Left out: the finest that gives up to 500 points."
    )
    epoch = IntegerField(required=False, min_value=1, help_text="Of the account; left out: the present one.")


class PortfolioPointOut(ApiSerializer):
    """One point; deposits and profit are those since the beginning of the curve."""

    time = TimeField()
    equity = MoneyField()
    net_deposits = MoneyField()
    profit = MoneyField(help_text="Without deposits and withdrawals.")
    profit_percent = DecimalTextField(allow_null=True, help_text="Time-weighted; null once there was nothing left.")
    drawdown_percent = DecimalTextField(allow_null=True, help_text="Below the highest point before.")


class PortfolioHistoryOut(ApiSerializer):
    """What an account was worth over time, in its base currency, oldest first."""

    account = AccountIdField()
    epoch = IntegerField()
    base_currency = AssetField()
    period = CharField()
    interval = CharField()
    start_equity = MoneyField(allow_null=True)
    end_equity = MoneyField(allow_null=True)
    net_deposits = MoneyField(allow_null=True)
    profit = MoneyField(allow_null=True)
    profit_percent = DecimalTextField(allow_null=True)
    max_drawdown_percent = DecimalTextField(allow_null=True, help_text="Of all samples, those between points included.")
    not_counted = ListField(child=AssetField(), help_text="Assets that came or went without a known rate.")
    points = PortfolioPointOut(many=True)
