"""The instruments an installation added to the default universe, as rows: an import for an unknown symbol makes one.

Imported by `markets.models`, so that Django finds it; read and written by `markets.services` alone.
"""

from django.db import models

STEP_TEXT_LENGTH = 32
"""A step as plain decimal text: 18 digits, a point and 12 digits, with room to spare."""


class AddedInstrument(models.Model):
    """One instrument beyond `DEFAULT_INSTRUMENTS`, in the decimal text it was declared with."""

    symbol = models.CharField(primary_key=True, max_length=64)
    tick = models.CharField(max_length=STEP_TEXT_LENGTH)
    lot = models.CharField(max_length=STEP_TEXT_LENGTH)
    min_notional = models.CharField(max_length=STEP_TEXT_LENGTH, default="0")
    calendar = models.CharField(max_length=16, default="24/7")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Kept in the markets app: its module is not named `models`."""

        app_label = "markets"
        ordering = ("symbol",)

    def __str__(self) -> str:
        return self.symbol
