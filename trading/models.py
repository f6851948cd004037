"""What the admin shows of trading. None of it is a table of the application's database: accounts, orders and fills live in
the exchange's published state, old ones in its history, entries in the journal.

Amounts are decimals in units of their asset, times those of the market's clock unless it says recorded.
"""

from typing import Any, ClassVar

from django.db import models

from trading.sandbox.links import ListType
from trading.sandbox.orders import OrderStatus, OrderType, Side, TimeInForce

AMOUNT_LENGTH = 64
TIME_LENGTH = 32
SYMBOL_LENGTH = 64
ID_LENGTH = 64

SIDES = [(each.value, each.value) for each in Side]
TYPES = [(each.value, each.value) for each in OrderType]
STATUSES = [(each.value, each.value.replace("_", " ")) for each in OrderStatus]
LIST_TYPES = [(each.value, each.value) for each in ListType]
LIST_STATUSES = [(each, each) for each in ("executing", "done", "rejected", "canceled")]
TIMES_IN_FORCE = [(each.value, each.value) for each in TimeInForce]


class AmountField(models.CharField):
    """A plain decimal, shown with exactly the digits that the API shows."""

    def __init__(self, *names: Any, **options: Any) -> None:
        options.setdefault("max_length", AMOUNT_LENGTH)
        super().__init__(*names, **options)


class TimeField(models.CharField):
    """ISO 8601 in UTC, to the nanosecond where it is known: finer than a DateTimeField holds."""

    def __init__(self, *names: Any, **options: Any) -> None:
        options.setdefault("max_length", TIME_LENGTH)
        super().__init__(*names, **options)


class LiveModel(models.Model):
    """Nothing of it is stored; `view` shows it, `change` lets one act on it."""

    class Meta:
        """For all of them."""

        abstract = True
        managed = False
        app_label = "trading"
        default_permissions: ClassVar[tuple[str, ...]] = ("view", "change")


class Account(LiveModel):
    """An account and what it is worth."""

    class Type(models.TextChoices):
        """How orders are paid for."""

        CASH = "cash"
        MARGIN = "margin"

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=16, choices=Type.choices)
    base_currency = models.CharField(max_length=32)
    equity = AmountField(help_text="All balances at the last prices, in the base currency.")
    cash = AmountField()
    buying_power = AmountField()
    open_orders = models.IntegerField()
    epoch = models.IntegerField(help_text="Counts the resets: each begins the next.")
    allow_short = models.BooleanField()
    allow_stale_prices = models.BooleanField(help_text="Its orders may fill at the last price of a silent source.")
    fill_policy = models.CharField(max_length=64)
    maker_bps = models.FloatField("maker fee, bps")
    taker_bps = models.FloatField("taker fee, bps")
    created_at = TimeField("created")
    risk_state = models.CharField(max_length=16, help_text="Its own state or everybody's, whichever is stricter.")

    def __str__(self) -> str:
        return self.id


class AnOrder(LiveModel):
    """The fields of an order, wherever it is kept."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    account = models.CharField(max_length=ID_LENGTH)
    symbol = models.CharField(max_length=SYMBOL_LENGTH)
    side = models.CharField(max_length=8, choices=SIDES)
    type = models.CharField(max_length=32, choices=TYPES)
    status = models.CharField(max_length=32, choices=STATUSES)
    status_reason = models.TextField(null=True)
    quantity = AmountField()
    filled_quantity = AmountField("filled")
    remaining_quantity = AmountField("remaining")
    notional = AmountField(null=True)
    price = AmountField(null=True)
    stop_price = AmountField(null=True)
    average_price = AmountField(null=True)
    time_in_force = models.CharField(max_length=8, choices=TIMES_IN_FORCE)
    post_only = models.BooleanField()
    client_order_id = models.CharField(max_length=ID_LENGTH, null=True)
    order_list_id = models.CharField("order list", max_length=ID_LENGTH, null=True)
    fees = models.CharField(max_length=100)
    fill_policy = models.CharField(max_length=64)
    epoch = models.IntegerField(null=True, help_text="Of the account when the order was placed.")
    created_at = TimeField("created")
    updated_at = TimeField("updated")
    replaced_at = TimeField("replaced", null=True)
    expires_at = TimeField("expires", null=True)
    trail_amount = AmountField(null=True)
    trail_percent = AmountField(null=True)
    limit_offset = AmountField(null=True)
    watermark = AmountField(null=True, help_text="The best price that a trailing stop has followed.")
    reduce_only = models.BooleanField()
    display_quantity = AmountField(null=True)

    class Meta(LiveModel.Meta):
        """Of both tables of orders."""

        abstract = True

    def __str__(self) -> str:
        return f"{self.id} ({self.side} {self.symbol}, {self.status})"


class Order(AnOrder):
    """An order that is in memory: open, or ended lately."""


class ArchivedOrder(AnOrder):
    """An order that ended long ago and left memory for the history on disk."""

    class Meta(AnOrder.Meta):
        """The history never changes."""

        abstract = False
        managed = False
        default_permissions = ("view",)


class OrderList(LiveModel):
    """An order list of which an order is in memory."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    account = models.CharField(max_length=ID_LENGTH)
    symbol = models.CharField(max_length=SYMBOL_LENGTH)
    side = models.CharField(max_length=8, choices=SIDES)
    type = models.CharField(max_length=16, choices=LIST_TYPES)
    status = models.CharField(max_length=16, choices=LIST_STATUSES)
    status_reason = models.TextField(null=True)
    quantity = AmountField(help_text="Of its first order.")
    legs = models.JSONField("orders")
    created_at = TimeField("created")
    updated_at = TimeField("updated")

    def __str__(self) -> str:
        return f"{self.id} ({self.type} {self.symbol}, {self.status})"


