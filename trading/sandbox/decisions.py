"""Deciding: what a command or a market update will do, as events. Reads the state and never writes it.

All checks come before the first event, so a refusal changes nothing.
"""

from collections.abc import Callable, Iterable

import msgspec

from kit.clock import iso_from_ns
from kit.errors import Conflict, Invalid, NotFound, Rejected, invalid_field
from markets.instruments import Instrument
from markets.updates import MarketUpdate
from quant.fills import affordable_lots, fee_units, is_stop_reached, trigger_price
from quant.walks import Take, lots_of
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account, Position
from trading.sandbox.book import walk, walk_notional, walk_resting
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import (
    BUY,
    FOK,
    GTC,
    LIMIT,
    MARKET,
    PENDING,
    SELL,
    STOP,
    CancelAllOrders,
    CancelOrder,
    OpenAccount,
    Order,
    PlaceOrder,
    ReplaceOrder,
    ResetAccount,
)
from trading.sandbox.risk import (
    MAX_PRICE_TICKS,
    MAX_QUANTITY_LOTS,
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
    check_range,
    check_shape,
    check_short,
)
from trading.sandbox.state import State, order_from

CANCELED_BY_OWNER = "Canceled by its owner."
CANCELED_BY_RESET = "Canceled by the reset of the account."
EXPIRED_IOC = "Immediate or cancel: what the book did not hold at once expired."
EXPIRED_FOK = "Fill or kill: when it triggered the book did not hold the whole quantity."
EXPIRED_DEPTH = "The visible depth of the book ended before the whole quantity was filled."
EXPIRED_NO_MARKET = "There was no market to trade against."
EXPIRED_STALE = (
    "The market's price was stale: its source has fallen silent, and nothing fills at a price that may be gone."
)
EXPIRED_MONEY = "The available balance did not cover the rest at the price the stop met."


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What will happen: the events, and what the order of that id takes out of the book."""

    events: list[ev.AnyEvent]
    takes: list[Take] | None = None
    order_id: str = ""


class Decisions:
    """Decides over one state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.limits: OrderLimits = NO_LIMITS
        """What new and changed orders may be, beside what the market and the money say."""
        self.deciders: dict[type, Callable[..., Decision]] = {
            PlaceOrder: self._place,
            CancelOrder: self._cancel,
            ReplaceOrder: self._replace,
            CancelAllOrders: self._cancel_all,
            OpenAccount: self._open_account,
            ResetAccount: self._reset_account,
        }
        """By the type of a command, what it will do: each takes the command and the market's time, and raises Invalid,
        NotFound, Conflict or Rejected (see `Exchange.apply`)."""

    # ---- new orders

    def _place(self, command: PlaceOrder, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        market = self._state.market(command.symbol)
        if market.stale is not None and account.allow_stale_prices:
            return self._at_stale_price(market, self._place, command, time_ns)
        check_shape(command)
        if command.client_order_id is not None:
            _check_client_order_id(account, command.client_order_id)
        takes = self._takes_at_once(command, market)
        lots = command.quantity_lots
        if lots is None:
            lots = _lots_for_notional(takes, market.instrument, command.notional_units or 0)
        refusal, held_units = self._check(command, account, market, takes, lots)
        if refusal is not None:
            return self._rejection(command, account, lots, refusal, time_ns)
        accepted = ev.OrderAccepted(
            time_ns,
            command.account_id,
            command.order_id,
            command.symbol,
            command.side,
            command.type,
            command.time_in_force,
            lots,
            self._state.sequence + 1,
            command.price_ticks,
            command.stop_ticks,
            command.post_only,
            command.client_order_id,
            command.notional_units,
            account.fill_policy,
            held_units,
        )
        if not takes and command.type is LIMIT and command.time_in_force is GTC:
            return Decision([accepted])
        return self._acting_at_once(accepted, account, market, takes)

    def _at_stale_price(
        self, market: SymbolMarket, decide: Callable[..., Decision], command: PlaceOrder | ReplaceOrder, time_ns: int
    ) -> Decision:
        """Decide as if the last market of a silent source still stood, for an account that wants it so."""
        stale = market.stale
        market.update, market.stale = stale, None
        try:
            return decide(command, time_ns)
        finally:
            market.update, market.stale = None, stale

    def _takes_at_once(self, command: PlaceOrder, market: SymbolMarket) -> list[Take]:
        """What the order would take from the book now; nothing while it waits for its stop or rests outside."""
        is_buy = command.side is BUY
        best_ticks = market.best_opposite(is_buy)
        limit_ticks = command.price_ticks
        if best_ticks is None:
            return []
        if limit_ticks is not None and (best_ticks > limit_ticks if is_buy else best_ticks < limit_ticks):
            return []
        if command.stop_ticks is not None and not _is_reached_now(market, command.stop_ticks, is_buy):
            return []
        if command.notional_units is not None:
            return walk_notional(market, command.account_id, is_buy=is_buy, notional_units=command.notional_units)
        lots = command.quantity_lots or 0
        return walk(market, command.account_id, is_buy=is_buy, lots=lots, limit_ticks=limit_ticks)

    def _check(
        self, command: PlaceOrder, account: Account, market: SymbolMarket, takes: list[Take], lots: int
    ) -> tuple[Refusal | None, int]:
        """Market rules, limits, then money: the refusal, or None and what the order will hold."""
        instrument, limits = market.instrument, self.limits
        if market.update is None and (closed := _closed_to(command, market)) is not None:
            return closed, 0
        if command.post_only and (crossed_ticks := _crossed(market, command.side is BUY, command.price_ticks)):
            return _would_take(crossed_ticks, instrument), 0
        if command.time_in_force is FOK and command.stop_ticks is None and lots_of(takes) < lots:
            return _unfillable(takes, lots, instrument), 0
        worst_ticks = command.price_ticks or command.stop_ticks or (takes[-1].price_ticks if takes else None)
        if worst_ticks is None:
            return _nothing_to_take(command, instrument), 0
        if (lots < instrument.min_lots or 0 < instrument.max_lots < lots) and not command.is_closing:
            return check_quantity(instrument, lots), 0
        notional_units = worst_ticks * lots * instrument.unit_value
        if notional_units < instrument.min_notional_units and not command.is_closing:
            refusal = check_min_notional(instrument, command.notional_units or notional_units)
            if refusal is not None:
                return refusal, 0
        if len(account.open_orders) >= limits.open_orders:
            refusal = check_open_orders(limits, account, command)
            if refusal is not None:
                return refusal, 0
        if limits.notional_units is not None and not command.is_closing:
            refusal = check_notional_limit(limits, instrument, notional_units)
            if refusal is not None:
                return refusal, 0
        if account.is_margin:
            return self._check_margin(account, market, command.side is BUY, lots, worst_ticks), 0
        if command.side is SELL:
            held_units = lots * instrument.lot_units
            return check_available(account, instrument.base, held_units), held_units
        if command.type is MARKET:
            held_units = _cost_with_fees(takes, instrument, account.taker_ppm)
        else:
            held_units = notional_units + fee_units(notional_units, account.largest_fee_ppm)
        return check_available(account, instrument.quote, held_units), held_units

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
            return _no_market_price(market)
        price_ticks = max(price_ticks, market.mark_ticks)
        return check_margin(
            account, instrument, is_buy=is_buy, lots=lots, price_ticks=price_ticks, mark_of=self.mark_of
        )

    def _acting_at_once(
        self, accepted: ev.OrderAccepted, account: Account, market: SymbolMarket, takes: list[Take]
    ) -> Decision:
        """The decision for an order that does more than rest: triggers, takes or expires."""
        order = order_from(accepted)
        decided: list[ev.AnyEvent] = [accepted]
        if accepted.stop_ticks is not None:
            if not _is_reached_now(market, accepted.stop_ticks, accepted.side is BUY):
                return Decision(decided)
            assert market.update is not None, "a stop is reached by a market"
            decided.append(_triggered(order, market.update.last_ticks, accepted.time_ns))
        decided += self._taking(order, account, market.instrument, takes, accepted.time_ns)
        if market.stale is not None and isinstance(decided[-1], ev.OrderExpired):
            decided[-1] = _expired(order, EXPIRED_STALE, accepted.time_ns)
        return Decision(decided, takes, order.id)

    # ---- orders that wait

    def on_reached(self, order: Order, market: SymbolMarket, update: MarketUpdate) -> Decision:
        """What a market update that came to a waiting order's price does to it."""
        account = self._state.accounts[order.account_id]
        is_buy = order.side is BUY
        if order.status is PENDING:
            return self._triggering(order, account, market, update)
        assert order.price_ticks is not None, "only a priced order rests"
        takes = walk_resting(
            market,
            order.account_id,
            is_buy=is_buy,
            lots=order.quantity_lots - order.filled_lots,
            limit_ticks=order.price_ticks,
            from_ticks=order.price_ticks if update.is_real_depth else update.from_ticks,
        )
        fills = self._fills(order, account, market.instrument, takes, update.time_ns, is_maker=True)
        return Decision([*fills], takes, order.id)

    def _triggering(self, order: Order, account: Account, market: SymbolMarket, update: MarketUpdate) -> Decision:
        assert order.stop_ticks is not None, "a pending order waits for its stop"
        is_buy = order.side is BUY
        trigger_ticks = trigger_price(is_buy, order.stop_ticks, update.from_ticks)
        takes = walk(
            market,
            order.account_id,
            is_buy=is_buy,
            lots=order.remaining_lots,
            limit_ticks=order.price_ticks,
            shift_ticks=trigger_ticks - update.last_ticks,
        )
        decided: list[ev.AnyEvent] = [_triggered(order, trigger_ticks, update.time_ns)]
        decided += self._taking(order, account, market.instrument, takes, update.time_ns)
        return Decision(decided, takes, order.id)

    def _taking(
        self, order: Order, account: Account, instrument: Instrument, takes: list[Take], time_ns: int
    ) -> list[ev.AnyEvent]:
        """What an order that acts now does: takes from the book, then rests or expires. Leaves in `takes` what it used."""
        if order.time_in_force is FOK and lots_of(takes) < order.remaining_lots:
            takes.clear()
            return [_expired(order, EXPIRED_FOK, time_ns)]
        offered_lots = lots_of(takes)
        fills = self._fills(order, account, instrument, takes, time_ns, is_maker=False)
        del takes[len(fills) :]
        filled_lots = sum(fill.quantity_lots for fill in fills)
        decided: list[ev.AnyEvent] = [*fills]
        if filled_lots < order.remaining_lots and not order.rests:
            if filled_lots < offered_lots:
                reason = EXPIRED_MONEY
            elif order.price_ticks is not None:
                reason = EXPIRED_IOC
            else:
                reason = EXPIRED_DEPTH if offered_lots else EXPIRED_NO_MARKET
            decided.append(_expired(order, reason, time_ns))
        return decided

    def _fills(
        self,
        order: Order,
        account: Account,
        instrument: Instrument,
        takes: Iterable[Take],
        time_ns: int,
        *,
        is_maker: bool,
    ) -> list[ev.OrderFilled]:
        """The fills for `takes`, with fees, and what the order holds after each.

        A triggered stop buys no more than the money there is. Where the rounding of several fees adds up to more than was
        held and nothing else is available, the last unit of the fee is waived rather than the balance overdrawn or the
        rest of the order left without its money.
        """
        is_cash_buy = order.side is BUY and not account.is_margin
        fee_ppm = account.maker_ppm if is_maker else account.taker_ppm
        money_units = _money_for(order, account, instrument) if is_cash_buy else 0
        limit_lot_units = (order.price_ticks or 0) * instrument.unit_value
        held_units, left_lots, number = order.held_units, order.quantity_lots - order.filled_lots, order.fill_count
        fills: list[ev.OrderFilled] = []
        for take in takes:
            lots, lot_cost_units = take.lots, take.price_ticks * instrument.unit_value
            if is_cash_buy and order.type is STOP:
                lots = min(lots, affordable_lots(money_units, lot_cost_units, fee_ppm))
                if lots == 0:
                    break
            cost_units = lots * lot_cost_units
            fee = fee_units(cost_units, fee_ppm)
            left_lots -= lots
            rest_cost_units = left_lots * limit_lot_units
            if is_cash_buy:
                money_units -= cost_units
                assert money_units >= rest_cost_units, "what a buy may cost was held when it was accepted"
                fee = min(fee, money_units - rest_cost_units)
                money_units -= fee
            number += 1
            if left_lots == 0 or account.is_margin:
                held_units = 0
            else:
                held_units = max(held_units - cost_units - fee, rest_cost_units)
                held_units = _held_after(order, account, instrument, held_units, left_lots)
            fills.append(
                ev.OrderFilled(
                    time_ns, order.account_id, order.id, number, take.price_ticks, lots, fee, is_maker, held_units
                )
            )
        return fills

    # ---- changing and ending orders

    def _replace(self, command: ReplaceOrder, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        order = self._open_order(account, command.order_id)
        market = self._state.market(order.symbol)
        if market.stale is not None and account.allow_stale_prices:
            return self._at_stale_price(market, self._replace, command, time_ns)
        changed = _changed_order(order, command)
        is_buy, waits = order.side is BUY, order.status is PENDING
        same_prices = (changed.price_ticks, changed.stop_ticks) == (order.price_ticks, order.stop_ticks)
        keeps_place = same_prices and changed.quantity_lots <= order.quantity_lots
        triggers = waits and _is_reached_now(market, changed.stop_ticks or 0, is_buy)
        takes: list[Take] = []
        if triggers or not (waits or keeps_place):
            lots = changed.remaining_lots
            takes = walk(market, account.id, is_buy=is_buy, lots=lots, limit_ticks=changed.price_ticks)
        changed.held_units = self._check_replacement(order, changed, account, market, takes)
        replaced = ev.OrderReplaced(
            time_ns=time_ns,
            account_id=account.id,
            order_id=order.id,
            quantity_lots=changed.quantity_lots,
            sequence=order.sequence if keeps_place else self._state.sequence + 1,
            price_ticks=changed.price_ticks,
            stop_ticks=changed.stop_ticks,
            held_units=changed.held_units,
        )
        decided: list[ev.AnyEvent] = [replaced]
        if triggers:
            assert market.update is not None, "a stop is reached by a market"
            decided.append(_triggered(order, market.update.last_ticks, time_ns))
        if triggers or takes:
            decided += self._taking(changed, account, market.instrument, takes, time_ns)
        return Decision(decided, takes, order.id)

    def _check_replacement(
        self, order: Order, changed: Order, account: Account, market: SymbolMarket, takes: list[Take]
    ) -> int:
        """What the changed order will hold; raises Rejected when a rule or the money stands against it."""
        instrument, lots = market.instrument, changed.remaining_lots
        price_ticks = changed.price_ticks or changed.stop_ticks or 0
        held_units = 0
        refusal = None
        if changed.post_only and (crossed_ticks := _crossed(market, order.side is BUY, changed.price_ticks)):
            refusal = _would_take(crossed_ticks, instrument)
        refusal = refusal or check_min_notional(
            instrument, instrument.notional_units(price_ticks, changed.quantity_lots)
        )
        refusal = refusal or check_enlarged(
            self.limits, instrument, order, price_ticks=price_ticks, quantity_lots=changed.quantity_lots
        )
        if refusal is None and account.is_margin:
            more_lots = lots - order.remaining_lots
            if more_lots > 0:
                refusal = self._check_margin(account, market, order.side is BUY, more_lots, price_ticks)
        elif refusal is None and order.side is SELL:
            held_units = lots * instrument.lot_units
            refusal = check_available(account, instrument.base, held_units, order.held_units)
        elif refusal is None:
            held_units = buy_hold_units(instrument, account, price_ticks, lots)
            refusal = check_available(account, instrument.quote, held_units, order.held_units)
        if refusal is not None:
            raise Rejected(refusal.reason, code=refusal.code, details={"order_id": order.id, **refusal.details})
        return held_units

    def _cancel(self, command: CancelOrder, time_ns: int) -> Decision:
        order = self._open_order(self._account(command.account_id), command.order_id)
        return Decision([_canceled(order, CANCELED_BY_OWNER, time_ns)])

    def _cancel_all(self, command: CancelAllOrders, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        if command.symbol is not None:
            self._state.market(command.symbol)
        return Decision(
            [
                _canceled(order, CANCELED_BY_OWNER, time_ns)
                for order in account.open_orders.values()
                if command.symbol is None or order.symbol == command.symbol
            ]
        )

    # ---- accounts

    def _open_account(self, command: OpenAccount, time_ns: int) -> Decision:
        if command.account_id in self._state.accounts:
            raise Conflict(f"There is an account {command.account_id!r} already.", code="ACCOUNT_EXISTS")
        if command.allow_short and command.type != "margin":
            raise invalid_field("allow_short", "Only a margin account can be short.")
        _check_funding(command.type == "margin", command.base_currency, command.balances)
        return Decision(
            [
                ev.AccountOpened(
                    time_ns=time_ns,
                    account_id=command.account_id,
                    name=command.name,
                    type=command.type,
                    base_currency=command.base_currency,
                    allow_short=command.allow_short,
                    maker_ppm=command.maker_ppm,
                    taker_ppm=command.taker_ppm,
                    fill_policy=command.fill_policy,
                    balances=command.balances,
                    allow_stale_prices=command.allow_stale_prices,
                )
            ]
        )

    def _reset_account(self, command: ResetAccount, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        _check_funding(account.is_margin, account.base_currency, command.balances)
        decided: list[ev.AnyEvent] = [
            _canceled(order, CANCELED_BY_RESET, time_ns) for order in account.open_orders.values()
        ]
        epoch = account.epoch + 1
        decided.append(ev.AccountReset(time_ns=time_ns, account_id=account.id, epoch=epoch, balances=command.balances))
        return Decision(decided)

    # ---- lookups

    def mark_of(self, symbol: str) -> tuple[Instrument, int | None]:
        """The instrument and its last known price; None before the first."""
        market = self._state.market(symbol)
        return market.instrument, market.mark_ticks

    def _account(self, account_id: str) -> Account:
        account = self._state.accounts.get(account_id)
        if account is None:
            raise NotFound(f"There is no account {account_id!r}.", code="UNKNOWN_ACCOUNT")
        return account

    def _open_order(self, account: Account, order_id: str) -> Order:
        order = account.open_orders.get(order_id)
        if order is not None:
            return order
        ended = self._state.orders.get(order_id)
        if ended is None or ended.account_id != account.id:
            raise NotFound(f"There is no order {order_id!r}.")
        raise Conflict(f"The order is {ended.status} and cannot change any more.", code="ORDER_NOT_OPEN")

    def _rejection(self, command: PlaceOrder, account: Account, lots: int, refusal: Refusal, time_ns: int) -> Decision:
        return Decision(
            [
                ev.OrderRejected(
                    time_ns=time_ns,
                    account_id=account.id,
                    order_id=command.order_id,
                    symbol=command.symbol,
                    side=command.side,
                    type=command.type,
                    time_in_force=command.time_in_force,
                    sequence=self._state.sequence + 1,
                    code=refusal.code,
                    reason=refusal.reason,
                    details=refusal.details,
                    quantity_lots=lots,
                    notional_units=command.notional_units,
                    price_ticks=command.price_ticks,
                    stop_ticks=command.stop_ticks,
                    post_only=command.post_only,
                    client_order_id=command.client_order_id,
                    fill_policy=account.fill_policy,
                )
            ]
        )


def _check_funding(is_margin: bool, base_currency: str, balances: dict[str, int]) -> None:
    """A margin account nets positions against money; a deposit of something to sell would be a position without a price."""
    others = [asset for asset, units in balances.items() if units and asset != base_currency]
    if is_margin and others:
        raise invalid_field("balances", f"A margin account is funded in its base currency {base_currency} alone.")


def _check_client_order_id(account: Account, client_order_id: str) -> None:
    used_by = account.client_order_ids.get(client_order_id)
    if used_by is not None:
        raise Conflict(
            f"The account has used the client order id {client_order_id!r} before.",
            code="DUPLICATE_CLIENT_ORDER_ID",
            details={"order_id": used_by},
        )


def _lots_for_notional(takes: list[Take], instrument: Instrument, notional_units: int) -> int:
    """A notional order's quantity: what the book gives for the money, and the rest at the last price it reached."""
    if not takes:
        return 0
    left_units = notional_units - sum(take.price_ticks * take.lots for take in takes) * instrument.unit_value
    return lots_of(takes) + left_units // (takes[-1].price_ticks * instrument.unit_value)


def _changed_order(order: Order, command: ReplaceOrder) -> Order:
    """A copy of the order with the replacement's values; raises Invalid for one that does not fit the order."""
    if command.quantity_lots is None and command.price_ticks is None and command.stop_ticks is None:
        raise Invalid("Give at least one of quantity, price and stop_price.")
    if command.price_ticks is not None and order.price_ticks is None:
        raise invalid_field("price", f"A {order.type} order takes none.")
    if command.stop_ticks is not None and order.stop_ticks is None:
        raise invalid_field("stop_price", f"A {order.type} order takes none.")
    if command.stop_ticks is not None and order.triggered and command.stop_ticks != order.stop_ticks:
        raise invalid_field("stop_price", "The stop has triggered already.")
    quantity_lots = order.quantity_lots if command.quantity_lots is None else command.quantity_lots
    check_range("quantity", command.quantity_lots, MAX_QUANTITY_LOTS)
    check_range("price", command.price_ticks, MAX_PRICE_TICKS)
    check_range("stop_price", command.stop_ticks, MAX_PRICE_TICKS)
    if quantity_lots <= order.filled_lots:
        raise invalid_field("quantity", "Must be more than what is filled already; cancel the rest instead.")
    return msgspec.structs.replace(
        order,
        quantity_lots=quantity_lots,
        price_ticks=order.price_ticks if command.price_ticks is None else command.price_ticks,
        stop_ticks=order.stop_ticks if command.stop_ticks is None else command.stop_ticks,
    )


def _is_reached_now(market: SymbolMarket, stop_ticks: int, is_buy: bool) -> bool:
    return market.update is not None and is_stop_reached(is_buy, stop_ticks, market.update.last_ticks)


def _money_for(order: Order, account: Account, instrument: Instrument) -> int:
    """What the order may spend: the free balance and, once it is in the books, its own hold."""
    in_books = account.open_orders.get(order.id)
    return account.available_units(instrument.quote) + (0 if in_books is None else in_books.held_units)


def _held_after(order: Order, account: Account, instrument: Instrument, rest_units: int, left_lots: int) -> int:
    """What an order holds after a fill that left `rest_units` of its hold: never more than the rest may still cost."""
    if order.side is SELL:
        return left_lots * instrument.lot_units
    price_ticks = order.price_ticks or order.stop_ticks
    if price_ticks is None:
        return rest_units
    return min(rest_units, buy_hold_units(instrument, account, price_ticks, left_lots))


def _cost_with_fees(takes: list[Take], instrument: Instrument, fee_ppm: int) -> int:
    costs = [take.price_ticks * take.lots * instrument.unit_value for take in takes]
    return sum(cost + fee_units(cost, fee_ppm) for cost in costs)


def _triggered(order: Order, trigger_ticks: int, time_ns: int) -> ev.OrderTriggered:
    return ev.OrderTriggered(
        time_ns=time_ns, account_id=order.account_id, order_id=order.id, trigger_ticks=trigger_ticks
    )


def _canceled(order: Order, reason: str, time_ns: int) -> ev.OrderCanceled:
    return ev.OrderCanceled(time_ns, order.account_id, order.id, reason)


def _expired(order: Order, reason: str, time_ns: int) -> ev.OrderExpired:
    return ev.OrderExpired(time_ns=time_ns, account_id=order.account_id, order_id=order.id, reason=reason)


def _closed_to(command: PlaceOrder, market: SymbolMarket) -> Refusal | None:
    """Why an order cannot be taken while there is no market; one that can wait is."""
    acts_at_once = command.stop_ticks is None and command.time_in_force is not GTC
    if market.is_halted and (command.type is MARKET or acts_at_once):
        reason = (
            f"Trading in {command.symbol} is halted. Orders that can wait are taken; nothing fills until it goes on."
        )
        return Refusal("TRADING_HALTED", reason, {"symbol": command.symbol})
    if command.type is MARKET or (market.stale is not None and command.time_in_force is FOK):
        return _no_market_price(market)
    return None


def _no_market_price(market: SymbolMarket) -> Refusal:
    symbol = market.instrument.symbol
    if market.stale is None:
        return Refusal("NO_MARKET_PRICE", f"There is no market in {symbol} now. Wait for its next price.", {})
    last, since = market.instrument.price_text(market.stale.last_ticks), iso_from_ns(market.stale_since_ns)
    reason = f"The last price of {symbol}, {last}, is stale: its source has been silent since {since}."
    return Refusal("STALE_PRICE", f"{reason} Wait for the next one.", {"last": last, "since": since})


def _nothing_to_take(command: PlaceOrder, instrument: Instrument) -> Refusal:
    if command.notional_units is not None:
        reason = f"The notional is worth less than one lot of {instrument.quantity_text(1)} {instrument.base}."
        return Refusal("MIN_NOTIONAL", reason, {"lot_size": instrument.quantity_text(1)})
    return Refusal("UNFILLABLE", f"The visible depth of {command.symbol} has been used up; new depth follows.", {})


def _crossed(market: SymbolMarket, is_buy: bool, limit_ticks: int | None) -> int | None:
    """The best opposite price when a limit reaches it, also where the account has taken its depth already."""
    best_ticks = market.best_opposite(is_buy)
    if best_ticks is None or limit_ticks is None or (best_ticks > limit_ticks if is_buy else best_ticks < limit_ticks):
        return None
    return best_ticks


def _would_take(price_ticks: int, instrument: Instrument) -> Refusal:
    price = instrument.price_text(price_ticks)
    return Refusal(
        "WOULD_TAKE", f"A post-only order may not trade at once, and the book has {price}.", {"price": price}
    )


def _unfillable(takes: list[Take], lots: int, instrument: Instrument) -> Refusal:
    depth = instrument.quantity_text(lots_of(takes))
    return Refusal(
        "UNFILLABLE",
        f"Fill or kill: the book holds {depth} of {instrument.quantity_text(lots)} within the order's price.",
        {"fillable": depth, "quantity": instrument.quantity_text(lots)},
    )
