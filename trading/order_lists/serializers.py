"""The contracts of order lists. A leg has the fields of an order, but for what the list says for all of them."""

from typing import Any, ClassVar

from rest_framework.exceptions import ValidationError

from api.fields import CharField, ChoiceField, Field, QuantityField, SymbolField, TimeField
from api.serializers import ApiSerializer
from trading.orders.serializers import ORDER_TYPES, SIDES, FillOut, OrderIn, OrderOut, PeriodQuery

LIST_TYPES = ("oco", "oto", "bracket")
LIST_STATUSES = ("executing", "done", "rejected", "canceled")
ROLES = ("entry", "then", "take_profit", "stop_loss")

LEGS_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "oco": (("take_profit", "stop_loss"),),
    "oto": (("entry", "then"), ("entry", "take_profit"), ("entry", "stop_loss")),
    "bracket": (("entry", "take_profit", "stop_loss"),),
}
"""By the type of a list, the legs that it is made of."""


class LegIn(OrderIn):
    """One order of a list. Symbol and quantity are the list's; its side is too, or the other one where it closes."""

    example = {"price": "66000.00"}
    example_bodies: ClassVar[dict[str, dict[str, Any]]] = {}

    said_by_list: ClassVar[tuple[str, ...]] = ("symbol", "side", "quantity", "notional")
    """Fields of an order that a leg does not have."""

    type = ChoiceField(
        choices=ORDER_TYPES,
        required=False,
        allow_null=True,
        help_text="Left out: what its prices make of it, such as a stop of a `stop_price` alone.",
    )

    def get_fields(self) -> dict[str, Field]:
        """The fields of an order without those that the list says for all."""
        return {name: field for name, field in super().get_fields().items() if name not in self.said_by_list}


class ThenIn(LegIn):
    """The second order of an oto."""

    said_by_list = ("symbol", "quantity", "notional")

    side = ChoiceField(choices=SIDES, required=False, allow_null=True, help_text="Left out: the other one.")


class OrderListIn(ApiSerializer):
    """A new order list. `side` is the entry's; of an oco, which has none, that of both legs."""

    example = {
        "type": "bracket",
        "symbol": "BTC-USDT",
        "side": "buy",
        "quantity": "0.01",
        "entry": {"type": "limit", "price": "60000.00"},
        "take_profit": {"price": "66000.00"},
        "stop_loss": {"stop_price": "57000.00"},
    }

    type = ChoiceField(choices=LIST_TYPES)
    symbol = SymbolField()
    side = ChoiceField(choices=SIDES)
    quantity = QuantityField()
    entry = LegIn(required=False, allow_null=True, help_text="What is to fill first; not for an oco.")
    then = ThenIn(required=False, allow_null=True, help_text="What an oto places when its entry fills.")
    take_profit = LegIn(required=False, allow_null=True, help_text="What closes with a profit.")
    stop_loss = LegIn(required=False, allow_null=True, help_text="What closes with a loss.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The legs must be those of the list's type."""
        given = tuple(role for role in ROLES if attrs[role] is not None)
        allowed = LEGS_OF[attrs["type"]]
        if given not in allowed:
            nearest = min(allowed, key=lambda legs: len(set(legs) ^ set(given)))
            errors = {role: [f"The type {attrs['type']} needs it."] for role in nearest if role not in given}
            errors |= {role: [f"The type {attrs['type']} takes none."] for role in given if role not in nearest}
            raise ValidationError(errors)
        return attrs


class OrderListQuery(PeriodQuery):
    """Which order lists to list."""

    status = ChoiceField(choices=("open", "closed", "all"), required=False, default="open")
    symbol = SymbolField(required=False)


class ListedOrderOut(OrderOut):
    """An order of a list."""

    role = ChoiceField(choices=ROLES)


class OrderListOut(ApiSerializer):
    """An order list as it stands; its id is that of its first order."""

    id = CharField()
    account = CharField()
    symbol = SymbolField()
    type = ChoiceField(choices=LIST_TYPES)
    status = ChoiceField(choices=LIST_STATUSES)
    status_reason = CharField(allow_null=True)
    created_at = TimeField()
    updated_at = TimeField()
    orders = ListedOrderOut(many=True)


class PlacedOrderListOut(OrderListOut):
    """An order list right after it was placed, with the fills it had at once."""

    fills = FillOut(many=True)
