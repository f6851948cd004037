"""Contracts that use every kind of field, for the tests of the kit."""

from enum import StrEnum
from typing import Any

from rest_framework.exceptions import ValidationError

from api import fields as own
from api.pagination import PageQuery
from api.serializers import ApiSerializer


class Side(StrEnum):
    """An enum whose members are all choices."""

    BUY = "buy"
    SELL = "sell"


class Kind(StrEnum):
    """An enum of which only some members are choices."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"


class LegIn(ApiSerializer):
    """A nested contract with a hook of its own."""

    price = own.PriceField()
    ratio = own.IntegerField(min_value=1, max_value=10, required=False, default=1)
    note = own.CharField(required=False, allow_blank=True, max_length=12)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A rule between two fields."""
        if attrs["note"] == "same" and attrs["ratio"] != 1:
            raise ValidationError({"ratio": "Must be 1 for the same."})
        return attrs


class SampleIn(ApiSerializer):
    """Every kind of input field."""

    symbol = own.SymbolField()
    side = own.ChoiceField(choices=list(Side))
    kind = own.ChoiceField(choices=[Kind.MARKET, Kind.LIMIT], required=False)
    mode = own.ChoiceField(choices=["plain", "fancy"], required=False, default="plain")
    quantity = own.QuantityField()
    price = own.PriceField(required=False, allow_null=True)
    change = own.MoneyField(required=False, allow_negative=True)
    client_id = own.CharField(required=False, max_length=64)
    raw_text = own.CharField(required=False, trim_whitespace=False, min_length=2, max_length=8)
    count = own.IntegerField(required=False, min_value=-5, max_value=5)
    any_count = own.IntegerField(required=False, allow_null=True)
    weight = own.FloatField(required=False, min_value=0, max_value=1)
    any_weight = own.FloatField(required=False)
    post_only = own.BooleanField(required=False, default=False)
    parent_id = own.UUIDField(required=False, allow_null=True)
    expires_at = own.TimeField(required=False)
    tags = own.ListField(child=own.CharField(max_length=5), required=False, max_length=3, default=list)
    times = own.ListField(child=own.TimeField(allow_null=True), required=False)
    levels = own.DictField(child=own.PriceField(), required=False)
    extra = own.JSONField(required=False)
    leg = LegIn(required=False, allow_null=True)
    legs = LegIn(many=True, required=False)

    def validate_client_id(self, value: str) -> str:
        """A rule of one field, which changes it too."""
        if value.startswith("bad"):
            raise ValidationError("Must not begin with bad.")
        return value.lower()


class SampleQuery(PageQuery):
    """A list's filters."""

    symbol = own.SymbolField(required=False)
    deep = own.BooleanField(required=False)
    sides = own.ListField(child=own.ChoiceField(choices=list(Side)), required=False)
    weight = own.FloatField(required=False)


class LegOut(ApiSerializer):
    """A nested answer."""

    price = own.PriceField()
    note = own.CharField(allow_null=True)


class SampleOut(ApiSerializer):
    """Every kind of output field."""

    id = own.UUIDField()
    symbol = own.SymbolField()
    side = own.ChoiceField(choices=list(Side))
    price = own.PriceField(allow_null=True)
    total = own.MoneyField()
    count = own.IntegerField()
    weight = own.FloatField(allow_null=True)
    open = own.BooleanField()
    time = own.TimeField()
    caption = own.CharField(source="text")
    tags = own.ListField(child=own.CharField())
    levels = own.DictField(child=own.MoneyField())
    extra = own.JSONField()
    leg = LegOut(allow_null=True)
    legs = LegOut(many=True)
