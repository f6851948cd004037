"""The table of analyses. Times are UTC nanoseconds."""

from django.db import models


class AnalysisRow(models.Model):
    """One analysis that was carried out, with all that came of it."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200, blank=True)
    symbols = models.JSONField()
    interval = models.CharField(max_length=8)
    data_hash = models.CharField(max_length=64)
    bars = models.BigIntegerField()
    result = models.JSONField()
    created_ns = models.BigIntegerField()

    class Meta:
        """Newest first, found by account."""

        ordering = ("-id",)
        verbose_name = "analysis"
        verbose_name_plural = "analyses"
        indexes = (models.Index(fields=("account", "-id"), name="analysis_newest"),)

    def __str__(self) -> str:
        return f"{self.name or self.kind} {self.id}"
