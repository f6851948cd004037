"""The contracts of alerts."""

from rest_framework.exceptions import ValidationError

from api.fields import (
    AccountIdField,
    BooleanField,
    CharField,
    ChoiceField,
    DecimalTextField,
    Field,
    IntegerField,
    ListField,
    SymbolField,
    TimeField,
)
from api.pagination import PageQuery
from api.serializers import ApiSerializer
from markets import services as markets
from trading.alerts.conditions import COMPARISONS, FACTS, KINDS, OCCURRENCES
from trading.alerts.events import EVENT_KINDS, OUTCOMES
from trading.alerts.rules import CHANNELS, EVERY, REPEATS, SEVERITIES
from trading.alerts.wishes import MAX_URL_CHARS

MAX_NAME = 100
MAX_EXPRESSION = 2_000
MAX_COOL_DOWN_S = 30 * 86_400
MAX_ADDRESSES = 5
STATUSES = ("armed", "fired", "cooling_down", "off", "failed")
LEVEL_HELP = (
    "What the value must come back over before the rule may fire again; left out: the condition must have ended."
)


class AlertConditionIn(ApiSerializer):
    """What a rule waits for; which fields there are depends on the kind."""

    kind = ChoiceField(choices=KINDS)
    expression = CharField(
        required=False, allow_null=True, max_length=MAX_EXPRESSION, help_text="A condition of the expression language."
    )
    symbol = SymbolField(required=False, allow_null=True)
    interval = ChoiceField(choices=tuple(markets.INTERVALS), required=False, allow_null=True)
    fact = ChoiceField(choices=tuple(FACTS), required=False, allow_null=True)
    comparison = ChoiceField(choices=tuple(COMPARISONS), required=False, allow_null=True)
    value = DecimalTextField(allow_negative=True, required=False, allow_null=True)
    occurrence = ChoiceField(choices=tuple(OCCURRENCES), required=False, allow_null=True)


class AlertConditionOut(ApiSerializer):
    """What a rule waits for; what does not belong to its kind is null."""

    kind = ChoiceField(choices=KINDS)
    expression = CharField(allow_null=True)
    symbol = SymbolField(allow_null=True)
    interval = CharField(allow_null=True)
    fact = CharField(allow_null=True)
    comparison = CharField(allow_null=True)
    value = DecimalTextField(allow_negative=True, allow_null=True)
    occurrence = CharField(allow_null=True)


def check_name(name: str) -> str:
    """Names stand in the subject of mails and in lines of the log."""
    if not name.isprintable():
        raise ValidationError("Must have no line breaks and no control characters.")
    return name


class AlertIn(ApiSerializer):
    """A rule as a whole."""

    example = {
        "name": "Oversold",
        "severity": "warning",
        "condition": {
            "kind": "expression",
            "expression": "rsi(close, 14) < 30",
            "symbol": "BTC-USDT",
            "interval": "1m",
        },
        "repeat": "every",
        "cool_down_seconds": 3600,
        "rearm_level": "35",
    }
    example_bodies = {
        "Bars of a symbol": example,
        "A fact of the account": {
            "name": "Drawdown",
            "severity": "critical",
            "condition": {"kind": "account", "fact": "drawdown_percent", "comparison": ">=", "value": "10"},
            "rearm_level": "5",
        },
        "An occurrence": {"name": "Refused", "condition": {"kind": "occurrence", "occurrence": "order_rejected"}},
    }

    name = CharField(max_length=MAX_NAME)
    severity = ChoiceField(choices=SEVERITIES, required=False, default="warning")
    condition = AlertConditionIn()
    repeat = ChoiceField(choices=REPEATS, required=False, default=EVERY)
    cool_down_seconds = IntegerField(
        required=False, default=0, min_value=0, max_value=MAX_COOL_DOWN_S, help_text="By the market's clock."
    )
    rearm_level = DecimalTextField(allow_negative=True, required=False, allow_null=True, help_text=LEVEL_HELP)
    enabled = BooleanField(required=False, default=True)
    channels = ListField(
        child=ChoiceField(choices=CHANNELS),
        required=False,
        default=list,
        max_length=len(CHANNELS),
        help_text="Beside websocket, which is always among them.",
    )
    email_to = ListField(child=CharField(max_length=254), required=False, default=list, max_length=MAX_ADDRESSES)
    webhook_url = CharField(required=False, allow_null=True, max_length=MAX_URL_CHARS)

    def validate_name(self, name: str) -> str:
        """See `check_name`."""
        return check_name(name)


