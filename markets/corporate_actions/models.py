"""The table of splits and dividends.

Imported by `markets.models`, so that Django finds it; read and written by `markets.corporate_actions.services` alone.
"""

from django.db import models

NUMBER_LENGTH = 64


class CorporateActionRow(models.Model):
    """One split or dividend. `ex_date` is the first date, by the market's calendar, on which prices are without it.

    A split has `ratio_new` shares for `ratio_old`; a dividend an `amount` a share in the quote's currency, as decimal text.
    """

    id = models.CharField(primary_key=True, max_length=36)
    symbol = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=[(each, each) for each in ("split", "dividend")])
    ex_date = models.DateField()
    ratio_new = models.BigIntegerField(null=True)
    ratio_old = models.BigIntegerField(null=True)
    amount = models.CharField(max_length=NUMBER_LENGTH, blank=True)
    created_ns = models.BigIntegerField()

    class Meta:
        """Kept in the markets app. A symbol has one split and one dividend a day at most: more of a day are one together."""

        app_label = "markets"
        verbose_name = "corporate action"
        ordering = ("symbol", "ex_date", "kind")
        constraints = (
            models.UniqueConstraint(fields=("symbol", "ex_date", "kind"), name="corporate_action_once"),
            models.CheckConstraint(
                condition=models.Q(kind="dividend", amount__gt="", ratio_new=None, ratio_old=None)
                | models.Q(kind="split", amount="", ratio_new__gt=0, ratio_old__gt=0),
                name="corporate_action_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.symbol} {self.kind} {self.ex_date}"
