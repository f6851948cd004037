"""Whether an order may be: market rules first, then limits, then money. Reads the state and never writes it."""

from markets.instruments import Instrument
from quant.fills import fee_units
from quant.walks import Take, lots_of
from trading.sandbox.accounts import Account, Position
from trading.sandbox.guard import Guard
from trading.sandbox.losses import Losses
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import BUY, FOK, MARKET, SELL, Order, PlaceOrder
from trading.sandbox.pairs import sibling_hold_units, sibling_needs_units, worst_ticks
from trading.sandbox.refusals import closed_to, crossed_ticks, no_market_price, nothing_to_take, unfillable, would_take
from trading.sandbox.risk import (
    NO_LIMITS,
    OrderLimits,
    Refusal,
    buy_hold_units,
    check_available,
    check_enlarged,
    check_margin,
    check_min_notional,
    check_notional_limit,
    check_open_orders,
    check_quantity,
    check_short,
)
from trading.sandbox.state import State


class Checks:
    """The checks of orders over one state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.losses = Losses()
        self._guard = Guard(state, state.rates, self.losses)
        self.limits: OrderLimits = NO_LIMITS
        """What new and changed orders may be, beside what the market and the money say."""

    def new_order(
        self, command: PlaceOrder, account: Account, market: SymbolMarket, takes: list[Take], lots: int, time_ns: int
    ) -> tuple[Refusal | None, int]:
        """Market rules, limits, then money: the refusal, or None and what the order will hold."""
        instrument, limits = market.instrument, self.limits
        is_guarded = account.guard is not None and not command.is_forced
        if is_guarded and (halted := self._halted(command, account, lots)) is not None:
            return halted, 0
        if market.update is None and (closed := closed_to(command, market)) is not None:
            return closed, 0
        if command.post_only and (best_ticks := crossed_ticks(market, command.side is BUY, command.price_ticks)):
            return would_take(best_ticks, instrument), 0
        if command.time_in_force is FOK and command.stop_ticks is None and lots_of(takes) < lots:
            return unfillable(takes, lots, instrument), 0
        worst_ticks = command.price_ticks or command.stop_ticks or (takes[-1].price_ticks if takes else None)
        if worst_ticks is None:
            return nothing_to_take(command, instrument), 0
        if (lots < instrument.min_lots or 0 < instrument.max_lots < lots) and not command.is_closing:
            refusal = check_quantity(instrument, lots)
            if refusal is not None:
                return refusal, 0
        notional_units = worst_ticks * lots * instrument.unit_value
        if notional_units < instrument.min_notional_units and not command.is_closing:
            refusal = check_min_notional(instrument, command.notional_units or notional_units)
            if refusal is not None:
                return refusal, 0
        if is_guarded:
            refusal = self._guard.new_order(command, account, market, lots, worst_ticks, time_ns)
            if refusal is not None:
                return refusal, 0
        elif len(account.open_orders) >= limits.open_orders:
            refusal = check_open_orders(limits, account, command)
            if refusal is not None:
                return refusal, 0
        if limits.notional_units is not None and not command.is_closing and not is_guarded:
            refusal = check_notional_limit(limits, instrument, notional_units)
            if refusal is not None:
                return refusal, 0
        if account.is_margin:
            if command.terms is not None and command.terms.reduce_only:
                return None, 0  # it can only free margin
            return self._check_margin(account, market, command.side is BUY, lots, worst_ticks), 0
        if command.side is SELL:
            held_units = lots * instrument.lot_units
            return check_available(account, instrument.base, held_units), held_units
        if command.type is MARKET:
            held_units = _cost_with_fees(takes, instrument, account.taker_ppm)
        else:
            held_units = notional_units + fee_units(notional_units, account.largest_fee_ppm)
        return check_available(account, instrument.quote, held_units), held_units

    def _halted(self, command: PlaceOrder, account: Account, lots: int) -> Refusal | None:
        """Why the state of a guarded account lets the order not pass."""
        lessens = command.is_closing or (command.terms is not None and command.terms.reduce_only)
        return self._guard.closed_to(account, command.symbol, is_buy=command.side is BUY, lots=lots, is_closing=lessens)

    def more_orders(self, account: Account, more: int) -> Refusal | None:
        """Whether an account may have so many more open orders at once."""
        most = self.limits.open_orders if account.guard is None else account.guard.max_open_orders
        count = len(account.open_orders)
        if most is None or count + more <= most:
            return None
        return Refusal(
            "RISK_MAX_OPEN_ORDERS",
            f"The account has {count} open orders and may have {most}; the list adds {more}. "
            "Cancel some, or wait until some fill.",
            {"open_orders": str(count), "limit": str(most)},
        )

    def waiting_leg(self, command: PlaceOrder, account: Account, market: SymbolMarket, time_ns: int) -> Refusal | None:
        """What the venue and the limits say of an order that waits for another; money is asked for when it begins."""
        instrument, lots = market.instrument, command.quantity_lots or 0
        price_ticks = command.price_ticks or command.stop_ticks
        refusal = check_quantity(instrument, lots)
        if refusal is None and price_ticks is not None:
            notional_units = instrument.notional_units(price_ticks, lots)
            refusal = check_min_notional(instrument, notional_units)
            if account.guard is None:
                refusal = refusal or check_notional_limit(self.limits, instrument, notional_units)
        return refusal or self._guard.waiting_leg(command, account, market, time_ns)

    def replacement(
        self, order: Order, changed: Order, account: Account, market: SymbolMarket, time_ns: int
    ) -> tuple[Refusal | None, int]:
        """The refusal of a changed order, or None and what it will hold."""
        instrument, lots = market.instrument, changed.remaining_lots
        price_ticks = changed.price_ticks or changed.stop_ticks or 0
        held_units = 0
        freed_units = order.held_units if order.link is None else order.held_units + sibling_hold_units(account, order)
        refusal = self._guard.replacement(order, changed, account, market, time_ns)
        if (
            refusal is None
            and changed.post_only
            and (best_ticks := crossed_ticks(market, order.side is BUY, changed.price_ticks))
        ):
            refusal = would_take(best_ticks, instrument)
        if refusal is None and changed.quantity_lots != order.quantity_lots:
            refusal = check_quantity(instrument, changed.quantity_lots)
        refusal = refusal or check_min_notional(
            instrument, instrument.notional_units(price_ticks, changed.quantity_lots)
        )
        if refusal is None and account.guard is None:
            refusal = check_enlarged(
                self.limits, instrument, order, price_ticks=price_ticks, quantity_lots=changed.quantity_lots
            )
        if refusal is None and account.is_margin:
            more_lots = lots - order.remaining_lots
            if more_lots > 0 and not order.reduce_only:
                refusal = self._check_margin(account, market, order.side is BUY, more_lots, price_ticks)
        elif refusal is None and order.side is SELL:
            held_units = lots * instrument.lot_units
            refusal = check_available(account, instrument.base, held_units, freed_units)
        elif refusal is None:
            held_units = buy_hold_units(instrument, account, price_ticks, lots)
            needed_units = max(held_units, sibling_needs_units(account, instrument, order, lots))
            refusal = check_available(account, instrument.quote, needed_units, freed_units)
        return refusal, held_units

    def more_margin(self, account: Account, market: SymbolMarket, order: Order, lots: int) -> Refusal | None:
        """Whether a margin account may have `lots` more of an order that it has already; fewer always."""
        if lots <= 0:
            return None
        return self._check_margin(account, market, order.side is BUY, lots, worst_ticks(order))

    def _check_margin(
        self, account: Account, market: SymbolMarket, is_buy: bool, lots: int, price_ticks: int
    ) -> Refusal | None:
        instrument = market.instrument
        if not is_buy:
            position = account.positions.get(instrument.symbol) or Position()
            refusal = check_short(account, position, instrument, lots)
            if refusal is not None:
                return refusal
        if market.mark_ticks is None:
            return no_market_price(market)
        price_ticks = max(price_ticks, market.mark_ticks)
        return check_margin(
            account, instrument, is_buy=is_buy, lots=lots, price_ticks=price_ticks, mark_of=self._state.mark_of
        )


def _cost_with_fees(takes: list[Take], instrument: Instrument, fee_ppm: int) -> int:
    all_units = 0
    for take in takes:
        cost_units = take.price_ticks * take.lots * instrument.unit_value
        all_units += cost_units + fee_units(cost_units, fee_ppm)
    return all_units
