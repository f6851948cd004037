"""The tables of backtests. Arrays lie in files beside them, named by id; times are UTC nanoseconds."""

from django.db import models


class BacktestRow(models.Model):
    """One backtest that was carried out."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    spec = models.JSONField()
    summary = models.JSONField()
    symbols = models.JSONField()
    interval = models.CharField(max_length=8)
    data_hash = models.CharField(max_length=64)
    created_ns = models.BigIntegerField()

    class Meta:
        """Newest first, found by account."""

        ordering = ("-id",)
        verbose_name = "backtest"
        indexes = (models.Index(fields=("account", "-id"), name="backtest_newest"),)

    def __str__(self) -> str:
        return f"{self.name or 'backtest'} {self.id}"


class SearchRow(models.Model):
    """A sweep, or a walk forward."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200, blank=True)
    spec = models.JSONField()
    summary = models.JSONField()
    data_hash = models.CharField(max_length=64)
    created_ns = models.BigIntegerField()

    class Meta:
        """Newest first, found by account and kind."""

        ordering = ("-id",)
        verbose_name = "sweep"
        indexes = (models.Index(fields=("account", "kind", "-id"), name="search_newest"),)

    def __str__(self) -> str:
        return f"{self.name or self.kind} {self.id}"


class TrialRow(models.Model):
    """How many strategies an account has tried on the same bars: the count, the mean and the spread of their Sharpe ratios.

    Ratios are by the day; `squares` is the sum of squared distances from the mean.
    """

    account = models.CharField(max_length=64)
    data_hash = models.CharField(max_length=64)
    count = models.BigIntegerField()
    mean = models.FloatField()
    squares = models.FloatField()

    class Meta:
        """One row for the bars of an account."""

        verbose_name = "trials"
        verbose_name_plural = "trials"
        constraints = (models.UniqueConstraint(fields=("account", "data_hash"), name="trials_of_data"),)

    def __str__(self) -> str:
        return f"{self.count} trials of {self.account}"
