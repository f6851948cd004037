"""The fields of a contract: those of DRF that a contract may use, and our own for prices, quantities, money and times.

Money travels as plain decimal text (`"64000.10"`) and stays text here; who knows the instrument turns it into ticks
and lots. A JSON number is taken by its digits, never through a float.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ChoiceField as AnyChoiceField
from rest_framework.fields import _UnvalidatedField as FreeField
from rest_framework.serializers import (
    BooleanField,
    CharField,
    DictField,
    Field,
    FileField,
    FloatField,
    IntegerField,
    JSONField,
    ListField,
    SerializerMethodField,
    UUIDField,
)

from kit.accounts import ACCOUNT_ID_PATTERN, ACCOUNT_ID_RULE
from kit.clock import NS_PER_SECOND, NS_PER_US, iso_from_ns, ns_from_iso
from kit.units import MAX_FRACTION_DIGITS, MAX_WHOLE_DIGITS

__all__ = [
    "AccountIdField",
    "BooleanField",
    "CharField",
    "ChoiceField",
    "DecimalTextField",
    "DictField",
    "Field",
    "FileField",
    "FloatField",
    "FreeField",
    "IntegerField",
    "JSONField",
    "ListField",
    "MoneyField",
    "PriceField",
    "QuantityField",
    "SerializerMethodField",
    "SymbolField",
    "TimeField",
    "UUIDField",
]

MAX_TEXT_LENGTH = 1_000
"""Characters of a text field that does not say otherwise."""
MAX_ITEMS = 1_000
"""Items of a list or an object that does not say otherwise."""
MAX_FREE_DEPTH = 16
"""Levels of free-form JSON inside a contract."""
MAX_INTEGER = 2**63 - 1
"""Whole numbers are those a database column and a numpy array can hold."""

_DIGITS = rf"[0-9]{{1,{MAX_WHOLE_DIGITS}}}(?:\.[0-9]{{1,{MAX_FRACTION_DIGITS}}})?"
SIGNED_DECIMAL = rf"-?{_DIGITS}"
"""What a decimal looks like in an answer."""

SYMBOL = r"[A-Z0-9][A-Z0-9.]{0,19}-[A-Z0-9][A-Z0-9.]{0,19}"
EXAMPLE_SYMBOL = "BTC-USDT"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"


class ChoiceField(AnyChoiceField):
    """One of a few texts. A refusal lists them, so that nobody has to look them up."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, **options)
        self.error_messages["invalid_choice"] = f"Must be one of: {', '.join(map(str, self.choices))}."


class PatternField(Field):
    """A text whose whole must match `pattern`; the base of our own fields. Nothing is trimmed or repaired."""

    pattern: str = ""
    default_error_messages = {"not_text": _("Must be a string."), "invalid": _("Is not well formed.")}

    def to_internal_value(self, data: Any) -> Any:
        """The text itself, if it matches; raises DRF's ValidationError."""
        if not isinstance(data, str):
            self.fail("not_text")
        if re.fullmatch(self.pattern, data) is None:
            self.fail("invalid")
        return str(data)

    def to_representation(self, value: Any) -> Any:
        """The text that goes out."""
        return value if type(value) is str else str(value)


class DecimalTextField(PatternField):
    """A number in plain decimal notation of up to 18 + 12 digits, as `str`; positive unless said otherwise.

    The bounds hold for input. An answer may carry zero and negative numbers too.
    """

    default_error_messages = {
        "not_text": _('Must be a decimal in a string, such as "64000.10".'),
        "invalid": _('Must be a plain decimal of up to 18 digits before and 12 after the point, such as "64000.10".'),
        "too_small": _("Must be greater than 0."),
        "negative": _("Must not be negative."),
    }

    def __init__(self, *, allow_zero: bool = False, allow_negative: bool = False, **kwargs: Any) -> None:
        self.allow_zero = allow_zero or allow_negative
        self.allow_negative = allow_negative
        non_zero = "" if self.allow_zero else r"(?=[0.]*[1-9])"
        self.pattern = SIGNED_DECIMAL if allow_negative else non_zero + _DIGITS
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The decimal's text; raises DRF's ValidationError."""
        if not isinstance(data, str):
            self.fail("not_text")
        if re.fullmatch(SIGNED_DECIMAL, data) is None:
            self.fail("invalid")
        if re.fullmatch(self.pattern, data) is None:
            self.fail("negative" if self.allow_zero else "too_small")
        return str(data)

    def to_representation(self, value: Any) -> str:
        """Plain decimal text, also of a Decimal."""
        if type(value) is str:
            return value
        return format(value, "f") if isinstance(value, Decimal) else str(value)


class PriceField(DecimalTextField):
    """A price in the quote asset; whether it is on the tick is known only with its instrument."""


class QuantityField(DecimalTextField):
    """A quantity in the base asset; whether it is on the lot is known only with its instrument."""


class MoneyField(DecimalTextField):
    """An amount of one asset."""


class SymbolField(PatternField):
    """An instrument's symbol, written BASE-QUOTE. Whether there is such an instrument is not asked here."""

    pattern = SYMBOL
    default_error_messages = {"invalid": _("Must be a symbol such as BTC-USDT.")}


class AccountIdField(PatternField):
    """An account's id, as it can stand in X-Account."""

    pattern = ACCOUNT_ID_PATTERN
    default_error_messages = {"invalid": ACCOUNT_ID_RULE}


class TimeField(PatternField):
    """A time: ISO 8601 on the wire (without a zone: UTC; out: always with `Z`), UTC nanoseconds inside."""

    pattern = TIME
    default_error_messages = {"invalid": _("Must be a time in ISO 8601, such as 2026-01-01T00:00:00Z.")}
    epoch: ClassVar[datetime] = datetime(1970, 1, 1, tzinfo=UTC)

    def to_internal_value(self, data: Any) -> int:
        """UTC nanoseconds; raises DRF's ValidationError."""
        text = super().to_internal_value(data)
        try:
            return time_ns_from_text(text)
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: Any) -> str:
        """ISO 8601 with `Z`, of nanoseconds or of a datetime with a zone."""
        return time_text(value)


def time_ns_from_text(text: str) -> int:
    """UTC nanoseconds of a text that matches `TIME`; raises ValueError when there is no such moment in 64 bits."""
    time_ns = ns_from_iso(text.upper())
    if not -MAX_INTEGER <= time_ns <= MAX_INTEGER:
        raise ValueError(f"{text!r} is beyond what 64 bits of nanoseconds can hold")
    return time_ns


def time_text(value: Any) -> str:
    """ISO 8601 with `Z` of UTC nanoseconds or of a datetime with a zone; a text is taken as it is."""
    if isinstance(value, int):
        return iso_from_ns(value)
    if isinstance(value, datetime):
        since = value - TimeField.epoch
        return time_text((since.days * 86_400 + since.seconds) * NS_PER_SECOND + since.microseconds * NS_PER_US)
    return str(value)
