"""A run's orders on one symbol: what its conditions lead to, placed as everybody's orders are.

Every order has a client order id made of the run, the bar and what it is for. The exchange takes each once for ever, so a
bar that is acted on again, after a crash for instance, orders nothing twice.

As in a backtest (docs/backtests.md): what is said at a close acts at the next open; first what is left to close is closed,
then what is not wanted any more, then what is wanted is opened, with its stop, trailing stop and target right behind it.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from kit.clock import NS_PER_SECOND
from kit.errors import Conflict, DomainError
from kit.trace import new_id
from markets.instruments import Instrument
from markets.updates import INTERVALS
from quant.fills import percent_slippage_ticks, slipped_price
from quant.strategies.deciding import LONG, NONE, Said, entering, leaving
from quant.strategies.distances import UNKNOWN
from quant.strategies.sizing import (
    BEYOND_PRICE,
    NO_VOLUME,
    POSITION_LIMIT,
    UNKNOWN_DISTANCE,
    Means,
    Offer,
    Sized,
    entry_size,
    nearest_distance,
)
from trading.desk import Desk, Executed
from trading.sandbox.accounts import Account
from trading.sandbox.events import OrderFilled, OrderRejected
from trading.sandbox.limits import TradingState
from trading.sandbox.margin import margin_of
from trading.sandbox.orders import CancelOrder, Order, OrderType, PlaceOrder, Side, Terms, TimeInForce
from trading.strategies.budget import OrderBudget
from trading.strategies.measuring import Measures, Plans
from trading.strategies.records import NOTHING, ORDERED, REFUSED, Run

ENTRY: Final = "entry"
EXIT: Final = "exit"
STOP: Final = "stop"
TRAIL: Final = "trail"
TARGET: Final = "target"
END: Final = "end"
GUARD: Final = "guard"
"""What an order is for, as the last part of its client order id; `GUARD` leaves a position that could not be protected."""

NO_MARKET: Final = "no_market"
ORDER_LIMIT: Final = "order_limit"
UNPROTECTED: Final = "unprotected"
WAITING: Final = "waiting"
REDUCES: Final = Terms(reduce_only=True)


class Deed(msgspec.Struct, frozen=True):
    """What came of a bar: `outcome` and `reason` as in a `Signal`, and the orders placed for it."""

    outcome: str = NOTHING
    reason: str = ""
    text: str = ""
    order_ids: tuple[str, ...] = ()
    is_done: bool = False
    """Whether there is nothing left to do for the run, ever."""
    values: dict[str, float | None] = {}
    """By name, the numbers that a program decided by; conditions have values of their own."""

    def explained(self, **values: float) -> "Deed":
        """The same with the numbers that led to it; nothing that was done needs none."""
        return self if self is QUIET else msgspec.structs.replace(self, values=dict(values))


QUIET: Final = Deed()


class Awaited(msgspec.Struct, frozen=True):
    """An entry on its way: it is protected when it fills."""

    order_id: str
    bar_ns: int


class Dealer:
    """One symbol of one run. Made anew for each start; `resume` finds what an earlier process left."""

    def __init__(
        self, run: Run, number: int, instrument: Instrument, plans: Plans, *, actor: str, budget: OrderBudget
    ) -> None:
        self._run = run
        self._key = f"{run.id}.{number}"
        self._interval_ns = INTERVALS[run.spec.interval] * NS_PER_SECOND
        self.instrument = instrument
        self._plans = plans
        self._actor = actor
        self._budget = budget
        self._protection: dict[str, str] = {}
        """The orders that protect the position by what they are for."""
        self._left_to_close = ""
        """Why a position is being closed that could not be closed whole at once."""
        self._awaited: Awaited | None = None
        self._own: tuple[object, dict[str, str]] = (None, {})
        """The exchange that was asked, and the orders of the run in it by the end of their client order ids."""

    @property
    def symbol(self) -> str:
        """What it deals in."""
        return self.instrument.symbol

    # ---- at a bar

    def act(self, desk: Desk, said: Said, bar_ns: int, measures: Measures, open_positions: int) -> Deed:
        """Do what was said at the close of the bar that opened at `bar_ns`; raises what the desk raises but refusals.

        `open_positions` is how many of the run's other symbols are held.
        """
        account = desk.exchange.accounts[self._run.account]
        allow_short = self._run.spec.allow_short
        deeds: list[Deed] = []
        if not self.lots(account):
            self._left_to_close, self._protection = "", {}  # whatever was to be left is gone
        else:
            reason = self._unfinished(desk) or leaving(said, self.lots(account), allow_short=allow_short)
            if reason:
                deeds.append(self._close(desk, account, reason, bar_ns))
        side, refusal = entering(said, self.lots(account), allow_short=allow_short)
        if refusal is not None:
            deeds.append(Deed(REFUSED, refusal, _TEXTS[refusal]))
        elif side != NONE:
            deeds.append(self._open(desk, account, side, bar_ns, measures, open_positions))
        return together(deeds)

    def lots(self, account: Account) -> int:
        """What the account holds of the symbol, negative for a short."""
        position = account.positions.get(self.symbol)
        return 0 if position is None else position.quantity_lots

    def _unfinished(self, desk: Desk) -> str:
        """Why a position that is held should not be any more: its closing goes on, or what protected it has ended."""
        for what in (STOP, TRAIL):
            order_id = self._protection.get(what)
            if order_id is not None and not _is_live(desk, order_id):
                self._left_to_close = self._left_to_close or what
        return self._left_to_close

    # ---- closing

    def _close(self, desk: Desk, account: Account, reason: str, bar_ns: int, what: str = EXIT) -> Deed:
        """Trade out of the position, or, where nobody could, leave it protected and try again at the next bar."""
        if (kept := self._kept_in(desk, account)) is not None:
            self._left_to_close = reason
            return kept
        self.cancel_orders(desk)
        lots = self.lots(account)
        command = self._order(
            what, bar_ns, is_buy=lots < 0, lots=abs(lots), order_type=OrderType.MARKET, is_closing=True
        )
        deed = self._place(desk, command, reason)
        self._left_to_close = reason if self.lots(account) else ""
        return deed

    def _kept_in(self, desk: Desk, account: Account) -> Deed | None:
        """Why a position cannot be left now, known before what protects it is given up."""
        if desk.exchange.market_update(self.symbol) is None:
            return Deed(REFUSED, NO_MARKET, _TEXTS[NO_MARKET])
        if account.trading_state is TradingState.HALTED:
            return Deed(REFUSED, "TRADING_HALTED", "Trading of the account is halted.")
        return None

    def cancel_orders(self, desk: Desk) -> list[str]:
        """End the orders that wait; returns their ids."""
        ended = []
        for order_id in self._protection.values():
            if _is_live(desk, order_id):
                command = CancelOrder(order_id=order_id, account_id=self._run.account)
                desk.execute(command, actor=self._actor)
                ended.append(order_id)
        self._protection = {}
        return ended

    def end(self, desk: Desk, bar_ns: int) -> Deed:
        """Trade out of the position, for the end of the run; nothing where none is held."""
        account = desk.exchange.accounts.get(self._run.account)
        if account is None or not self.lots(account):
            return QUIET
        return self._close(desk, account, END, bar_ns, END)

    # ---- opening

    def _open(
        self, desk: Desk, account: Account, side: int, bar_ns: int, measures: Measures, open_positions: int
    ) -> Deed:
        most = self._run.spec.max_open_positions
        if most is not None and open_positions >= most:
            return Deed(REFUSED, POSITION_LIMIT, f"It holds {open_positions} positions and may hold {most}.")
        if self._awaited is not None and _is_live(desk, self._awaited.order_id):
            return Deed(REFUSED, WAITING, "An entry is on its way already.")
        if not self._budget.has_room:
            return Deed(REFUSED, ORDER_LIMIT, self._budget.text)
        command = self._order(ENTRY, bar_ns, is_buy=side == LONG, lots=1, order_type=OrderType.MARKET)
        sized = self._sized(desk, account, command, measures)
        if sized.refusal is not None:
            return Deed(REFUSED, sized.refusal, _TEXTS.get(sized.refusal, ""))
        deed = self._place(desk, msgspec.structs.replace(command, quantity_lots=sized.lots), "signal")
        if deed.outcome != ORDERED:
            return deed
        self._awaited = Awaited(deed.order_ids[0], bar_ns)
        return together([deed, self.protect(desk, measures)])

    def _sized(self, desk: Desk, account: Account, command: PlaceOrder, measures: Measures) -> Sized:
        """How much an entry is for, with everything that refuses it before the exchange is asked."""
        update = desk.exchange.market_update(self.symbol)
        is_buy = command.side is Side.BUY
        levels = () if update is None else update.asks if is_buy else update.bids
        if update is None or not levels:
            return Sized(0, NO_MARKET)

        def paid_ticks(lots: int) -> int:
            takes = desk.exchange.takes_now(msgspec.structs.replace(command, quantity_lots=lots))
            return takes[-1].price_ticks if takes else levels[0][0]

        price_ticks, policy = levels[0][0], account.policy
        if policy is not None:
            slippage = policy.slippage_ticks + percent_slippage_ticks(price_ticks, policy.slippage_ppm)
            price_ticks = slipped_price(
                is_buy, price_ticks, slippage, update.high_ticks if is_buy else update.low_ticks
            )
        offer = Offer(price_ticks, update.last_ticks, paid_ticks)
        nearest = nearest_distance(
            measures.distance_ticks(self._plans.stop, price_ticks),
            measures.distance_ticks(self._plans.trailing, price_ticks),
        )
        sized = entry_size(
            self._plans.size,
            self._means(desk, account),
            offer,
            nearest_ticks=nearest,
            volatility_ppm=measures.volatility_ppm,
        )
        if sized.refusal is not None:
            return sized
        fault = self._distance_fault(measures, 1 if is_buy else -1, paid_ticks(sized.lots), update.last_ticks)
        return sized if fault is None else Sized(sized.lots, fault)

    def _distance_fault(self, measures: Measures, side: int, price_ticks: int, last_ticks: int) -> str | None:
        """Why what is to protect a position cannot stand where it should."""
        stop = measures.distance_ticks(self._plans.stop, price_ticks)
        target = measures.distance_ticks(self._plans.target, price_ticks)
        trail = measures.distance_ticks(self._plans.trailing, last_ticks)
        if UNKNOWN in (stop, target, trail):
            return UNKNOWN_DISTANCE
        is_beyond = stop >= price_ticks or trail >= last_ticks if side > 0 else target >= price_ticks
        return BEYOND_PRICE if is_beyond else None

    def _means(self, desk: Desk, account: Account) -> Means:
        instrument, spec = self.instrument, self._run.spec
        if account.is_margin:
            equity_units = margin_of(account, instrument.quote, desk.mark_of).equity_units
            leverage = min(account.margin.leverage_of(instrument.symbol), spec.leverage)
        else:
            equity_units, leverage = _cash_equity(desk, account, instrument.quote), 1
        return Means(
            equity_units=equity_units,
            free_units=desk.exchange.available_units(account, instrument.quote),
            leverage=leverage,
            fee_ppm=account.largest_fee_ppm,
            unit_value=instrument.unit_value,
            least_lots=instrument.min_lots,
            most_lots=instrument.max_lots,
            least_notional_units=instrument.min_notional_units,
            max_share_ppm=spec.max_share_ppm,
        )

    # ---- protecting

    def on_fill(self, desk: Desk, fill: OrderFilled, measures: Measures) -> Deed:
        """An order of the account filled: an entry that was on its way is protected."""
        if self._awaited is None or fill.order_id != self._awaited.order_id:
            return QUIET
        return self.protect(desk, measures)

    def protect(self, desk: Desk, measures: Measures) -> Deed:
        """Put stop, trailing stop and target behind an entry that has filled."""
        awaited = self._awaited
        order = None if awaited is None else desk.exchange.orders.get(awaited.order_id)
        if awaited is None or order is None or not order.filled_lots:
            if order is not None and not order.is_live:
                self._awaited = None
            return QUIET
        self._awaited = None
        return self._protect(desk, order, awaited.bar_ns, measures)

    def _protect(self, desk: Desk, entry: Order, bar_ns: int, measures: Measures) -> Deed:
        account = desk.exchange.accounts[self._run.account]
        lots = self.lots(account)
        if not lots or not any(plan.is_set for plan in self._plans.distances):
            return QUIET
        try:
            commands = self._protection_orders(entry, lots, bar_ns, measures)
        except _Unknown:
            return self._close(desk, account, UNPROTECTED, bar_ns, GUARD)
        for what, command in commands:
            if self._placed_before(account, command) is not None:
                continue
            deed = self._place(desk, command, what)
            if deed.outcome == REFUSED:
                left = self._close(desk, account, UNPROTECTED, bar_ns, GUARD)
                return together([deed, left])
            self._protection[what] = deed.order_ids[0]
        return QUIET

    def _protection_orders(
        self, entry: Order, lots: int, bar_ns: int, measures: Measures
    ) -> list[tuple[str, PlaceOrder]]:
        """The orders that protect a position of `lots`, in the order in which they are placed."""
        side, is_buy = (1, False) if lots > 0 else (-1, True)
        price_ticks = entry.filled_value // entry.filled_lots
        stop = measures.distance_ticks(self._plans.stop, price_ticks)
        target = measures.distance_ticks(self._plans.target, price_ticks)
        trail = measures.distance_ticks(self._plans.trailing, price_ticks)
        if UNKNOWN in (stop, target, trail):
            raise _Unknown
        orders = []
        if stop:
            orders.append((STOP, {"order_type": OrderType.STOP, "stop_ticks": price_ticks - side * stop}))
        if trail:
            plan = self._plans.trailing
            terms = Terms(reduce_only=True, trail_ppm=plan.ppm) if plan.ppm else _trails_by(trail)
            orders.append((TRAIL, {"order_type": OrderType.TRAILING_STOP, "terms": terms}))
        if target:
            orders.append((TARGET, {"order_type": OrderType.LIMIT, "price_ticks": price_ticks + side * target}))
        return [
            (what, self._order(what, bar_ns, is_buy=is_buy, lots=abs(lots), **{"terms": REDUCES, **fields}))  # type: ignore[arg-type]
            for what, fields in orders
        ]

    # ---- after a restart

    def resume(self, desk: Desk, measures: Measures) -> Deed:
        """Find the orders of an earlier process by their client order ids, and protect what a crash left without."""
        account = desk.exchange.accounts[self._run.account]
        own = self.own_orders(desk)
        seconds = [int(name.split(".")[0], 16) for name in own if name.endswith(f".{ENTRY}")]
        if not seconds:
            return QUIET
        newest = max(seconds)
        bar_ns = newest * NS_PER_SECOND
        for what in (STOP, TRAIL, TARGET):
            order_id = own.get(f"{newest:x}.{what}")
            if order_id is not None:
                self._protection[what] = order_id
        entry = desk.exchange.orders.get(own[f"{newest:x}.{ENTRY}"])
        if entry is None or not self.lots(account):
            return QUIET
        if entry.is_live:
            self._awaited = Awaited(entry.id, bar_ns)
            return QUIET
        return self._protect(desk, entry, bar_ns, measures) if entry.filled_lots else QUIET

    def own_orders(self, desk: Desk) -> dict[str, str]:
        """The orders of the run by the end of their client order ids, `BAR.WHAT`.

        Looked for once in all of the account's, and again in an exchange that was rebuilt: it may lack the last of them.
        """
        if self._own[0] is not desk.exchange:
            start, ids = f"{self._key}.", desk.exchange.accounts[self._run.account].client_order_ids
            found = {key.removeprefix(start): order_id for key, order_id in ids.items() if key.startswith(start)}
            self._own = desk.exchange, found
        return self._own[1]

    def _placed_before(self, account: Account, command: PlaceOrder) -> str | None:
        return account.client_order_ids.get(command.client_order_id or "")

    # ---- orders

    def _client_id(self, bar_ns: int, what: str) -> str:
        return f"{self._key}.{bar_ns // NS_PER_SECOND:x}.{what}"

    def _order(
        self,
        what: str,
        bar_ns: int,
        *,
        is_buy: bool,
        lots: int,
        order_type: OrderType,
        is_closing: bool = False,
        stop_ticks: int | None = None,
        price_ticks: int | None = None,
        terms: Terms | None = None,
    ) -> PlaceOrder:
        return PlaceOrder(
            order_id=new_id(),
            account_id=self._run.account,
            symbol=self.symbol,
            side=Side.BUY if is_buy else Side.SELL,
            type=order_type,
            time_in_force=TimeInForce.IOC if order_type is OrderType.MARKET else TimeInForce.GTC,
            quantity_lots=lots,
            price_ticks=price_ticks,
            stop_ticks=stop_ticks,
            client_order_id=self._client_id(bar_ns, what),
            is_closing=is_closing,
            terms=terms,
        )

    def _place(self, desk: Desk, command: PlaceOrder, reason: str) -> Deed:
        """Place an order; a refusal of the exchange and an order that was placed before are both answers, not errors."""
        self._budget.spend()
        try:
            own = self.own_orders(desk)
            executed = desk.execute(command, actor=self._actor)
            own[(command.client_order_id or "").removeprefix(f"{self._key}.")] = command.order_id
        except Conflict as conflict:
            if conflict.code != "DUPLICATE_CLIENT_ORDER_ID":
                raise
            known = desk.exchange.accounts[self._run.account].client_order_ids[command.client_order_id or ""]
            return Deed(ORDERED, reason, "It was ordered before.", (known,))
        except DomainError as refusal:
            return Deed(REFUSED, refusal.code, refusal.message)
        return self._deed_of(executed, command, reason)

    def _deed_of(self, executed: Executed, command: PlaceOrder, reason: str) -> Deed:
        first = executed.events[0]
        if isinstance(first, OrderRejected):
            return Deed(REFUSED, first.code, first.reason, (command.order_id,))
        fills = [event for event in executed.events if isinstance(event, OrderFilled)]
        filled = [fill for fill in fills if fill.order_id == command.order_id]
        order = executed.change.orders[0]
        verb = "bought" if command.side is Side.BUY else "sold"
        lots = sum(fill.quantity_lots for fill in filled)
        if lots:
            value = sum(fill.price_ticks * fill.quantity_lots for fill in filled)
            price = self.instrument.average_price_text(value, lots)
            text = f"{verb} {self.instrument.quantity_text(lots)} at {price}"
        elif not order.is_live and command.type is OrderType.MARKET:
            return Deed(REFUSED, NO_VOLUME, order.status_reason or _TEXTS[NO_VOLUME], (command.order_id,))
        else:
            text = f"placed an order to {'buy' if command.side is Side.BUY else 'sell'}"
        return Deed(ORDERED, reason, text, (command.order_id,))


class _Unknown(Exception):
    """A distance cannot be known."""


def _trails_by(ticks: int) -> Terms:
    return Terms(reduce_only=True, trail_ticks=ticks)


def _is_live(desk: Desk, order_id: str) -> bool:
    order = desk.exchange.orders.get(order_id)
    return order is not None and order.is_live


def _cash_equity(desk: Desk, account: Account, quote: str) -> int:
    """The quote balance of a cash account and what was bought with it, at the last prices."""
    balance = account.balances.get(quote)
    units = 0 if balance is None else balance.total_units
    for symbol, position in account.positions.items():
        instrument, mark_ticks = desk.mark_of(symbol)
        if position.quantity_lots and instrument.quote == quote and mark_ticks is not None:
            units += instrument.notional_units(mark_ticks, position.quantity_lots)
    return units


def together(deeds: Sequence[Deed]) -> Deed:
    """What several deeds at one bar come to: a refusal is what is told of first, but for orders that were placed."""
    said = [deed for deed in deeds if deed is not QUIET]
    if not said:
        return QUIET
    if len(said) == 1:
        return said[0]
    placed = [deed for deed in said if deed.outcome == ORDERED]
    main = (placed or said)[-1]
    text = ", then ".join(deed.text for deed in said if deed.text)
    return Deed(main.outcome, main.reason, text, tuple(one for deed in said for one in deed.order_ids))


_TEXTS: Final = {
    "conflict": "The conditions contradict each other.",
    "not_closed": "The position the other way is not closed yet.",
    "no_cash": "The account cannot pay for it.",
    "position_limit": "It would be a larger part of the equity, or one position more, than allowed.",
    "below_lot": "It would be less than one lot.",
    "below_minimum": "It would be less than the smallest order of the symbol.",
    "above_maximum": "It would be more than the largest order of the symbol.",
    "unknown_distance": "What the stop, the target or the size is measured with is not known yet.",
    "beyond_price": "The stop or the target would lie beyond a price of nothing.",
    "no_volume": "There was nothing to take.",
    "too_large": "It is more than an order may be.",
    NO_MARKET: "There is no market to trade on.",
}
