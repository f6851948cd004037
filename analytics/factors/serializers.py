"""The contracts of factors."""

from typing import Any

from rest_framework.exceptions import ValidationError

from analytics.backtests.serializers import BarsIn
from analytics.factors.services import (
    MAX_FACTORS,
    MAX_HORIZON,
    MAX_HORIZONS,
    MAX_QUANTILES,
    MAX_SYMBOLS,
    MIN_QUANTILES,
)
from api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    Field,
    FloatField,
    IntegerField,
    JSONField,
    ListField,
    TimeField,
)
from api.pagination import PageQuery
from api.serializers import ApiSerializer

MAX_EXPRESSION = 2_000
MAX_DESCRIPTION = 1_000
MAX_FACTOR_NAME = 64
MAX_WRITTEN_NAME = 130
"""Of a factor as it is asked for: a set and a factor."""

DEFAULT_HORIZONS = [1, 2, 3, 5, 10, 20]
ENTRIES = ("next_open", "close")


class FactorIn(ApiSerializer):
    """An expression to name."""

    example = {
        "name": "momentum",
        "expression": "delay(close, p.skip) / delay(close, p.bars) - 1",
        "parameters": {"skip": 1, "bars": 20},
        "description": "Twenty bars without the last one",
    }

    name = CharField(max_length=MAX_FACTOR_NAME)
    expression = CharField(max_length=MAX_EXPRESSION)
    parameters = JSONField(required=False, allow_null=True, help_text="Numbers by name, for p.name.")
    description = CharField(required=False, allow_blank=True, default="", max_length=MAX_DESCRIPTION)


class FactorChangeIn(ApiSerializer):
    """What of a factor is to change."""

    example = {"expression": "close / delay(close, 10) - 1", "parameters": {}}

    name = CharField(required=False, allow_null=True, max_length=MAX_FACTOR_NAME)
    expression = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    parameters = JSONField(required=False, allow_null=True)
    description = CharField(required=False, allow_null=True, allow_blank=True, max_length=MAX_DESCRIPTION)

    def validate(self, attrs: Any) -> Any:
        """Something has to change."""
        if all(attrs.get(name) is None for name in ("name", "expression", "parameters", "description")):
            raise ValidationError("Give name, expression, parameters or description.")
        return attrs


class FactorOut(ApiSerializer):
    """A named expression."""

    id = CharField()
    name = CharField()
    description = CharField()
    expression = CharField()
    parameters = JSONField()
    canonical = CharField(help_text="The one way to write it.")
    hash = CharField(help_text="Of the canonical text.")
    is_cross_sectional = BooleanField(help_text="Whether a symbol's value depends on the other symbols.")
    warm_up_bars = IntegerField(help_text="Bars until a value no longer depends on where the history begins.")
    created_at = TimeField()
    changed_at = TimeField()

    def get_fields(self) -> dict[str, Field]:
        """With `fields`, which a serializer has for itself."""
        return {**super().get_fields(), "fields": ListField(child=CharField(), help_text="Columns that it reads.")}


class NamedTextOut(ApiSerializer):
    """A factor of a built-in set."""

    name = CharField(help_text="As it is asked for: set.factor.")
    expression = CharField()


class FactorSetOut(ApiSerializer):
    """A built-in set."""

    name = CharField()
    description = CharField()
    count = IntegerField()
    factors = NamedTextOut(many=True)

    def get_fields(self) -> dict[str, Field]:
        """With `source`, which a field has for itself."""
        return {**super().get_fields(), "source": CharField()}


class UniverseIn(BarsIn):
    """Over which bars, and which of their symbols belong together."""

    groups = JSONField(
        required=False,
        allow_null=True,
        help_text="By grouping (sector, industry) a group for each symbol, for neutralize and group_mean.",
    )


class ComputeIn(UniverseIn):
    """Factors to compute: by name, whole sets, and expressions without a name of their own."""

    example = {
        "symbols": ["BTC-USDT", "ETH-USDT"],
        "interval": "1h",
        "factors": ["alpha158.ROC20"],
        "expressions": {"reversal": "-returns(close, 5)"},
    }

    factors = ListField(
        child=CharField(max_length=MAX_WRITTEN_NAME), required=False, allow_null=True, max_length=MAX_FACTORS
    )
    sets = ListField(child=CharField(max_length=MAX_FACTOR_NAME), required=False, allow_null=True, max_length=10)
    expressions = JSONField(required=False, allow_null=True, help_text="Expressions by name.")


class EvaluateIn(UniverseIn):
    """A factor to judge: by its name, or its expression."""

    example = {
        "symbols": ["BTC-USDT", "ETH-USDT", "SOL-USDT"],
        "interval": "1d",
        "expression": "close / delay(close, p.bars) - 1",
        "parameters": {"bars": 20},
        "horizons": [1, 5, 10],
    }

    factor = CharField(required=False, allow_null=True, max_length=MAX_WRITTEN_NAME)
    expression = CharField(required=False, allow_null=True, max_length=MAX_EXPRESSION)
    parameters = JSONField(required=False, allow_null=True, help_text="For `expression`.")
    horizons = ListField(
        child=IntegerField(min_value=1, max_value=MAX_HORIZON),
        required=False,
        allow_null=True,
        max_length=MAX_HORIZONS,
        help_text=f"In bars; {DEFAULT_HORIZONS} unless said.",
    )
    quantiles = IntegerField(required=False, default=5, min_value=MIN_QUANTILES, max_value=MAX_QUANTILES)
    entry = ChoiceField(
        choices=ENTRIES,
        required=False,
        default="next_open",
        help_text="What is earned after a bar: from the next open on, or from its own close.",
    )

    def validate(self, attrs: Any) -> Any:
        """One of the two."""
        if (attrs.get("factor") is None) == (attrs.get("expression") is None):
            raise ValidationError({"factor": ["Give `factor`, or `expression`."]})
        return attrs


class ValuesQuery(PageQuery):
    """Which values."""

    factor = CharField(
        required=False,
        max_length=MAX_WRITTEN_NAME,
        help_text="Its name as the job's result has it; the first of them unless said.",
    )


class ValuesOut(ApiSerializer):
    """A bar with a value for each symbol, in the order of the job's result."""

    time = TimeField()
    values = ListField(child=FloatField(allow_null=True), max_length=MAX_SYMBOLS)
