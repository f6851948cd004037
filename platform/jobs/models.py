"""The job table: the truth about all long work, also after a restart."""

from django.db import models

MAX_SUBJECT = 128
"""Characters of what a job is about; a longer text is cut."""


class Job(models.Model):
    """One piece of long work. Times are UTC nanoseconds; ids sort by the time they were made."""

    class Status(models.TextChoices):
        """Where a job stands; the last four are final."""

        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"
        INTERRUPTED = "interrupted"

    id = models.CharField(primary_key=True, max_length=36)
    kind = models.CharField(max_length=64)
    account = models.CharField(max_length=64)
    spec = models.JSONField()
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True, default="")
    status = models.CharField(max_length=16, choices=Status.choices)
    progress = models.FloatField(default=0.0)
    message = models.TextField(blank=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    created_ns = models.BigIntegerField()
    started_ns = models.BigIntegerField(null=True)
    finished_ns = models.BigIntegerField(null=True)
    trace_id = models.CharField(max_length=64)
    resumes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Newest first, found by account or by status."""

        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "-id"], name="job_account_newest"),
            models.Index(fields=["status", "-id"], name="job_status_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.status})"
