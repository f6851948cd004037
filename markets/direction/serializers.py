"""The contracts of seeking and of scenarios."""

from api.fields import BooleanField, CharField, ChoiceField, FloatField, IntegerField, ListField, SymbolField, TimeField
from api.serializers import ApiSerializer
from markets.direction.scenarios import KINDS

STATUSES = ("scheduled", "active", "lasting", "ended")


class FeedSeekIn(ApiSerializer):
    """Where to."""

    example = {"time": "2026-01-05T14:30:00Z", "confirm": False}

    time = TimeField(help_text="Market time: within the data of a replay, ahead of now in the simulation.")
    confirm = BooleanField(
        required=False, default=False, help_text="Go also while orders wait, which may fill at the first price there."
    )


class ScenarioOut(ApiSerializer):
    """A scenario and how it stands by the market's clock."""

    id = CharField()
    kind = ChoiceField(choices=KINDS)
    symbols = ListField(child=SymbolField())
    status = ChoiceField(
        choices=STATUSES, help_text="Lasting: it is over and the price stays changed until it is ended."
    )
    start = TimeField()
    end = TimeField(allow_null=True, help_text="When it has run its course, or was ended. Null: it stays.")
    duration_seconds = FloatField(allow_null=True)
    percent = FloatField(allow_null=True)
    times = FloatField(allow_null=True)
    recovery_seconds = FloatField(allow_null=True)
    recovery_percent = FloatField(allow_null=True)
    seed = IntegerField()
