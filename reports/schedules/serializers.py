"""The contracts of schedules."""

from typing import Any

from rest_framework.exceptions import ValidationError

from api.fields import BooleanField, CharField, ChoiceField, IntegerField, JSONField, TimeField
from api.serializers import ApiSerializer
from reports.schedules.services import DEFAULT_KEEP, MAX_KEEP, SPANS
from reports.serializers import WhatIn

MAX_EVERY_LENGTH = 100
EVERY = "daily, weekly, monthly (at midnight), or five fields of cron; in the time zone."
SPAN = "Back from the due time by the market's clock (1m: 30 days); all: the whole epoch."
KEEP = "Reports of it that stay; older ones are deleted."


class ScheduleIn(WhatIn):
    """A report of an account to make again and again."""

    example = {"kind": "statement", "format": "pdf", "name": "Every morning", "every": "30 6 * * *", "span": "1d"}

    every = CharField(max_length=MAX_EVERY_LENGTH, help_text=EVERY)
    span = ChoiceField(choices=SPANS, required=False, default="1d", help_text=SPAN)
    keep = IntegerField(required=False, default=DEFAULT_KEEP, min_value=1, max_value=MAX_KEEP, help_text=KEEP)


class ScheduleChangeIn(ApiSerializer):
    """What of a schedule is to change."""

    example = {"enabled": False}

    every = CharField(required=False, allow_null=True, max_length=MAX_EVERY_LENGTH, help_text=EVERY)
    span = ChoiceField(choices=SPANS, required=False, allow_null=True, help_text=SPAN)
    keep = IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_KEEP, help_text=KEEP)
    enabled = BooleanField(required=False, allow_null=True)

    def validate(self, attrs: Any) -> Any:
        """Something has to change."""
        if all(attrs.get(name) is None for name in ("every", "span", "keep", "enabled")):
            raise ValidationError("Give every, span, keep or enabled.")
        return attrs


class ScheduleOut(ApiSerializer):
    """A schedule with when it is due, and what came of it last."""

    id = CharField()
    name = CharField()
    every = CharField(help_text="Five fields of cron.")
    time_zone = CharField()
    span = ChoiceField(choices=SPANS)
    keep = IntegerField()
    enabled = BooleanField()
    asked = JSONField(help_text="What is made.")
    next_at = TimeField(allow_null=True, help_text="Null while it is off.")
    last_due_at = TimeField(allow_null=True)
    last_job = CharField(allow_null=True)
    last_error = CharField(allow_null=True, help_text="Why there is no report of the last due time.")
    created_at = TimeField()
