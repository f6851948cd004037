"""The table of named expressions; times are UTC nanoseconds."""

from django.db import models


class FactorRow(models.Model):
    """One named expression of an account."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    description = models.TextField(blank=True)
    expression = models.TextField()
    parameters = models.JSONField(default=dict)
    created_ns = models.BigIntegerField()
    changed_ns = models.BigIntegerField()

    class Meta:
        """Newest first; an account has each name once."""

        ordering = ("-id",)
        verbose_name = "factor"
        constraints = (models.UniqueConstraint(fields=("account", "name"), name="factor_name"),)

    def __str__(self) -> str:
        return self.name
