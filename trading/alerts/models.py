"""The tables of alerts: rules with how far they have come, and the events of those that fired. Times are UTC nanoseconds."""

from django.db import models


class AlertRuleRow(models.Model):
    """One rule. `rule` and `progress` hold the rest of it; what stands beside them is what lists are filtered by."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    severity = models.CharField(max_length=16)
    is_enabled = models.BooleanField()
    condition_text = models.TextField()
    rule = models.JSONField()
    progress = models.JSONField()
    webhook_secret = models.CharField(max_length=64, blank=True)
    created_ns = models.BigIntegerField()

    class Meta:
        """Newest first, found by account."""

        ordering = ("-id",)
        verbose_name = "alert rule"
        indexes = (models.Index(fields=("account", "-id"), name="alert_rules_newest"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class AlertEventRow(models.Model):
    """One event. `is_under_way` until its last delivery has ended."""

    id = models.CharField(primary_key=True, max_length=36)
    account = models.CharField(max_length=64)
    rule_id = models.CharField(max_length=36)
    rule_name = models.CharField(max_length=100)
    severity = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    text = models.TextField()
    value = models.CharField(max_length=64, null=True)
    bar_ns = models.BigIntegerField(null=True)
    time_ns = models.BigIntegerField()
    told_ns = models.BigIntegerField()
    deliveries = models.JSONField()
    is_under_way = models.BooleanField()
    acknowledged_ns = models.BigIntegerField(null=True)
    acknowledged_by = models.CharField(max_length=160, null=True)

    class Meta:
        """Newest first, found by account."""

        ordering = ("-id",)
        verbose_name = "alert event"
        indexes = (
            models.Index(fields=("account", "-id"), name="alert_events_newest"),
            models.Index(fields=("is_under_way",), name="alert_events_under_way"),
        )

    def __str__(self) -> str:
        return f"{self.rule_name} {self.id}"
