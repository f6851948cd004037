"""The contracts of reports."""

from api.fields import (
    AccountIdField,
    CharField,
    ChoiceField,
    Field,
    IntegerField,
    JSONField,
    ListField,
    TimeField,
)
from api.pagination import PageQuery
from api.serializers import ApiSerializer
from reports.services import FORMATS, KINDS, MAX_COMPARED, MAX_NAME_LENGTH, METHODS

MAX_ZONE_LENGTH = 64


class WhatIn(ApiSerializer):
    """What a report is to be about, and how it is written."""

    kind = ChoiceField(choices=KINDS)
    format = ChoiceField(choices=FORMATS, required=False, default="html")
    name = CharField(required=False, allow_blank=True, default="", max_length=MAX_NAME_LENGTH)
    backtest = CharField(required=False, allow_null=True, help_text="Left out: about the account itself.")
    strategy = CharField(required=False, allow_null=True, help_text="Its newest run, unless `run` names one.")
    run = CharField(required=False, allow_null=True)
    backtests = ListField(child=CharField(), required=False, allow_null=True, max_length=MAX_COMPARED)
    strategies = ListField(
        child=CharField(), required=False, allow_null=True, max_length=MAX_COMPARED, help_text="The newest run of each."
    )
    accounts = ListField(child=AccountIdField(), required=False, allow_null=True, max_length=MAX_COMPARED)
    job = CharField(required=False, allow_null=True, help_text="That judged a factor (factors/evaluate/).")
    dataset = CharField(required=False, allow_null=True)
    benchmark = CharField(
        required=False,
        allow_null=True,
        help_text="Symbol beside which performance is shown; a backtest's own if left out.",
    )
    time_zone = CharField(
        required=False, default="UTC", max_length=MAX_ZONE_LENGTH, help_text="IANA name; times are shown in it."
    )
    method = ChoiceField(
        choices=METHODS, required=False, default="fifo", help_text="Which lots a sale takes, for realised profit."
    )


class ReportIn(WhatIn):
    """A report to make."""

    example = {"kind": "performance", "format": "html", "name": "November"}

    epoch = IntegerField(
        required=False, allow_null=True, min_value=1, help_text="Of the account; else the present one."
    )

    def get_fields(self) -> dict[str, Field]:
        """With `from`, a Python keyword, and `to`."""
        return {
            **super().get_fields(),
            "from": TimeField(required=False, allow_null=True, source="from_ns", help_text="By the market's clock."),
            "to": TimeField(required=False, allow_null=True, source="to_ns", help_text="Not included."),
        }


class ReportQuery(PageQuery):
    """Which reports to list."""

    kind = ChoiceField(choices=KINDS, required=False)
    schedule = CharField(required=False, help_text="Only what it has made; also one that was deleted since.")


class ReportOut(ApiSerializer):
    """A report that was made."""

    id = CharField()
    kind = ChoiceField(choices=KINDS)
    format = ChoiceField(choices=FORMATS)
    name = CharField()
    title = CharField()
    asked = JSONField(help_text="As it was asked, with every default.")
    data_hash = CharField(help_text="Of all that it was made from.")
    size_bytes = IntegerField()
    content_hash = CharField(help_text="SHA-256 of the file.")
    schedule = CharField(allow_null=True, help_text="That had it made.")
    created_at = TimeField()
    file_name = CharField()
