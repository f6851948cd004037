"""The instruments an installation added to the default universe, as rows: an import for an unknown symbol makes one. And
every instrument with its market, as the admin shows it.

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
    maker_ppm = models.PositiveIntegerField(default=200)
    taker_ppm = models.PositiveIntegerField(default=500)
    min_lots = models.PositiveBigIntegerField(default=1)
    max_lots = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Kept in the markets app: its module is not named `models`."""

        app_label = "markets"
        ordering = ("symbol",)

    def __str__(self) -> str:
        return self.symbol


class Instrument(models.Model):
    """An instrument and its market as they are now; nothing of it is stored here."""

    symbol = models.CharField(primary_key=True, max_length=64)
    base = models.CharField(max_length=32)
    quote = models.CharField(max_length=32)
    calendar = models.CharField(max_length=16, choices=[(each, each) for each in ("24/7", "fx", "equities")])
    tick = models.CharField(max_length=STEP_TEXT_LENGTH)
    lot = models.CharField(max_length=STEP_TEXT_LENGTH)
    min_notional = models.CharField(max_length=STEP_TEXT_LENGTH)
    market = models.CharField(max_length=8, choices=[(each, each) for each in ("open", "closed")])
    last = models.CharField("last price", max_length=64, null=True)
    bid = models.CharField(max_length=64, null=True)
    ask = models.CharField(max_length=64, null=True)
    change_24h = models.CharField("change in 24 hours, %", max_length=64, null=True)
    source = models.CharField(max_length=64, null=True)
    is_stale = models.BooleanField("stale", help_text="Nothing feeds the market now.")
    time = models.CharField("market time", max_length=32, null=True)

    class Meta:
        """Lives in the universe and on the board."""

        app_label = "markets"
        managed = False
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.symbol
