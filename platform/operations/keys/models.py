"""The table of keys. A key never changes and never goes: it is made, used, and maybe revoked."""

from django.db import models


class ApiKey(models.Model):
    """One key; times are UTC nanoseconds. `secret_hash` is the SHA-256 of the secret, in hexadecimal.

    `revision` rises over the table with each change, so that a gateway notices changes by reading two numbers.
    `last_used_ns` is written late, and is no such change.
    """

    id = models.CharField(primary_key=True, max_length=36)
    name = models.CharField(max_length=64)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField()
    accounts = models.JSONField()
    addresses = models.JSONField()
    requests_per_s = models.FloatField(null=True)
    created_ns = models.BigIntegerField()
    created_by = models.CharField(max_length=160)
    expires_ns = models.BigIntegerField(null=True)
    revoked_ns = models.BigIntegerField(null=True)
    last_used_ns = models.BigIntegerField(null=True)
    revision = models.BigIntegerField()

    class Meta:
        """Newest first: ids sort by the time they were made."""

        ordering = ("-id",)
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"
