"""An account: balances, positions and orders, and how a fill changes them.

Everything here follows from events alone. Two kinds of account:

- `cash`: an order must be paid for in full. What an open order may cost is held and no longer available; the available
  balance is never negative. Selling what was deposited rather than bought changes the balance and no position.
- `margin`: positions are netted and may be short. Nothing is held; an order is accepted when the worst case of all
  positions and open orders is covered by equity (see `trading.sandbox.risk`).
"""

import msgspec

from markets.instruments import Instrument
from quant.fills import closed_cost_units
from trading.sandbox.limits import NO_RECORD, Everyone, RiskLimits, RiskRecord, TradingState, stricter
from trading.sandbox.margin_terms import PLAIN_TERMS, MarginTerms
from trading.sandbox.orders import BUY, Order
from trading.sandbox.policies import FillPolicy


class Balance:
    """One asset of an account, in its smallest unit."""

    __slots__ = ("held_units", "total_units")

    def __init__(self, total_units: int = 0) -> None:
        self.total_units = total_units
        self.held_units = 0

    @property
    def available_units(self) -> int:
        """What an order may use."""
        return self.total_units - self.held_units

    @property
    def is_nothing(self) -> bool:
        """Whether it says no more than a balance that is not there."""
        return not (self.total_units or self.held_units)


class Position:
    """What an account holds of a symbol through trading.

    `quantity_lots` is negative for a short. `cost_units` is the notional at which the open quantity was entered, never
    negative and without fees. Profit is realised at the average cost of what is closed.
    """

    __slots__ = (
        "buying_lots",
        "cost_units",
        "fee_units",
        "opened_ns",
        "quantity_lots",
        "realized_units",
        "selling_lots",
    )

    def __init__(self) -> None:
        self.quantity_lots = 0
        self.cost_units = 0
        self.realized_units = 0
        self.fee_units = 0
        self.opened_ns: int | None = None
        self.buying_lots = 0
        """What the open buy orders of the symbol may still add."""
        self.selling_lots = 0
        """What the open sell orders of the symbol may still take away."""

    @property
    def is_nothing(self) -> bool:
        """Whether it says no more than a position that is not there."""
        return not (
            self.quantity_lots
            or self.cost_units
            or self.realized_units
            or self.fee_units
            or self.buying_lots
            or self.selling_lots
        )

    def trade(self, signed_lots: int, notional_units: int, time_ns: int) -> None:
        """Net a trade of `signed_lots` (negative: sold) worth `notional_units` in all."""
        before_lots = self.quantity_lots
        if before_lots == 0 or (before_lots > 0) == (signed_lots > 0):
            self._enter(signed_lots, notional_units, time_ns)
            return
        closing_lots = min(abs(signed_lots), abs(before_lots))
        closing_units = notional_units * closing_lots // abs(signed_lots)
        self._close(closing_lots, closing_units)
        if abs(signed_lots) > closing_lots:
            rest_lots = signed_lots + before_lots
            self._enter(rest_lots, notional_units - closing_units, time_ns)

    def _enter(self, signed_lots: int, notional_units: int, time_ns: int) -> None:
        if self.quantity_lots == 0:
            self.opened_ns = time_ns
        self.quantity_lots += signed_lots
        self.cost_units += notional_units

    def _close(self, lots: int, notional_units: int) -> None:
        is_long = self.quantity_lots > 0
        cost_units = closed_cost_units(self.cost_units, lots, abs(self.quantity_lots))
        self.realized_units += notional_units - cost_units if is_long else cost_units - notional_units
        self.cost_units -= cost_units
        self.quantity_lots += -lots if is_long else lots
        if self.quantity_lots == 0:
            self.opened_ns = None


class Forgotten(msgspec.Struct, frozen=True):
    """What is known of ended orders that are kept elsewhere: how many, and the sum of their digests.

    A sum modulo 2**256, so that it does not matter in which order they ended.
    """

    orders: int = 0
    digest: int = 0

    def plus(self, digest: int) -> "Forgotten":
        """With one more order."""
        return Forgotten(self.orders + 1, (self.digest + digest) % (1 << 256))


