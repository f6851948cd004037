"""The contracts of orders and fills."""

from api.fields import (
    TIME,
    BooleanField,
    CharField,
    ChoiceField,
    DecimalTextField,
    Field,
    FloatField,
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
ORDER_TYPES = (
    "market", "limit", "stop", "stop_limit", "take_profit", "take_profit_limit", "trailing_stop", "trailing_stop_limit",
)  # fmt: skip
TIMES_IN_FORCE = ("gtc", "ioc", "fok", "gtd", "day")
STATUSES = ("accepted", "pending", "open", "partially_filled", "filled", "canceled", "rejected", "expired")
MAX_ORDER_ID_LENGTH = 64


class ClientOrderIdField(PatternField):
    """The client's own name for an order."""

    pattern = r"[!-~]{1,64}"
    default_error_messages = {"invalid": "Must be 1 to 64 visible ASCII characters without spaces."}


class MomentField(PatternField):
    """A time in a body as the text it is; most orders have none, and pay for no conversion."""

    pattern = TIME
    default_error_messages = {"invalid": "Must be a time in ISO 8601, such as 2026-01-01T00:00:00Z."}


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


_EXIT = {"symbol": "BTC-USDT", "side": "sell", "quantity": "0.01", "reduce_only": True}


class OrderIn(ApiSerializer):
    """A new order, sized by `quantity` or, for a market order, by `notional` of the quote asset."""

    example = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "30000.00"}
    example_bodies = {
        "limit": example,
        "market, for a sum of money": {"symbol": "BTC-USDT", "side": "buy", "type": "market", "notional": "500"},
        "limit until a time": {**example, "time_in_force": "gtd", "expires_at": "2100-01-01T00:00:00Z"},
        "limit for the day, post-only": {**example, "time_in_force": "day", "post_only": True},
        "iceberg": {**example, "quantity": "0.5", "display_quantity": "0.05"},
        "take-profit": {**_EXIT, "type": "take_profit", "stop_price": "70000.00"},
        "stop with a limit": {**_EXIT, "type": "stop_limit", "stop_price": "50000.00", "price": "49900.00"},
        "trailing stop by percent": {**_EXIT, "type": "trailing_stop", "trail_percent": "2.5"},
        "trailing stop with a limit": {
            **_EXIT, "type": "trailing_stop_limit", "trail_amount": "500.00", "limit_offset": "10.00",
        },
    }  # fmt: skip

    symbol = SymbolField()
    side = ChoiceField(choices=SIDES)
    type = ChoiceField(choices=ORDER_TYPES)
    quantity = QuantityField(required=False, allow_null=True)
    notional = MoneyField(required=False, allow_null=True)
    price = PriceField(required=False, allow_null=True, help_text="For limit, stop_limit and take_profit_limit.")
    stop_price = PriceField(
        required=False, allow_null=True, help_text="The trigger of stop, stop_limit, take_profit and take_profit_limit."
    )
    time_in_force = ChoiceField(
        choices=TIMES_IN_FORCE,
        required=False,
        allow_null=True,
        help_text="Default gtc; ioc for a market order. gtd ends at `expires_at`, day with the market's session.",
    )
    post_only = BooleanField(required=False, default=False)
    client_order_id = ClientOrderIdField(required=False, allow_null=True, help_text="Unique in the account for ever.")
    expires_at = MomentField(required=False, allow_null=True, help_text="For gtd: when it ends, by the market's clock.")
    trail_amount = PriceField(
        required=False, allow_null=True, help_text="How far a trailing stop stays behind the best price."
    )
    trail_percent = DecimalTextField(
        required=False, allow_null=True, help_text="The same as a share of the best price, to four digits."
    )
    limit_offset = PriceField(
        required=False,
        allow_null=True,
        allow_zero=True,
        help_text="How far a trailing stop's limit is beyond its stop.",
    )
    reduce_only = BooleanField(required=False, default=False, help_text="It may only lessen the position.")
    display_quantity = QuantityField(
        required=False, allow_null=True, help_text="What an iceberg shows at a time; the rest follows behind the queue."
    )


class ReplaceOrderIn(ApiSerializer):
    """New values for a live order; what is left out stays. `quantity` is the whole quantity, filled included."""

    example = {"quantity": "0.02", "price": "29000.00"}

    quantity = QuantityField(required=False, allow_null=True)
    price = PriceField(required=False, allow_null=True)
    stop_price = PriceField(required=False, allow_null=True)
    expires_at = MomentField(required=False, allow_null=True)
    trail_amount = PriceField(required=False, allow_null=True)
    trail_percent = DecimalTextField(required=False, allow_null=True)
    limit_offset = PriceField(required=False, allow_null=True, allow_zero=True)
    display_quantity = QuantityField(required=False, allow_null=True)


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
    expires_at = TimeField(allow_null=True)
    trail_amount = PriceField(allow_null=True)
    trail_percent = DecimalTextField(allow_null=True)
    limit_offset = PriceField(allow_null=True)
    watermark = PriceField(allow_null=True, help_text="The best price that a trailing stop has followed so far.")
    reduce_only = BooleanField()
    display_quantity = QuantityField(allow_null=True)


class PlacedOrderOut(OrderOut):
    """An order right after it was placed, with the fills it had at once."""

    fills = FillOut(many=True)


class ExpectedFillOut(ApiSerializer):
    """A fill that an order would have now."""

    price = PriceField()
    quantity = QuantityField()
    fee = MoneyField()
    fee_asset = CharField()
    reference_price = PriceField(help_text="The middle of the book: price = reference_price + spread_cost + slippage.")
    spread_cost = DecimalTextField(allow_negative=True, help_text="Negative for a sell.")
    slippage = DecimalTextField(allow_negative=True)


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
    fill_policy = CharField()
    queue_ahead = QuantityField(allow_null=True, help_text="What would be ahead of the resting part at its price.")
    latency_ms = FloatField(
        help_text="How long the order would be on its way, on average; the fills are those without it."
    )


class ReplaceOrderParams(ReplaceOrderIn):
    """The params of `order.replace` on a socket: the body of PATCH, and the order that is its path's."""

    example = {"order_id": "0197a3c0-1d2e-7000-8000-000000000000", "quantity": "0.02", "price": "29000.00"}

    order_id = CharField(max_length=255)


class CancelOrderParams(ApiSerializer):
    """The params of `order.cancel` on a socket."""

    order_id = CharField(max_length=255)
