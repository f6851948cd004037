"""The tables of reports and their schedules. Files lie in the state folder, named by id; times are UTC nanoseconds."""

from django.db import models


class ReportRow(models.Model):
    """A report that was made."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    format = models.CharField(max_length=8)
    name = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    asked = models.JSONField()
    data_hash = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    content_hash = models.CharField(max_length=64)
    schedule_id = models.CharField(max_length=36, blank=True)
    created_ns = models.BigIntegerField()

    class Meta:
        """Newest first, found by account and by schedule."""

        ordering = ("-id",)
        verbose_name = "report"
        indexes = (
            models.Index(fields=("account", "-id"), name="report_newest"),
            models.Index(fields=("schedule_id", "-id"), name="report_of_schedule"),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.format})"


class ScheduleRow(models.Model):
    """A report that is made again and again. `next_ns` is due next; `due_ns` was the last that was taken in hand."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    cron = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64)
    span = models.CharField(max_length=8)
    keep = models.IntegerField()
    is_enabled = models.BooleanField(default=True)
    asked = models.JSONField()
    next_ns = models.BigIntegerField(null=True)
    due_ns = models.BigIntegerField(null=True)
    last_job = models.CharField(max_length=36, blank=True)
    last_error = models.TextField(blank=True)
    created_ns = models.BigIntegerField()

    class Meta:
        """Newest first; what is due is found by its time."""

        ordering = ("-id",)
        verbose_name = "schedule of reports"
        verbose_name_plural = "schedules of reports"
        indexes = (models.Index(fields=("is_enabled", "next_ns"), name="schedule_due"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.cron})"