class AFill(LiveModel):
    """The fields of a fill, wherever it is kept."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH + 12)
    order_id = models.CharField("order", max_length=ID_LENGTH)
    account = models.CharField(max_length=ID_LENGTH)
    symbol = models.CharField(max_length=SYMBOL_LENGTH)
    side = models.CharField(max_length=8, choices=SIDES)
    price = AmountField()
    quantity = AmountField()
    fee = AmountField()
    fee_asset = models.CharField(max_length=32)
    liquidity = models.CharField(max_length=8, choices=[("maker", "maker"), ("taker", "taker")])
    time = TimeField()

    class Meta(LiveModel.Meta):
        """Nothing can be done to a fill."""

        abstract = True
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.id


class Fill(AFill):
    """A fill of an order that is in memory."""

    class Meta(AFill.Meta):
        """As both tables of fills."""

        abstract = False
        managed = False


class ArchivedFill(AFill):
    """A fill of an order that left memory."""

    class Meta(AFill.Meta):
        """As both tables of fills."""

        abstract = False
        managed = False


class Balance(LiveModel):
    """What an account has of an asset."""

    id = models.CharField("balance", primary_key=True, max_length=ID_LENGTH + 64)
    account = models.CharField(max_length=ID_LENGTH)
    asset = models.CharField(max_length=32)
    total = AmountField()
    available = AmountField()
    held = AmountField()

    class Meta(LiveModel.Meta):
        """Changed by trading alone."""

        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.account} {self.asset}"


class Position(LiveModel):
    """What an account holds of a symbol through trading."""

    id = models.CharField("position", primary_key=True, max_length=ID_LENGTH + SYMBOL_LENGTH + 1)
    account = models.CharField(max_length=ID_LENGTH)
    symbol = models.CharField(max_length=SYMBOL_LENGTH)
    side = models.CharField(max_length=8, choices=[(each, each) for each in ("long", "short", "flat")])
    quantity = AmountField()
    average_price = AmountField(null=True)
    mark_price = AmountField(null=True)
    market_value = AmountField(null=True)
    cost_basis = AmountField()
    unrealized_pnl = AmountField("unrealized profit", null=True)
    realized_pnl = AmountField("realized profit")
    fees = AmountField()
    opened_at = TimeField("opened", null=True)
    leverage = models.IntegerField()
    initial_margin = AmountField(null=True)
    maintenance_margin = AmountField(null=True)
    liquidation_price = AmountField(null=True)

    class Meta(LiveModel.Meta):
        """Changed by trading alone."""

        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.account} {self.symbol}"


class AccountEpoch(LiveModel):
    """What an account made from one reset to the next; in its base currency."""

    id = models.CharField("epoch of account", primary_key=True, max_length=ID_LENGTH + 32)
    account = models.CharField(max_length=ID_LENGTH)
    epoch = models.IntegerField()
    opened_at = TimeField("opened")
    closed_at = TimeField("closed", null=True, help_text="Nothing while it goes on.")
    start_equity = AmountField(null=True)
    end_equity = AmountField(null=True, help_text="Of the present epoch: now.")
    net_deposits = AmountField(help_text="Put in after the start, less what was taken out.")
    profit = AmountField(null=True, help_text="Without deposits and withdrawals.")
    not_counted = models.CharField(max_length=255, help_text="Assets that came or went without a known rate.")
    orders = models.IntegerField()
    fills = models.IntegerField()

    class Meta(LiveModel.Meta):
        """Changed by trading alone."""

        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.account}, epoch {self.epoch}"


class JournalEntry(LiveModel):
    """One line of the journal."""

    seq = models.BigIntegerField("number", primary_key=True)
    kind = models.CharField(max_length=64)
    account = models.CharField(max_length=ID_LENGTH, null=True)
    actor = models.CharField(max_length=255, help_text="Who asked; empty for the market itself.")
    trace_id = models.CharField(max_length=64)
    events = models.IntegerField()
    time = TimeField("market time")
    recorded_at = TimeField("recorded")
    hash = models.CharField(max_length=64)
    chain = models.TextField(help_text="Whether the hash follows from the entry before and this one's content.")
    body = models.TextField()

    class Meta(LiveModel.Meta):
        """Append only."""

        default_permissions = ("view",)
        verbose_name = "journal entry"
        verbose_name_plural = "journal entries"

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
