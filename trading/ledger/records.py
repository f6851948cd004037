"""A ledger as plain data. Prices are ticks, quantities lots, money 10**-8 of its asset, times UTC ns by the market."""

import msgspec

from markets.instruments import Instrument


class LedgerFill(msgspec.Struct, frozen=True, gc=False):
    """A trade. `reference_ticks` and `spread_ticks` say what its price is made of, as in an order's explanation."""

    time_ns: int
    order_id: str
    symbol: str
    side: str
    price_ticks: int
    quantity_lots: int
    fee_units: int
    is_maker: bool
    reference_ticks: int
    spread_ticks: int


class LedgerOrder(msgspec.Struct, frozen=True, gc=False):
    """An order as it stands. `arrives_ns` is when it came to the market under latency; `reason` why it ended unfilled."""

    id: str
    symbol: str
    side: str
    type: str
    status: str
    reason: str | None
    quantity_lots: int
    filled_lots: int
    created_ns: int
    updated_ns: int
    arrives_ns: int | None
    fill_policy: str


class LedgerSample(msgspec.Struct, frozen=True, gc=False):
    """What the account was worth at a moment, and what its owner had put into the epoch by then; in its base currency.

    `growth` is time-weighted, 1.0 at the first sample; None from the moment on at which there was nothing left to grow.
    """

    time_ns: int
    equity_units: int
    deposit_units: int
    growth: float | None


class LedgerPosition(msgspec.Struct, frozen=True):
    """A position that is open; negative lots are a short one. `mark_ticks` None: no price yet."""

    symbol: str
    quantity_lots: int
    cost_units: int
    mark_ticks: int | None


class LedgerBalance(msgspec.Struct, frozen=True):
    """A balance, and its worth in the base currency; None where no market tells."""

    asset: str
    total_units: int
    worth_units: int | None


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """One epoch of an account, in the order in which it came.

    `head` is the journal's last durable entry when it was gathered.
    `fills` are all of the epoch up to `until_ns`, for the cost of what is sold lies in the past; `orders` are those that
    were placed from `since_ns` on, `samples` begin with the last one before it. `uncounted` are assets that came or went
    without a known rate.

    `is_set_back` says that the market's clock was, as by another source: times then do not rise, and `samples` are what came
    after. Of a part of the account's orders `part` says which; `is_shared` then says that the samples are of the others too.
    """

    account: str
    name: str
    type: str
    base_currency: str
    epoch: int
    opened_ns: int
    now_ns: int
    since_ns: int
    until_ns: int
    head_seq: int
    head_hash: str
    fills: list[LedgerFill]
    orders: list[LedgerOrder]
    samples: list[LedgerSample]
    positions: list[LedgerPosition]
    balances: list[LedgerBalance]
    instruments: dict[str, Instrument]
    uncounted: tuple[str, ...] = ()
    is_set_back: bool = False
    part: str = ""
    is_shared: bool = False


def part_of(ledger: Ledger, order_ids: frozenset[str], *, name: str, part: str, is_shared: bool) -> Ledger:
    """What some orders did, under a name of its own; nothing is said of balances and positions, which nobody parted."""
    fills = [fill for fill in ledger.fills if fill.order_id in order_ids]
    orders = [order for order in ledger.orders if order.id in order_ids]
    return msgspec.structs.replace(
        ledger, name=name, part=part, is_shared=is_shared, fills=fills, orders=orders, positions=[], balances=[]
    )
