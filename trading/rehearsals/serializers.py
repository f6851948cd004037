"""The contracts of rehearsals."""

from api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    FloatField,
    IntegerField,
    JSONField,
    ListField,
    MoneyField,
    SymbolField,
    TimeField,
)
from api.serializers import ApiSerializer
from markets import services as markets
from markets.direction import services as direction
from trading.accounts.serializers import ACCOUNT_TYPES, FILL_POLICY_HELP, AssetField, FeesIn, check_assets


class RehearsalAccountIn(ApiSerializer):
    """What its account `default` starts as; left out: as the main one does."""

    type = ChoiceField(choices=ACCOUNT_TYPES, required=False, default="cash")
    base_currency = AssetField(required=False, default="USDT")
    balances = DictField(
        child=MoneyField(allow_zero=True),
        required=False,
        allow_null=True,
        default=None,
        help_text="Asset to amount; left out: 100000 of the base currency.",
    )
    allow_short = BooleanField(required=False, default=False, help_text="Margin accounts only.")
    fees = FeesIn(required=False, allow_null=True)
    fill_policy = JSONField(required=False, allow_null=True, help_text=FILL_POLICY_HELP)

    def validate_balances(self, balances: dict[str, str] | None) -> dict[str, str] | None:
        """Only assets have balances."""
        return None if balances is None else check_assets(balances)


class RehearsalIn(ApiSerializer):
    """What plays in it, and with what it is traded."""

    example = {"name": "A bad Monday", "source": "simulated", "seed": 7, "speed": 60.0, "paused": False}

    name = CharField(required=False, default="", allow_blank=True, max_length=100)
    source = ChoiceField(choices=(markets.SIMULATED, markets.REPLAY), required=False, default=markets.SIMULATED)  # type: ignore[assignment]  # a declared field, not Field.source
    dataset = CharField(required=False, max_length=64, allow_null=True, default=None, help_text="For replay.")
    seed = IntegerField(required=False, default=1, min_value=0, help_text="Of the simulation.")
    speed = FloatField(
        required=False,
        default=1.0,
        min_value=0,
        max_value=markets.MAX_SPEED,
        help_text="Times real time; 0: as fast as it goes.",
    )
    paused = BooleanField(required=False, default=False)
    scenarios = direction.ScenarioIn(many=True, required=False, default=list)
    account = RehearsalAccountIn(required=False, allow_null=True)


class RehearsalOut(ApiSerializer):
    """A rehearsal that goes on. Its header is `X-Rehearsal: ID`, its streams are at `/ws?rehearsal=ID`."""

    id = CharField()
    name = CharField()
    created_at = TimeField()
    seed = IntegerField()
    accounts = IntegerField()
    orders = IntegerField(help_text="In memory, live and ended.")
    durable = BooleanField(help_text="Always false: nothing of it outlives the process.")
    status = ChoiceField(choices=("running", "paused", "finished", "failed", "idle"), help_text="Of its feed.")
    source = CharField(allow_null=True)  # type: ignore[assignment]  # a declared field, not Field.source
    dataset = CharField(allow_null=True)
    symbols = ListField(child=SymbolField())
    speed = FloatField()
    time = TimeField(help_text="Of its market.")
