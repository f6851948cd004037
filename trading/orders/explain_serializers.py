"""The contract of an order's explanation."""

from api.fields import (
    CharField,
    ChoiceField,
    DecimalTextField,
    DictField,
    FloatField,
    MoneyField,
    PriceField,
    QuantityField,
    TimeField,
)
from api.serializers import ApiSerializer
from trading.orders.serializers import OrderOut


class MomentOut(ApiSerializer):
    """Something that happened to the order."""

    time = TimeField(help_text="By the market's clock.")
    event = CharField()
    text = CharField()
    numbers = DictField(child=CharField(), help_text="The numbers of the text, by name.")


class FillSharesOut(ApiSerializer):
    """A fill, and what its price is made of: price = reference_price + spread_cost + slippage, signed as prices are."""

    time = TimeField()
    quantity = QuantityField()
    price = PriceField()
    reference_price = PriceField(help_text="The middle of the book for a taker, its own limit for a maker.")
    spread_cost = DecimalTextField(allow_negative=True, help_text="From there to the best price; negative for a sell.")
    slippage = DecimalTextField(allow_negative=True, help_text="What is left to the price.")
    fee = MoneyField()
    fee_asset = CharField()
    liquidity = ChoiceField(choices=("maker", "taker"))
    latency_ms = FloatField(help_text="How long the order was on its way.")
    queue_ahead = QuantityField(allow_null=True, help_text="What was ahead of it when it came to its price.")


class NotFilledOut(ApiSerializer):
    """Why something of the order was not filled."""

    reason = CharField()
    nearest_price = PriceField(allow_null=True, help_text="The nearest that the market came while the order waited.")
    missing = PriceField(
        allow_null=True, help_text="How far that was from what the order waited for; 0: it came there."
    )


class PolicyOut(ApiSerializer):
    """The fill policy of the order, with all of its numbers."""

    name = CharField()
    digest = CharField(help_text="Tells two forms of a policy apart.")
    numbers = DictField(child=CharField())


class ExplainOut(ApiSerializer):
    """Why an order filled as it did, or did not."""

    order = OrderOut()
    policy = PolicyOut()
    timeline = MomentOut(many=True)
    fills = FillSharesOut(many=True)
    not_filled = NotFilledOut(allow_null=True, help_text="Null when all of it was filled.")
