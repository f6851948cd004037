"""The catalogue of data sets; what they hold lies in Parquet files named by its hash.

Imported by `markets.models`, so that Django finds it; read and written by `markets.datasets.services` alone.
"""

from django.db import models


class DatasetRow(models.Model):
    """One data set: a symbol's content and what was found when it was imported. Times are UTC nanoseconds."""

    id = models.CharField(primary_key=True, max_length=36)
    symbol = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    interval = models.CharField(max_length=8, blank=True)
    content_hash = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    from_ns = models.BigIntegerField()
    to_ns = models.BigIntegerField()
    price_decimals = models.IntegerField(null=True)
    volume_decimals = models.IntegerField(null=True)
    size_bytes = models.BigIntegerField()
    file_name = models.CharField(max_length=255)
    created_ns = models.BigIntegerField()
    parent = models.CharField(max_length=36, blank=True, default="", help_text="The data set that this one repairs.")
    quality = models.JSONField()

    class Meta:
        """Kept in the markets app. The same content of a symbol is one data set, however often it is imported."""

        app_label = "markets"
        verbose_name = "data set"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("content_hash", "symbol", "interval"), name="dataset_content_once"),
        )
        indexes = (models.Index(fields=("symbol", "-id"), name="dataset_symbol_newest"),)

    def __str__(self) -> str:
        return f"{self.symbol} {self.kind} {self.interval} ({self.id})"
