"""The order of POST /orders/ as plain DRF serializers: the fields and rules of Sandbar's, in stock classes."""

from rest_framework import serializers

SIDES = ("buy", "sell")
ORDER_TYPES = ("market", "limit", "stop", "stop_limit")
TIMES_IN_FORCE = ("gtc", "ioc", "fok")
STATUSES = ("pending", "open", "partially_filled", "filled", "canceled", "rejected", "expired")
DECIMAL_TEXT = r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$"
SYMBOL = r"^[A-Z0-9.]{1,20}-[A-Z0-9.]{1,20}$"


class OrderIn(serializers.Serializer):
    """A new order."""

    symbol = serializers.RegexField(SYMBOL)
    side = serializers.ChoiceField(choices=SIDES)
    type = serializers.ChoiceField(choices=ORDER_TYPES)
    quantity = serializers.RegexField(DECIMAL_TEXT, required=False, allow_null=True)
    notional = serializers.RegexField(DECIMAL_TEXT, required=False, allow_null=True)
    price = serializers.RegexField(DECIMAL_TEXT, required=False, allow_null=True)
    stop_price = serializers.RegexField(DECIMAL_TEXT, required=False, allow_null=True)
    time_in_force = serializers.ChoiceField(choices=TIMES_IN_FORCE, required=False, allow_null=True)
    post_only = serializers.BooleanField(required=False, default=False)
    client_order_id = serializers.RegexField(r"^[!-~]{1,64}$", required=False, allow_null=True)


class AssetAmountOut(serializers.Serializer):
    """So much of an asset."""

    asset = serializers.CharField()
    amount = serializers.CharField()


class FillOut(serializers.Serializer):
    """One trade of an order."""

    id = serializers.CharField()
    order_id = serializers.CharField()
    account = serializers.CharField()
    symbol = serializers.CharField()
    side = serializers.ChoiceField(choices=SIDES)
    price = serializers.CharField()
    quantity = serializers.CharField()
    fee = serializers.CharField()
    fee_asset = serializers.CharField()
    liquidity = serializers.ChoiceField(choices=("maker", "taker"))
    time = serializers.CharField()


class OrderOut(serializers.Serializer):
    """An order as it stands; times are text already."""

    id = serializers.CharField()
    account = serializers.CharField()
    symbol = serializers.CharField()
    side = serializers.ChoiceField(choices=SIDES)
    type = serializers.ChoiceField(choices=ORDER_TYPES)
    status = serializers.ChoiceField(choices=STATUSES)
    status_reason = serializers.CharField(allow_null=True)
    quantity = serializers.CharField()
    notional = serializers.CharField(allow_null=True)
    filled_quantity = serializers.CharField()
    remaining_quantity = serializers.CharField()
    price = serializers.CharField(allow_null=True)
    stop_price = serializers.CharField(allow_null=True)
    average_price = serializers.CharField(allow_null=True)
    time_in_force = serializers.ChoiceField(choices=TIMES_IN_FORCE)
    post_only = serializers.BooleanField()
    client_order_id = serializers.CharField(allow_null=True)
    fees = AssetAmountOut(many=True)
    order_list_id = serializers.CharField(allow_null=True)
    fill_policy = serializers.CharField()
    created_at = serializers.CharField()
    updated_at = serializers.CharField()
    replaced_at = serializers.CharField(allow_null=True)


class PlacedOrderOut(OrderOut):
    """An order right after it was placed, with the fills it had at once."""

    fills = FillOut(many=True)
