"""The tables of strategies: versions, runs, what runs said, and rehearsals. Times are UTC nanoseconds."""

from django.db import models


class StrategyRow(models.Model):
    """One strategy of an account; `version` is the number of its newest version."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    notes = models.TextField(blank=True)
    template = models.CharField(max_length=40, null=True)
    version = models.IntegerField()
    created_ns = models.BigIntegerField()
    updated_ns = models.BigIntegerField()

    class Meta:
        """Newest first, found by account."""

        ordering = ("-id",)
        verbose_name = "strategy"
        verbose_name_plural = "strategies"
        indexes = (models.Index(fields=("account", "-id"), name="strategies_newest"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class StrategyVersionRow(models.Model):
    """One version of a strategy; it never changes."""

    strategy = models.ForeignKey(StrategyRow, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    spec = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    created_ns = models.BigIntegerField()

    class Meta:
        """Newest first."""

        ordering = ("-number",)
        verbose_name = "strategy version"
        constraints = (models.UniqueConstraint(fields=("strategy", "number"), name="strategy_versions_once"),)

    def __str__(self) -> str:
        return f"version {self.number} of {self.strategy_id}"


class StrategyRunRow(models.Model):
    """One run; `run` and `progress` hold the rest of it."""

    id = models.CharField(primary_key=True, max_length=36)
    strategy_id = models.CharField(max_length=36)
    strategy_name = models.CharField(max_length=100)
    version = models.IntegerField()
    owner = models.CharField(max_length=64)
    account = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    reason = models.TextField(blank=True)
    run = models.JSONField()
    progress = models.JSONField()
    started_ns = models.BigIntegerField()
    ended_ns = models.BigIntegerField(null=True)

    class Meta:
        """Newest first, found by strategy, and those that go on."""

        ordering = ("-id",)
        verbose_name = "strategy run"
        indexes = (
            models.Index(fields=("strategy_id", "-id"), name="strategy_runs_newest"),
            models.Index(fields=("state",), name="strategy_runs_state"),
        )

    def __str__(self) -> str:
        return f"{self.strategy_name} {self.id}"


class StrategySignalRow(models.Model):
    """What a run said at the close of a bar, and what came of it."""

    id = models.CharField(primary_key=True, max_length=36)
    run_id = models.CharField(max_length=36)
    strategy_id = models.CharField(max_length=36)
    symbol = models.CharField(max_length=40)
    outcome = models.CharField(max_length=16)
    reason = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    said = models.JSONField()
    values = models.JSONField()
    order_ids = models.JSONField()
    bar_ns = models.BigIntegerField()
    time_ns = models.BigIntegerField()

    class Meta:
        """Newest first, found by run and by strategy."""

        ordering = ("-id",)
        verbose_name = "strategy signal"
        indexes = (
            models.Index(fields=("strategy_id", "-id"), name="strategy_signals_newest"),
            models.Index(fields=("run_id", "-id"), name="strategy_signals_of_run"),
        )

    def __str__(self) -> str:
        return f"{self.symbol} {self.outcome} {self.id}"


class StrategyRehearsalRow(models.Model):
    """One rehearsal of a strategy; `record` holds the rest of it, `fills` what its orders did, as compressed JSON."""

    id = models.CharField(primary_key=True, max_length=36)
    strategy_id = models.CharField(max_length=36)
    strategy_name = models.CharField(max_length=100)
    owner = models.CharField(max_length=64)
    version = models.IntegerField()
    dataset = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    reason = models.TextField(blank=True)
    record = models.JSONField()
    fills = models.BinaryField(null=True)
    started_ns = models.BigIntegerField()
    ended_ns = models.BigIntegerField(null=True)

    class Meta:
        """Newest first, found by strategy, and those that go on."""

        ordering = ("-id",)
        verbose_name = "strategy rehearsal"
        indexes = (
            models.Index(fields=("strategy_id", "-id"), name="strategy_rehearsals_newest"),
            models.Index(fields=("state",), name="strategy_rehearsals_state"),
        )

    def __str__(self) -> str:
        return f"{self.strategy_name} {self.id}"
