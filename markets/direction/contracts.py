"""The contract of a scenario that is asked for; it stands in the contracts of other apps too."""

from api.fields import ChoiceField, FloatField, IntegerField, ListField, SymbolField, TimeField
from api.serializers import ApiSerializer
from markets.direction.scenarios import KINDS, MAX_DURATION_S


class ScenarioIn(ApiSerializer):
    """What is to happen. Each kind takes its own numbers: see `docs/feed.md`."""

    example = {"kind": "crash", "symbols": ["BTC-USDT"], "percent": 12.5, "duration_seconds": 300.0, "seed": 7}

    kind = ChoiceField(choices=KINDS)
    symbols = ListField(
        child=SymbolField(), required=False, allow_null=True, default=None, help_text="Default: all that are fed."
    )
    start = TimeField(required=False, allow_null=True, default=None, help_text="Market time; default: now.")
    duration_seconds = FloatField(
        required=False,
        allow_null=True,
        default=None,
        max_value=MAX_DURATION_S,
        help_text="Of market time: how long a crash falls, how long the others last. A gap without it stays.",
    )
    percent = FloatField(
        required=False,
        allow_null=True,
        default=None,
        help_text="How far a crash falls, how far a gap jumps (negative: down), how much of the depth is gone.",
    )
    times = FloatField(required=False, allow_null=True, default=None, help_text="How much wider the spread is.")
    recovery_seconds = FloatField(
        required=False, allow_null=True, default=None, help_text="Of a crash; default: as long as it fell."
    )
    recovery_percent = FloatField(
        required=False, allow_null=True, default=None, help_text="How much of its fall a crash wins back; default 0."
    )
    seed = IntegerField(required=False, default=1, min_value=0, help_text="The same seed: the same course.")
