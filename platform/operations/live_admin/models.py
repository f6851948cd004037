"""What the admin shows of operations without a table in the database; each carries its permissions.

Imported by `operations.models`, so that Django finds it.
"""

from django.db import models


class IdempotencyRecord(models.Model):
    """The answer to a write that carried an Idempotency-Key, or the claim of one that is still running."""

    class State(models.TextChoices):
        """Whether there is an answer yet."""

        ANSWERED = "answered"
        RUNNING = "running"

    id = models.CharField("record", primary_key=True, max_length=330)
    account = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    state = models.CharField(max_length=16, choices=State.choices)
    status = models.IntegerField("HTTP status", null=True)
    created_at = models.CharField("created", max_length=32)
    body_bytes = models.IntegerField("bytes", null=True)
    content_type = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    body = models.TextField("answer")

    class Meta:
        """Lives in memory, and in the journal."""

        app_label = "operations"
        managed = False
        default_permissions = ("view",)
        verbose_name = "idempotency record"

    def __str__(self) -> str:
        return f"{self.account} {self.key}"


class Service(models.Model):
    """An internal part, for its permissions: `view_service` shows the parts, `change_service` restarts them."""

    name = models.CharField(primary_key=True, max_length=64)

    class Meta:
        """Lives in the registry of services."""

        app_label = "operations"
        managed = False
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.name