class Account:
    """One owner's money, positions and orders in the present epoch."""

    __slots__ = (
        "allow_short",
        "allow_stale_prices",
        "balances",
        "base_currency",
        "cancel_after_ns",
        "carried_ns",
        "client_order_ids",
        "created_ns",
        "epoch",
        "everyone",
        "fill_policy",
        "forgotten",
        "guard",
        "id",
        "is_margin",
        "largest_fee_ppm",
        "maker_ppm",
        "margin",
        "name",
        "open_orders",
        "policy",
        "positions",
        "reducing",
        "risk",
        "taker_ppm",
        "type",
    )

    def __init__(
        self,
        *,
        account_id: str,
        name: str,
        account_type: str,
        base_currency: str,
        allow_short: bool,
        maker_ppm: int,
        taker_ppm: int,
        fill_policy: str,
        created_ns: int,
        allow_stale_prices: bool = False,
        policy: FillPolicy | None = None,
        margin: MarginTerms | None = None,
    ) -> None:
        self.id = account_id
        self.name = name
        self.type = account_type
        self.is_margin = account_type == "margin"
        """Whether positions are netted against equity instead of paid in full."""
        self.base_currency = base_currency
        self.allow_short = allow_short
        self.maker_ppm = maker_ppm
        self.taker_ppm = taker_ppm
        self.largest_fee_ppm = max(maker_ppm, taker_ppm)
        self.fill_policy = fill_policy
        self.policy = policy
        """The numbers of the policy that new orders get; None is `realistic`."""
        self.allow_stale_prices = allow_stale_prices
        """Whether its orders may fill at the last price of a source that has fallen silent."""
        self.margin = margin or PLAIN_TERMS
        """What it may borrow and what that costs; of a margin account alone."""
        self.carried_ns = 0
        """Up to which market time it was charged for what it holds (see `trading.sandbox.carry`)."""
        self.created_ns = created_ns
        self.epoch = 1
        self.balances: dict[str, Balance] = {}
        self.positions: dict[str, Position] = {}
        self.open_orders: dict[str, Order] = {}
        self.reducing: dict[str, dict[str, Order]] = {}
        """The open orders that may only lessen a position, by its symbol."""
        self.client_order_ids: dict[str, str] = {}
        """Client order id to order id, of every epoch: a client order id is used once, for ever."""
        self.forgotten = Forgotten()
        self.cancel_after_ns: int | None = None
        """When its orders are canceled unless that is put off (UTC, by the machine's clock)."""
        self.risk: RiskRecord = NO_RECORD
        self.everyone = Everyone()
        self.guard: RiskLimits | None = None
        """The limits in force, own and of the installation; None when nothing of risk is to be asked for its orders."""

    @property
    def trading_state(self) -> TradingState:
        """What it may do: its own state or everybody's, whichever is stricter."""
        return stricter(self.risk.state, self.everyone.record.state)

    def balance(self, asset: str) -> Balance:
        """The balance of an asset; it comes to be, empty, when first asked for."""
        found = self.balances.get(asset)
        if found is None:
            found = self.balances[asset] = Balance()
        return found

    def position(self, symbol: str) -> Position:
        """The position in a symbol; it comes to be, flat, when first asked for."""
        found = self.positions.get(symbol)
        if found is None:
            found = self.positions[symbol] = Position()
        return found

    def available_units(self, asset: str) -> int:
        """Free units of an asset, without making a balance for it."""
        found = self.balances.get(asset)
        return 0 if found is None else found.total_units - found.held_units

    def set_fees(self, maker_ppm: int, taker_ppm: int) -> None:
        """Pay other fees from now on."""
        self.maker_ppm, self.taker_ppm = maker_ppm, taker_ppm
        self.largest_fee_ppm = max(maker_ppm, taker_ppm)

    def start_epoch(self, epoch: int, balances: dict[str, int]) -> None:
        """Begin an epoch with the given totals and nothing else."""
        self.epoch = epoch
        self.balances = {asset: Balance(units) for asset, units in balances.items()}
        self.positions = {}
        self.open_orders = {}
        self.reducing = {}
        self.risk = self.risk.without_marks if self.risk.marked_ns else self.risk

    def hold(self, order: Order, instrument: Instrument, held_units: int) -> None:
        """Change what `order` holds: quote for a buy, base for a sell."""
        if held_units != order.held_units:
            asset = instrument.quote if order.side is BUY else instrument.base
            self.balance(asset).held_units += held_units - order.held_units
            order.held_units = held_units

    def settle(
        self, order: Order, instrument: Instrument, *, price_ticks: int, lots: int, fee_units: int, time_ns: int
    ) -> None:
        """Exchange money and asset for one fill, and net it into the position."""
        notional_units = price_ticks * lots * instrument.unit_value
        quote = self.balances.get(instrument.quote) or self.balance(instrument.quote)
        base = self.balances.get(instrument.base) or self.balance(instrument.base)
        position = self.positions.get(instrument.symbol) or self.position(instrument.symbol)
        position.fee_units += fee_units
        if order.side is BUY:
            quote.total_units -= notional_units + fee_units
            base.total_units += lots * instrument.lot_units
            position.trade(lots, notional_units, time_ns)
            return
        quote.total_units += notional_units - fee_units
        base.total_units -= lots * instrument.lot_units
        if self.is_margin:
            position.trade(-lots, notional_units, time_ns)
            return
        closing_lots = min(lots, position.quantity_lots)
        if closing_lots:
            position.trade(-closing_lots, price_ticks * closing_lots * instrument.unit_value, time_ns)
