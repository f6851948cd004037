"""The contracts of the audit."""

from api.fields import BooleanField, CharField, ChoiceField, Field, IntegerField, JSONField, TimeField
from api.pagination import PageQuery
from api.serializers import ApiSerializer

RESULTS = ("done", "refused", "failed")
FORMATS = ("jsonl", "csv")
MAX_FILTER_LENGTH = 255


def _filters() -> dict[str, Field]:
    """The filters; `from` is a Python keyword and `object` a name of its own, so they cannot be declared as attributes."""
    return {
        "actor": CharField(
            required=False,
            max_length=MAX_FILTER_LENGTH,
            help_text="As it is shown, or its name (`key:01a2…`, `user:admin`) or address alone.",
        ),
        "action": CharField(
            required=False, max_length=MAX_FILTER_LENGTH, help_text="`place_order`, `datasets.create`…"
        ),
        "object": CharField(
            required=False,
            max_length=MAX_FILTER_LENGTH,
            help_text="An id that was touched: of an account, an order (the client's own id too), a job, a data set…",
        ),
        "trace_id": CharField(required=False, max_length=MAX_FILTER_LENGTH),
        "from": TimeField(required=False, help_text="Recorded at or after this time."),
        "to": TimeField(required=False, help_text="Recorded before this time."),
    }


class AuditQuery(PageQuery):
    """Which entries to list."""

    def get_fields(self) -> dict[str, Field]:
        """With the filters."""
        return {**super().get_fields(), **_filters()}


class AuditExportQuery(ApiSerializer):
    """Which entries to export, and how."""

    format = ChoiceField(choices=FORMATS, required=False, default="jsonl", help_text="JSON lines, or a table.")

    def get_fields(self) -> dict[str, Field]:
        """With the filters."""
        return {**super().get_fields(), **_filters()}


class SubjectOut(ApiSerializer):
    """Something that was changed."""

    kind = CharField()
    id = CharField()


class AuditEntryOut(ApiSerializer):
    """One entry: of the journal (`source` journal: a command of trading, or a step of the market), or of the audit's own
    table (`audit`; `audit@NAME` of another gateway's). `hash` is its place in its source's chain.
    """

    id = CharField()
    source = CharField()  # type: ignore[assignment]  # DRF takes it out of the class
    seq = IntegerField()
    time = TimeField()
    actor = CharField()
    action = CharField()
    account = CharField(allow_null=True)
    objects = SubjectOut(many=True)
    trace_id = CharField()
    result = ChoiceField(choices=RESULTS)
    status = IntegerField(allow_null=True, help_text="The HTTP status of the answer; null where nobody kept it.")
    code = CharField(allow_null=True, help_text="The error code of what was refused.")
    input = JSONField(allow_null=True, help_text="What was asked for, without secrets, cut when long.")
    before = JSONField(allow_null=True)
    after = JSONField(allow_null=True)
    detail = JSONField(allow_null=True, help_text="Of the journal: its events.")
    hash = CharField()


class DroppedSegmentOut(ApiSerializer):
    """A part of the table that was dropped on purpose."""

    segment = IntegerField()
    first_seq = IntegerField()
    last_seq = IntegerField()
    dropped_by = CharField()


class VerdictOut(ApiSerializer):
    """How one chain was found: valid, or where it first does not fit."""

    source = CharField()  # type: ignore[assignment]  # DRF takes it out of the class
    valid = BooleanField()
    entries = IntegerField(help_text="How many were proved.")
    head = CharField(help_text="The hash of the last one that fits.")
    dropped = DroppedSegmentOut(many=True)
    seq = IntegerField(allow_null=True, help_text="The first entry that does not fit.")
    reason = CharField(allow_null=True)


class VerificationOut(ApiSerializer):
    """How all chains were found."""

    valid = BooleanField()
    entries = IntegerField()
    sources = VerdictOut(many=True)
    first_bad = VerdictOut(allow_null=True)
