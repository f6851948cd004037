"""The contracts of health, system, services and jobs."""

from api.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    FloatField,
    IntegerField,
    JSONField,
    ListField,
    TimeField,
)
from api.pagination import PageQuery
from api.serializers import ApiSerializer

LOG_LEVELS = ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
HEALTH_STATES = ("ok", "degraded", "failed")
SERVICE_STATES = ("stopped", "starting", "running", "idle", "degraded", "failed")
JOB_STATES = ("queued", "running", "succeeded", "failed", "canceled", "interrupted")

MAX_WAIT_S = 25
"""Below the request timeout of 30 seconds, so that a waiting answer is never cut off."""


class AliveSerializer(ApiSerializer):
    """The process answers."""

    status = ChoiceField(choices=("ok",))


class CheckSerializer(ApiSerializer):
    """One health check's answer."""

    name = CharField()
    status = ChoiceField(choices=HEALTH_STATES)
    # A declared field, which DRF's metaclass takes out of the class, so that the attribute of that name stays DRF's.
    required = BooleanField(help_text="Whether the gateway is out of service when this fails.")  # type: ignore[assignment]
    detail = CharField()
    latency_ms = FloatField()


class HealthSerializer(ApiSerializer):
    """All health checks at one moment, at most a second old."""

    status = ChoiceField(choices=HEALTH_STATES)
    checks = CheckSerializer(many=True)
    checked_at = TimeField()


class ReadySerializer(ApiSerializer):
    """The gateway is in service; `degraded` names what is not well and not required."""

    status = ChoiceField(choices=("ready", "degraded"))
    degraded = ListField(child=CharField())


class ProcessSerializer(ApiSerializer):
    """The gateway's process."""

    pid = IntegerField()
    memory_bytes = IntegerField()
    cpu_percent = FloatField(help_text="Share of one core since the last question.")
    cpu_seconds = FloatField()
    threads = IntegerField()
    descriptors = IntegerField()


class DiskSerializer(ApiSerializer):
    """The file system of the state folder."""

    total_bytes = IntegerField()
    used_bytes = IntegerField()
    free_bytes = IntegerField()


class SystemInfoSerializer(ApiSerializer):
    """Versions, process, disk, and the settings that are no secret."""

    version = CharField()
    python = CharField()
    system = CharField()
    server = CharField()
    libraries = DictField(child=CharField())
    started_at = TimeField()
    uptime_seconds = FloatField()
    cores = IntegerField()
    process = ProcessSerializer()
    disk = DiskSerializer()
    config = JSONField()


class SystemTimeSerializer(ApiSerializer):
    """The server's clock, and the main market's."""

    time = TimeField()
    epoch_ns = IntegerField()
    epoch_ms = IntegerField()
    market_time = TimeField(allow_null=True)


class LogLineSerializer(ApiSerializer):
    """One line of the log."""

    time = TimeField()
    level = ChoiceField(choices=LOG_LEVELS)
    logger = CharField(help_text="Which part wrote it; `gateway.access` has one line a request.")
    message = CharField()
    trace_id = CharField(help_text="Of the work it belongs to; empty outside of any.")
    caller = CharField(help_text="Who asked for that work.")
    exception = CharField(allow_null=True)
    extra = JSONField(help_text="What else the line has, by name.")


class LogsQuery(PageQuery):
    """Which lines to show."""

    level = ChoiceField(required=False, choices=LOG_LEVELS, help_text="The lowest level wanted.")
    logger = CharField(required=False, max_length=100, help_text="A logger, with those below it.")
    trace_id = CharField(required=False, max_length=64)


class ServiceSerializer(ApiSerializer):
    """An internal part and how it is doing; null where it has no such figure."""

    name = CharField()
    state = ChoiceField(choices=SERVICE_STATES)
    since = TimeField(allow_null=True)
    last_error = CharField(allow_null=True)
    latency_ms = FloatField(allow_null=True)
    load = FloatField(allow_null=True, help_text="Used share of its capacity, 0 to 1.")
    detail = CharField()
    restartable = BooleanField()


class JobErrorSerializer(ApiSerializer):
    """Why a job failed."""

    code = CharField()
    message = CharField()
    details = JSONField()


class JobSerializer(ApiSerializer):
    """A piece of long work as it stands."""

    id = CharField()
    kind = CharField()
    subject = CharField(help_text="What it is about, in a few words: a name it was given, else symbols or a file.")
    account = CharField()
    status = ChoiceField(choices=JOB_STATES)
    progress = FloatField(help_text="From 0 to 1.")
    message = CharField()
    partial_result = JSONField(
        allow_null=True,
        help_text="What a running job shows of its result so far, an object of up to 16 KiB; null in lists and at the end.",
    )
    result = JSONField(allow_null=True, help_text="What came of it; in lists only its ids, counts and short texts.")
    error = JobErrorSerializer(allow_null=True)
    created_at = TimeField()
    started_at = TimeField(allow_null=True)
    finished_at = TimeField(allow_null=True)
    resumes = IntegerField(help_text="How often it was taken up again after the gateway had stopped under it.")
    trace_id = CharField()


class JobsQuery(PageQuery):
    """Which jobs to list."""

    kind = CharField(required=False, max_length=64)
    status = ChoiceField(required=False, choices=JOB_STATES)


class WaitQuery(ApiSerializer):
    """How long to wait for the end of the work that a POST starts."""

    wait = FloatField(
        required=False,
        default=0.0,
        min_value=0.0,
        max_value=float(MAX_WAIT_S),
        help_text="Seconds to wait for its end.",
    )
