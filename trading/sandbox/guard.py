"""Whether risk lets an order pass: states and limits, for accounts that have any (`Account.guard`).

Reads the state and never writes it. A limit whose price or equity is not known refuses.

Who is exempt from what:
- Cancels are never asked about.
- Closing a position (`is_closing`) is held up by a halt alone.
- An order that can only reduce a position passes REDUCING and every limit of what is held: restricted symbols, position,
  concentration, leverage, daily loss, drawdown. Limits of what an order may be (quantity, notional, collar, open orders,
  orders per second) hold for it too: they are there for mistakes, and a mistaken exit is one.
- What a rule of the exchange places itself (`is_forced`) is asked nothing.
"""

from collections.abc import Callable, Iterator

import msgspec

from kit.clock import NS_PER_SECOND
from trading.sandbox.accounts import Account
from trading.sandbox.exposure import (
    PPM,
    Reserved,
    Unpriced,
    equity_units,
    largest_lots,
    position_lots,
    reserved_lots,
    share_ppm,
    worth_units,
)
from trading.sandbox.limits import ACTIVE, HALTED, RiskLimits
from trading.sandbox.losses import Losses
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import BUY, FOK, IOC, Order, PlaceOrder
from trading.sandbox.rates import Rates
from trading.sandbox.risk import Refusal, money_text, too_many_open
from trading.sandbox.risk_refusals import (
    base_text,
    beyond_collar,
    over,
    percent_text,
    restricted,
    state_refusal,
    times_text,
    unknown_worth,
)
from trading.sandbox.state import State


class Wish(msgspec.Struct, frozen=True, gc=False):
    """What an order would add: `lots` at up to `price_ticks`, in place of `freed_lots` that it has open already.

    `quantity_lots` is the whole order. `waits` says that it may rest. `collar_ticks` is the price that the collar is
    about, and `collar_from_ticks` what it is measured from where that is not the last price; a changed order whose price
    stays has none.
    """

    account: Account
    limits: RiskLimits
    market: SymbolMarket
    is_buy: bool
    lots: int
    quantity_lots: int
    price_ticks: int
    time_ns: int
    waits: bool
    collar_ticks: int | None = None
    collar_from_ticks: int | None = None
    freed_lots: int = 0
    lessens: bool = False
    """Whether it is known already that it can do nothing but lessen the position."""

    @property
    def symbol(self) -> str:
        """Of what."""
        return self.market.instrument.symbol


