"""The contracts of orders and fills."""

from api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    Field,
    IntegerField,
    MoneyField,
    PatternField,
    PriceField,
    QuantityField,
    SymbolField,
    TimeField,
)
from api.pagination import PageQuery
from api.serializers import ApiSerializer

SIDES = ("buy", "sell")
ORDER_TYPES = ("market", "limit", "stop", "stop_limit")
TIMES_IN_FORCE = ("gtc", "ioc", "fok")
STATUSES = ("pending", "open", "partially_filled", "filled", "canceled", "rejected", "expired")
MAX_ORDER_ID_LENGTH = 64


class ClientOrderIdField(PatternField):
    """The client's own name for an order."""

    pattern = r"[!-~]{1,64}"
    default_error_messages = {"invalid": "Must be 1 to 64 visible ASCII characters without spaces."}


class PeriodQuery(PageQuery):
    """A paged list that can be cut to a period."""

    def get_fields(self) -> dict[str, Field]:
        """With `from` and `to`: the first is a Python keyword, so it cannot be declared as an attribute."""
        return {
            **super().get_fields(),
            "from": TimeField(required=False, help_text="At or after this time."),
            "to": TimeField(required=False, help_text="Before this time."),
        }


class OrderQuery(PeriodQuery):
    """Which orders to list."""

    status = ChoiceField(choices=("open", "closed", "all"), required=False, default="open")
    symbol = SymbolField(required=False)
    side = ChoiceField(choices=SIDES, required=False)
    client_order_id = ClientOrderIdField(required=False)
    epoch = IntegerField(required=False, min_value=1, help_text="Of the account; left out: the present one.")


class FillQuery(PeriodQuery):
    """Which fills to list."""

    symbol = SymbolField(required=False)
    order_id = CharField(required=False, max_length=MAX_ORDER_ID_LENGTH)
    epoch = IntegerField(required=False, min_value=1, help_text="Of the account; left out: the present one.")


class CancelAllQuery(ApiSerializer):
    """Which orders to cancel."""

    symbol = SymbolField(required=False, help_text="Only orders of this symbol.")


class OrderIn(ApiSerializer):
    """A new order, sized by `quantity` or, for a market order, by `notional` of the quote asset."""

    example = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "30000.00"}

    symbol = SymbolField()
    side = ChoiceField(choices=SIDES)
    type = ChoiceField(choices=ORDER_TYPES)
    quantity = QuantityField(required=False, allow_null=True)
    notional = MoneyField(required=False, allow_null=True)
    price = PriceField(required=False, allow_null=True, help_text="For limit and stop_limit.")
    stop_price = PriceField(required=False, allow_null=True, help_text="For stop and stop_limit.")
    time_in_force = ChoiceField(
        choices=TIMES_IN_FORCE, required=False, allow_null=True, help_text="Default gtc; ioc for a market order."
    )
    post_only = BooleanField(required=False, default=False)
    client_order_id = ClientOrderIdField(required=False, allow_null=True, help_text="Unique in the account for ever.")


class ReplaceOrderIn(ApiSerializer):
    """New values for a live order; what is left out stays. `quantity` is the whole quantity, filled included."""

    example = {"quantity": "0.02", "price": "29000.00"}

    quantity = QuantityField(required=False, allow_null=True)
    price = PriceField(required=False, allow_null=True)
    stop_price = PriceField(required=False, allow_null=True)


class AssetAmountOut(ApiSerializer):
    """So much of an asset."""

    asset = CharField()
    amount = MoneyField()


class FillOut(ApiSerializer):
    """One trade of an order."""

    id = CharField()
    order_id = CharField()
    account = CharField()
    symbol = SymbolField()
    side = ChoiceField(choices=SIDES)
    price = PriceField()
    quantity = QuantityField()
    fee = MoneyField()
    fee_asset = CharField()
    liquidity = ChoiceField(choices=("maker", "taker"))
    time = TimeField()


class OrderOut(ApiSerializer):
    """An order as it stands."""

    id = CharField()
    account = CharField()
    symbol = SymbolField()
    side = ChoiceField(choices=SIDES)
    type = ChoiceField(choices=ORDER_TYPES)
    status = ChoiceField(choices=STATUSES)
    status_reason = CharField(allow_null=True)
    quantity = QuantityField()
    notional = MoneyField(allow_null=True)
    filled_quantity = QuantityField()
    remaining_quantity = QuantityField()
    price = PriceField(allow_null=True)
    stop_price = PriceField(allow_null=True)
    average_price = PriceField(allow_null=True, help_text="To eight digits, rounded half to even.")
    time_in_force = ChoiceField(choices=TIMES_IN_FORCE)
    post_only = BooleanField()
    client_order_id = ClientOrderIdField(allow_null=True)
    fees = AssetAmountOut(many=True)
    order_list_id = CharField(allow_null=True)
    fill_policy = CharField()
    created_at = TimeField()
    updated_at = TimeField()
    replaced_at = TimeField(allow_null=True)


class PlacedOrderOut(OrderOut):
    """An order right after it was placed, with the fills it had at once."""

    fills = FillOut(many=True)


class ExpectedFillOut(ApiSerializer):
    """A fill that an order would have now."""

    price = PriceField()
    quantity = QuantityField()
    fee = MoneyField()
    fee_asset = CharField()


class BalanceAfterOut(ApiSerializer):
    """A balance as it would be."""

    asset = CharField()
    total = MoneyField()


class OrderPreviewOut(ApiSerializer):
    """What an order would do at this moment; nothing is placed."""

    accepted = BooleanField()
    code = CharField(allow_null=True, help_text="Why it would be refused.")
    reason = CharField(allow_null=True)
    quantity = QuantityField()
    fills = ExpectedFillOut(many=True)
    filled_quantity = QuantityField()
    resting_quantity = QuantityField()
    expired_quantity = QuantityField()
    average_price = PriceField(allow_null=True)
    reference_price = PriceField(allow_null=True, help_text="The best price at the other side of the book.")
    slippage = MoneyField(allow_null=True, help_text="What the fills cost more than at the reference price.")
    fees = AssetAmountOut(many=True)
    held = AssetAmountOut(allow_null=True, help_text="What the resting part would keep out of the balance.")
    balances_after = BalanceAfterOut(many=True)
