"""The contracts of expressions."""

from api.fields import BooleanField, CharField, ChoiceField, Field, IntegerField, JSONField, ListField
from api.serializers import ApiSerializer
from quant.expressions import Axis, Kind, Takes

KINDS = tuple(kind.value for kind in Kind)
AXES = tuple(axis.value for axis in Axis)
TAKES = tuple(takes.value for takes in Takes)
MAX_TEXT = 10_000
"""Above what the language reads, which says more clearly what is too long."""


class ExpressionIn(ApiSerializer):
    """An expression to look at."""

    example = {
        "expression": "cross_above(ema(close, p.fast), ema(close, p.slow))",
        "parameters": {"fast": 12, "slow": 26},
    }

    expression = CharField(max_length=MAX_TEXT, allow_blank=True, trim_whitespace=False)
    parameters = JSONField(
        required=False,
        allow_null=True,
        help_text="Numbers by name. Left out: any name may follow `p.`, without a value.",
    )


class ExpressionOut(ApiSerializer):
    """What an expression is and needs."""

    canonical = CharField(help_text="The one way to write it.")
    hash = CharField(help_text="Of the canonical text.")
    kind = ChoiceField(choices=KINDS)
    groups = ListField(child=CharField())
    parameters = ListField(child=CharField())
    is_cross_sectional = BooleanField(help_text="Whether a symbol's value depends on the other symbols.")
    look_back_bars = IntegerField(allow_null=True, help_text="Bars before the first value; null without parameters.")
    warm_up_bars = IntegerField(
        allow_null=True, help_text="Bars until the value no longer depends on where the history begins."
    )

    def get_fields(self) -> dict[str, Field]:
        """With `fields`, which a serializer has for itself."""
        return {**super().get_fields(), "fields": ListField(child=CharField(), help_text="Columns that it reads.")}


class PlaceOut(ApiSerializer):
    """One place of an operator."""

    name = CharField()
    takes = ChoiceField(choices=TAKES)
    default = CharField(allow_null=True)
    least = CharField(allow_null=True)
    most = CharField(allow_null=True)


class OperatorOut(ApiSerializer):
    """One operator."""

    name = CharField()
    signature = CharField()
    places = PlaceOut(many=True)
    gives = ChoiceField(choices=KINDS)
    axis = ChoiceField(choices=AXES)
    meaning = CharField()
    nan = CharField(help_text="What becomes of NaN.")
    look_back = CharField(help_text="How many bars before the present one it needs.")
    definition = CharField(allow_null=True, help_text="In the language itself, where it can be said in it.")

    def get_fields(self) -> dict[str, Field]:
        """With `source`, which a field has for itself."""
        return {**super().get_fields(), "source": CharField(allow_null=True)}


class LanguageOut(ApiSerializer):
    """All that may be written in an expression."""

    operators = OperatorOut(many=True)
    groups = ListField(child=CharField())

    def get_fields(self) -> dict[str, Field]:
        """With `fields`, which a serializer has for itself."""
        return {**super().get_fields(), "fields": ListField(child=CharField(), help_text="Columns of every bar.")}