class Guard:
    """The checks of risk over one state."""

    def __init__(self, state: State, rates: Rates, losses: Losses) -> None:
        self._state = state
        self._rates = rates
        self._losses = losses

    def closed_to(self, account: Account, symbol: str, *, is_buy: bool, lots: int, is_closing: bool) -> Refusal | None:
        """Why the account's state lets no such order pass; asked before anything else."""
        state = account.trading_state
        if state is ACTIVE:
            return None
        if state is not HALTED and (is_closing or self.is_reducing(account, symbol, is_buy=is_buy, lots=lots)):
            return None
        return state_refusal(account, state)

    def is_reducing(self, account: Account, symbol: str, *, is_buy: bool, lots: int, freed_lots: int = 0) -> bool:
        """Whether so many lots can only make the position smaller, with what else waits to do so. A cash account's sell
        always does: it sells what it has.
        """
        if not account.is_margin:
            return not is_buy
        held = position_lots(account, symbol)
        if held == 0 or (held > 0) == is_buy:
            return False
        position = account.positions[symbol]
        waiting = (position.buying_lots if is_buy else position.selling_lots) - freed_lots
        return lots + waiting <= abs(held)

    def new_order(
        self, command: PlaceOrder, account: Account, market: SymbolMarket, lots: int, worst_ticks: int, time_ns: int
    ) -> Refusal | None:
        """The first limit that a new order breaks."""
        limits = account.guard
        if limits is None or command.is_closing:
            return None
        return self._first_broken(_wish(command, account, limits, market, lots, worst_ticks, time_ns))

    def waiting_leg(self, command: PlaceOrder, account: Account, market: SymbolMarket, time_ns: int) -> Refusal | None:
        """The first limit that an order breaks which waits for another of its list: of what one order may be.

        What it may come to hold is asked of the order that it waits for.
        """
        limits = account.guard
        if limits is None:
            return None
        ticks = command.price_ticks or command.stop_ticks or market.mark_ticks or 0
        wish = _wish(command, account, limits, market, command.quantity_lots or 0, ticks, time_ns)
        return self._order_quantity(wish) or self._order_notional(wish) or self._collar(wish)

    def replacement(
        self, order: Order, changed: Order, account: Account, market: SymbolMarket, time_ns: int
    ) -> Refusal | None:
        """The first limit that a changed order breaks; one that gets smaller breaks only a halt and the rate."""
        limits = account.guard
        if limits is None:
            return None
        is_buy = order.side is BUY
        state = account.trading_state
        has_shrunk = _worst_value(changed) <= _worst_value(order) and changed.quantity_lots <= order.quantity_lots
        lessens = order.reduce_only or self.is_reducing(
            account, order.symbol, is_buy=is_buy, lots=changed.remaining_lots, freed_lots=order.remaining_lots
        )
        if state is HALTED or (state is not ACTIVE and not (has_shrunk or lessens)):
            return state_refusal(account, state)
        price_ticks = changed.price_ticks or changed.stop_ticks or 0
        has_new_price = changed.price_ticks != order.price_ticks
        wish = Wish(
            account,
            limits,
            market,
            is_buy,
            changed.remaining_lots,
            changed.quantity_lots,
            price_ticks,
            time_ns,
            waits=False,
            collar_ticks=changed.price_ticks if has_new_price else None,
            collar_from_ticks=None if changed.triggered else changed.stop_ticks,
            freed_lots=order.remaining_lots,
            lessens=lessens,
        )
        if has_shrunk:
            return self._rate(wish) or self._collar(wish)
        return self._first_broken(wish)

    def _first_broken(self, wish: Wish) -> Refusal | None:
        for check_order in (self._order_quantity, self._order_notional, self._open_orders, self._rate, self._collar):
            refusal = check_order(wish)
            if refusal is not None:
                return refusal
        if wish.lessens or self.is_reducing(wish.account, wish.symbol, is_buy=wish.is_buy, lots=wish.lots):
            return None
        if wish.symbol in wish.limits.restricted_symbols:
            return restricted(wish.symbol)
        for name, check in self._checks_of_what_is_held(wish.limits):
            try:
                refusal = check(wish)
            except Unpriced as missing:
                return unknown_worth(missing, name)
            if refusal is not None:
                return refusal
        return None

    def _checks_of_what_is_held(self, limits: RiskLimits) -> Iterator[tuple[str, Callable[[Wish], Refusal | None]]]:
        """Those that there is a limit for, with the name it has for clients."""
        if limits.symbols:
            yield "max_position_quantity", self._position_quantity
        if limits.symbols or limits.max_position_notional_units is not None:
            yield "max_position_notional", self._position_notional
        if limits.max_concentration_ppm is not None:
            yield "max_concentration_percent", self._concentration
        if limits.max_leverage_ppm is not None:
            yield "max_leverage", self._leverage
        if limits.max_daily_loss_units is not None:
            yield "max_daily_loss", self._daily_loss
        if limits.max_drawdown_ppm is not None:
            yield "max_drawdown_percent", self._drawdown

    # ---- what one order may be

    def _order_quantity(self, wish: Wish) -> Refusal | None:
        of_symbol = wish.limits.symbols.get(wish.symbol)
        most_units = None if of_symbol is None else of_symbol.max_order_quantity_units
        instrument = wish.market.instrument
        units = wish.quantity_lots * instrument.lot_units
        if most_units is None or units <= most_units:
            return None
        return over(
            "RISK_MAX_ORDER_QUANTITY",
            "The order is for",
            value=instrument.quantity_text(wish.quantity_lots),
            limit=base_text(most_units),
            unit=instrument.base,
            way_out="Make it smaller, or send it in parts.",
            name="quantity",
        )

    def _order_notional(self, wish: Wish) -> Refusal | None:
        most_units, instrument = wish.limits.max_order_notional_units, wish.market.instrument
        units = instrument.notional_units(wish.price_ticks, wish.quantity_lots)
        if most_units is None or units <= most_units:
            return None
        return over(
            "RISK_MAX_ORDER_NOTIONAL",
            "The order is worth up to",
            value=money_text(units),
            limit=money_text(most_units),
            unit=instrument.quote,
            way_out="Make it smaller, or send it in parts.",
            name="notional",
        )

    def _open_orders(self, wish: Wish) -> Refusal | None:
        most, count = wish.limits.max_open_orders, len(wish.account.open_orders)
        if most is None or count < most or not wish.waits:
            return None
        return too_many_open(count, most)

    def _rate(self, wish: Wish) -> Refusal | None:
        """Orders placed or changed within any second of the market's clock: a replay at another speed gives the same."""
        most, recent = wish.limits.max_orders_per_second, self._state.recent_orders.get(wish.account.id)
        if most is None or recent is None or len(recent) < most:
            return None
        if not 0 <= wish.time_ns - recent[-most] < NS_PER_SECOND:
            return None
        return over(
            "RISK_MAX_ORDERS_PER_SECOND",
            "Within one second of market time the account has placed or changed",
            value=str(most),
            limit=str(most),
            unit="orders",
            way_out="Wait until the market's clock has moved on.",
            name="orders",
        )

    def _collar(self, wish: Wish) -> Refusal | None:
        """The distance from the last price (of a limit behind a stop: from the stop), either way, as Binance's
        PERCENT_PRICE filter has it.
        """
        most_ppm, price_ticks = wish.limits.price_collar_ppm, wish.collar_ticks
        if most_ppm is None or price_ticks is None:
            return None
        last_ticks = wish.collar_from_ticks or wish.market.mark_ticks
        if not last_ticks:
            return unknown_worth(Unpriced(wish.symbol, exists=True), "price_collar_percent")
        apart_ticks = abs(price_ticks - last_ticks)
        if apart_ticks * PPM <= most_ppm * last_ticks:
            return None
        instrument = wish.market.instrument
        return beyond_collar(instrument, price_ticks, last_ticks, share_ppm(apart_ticks, last_ticks), most_ppm)

    # ---- what may be held

    def _reach(self, wish: Wish) -> int:
        """The largest position, in lots, that the order and all open ones could lead to."""
        return self._reaches(wish)[wish.symbol]

    def _reaches(self, wish: Wish) -> dict[str, int]:
        reserved = reserved_lots(wish.account.open_orders.values())
        mine = reserved.setdefault(wish.symbol, Reserved())
        if wish.is_buy:
            mine.buying_lots += wish.lots - wish.freed_lots
        else:
            mine.selling_lots += wish.lots - wish.freed_lots
        held = (symbol for symbol, position in wish.account.positions.items() if position.quantity_lots)
        return {
            symbol: largest_lots(wish.account, symbol, reserved.get(symbol, Reserved()))
            for symbol in dict.fromkeys((*reserved, *held))
        }

    def _value_units(self, wish: Wish, lots: int) -> int:
        """What so many lots of the wished symbol are worth in its quote, at the last price or the order's, whichever is
        higher.
        """
        mark_ticks = wish.market.mark_ticks
        if not mark_ticks:
            raise Unpriced(wish.symbol, exists=True)
        return wish.market.instrument.notional_units(max(mark_ticks, wish.price_ticks), lots)

    def _worth_units(self, wish: Wish, lots: int) -> int:
        """The same in the base currency."""
        quote, base = wish.market.instrument.quote, wish.account.base_currency
        return worth_units(quote, self._value_units(wish, lots), base, self._rates)

    def _position_quantity(self, wish: Wish) -> Refusal | None:
        of_symbol = wish.limits.symbols.get(wish.symbol)
        most_units = None if of_symbol is None else of_symbol.max_position_quantity_units
        if most_units is None:
            return None
        instrument, lots = wish.market.instrument, self._reach(wish)
        if lots * instrument.lot_units <= most_units:
            return None
        return over(
            "RISK_MAX_POSITION_QUANTITY",
            f"With it and all open orders the position in {wish.symbol} could reach",
            value=instrument.quantity_text(lots),
            limit=base_text(most_units),
            unit=instrument.base,
            way_out="Cancel open orders, or make it smaller.",
            name="position",
        )

    def _position_notional(self, wish: Wish) -> Refusal | None:
        of_symbol = wish.limits.symbols.get(wish.symbol)
        most_units = None if of_symbol is None else of_symbol.max_position_notional_units
        most_units = wish.limits.max_position_notional_units if most_units is None else most_units
        if most_units is None:
            return None
        units = self._value_units(wish, self._reach(wish))
        if units <= most_units:
            return None
        return over(
            "RISK_MAX_POSITION_NOTIONAL",
            f"With it and all open orders the position in {wish.symbol} could be worth",
            value=money_text(units),
            limit=money_text(most_units),
            unit=wish.market.instrument.quote,
            way_out="Cancel open orders, or make it smaller.",
            name="position_notional",
        )

    def _concentration(self, wish: Wish) -> Refusal | None:
        most_ppm = wish.limits.max_concentration_ppm or 0
        worth, equity = self._worth_units(wish, self._reach(wish)), equity_units(wish.account, self._rates)
        if equity > 0 and worth * PPM <= most_ppm * equity:
            return None
        return over(
            "RISK_MAX_CONCENTRATION",
            f"Of the equity of {money_text(equity)} {wish.account.base_currency}, {wish.symbol} could be",
            value=percent_text(share_ppm(worth, equity)) if equity > 0 else "more than 100",
            limit=percent_text(most_ppm),
            unit="%",
            way_out="Make the order smaller, or spread over more symbols.",
            name="share_percent",
        )

    def _leverage(self, wish: Wish) -> Refusal | None:
        most_ppm, account = wish.limits.max_leverage_ppm or 0, wish.account
        gross = 0
        for symbol, lots in self._reaches(wish).items():
            if symbol == wish.symbol:
                gross += self._worth_units(wish, lots)
                continue
            instrument, mark_ticks = self._rates.mark_of(symbol)
            if not mark_ticks:
                raise Unpriced(symbol, exists=True)
            value = instrument.notional_units(mark_ticks, lots)
            gross += worth_units(instrument.quote, value, account.base_currency, self._rates)
        equity = equity_units(account, self._rates)
        if equity > 0 and gross * PPM <= most_ppm * equity:
            return None
        return over(
            "RISK_MAX_LEVERAGE",
            f"With it and all open orders {money_text(gross)} {account.base_currency} could be held on an equity of "
            f"{money_text(equity)} {account.base_currency}, a leverage of",
            value=times_text(share_ppm(gross, equity)) if equity > 0 else "more than there is equity for",
            limit=times_text(most_ppm),
            unit="x",
            way_out="Reduce positions, cancel open orders, or make it smaller.",
            name="leverage",
        )

    # ---- what may be lost

    def _daily_loss(self, wish: Wish) -> Refusal | None:
        most_units, account = wish.limits.max_daily_loss_units or 0, wish.account
        loss = self._losses.of_day(account, equity_units(account, self._rates), wish.time_ns)
        if loss <= most_units:
            return None
        return over(
            "RISK_MAX_DAILY_LOSS",
            "Since the day began (UTC, by the market's clock) the account has lost",
            value=money_text(loss),
            limit=money_text(most_units),
            unit=account.base_currency,
            way_out="Orders that reduce a position are taken; the next day counts anew.",
            name="loss",
        )

    def _drawdown(self, wish: Wish) -> Refusal | None:
        most_ppm, account = wish.limits.max_drawdown_ppm or 0, wish.account
        equity = equity_units(account, self._rates)
        peak = self._losses.peak_units(account, equity)
        if (peak - equity) * PPM <= most_ppm * peak:
            return None
        return over(
            "RISK_MAX_DRAWDOWN",
            f"The equity of {money_text(equity)} {account.base_currency} is below its peak of {money_text(peak)} by",
            value=percent_text(share_ppm(peak - equity, peak)) if peak > 0 else "more than all of it",
            limit=percent_text(most_ppm),
            unit="%",
            way_out="Orders that reduce a position are taken; POST risk/resume/ counts from the present equity.",
            name="drawdown_percent",
        )


def _wish(
    command: PlaceOrder,
    account: Account,
    limits: RiskLimits,
    market: SymbolMarket,
    lots: int,
    worst_ticks: int,
    time_ns: int,
) -> Wish:
    """What a new order would add."""
    acts_at_once = command.time_in_force is IOC or command.time_in_force is FOK
    is_market_stop = command.stop_ticks is not None and command.price_ticks is None
    return Wish(
        account,
        limits,
        market,
        command.side is BUY,
        lots,
        lots,
        worst_ticks,
        time_ns,
        waits=command.stop_ticks is not None or not acts_at_once,
        collar_ticks=None if is_market_stop else worst_ticks,
        collar_from_ticks=command.stop_ticks,
        lessens=command.terms is not None and command.terms.reduce_only,
    )


def _worst_value(order: Order) -> int:
    """What is left of an order at its price, in ticks times lots: to compare the same order before and after a change."""
    return (order.price_ticks or order.stop_ticks or 0) * order.quantity_lots
