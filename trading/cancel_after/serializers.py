"""The contracts of the dead-man switch."""

from api.fields import CharField, IntegerField, TimeField
from api.serializers import ApiSerializer


class CancelAfterIn(ApiSerializer):
    """For how long the account's orders may stay without another such call."""

    example = {"seconds": 30}

    seconds = IntegerField(
        min_value=0,
        help_text="From now, by the server's clock. 0 ends the switch; the most is `orders.cancel_after_max_seconds`.",
    )


class CancelAfterOut(ApiSerializer):
    """The switch of an account."""

    account = CharField()
    deadline = TimeField(
        allow_null=True, help_text="By the server's clock: then every open order is canceled; null: never."
    )