class AlertChangeIn(ApiSerializer):
    """What of a rule is to change; what is left out or null stays. `enabled: true` arms it anew."""

    example = {"enabled": False}

    name = CharField(max_length=MAX_NAME, required=False, allow_null=True)
    severity = ChoiceField(choices=SEVERITIES, required=False, allow_null=True)
    condition = AlertConditionIn(required=False, allow_null=True)
    repeat = ChoiceField(choices=REPEATS, required=False, allow_null=True)
    cool_down_seconds = IntegerField(required=False, allow_null=True, min_value=0, max_value=MAX_COOL_DOWN_S)
    rearm_level = DecimalTextField(allow_negative=True, required=False, allow_null=True, help_text=LEVEL_HELP)
    enabled = BooleanField(required=False, allow_null=True)
    channels = ListField(child=ChoiceField(choices=CHANNELS), required=False, allow_null=True, max_length=len(CHANNELS))
    email_to = ListField(child=CharField(max_length=254), required=False, allow_null=True, max_length=MAX_ADDRESSES)
    webhook_url = CharField(required=False, allow_null=True, max_length=MAX_URL_CHARS)

    def validate_name(self, name: str) -> str:
        """See `check_name`."""
        return check_name(name)


class AlertOut(ApiSerializer):
    """A rule and how far it has come."""

    id = CharField()
    account = AccountIdField()
    name = CharField()
    severity = ChoiceField(choices=SEVERITIES)
    condition = AlertConditionOut()
    repeat = ChoiceField(choices=REPEATS)
    cool_down_seconds = IntegerField()
    rearm_level = DecimalTextField(allow_negative=True, allow_null=True)
    enabled = BooleanField()
    channels = ListField(child=ChoiceField(choices=CHANNELS))
    email_to = ListField(child=CharField())
    webhook_url = CharField(allow_null=True)
    status = ChoiceField(choices=STATUSES, help_text="failed: it was switched off, see `fault`.")
    fault = CharField(allow_null=True)
    waiting_for = CharField(allow_null=True, help_text="What it needs before it can be evaluated.")
    history_bars = IntegerField(allow_null=True, help_text="Bars its expression has seen.")
    warm_up_bars = IntegerField(allow_null=True, help_text="Bars after which it no longer depends on where they begin.")
    fired_count = IntegerField()
    fired_at = TimeField(allow_null=True, help_text="By the market's clock.")
    fired_value = CharField(allow_null=True)
    created_at = TimeField()
    updated_at = TimeField()


class MadeAlertOut(AlertOut):
    """A rule as it was made or changed."""

    webhook_secret = CharField(
        allow_null=True,
        help_text="Signs what is sent; null unless the address of the webhook is new. Never shown again.",
    )


class DeliveryOut(ApiSerializer):
    """One way that an event went."""

    channel = ChoiceField(choices=CHANNELS)
    status = ChoiceField(choices=OUTCOMES)
    attempts = IntegerField()
    detail = CharField()
    ended_at = TimeField(allow_null=True)


class AlertEventOut(ApiSerializer):
    """One event of a rule."""

    id = CharField()
    account = AccountIdField()
    rule_id = CharField()
    rule_name = CharField()
    severity = ChoiceField(choices=SEVERITIES)
    kind = ChoiceField(choices=EVENT_KINDS, help_text="failed: the rule itself, which was switched off.")
    text = CharField()
    value = CharField(allow_null=True, help_text="What was compared, when it fired.")
    bar_time = TimeField(allow_null=True, help_text="When the bar opened that it fired on.")
    market_time = TimeField()
    time = TimeField(help_text="By the machine's clock.")
    deliveries = DeliveryOut(many=True)
    acknowledged_at = TimeField(allow_null=True)
    acknowledged_by = CharField(allow_null=True)


class AlertEventQuery(PageQuery):
    """Which events."""

    rule = CharField(required=False, max_length=64)
    severity = ChoiceField(choices=SEVERITIES, required=False)
    acknowledged = BooleanField(required=False, allow_null=True, default=None, help_text="By somebody, or by nobody.")

    def get_fields(self) -> dict[str, Field]:
        """With `from`, which is a word of Python's, and `to`."""
        return {
            **super().get_fields(),
            "from": TimeField(required=False, help_text="At or after this time."),
            "to": TimeField(required=False, help_text="Before this time."),
        }
