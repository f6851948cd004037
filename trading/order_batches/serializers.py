"""The contracts of a batch of orders."""

from typing import Any

from drf_spectacular.utils import extend_schema_field

from api.fields import CharField, DictField, Field, IntegerField, JSONField, ListField
from api.serializers import ApiSerializer
from trading.orders.serializers import OrderIn, PlacedOrderOut

MAX_ORDERS = 100
"""Orders of one batch: some milliseconds in which nothing else runs."""


class OrderBatchIn(ApiSerializer):
    """Orders to place, one after the other. One that is malformed is answered by itself and keeps no other back."""

    example = {"orders": [OrderIn.example]}

    orders = ListField(child=DictField(), min_length=1, max_length=MAX_ORDERS, help_text="Each as in POST orders/.")

    def get_fields(self) -> dict[str, Field]:
        """With the contract of an order for Swagger: each is held to it on its own, for an answer of its own."""
        fields: dict[str, Field] = super().get_fields()
        annotate: Any = extend_schema_field(OrderIn(many=True))
        annotate(fields["orders"])
        return fields


class BatchErrorOut(ApiSerializer):
    """Why an order was not placed, as POST orders/ says it."""

    code = CharField()
    message = CharField()
    details = JSONField()


class BatchItemOut(ApiSerializer):
    """The answer to one order of a batch: what POST orders/ would have answered."""

    status = IntegerField(help_text="The HTTP status that the order alone would have had.")
    # DRF collects declared fields off the class, so its own `data` stays what it is.
    data = PlacedOrderOut(allow_null=True)  # type: ignore[assignment]
    error = BatchErrorOut(allow_null=True)
