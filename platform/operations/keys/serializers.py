"""The contracts of the keys."""

from rest_framework.exceptions import ValidationError

from api.fields import AccountIdField, CharField, ChoiceField, FloatField, ListField, TimeField
from api.serializers import ApiSerializer
from kit.access import SCOPES
from kit.errors import Invalid
from operations.keys.services import (
    MAX_ACCOUNTS,
    MAX_ADDRESSES,
    MAX_NAME_LENGTH,
    MAX_REQUESTS_PER_S,
    MIN_REQUESTS_PER_S,
    check_addresses,
)

KEY_STATES = ("active", "expired", "revoked")
MAX_ADDRESS_LENGTH = 64


class KeyIn(ApiSerializer):
    """A new key."""

    example = {
        "name": "Breakout bot",
        "scopes": ["read", "trade"],
        "accounts": ["default"],
        "addresses": ["192.0.2.7", "10.0.0.0/8"],
        "requests_per_second": 50,
        "expires_at": "2100-01-01T00:00:00Z",
    }

    name = CharField(max_length=MAX_NAME_LENGTH)
    scopes = ListField(
        child=ChoiceField(choices=SCOPES),
        allow_empty=False,
        max_length=len(SCOPES),
        help_text="What it may do; admin implies trade, and trade implies read.",
    )
    accounts = ListField(
        child=AccountIdField(),
        required=False,
        default=list,
        max_length=MAX_ACCOUNTS,
        help_text="The only accounts there are for it; the first is meant when none is named. Empty: all of them.",
    )
    addresses = ListField(
        child=CharField(max_length=MAX_ADDRESS_LENGTH),
        required=False,
        default=list,
        max_length=MAX_ADDRESSES,
        help_text="IP addresses and networks from which it may be used. Empty: any.",
    )
    requests_per_second = FloatField(
        required=False,
        allow_null=True,
        min_value=MIN_REQUESTS_PER_S,
        max_value=MAX_REQUESTS_PER_S,
        help_text="Its own rate, with a burst of twice that. Left out: the usual one.",
    )
    expires_at = TimeField(required=False, allow_null=True, help_text="Left out: never.")

    def validate_addresses(self, addresses: list[str]) -> list[str]:
        """Only addresses and networks."""
        try:
            check_addresses(tuple(addresses))
        except Invalid as fault:
            raise ValidationError(fault.details["addresses"]) from None
        return addresses


class KeyOut(ApiSerializer):
    """A key, without its secret."""

    id = CharField()
    name = CharField()
    status = ChoiceField(choices=KEY_STATES)
    scopes = ListField(child=ChoiceField(choices=SCOPES))
    accounts = ListField(child=CharField())
    addresses = ListField(child=CharField())
    requests_per_second = FloatField(allow_null=True)
    created_at = TimeField()
    created_by = CharField()
    expires_at = TimeField(allow_null=True)
    revoked_at = TimeField(allow_null=True)
    last_used_at = TimeField(allow_null=True, help_text="To the minute.")


class CreatedKeyOut(KeyOut):
    """A new key, with the token that is shown this once."""

    token = CharField(help_text="What goes behind `Authorization: Bearer`. It is not kept and cannot be shown again.")
