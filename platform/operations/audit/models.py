"""What the admin shows of the audit: entries of all chains. None of it is a table of the application's database.

Imported by `operations.models`, so that Django finds it.
"""

from django.db import models


class AuditEntry(models.Model):
    """One entry of any source; documents are JSON set out for people."""

    class Result(models.TextChoices):
        """What came of it."""

        DONE = "done"
        REFUSED = "refused"
        FAILED = "failed"

    id = models.CharField("entry", primary_key=True, max_length=64)
    source = models.CharField(max_length=16, help_text="The chain it is in: the journal, or the audit's own table.")
    seq = models.BigIntegerField("number", help_text="Its place in that chain.")
    time = models.CharField("recorded", max_length=32)
    actor = models.CharField(max_length=255, help_text="Who asked; empty for the market itself.")
    action = models.CharField(max_length=128)
    account = models.CharField(max_length=64, null=True)
    objects_touched = models.TextField("objects", help_text="What it was done to, by kind and id.")
    trace_id = models.CharField(max_length=64)
    result = models.CharField(max_length=8, choices=Result.choices)
    status = models.IntegerField("HTTP status", null=True)
    code = models.CharField("error code", max_length=64, null=True)
    input = models.TextField(help_text="What was asked for, without secrets, cut when long.")
    before = models.TextField()
    after = models.TextField()
    detail = models.TextField(help_text="Of the journal: its events.")
    hash = models.CharField(max_length=64)
    chain = models.TextField(help_text="Whether the hash follows from the entry before and this one's content.")

    class Meta:
        """Append only, and in files of their own."""

        app_label = "operations"
        managed = False
        default_permissions = ("view",)
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.id} {self.action}"
