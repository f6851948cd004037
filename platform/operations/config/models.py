"""The table of revisions: every change of a runtime parameter, for good; and what the admin shows of the parameters."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from kit.tunables import MAX_KEY_LENGTH

MAX_REASON_LENGTH = 500
MAX_AUTHOR_LENGTH = 255


class ConfigRevision(models.Model):
    """One change. Numbers rise by one over the whole installation, whichever key it is about.

    Both values are those in force before and after it. `is_default` says that it put the default back in force, which
    may be another one by now. Rows are only ever added.
    """

    class Action(models.TextChoices):
        """How the change came about."""

        SET = "set"
        RESET = "reset"
        ROLLBACK = "rollback"

    number = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=MAX_KEY_LENGTH)
    action = models.CharField(max_length=8, choices=Action.choices)
    old_value = models.JSONField()
    new_value = models.JSONField()
    is_default = models.BooleanField()
    author = models.CharField(max_length=MAX_AUTHOR_LENGTH)
    reason = models.CharField(max_length=MAX_REASON_LENGTH, blank=True)
    time_ns = models.BigIntegerField()
    trace_id = models.CharField(max_length=64, blank=True)

    class Meta:
        """Newest first, found by key."""

        ordering = ["-number"]
        indexes = [models.Index(fields=["key", "-number"], name="config_key_newest")]
        verbose_name = "configuration revision"

    def __str__(self) -> str:
        return f"{self.number}: {self.key} {self.old_value} -> {self.new_value}"

    def save(
        self,
        *,
        force_insert: Any = True,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Add the row; raises IntegrityError when its number is taken."""
        assert force_insert and not force_update and update_fields is None, "a revision is never changed"
        super().save(force_insert=True, using=using)

    def delete(self, *args: Any, **options: Any) -> Any:
        """Not possible."""
        raise AssertionError("a revision is never deleted")


class Setting(models.Model):
    """A runtime parameter as the admin shows it; values are as JSON has them."""

    class Source(models.TextChoices):
        """Where the value in force comes from."""

        DEFAULT = "default"
        ENVIRONMENT = "environment"
        REVISION = "revision"

    key = models.CharField(primary_key=True, max_length=MAX_KEY_LENGTH)
    group = models.CharField(max_length=MAX_KEY_LENGTH)
    type = models.CharField(max_length=16)
    value = models.TextField("in force")
    unit = models.CharField(max_length=64)
    default = models.TextField()
    allowed = models.TextField()
    source = models.CharField(max_length=16, choices=Source.choices, help_text="Where the value in force comes from.")
    variable = models.CharField(max_length=64, null=True, help_text="The environment variable that sets the default.")
    why = models.TextField()
    revision = models.BigIntegerField(help_text="The newest one of this key; 0: it never changed.")
    changed_at = models.CharField("changed", max_length=32, null=True)
    changed_by = models.CharField(max_length=MAX_AUTHOR_LENGTH, null=True)
    reason = models.CharField(max_length=MAX_REASON_LENGTH, null=True)
    fault = models.TextField(null=True, help_text="Why the value that was set is not in force.")

    class Meta:
        """Lives in memory."""

        managed = False
        default_permissions = ("view",)
        verbose_name = "setting"

    def __str__(self) -> str:
        return self.key
