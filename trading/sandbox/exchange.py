"""The exchange: commands and market updates in, events out.

Every change takes the same three steps: decide (all checks, nothing changes), fold the decided events into the state,
hand them back. Folding is the only thing that changes accounts and orders, so folding a journal of events rebuilds the
same state without the market data. What belongs to the market itself (present book, depth taken from it) is not state
of an account and begins anew with the next update.
"""

import hashlib
from collections.abc import Callable, Iterable

import msgspec

from kit.errors import Conflict, Invalid, NotFound, Rejected, invalid_field
from markets.instruments import Instrument
from markets.updates import MarketUpdate
from quant.fills import affordable_lots, buy_fills_at, fee_units, is_stop_reached, sell_fills_at, trigger_price
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account, Position
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import (
    CancelAllOrders,
    CancelOrder,
    Command,
    OpenAccount,
    Order,
    OrderStatus,
    OrderType,
    PlaceOrder,
    ReplaceOrder,
    ResetAccount,
    Side,
    TimeInForce,
)
from trading.sandbox.risk import (
    PRICED_TYPES,
    Refusal,
    buy_hold_units,
    check_available,
    check_margin,
    check_min_notional,
    check_shape,
    check_short,
    free_margin_units,
)

CANCELED_BY_OWNER = "Canceled by its owner."
CANCELED_BY_RESET = "Canceled by the reset of the account."
EXPIRED_IOC = "Immediate or cancel: what the book did not hold at once expired."
EXPIRED_FOK = "Fill or kill: when it triggered the book did not hold the whole quantity."
EXPIRED_DEPTH = "The visible depth of the book ended before the whole quantity was filled."
EXPIRED_NO_MARKET = "There was no market to trade against."
EXPIRED_MONEY = "The available balance did not cover the rest at the price the stop met."


class Take(msgspec.Struct, frozen=True, gc=False):
    """A piece of the book that an order trades against: what it pays, how much, and the level it comes from."""

    price_ticks: int
    lots: int
    level_ticks: int


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What will happen: the events, and what they take out of the book."""

    events: list[ev.AnyEvent]
    takes: tuple[Take, ...] = ()


class Preview(msgspec.Struct, frozen=True):
    """What an order would do now. `refusal` is None when it would be accepted; balances are the totals afterwards."""

    refusal: Refusal | None
    quantity_lots: int
    fills: list[ev.OrderFilled]
    resting_lots: int
    expired_lots: int
    held_units: int
    reference_ticks: int | None
    balances_after: dict[str, int]


class Exchange:
    """The accounts of one process and the markets they trade in. Not thread safe: it has a single caller."""

    def __init__(self, instruments: Callable[[str], Instrument]) -> None:
        self._instrument = instruments
        self.accounts: dict[str, Account] = {}
        self.orders: dict[str, Order] = {}
        self.sequence = 0
        self._markets: dict[str, SymbolMarket] = {}
        self._deciders: dict[type, Callable[..., Decision]] = {
            PlaceOrder: self._decide_place,
            CancelOrder: self._decide_cancel,
            ReplaceOrder: self._decide_replace,
            CancelAllOrders: self._decide_cancel_all,
            OpenAccount: self._decide_open_account,
            ResetAccount: self._decide_reset_account,
        }
        self._folders: dict[type, Callable[..., None]] = {
            ev.OrderAccepted: self._fold_accepted,
            ev.OrderFilled: self._fold_filled,
            ev.OrderCanceled: self._fold_canceled,
            ev.OrderExpired: self._fold_expired,
            ev.OrderRejected: self._fold_rejected,
            ev.OrderTriggered: self._fold_triggered,
            ev.OrderReplaced: self._fold_replaced,
            ev.AccountOpened: self._fold_opened,
            ev.AccountReset: self._fold_reset,
        }

    # ---- the public face

    def apply(self, command: Command, time_ns: int) -> list[ev.AnyEvent]:
        """Carry out a command at market time `time_ns` and return what happened.

        A new order that the exchange refuses gives one `OrderRejected`. Raises Invalid for a malformed command, NotFound
        for an unknown account, symbol or order, Conflict when the state does not allow it, Rejected for a refused
        replacement; then nothing has changed.
        """
        decision = self._deciders[type(command)](command, time_ns)
        return self._carry_out(decision)

    def on_market(self, update: MarketUpdate) -> list[ev.AnyEvent]:
        """Take in a market update and return what it did to the waiting orders, in the order of the price's path."""
        market = self._market(update.symbol)
        market.advance(update)
        happened: list[ev.AnyEvent] = []
        for order in self._reached(market, update):
            if order.is_live:
                happened += self._carry_out(self._decide_reached(order, market, update))
        return happened

    def close_market(self, symbol: str) -> None:
        """Forget the present market of a symbol: nothing fills until the next update."""
        self._market(symbol).close()

    def preview(self, command: PlaceOrder, time_ns: int) -> Preview:
        """What `apply` would do with the order now; changes nothing and raises the same errors."""
        decision = self._decide_place(command, time_ns)
        instrument = self._instrument(command.symbol)
        market = self._market(command.symbol)
        reference_ticks = market.best_opposite(command.side is Side.BUY)
        account = self.accounts[command.account_id]
        totals = {asset: account.balances[asset].total_units if asset in account.balances else 0
                  for asset in (instrument.quote, instrument.base)}  # fmt: skip
        first = decision.events[0]
        if isinstance(first, ev.OrderRejected):
            refusal = Refusal(first.code, first.reason, first.details)
            return Preview(refusal, first.quantity_lots, [], 0, 0, 0, reference_ticks, totals)
        assert isinstance(first, ev.OrderAccepted), "a placed order is accepted or rejected first"
        fills = [event for event in decision.events if isinstance(event, ev.OrderFilled)]
        sign = 1 if command.side is Side.BUY else -1
        for fill in fills:
            totals[instrument.quote] -= sign * instrument.notional_units(fill.price_ticks, fill.quantity_lots)
            totals[instrument.quote] -= fill.fee_units
            totals[instrument.base] += sign * fill.quantity_lots * instrument.lot_units
        left_lots = first.quantity_lots - sum(fill.quantity_lots for fill in fills)
        expires = isinstance(decision.events[-1], ev.OrderExpired)
        held_units = 0 if expires or not left_lots else (fills[-1] if fills else first).held_units
        return Preview(
            refusal=None,
            quantity_lots=first.quantity_lots,
            fills=fills,
            resting_lots=0 if expires else left_lots,
            expired_lots=left_lots if expires else 0,
            held_units=held_units,
            reference_ticks=reference_ticks,
            balances_after=totals,
        )

    def market_update(self, symbol: str) -> MarketUpdate | None:
        """The present market of a symbol, or None while there is none."""
        market = self._markets.get(symbol)
        return None if market is None else market.update

    def available_units(self, account: Account, asset: str) -> int:
        """What the account may use of an asset: free balance, or free margin for the quote side of a margin account."""
        if not account.is_margin:
            return account.available_units(asset)
        if not any(self._instrument(symbol).quote == asset for symbol in account.positions):
            return max(account.available_units(asset), 0)
        return max(free_margin_units(account, asset, self._mark_of) or 0, 0)

    def state_hash(self) -> str:
        """SHA-256 over all accounts and orders in a canonical form: equal states, equal hashes, in any process."""
        accounts = [
            [
                [a.id, a.name, a.type, a.base_currency, a.allow_short, a.maker_ppm, a.taker_ppm, a.fill_policy],
                [a.created_ns, a.epoch, sorted(a.client_order_ids.items()), list(a.orders), list(a.open_orders)],
                sorted((asset, b.total_units, b.held_units) for asset, b in a.balances.items()),
                sorted((symbol, *_position_values(p)) for symbol, p in a.positions.items()),
            ]
            for a in sorted(self.accounts.values(), key=lambda account: account.id)
        ]
        orders = [self.orders[order_id] for order_id in sorted(self.orders)]
        plain = msgspec.to_builtins([self.sequence, accounts, orders], str_keys=True)
        return hashlib.sha256(msgspec.json.encode(_with_big_ints_as_text(plain))).hexdigest()

    # ---- deciding: reads, never writes

    def _decide_place(self, command: PlaceOrder, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        instrument = self._instrument(command.symbol)
        check_shape(command)
        client_order_id = command.client_order_id
        if client_order_id is not None and client_order_id in account.client_order_ids:
            raise Conflict(
                f"The account has used the client order id {client_order_id!r} before.",
                code="DUPLICATE_CLIENT_ORDER_ID",
                details={"order_id": account.client_order_ids[client_order_id]},
            )
        market = self._market(command.symbol)
        is_buy = command.side is Side.BUY
        if command.type is OrderType.MARKET and market.best_opposite(is_buy) is None:
            lots = command.quantity_lots or 0
            return self._rejection(command, account, lots, _no_market_price(command.symbol), time_ns)
        takes: list[Take] = []
        if command.stop_ticks is None or self._is_reached_now(market, command.stop_ticks, is_buy):
            takes = self._takes_of_command(market, command, instrument)
        lots = self._lots_of_command(command, takes, instrument)
        refusal, held_units = self._check_order(command, account, instrument, market, takes, lots)
        if refusal is not None:
            return self._rejection(command, account, lots, refusal, time_ns)
        accepted = ev.OrderAccepted(
            time_ns=time_ns,
            account_id=command.account_id,
            order_id=command.order_id,
            symbol=command.symbol,
            side=command.side,
            type=command.type,
            time_in_force=command.time_in_force,
            quantity_lots=lots,
            sequence=self.sequence + 1,
            price_ticks=command.price_ticks,
            stop_ticks=command.stop_ticks,
            post_only=command.post_only,
            client_order_id=client_order_id,
            notional_units=command.notional_units,
            fill_policy=account.fill_policy,
            held_units=held_units,
        )
        if not takes and command.type is OrderType.LIMIT and command.time_in_force is TimeInForce.GTC:
            return Decision([accepted])
        return self._with_what_follows(accepted, market, account, instrument, takes)

    def _with_what_follows(
        self,
        accepted: ev.OrderAccepted,
        market: SymbolMarket,
        account: Account,
        instrument: Instrument,
        takes: list[Take],
    ) -> Decision:
        """The decision for an order that does more than rest: triggers, takes or expires at once."""
        decided: list[ev.AnyEvent] = [accepted]
        order = _order_from(accepted)
        if accepted.stop_ticks is not None:
            if not self._is_reached_now(market, accepted.stop_ticks, accepted.side is Side.BUY):
                return Decision(decided)
            assert market.update is not None, "a stop is reached by a market"
            decided.append(_triggered(order, market.update.last_ticks, accepted.time_ns))
        following = self._decide_taking(order, account, instrument, takes, accepted.time_ns)
        return Decision(decided + following.events, following.takes)

    def _takes_of_command(self, market: SymbolMarket, command: PlaceOrder, instrument: Instrument) -> list[Take]:
        is_buy = command.side is Side.BUY
        if command.notional_units is not None:
            return self._walk_notional(market, command.account_id, is_buy, instrument, command.notional_units)
        limit_ticks = command.price_ticks if command.type in PRICED_TYPES else None
        return self._walk(market, command.account_id, is_buy, command.quantity_lots or 0, limit_ticks)

    def _check_order(
        self,
        command: PlaceOrder,
        account: Account,
        instrument: Instrument,
        market: SymbolMarket,
        takes: list[Take],
        lots: int,
    ) -> tuple[Refusal | None, int]:
        """Market rules, then money: the refusal, or None and what the order will hold."""
        if command.post_only and takes:
            return _would_take(takes[0], instrument), 0
        if command.stop_ticks is None and command.time_in_force is TimeInForce.FOK and _lots_of(takes) < lots:
            return _unfillable(takes, lots, instrument), 0
        worst_ticks = command.price_ticks or command.stop_ticks or (takes[-1].price_ticks if takes else None)
        if worst_ticks is None:
            return _nothing_to_take(command, instrument), 0
        value_units = command.notional_units or instrument.notional_units(worst_ticks, lots)
        refusal = check_min_notional(instrument, value_units)
        if refusal is not None:
            return refusal, 0
        if account.is_margin:
            return self._check_margin_order(account, instrument, market, command.side, lots, worst_ticks), 0
        if command.side is Side.SELL:
            held_units = lots * instrument.lot_units
            return check_available(account, instrument.base, held_units), held_units
        if command.type is OrderType.MARKET:
            held_units = _cost_with_fees(takes, instrument, account.taker_ppm)
        else:
            held_units = buy_hold_units(instrument, account, worst_ticks, lots)
        return check_available(account, instrument.quote, held_units), held_units

    def _check_margin_order(
        self, account: Account, instrument: Instrument, market: SymbolMarket, side: Side, lots: int, price_ticks: int
    ) -> Refusal | None:
        if side is Side.SELL:
            position = account.positions.get(instrument.symbol) or Position()
            refusal = check_short(account, position, instrument, lots)
            if refusal is not None:
                return refusal
        if market.mark_ticks is None:
            return _no_market_price(instrument.symbol)
        price_ticks = max(price_ticks, market.mark_ticks)
        return check_margin(account, instrument, side=side, lots=lots, price_ticks=price_ticks, mark_of=self._mark_of)

    def _decide_taking(
        self, order: Order, account: Account, instrument: Instrument, takes: list[Take], time_ns: int
    ) -> Decision:
        """What an order that acts now does: takes from the book, then rests or expires."""
        if order.time_in_force is TimeInForce.FOK and _lots_of(takes) < order.remaining_lots:
            return Decision([_expired(order, EXPIRED_FOK, time_ns)])
        decided: list[ev.AnyEvent] = []
        fills = self._fill_events(order, account, instrument, takes, time_ns, is_maker=False)
        decided.extend(fills)
        left_lots = order.remaining_lots - sum(fill.quantity_lots for fill in fills)
        rests = order.type in PRICED_TYPES and order.time_in_force is TimeInForce.GTC
        if left_lots and not rests:
            decided.append(_expired(order, self._reason_of_the_rest(order, takes, fills), time_ns))
        return Decision(decided, tuple(takes[: len(fills)]))

    def _reason_of_the_rest(self, order: Order, takes: list[Take], fills: list[ev.OrderFilled]) -> str:
        if sum(fill.quantity_lots for fill in fills) < _lots_of(takes):
            return EXPIRED_MONEY
        if order.type in PRICED_TYPES:
            return EXPIRED_IOC
        return EXPIRED_DEPTH if takes else EXPIRED_NO_MARKET

    def _decide_reached(self, order: Order, market: SymbolMarket, update: MarketUpdate) -> Decision:
        """What a market update that came to a waiting order's price does to it."""
        account = self.accounts[order.account_id]
        instrument = self._instrument(order.symbol)
        if order.status is not OrderStatus.PENDING:
            takes = self._resting_takes(order, market, update)
            fills = self._fill_events(order, account, instrument, takes, update.time_ns, is_maker=True)
            return Decision([*fills], tuple(takes[: len(fills)]))
        assert order.stop_ticks is not None, "a pending order waits for its stop"
        is_buy = order.side is Side.BUY
        trigger_ticks = trigger_price(is_buy, order.stop_ticks, update.from_ticks)
        limit_ticks = order.price_ticks if order.type in PRICED_TYPES else None
        takes = self._walk(
            market, order.account_id, is_buy, order.remaining_lots, limit_ticks, trigger_ticks - update.last_ticks
        )
        following = self._decide_taking(order, account, instrument, takes, update.time_ns)
        return Decision([_triggered(order, trigger_ticks, update.time_ns), *following.events], following.takes)

    def _decide_replace(self, command: ReplaceOrder, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        order = self._open_order(account, command.order_id)
        instrument = self._instrument(order.symbol)
        changed = _changed_order(order, command)
        only_less = changed.quantity_lots <= order.quantity_lots and (changed.price_ticks, changed.stop_ticks) == (
            order.price_ticks,
            order.stop_ticks,
        )
        market = self._market(order.symbol)
        is_buy = order.side is Side.BUY
        waits = order.status is OrderStatus.PENDING
        triggers = waits and self._is_reached_now(market, changed.stop_ticks or 0, is_buy)
        takes: list[Take] = []
        if triggers or not (waits or only_less):
            limit_ticks = changed.price_ticks if changed.type in PRICED_TYPES else None
            takes = self._walk(market, account.id, is_buy, changed.remaining_lots, limit_ticks)
        changed.held_units = self._check_replacement(order, changed, account, instrument, market, takes)
        replaced = ev.OrderReplaced(
            time_ns=time_ns,
            account_id=account.id,
            order_id=order.id,
            quantity_lots=changed.quantity_lots,
            sequence=order.sequence if only_less else self.sequence + 1,
            price_ticks=changed.price_ticks,
            stop_ticks=changed.stop_ticks,
            held_units=changed.held_units,
        )
        decided: list[ev.AnyEvent] = [replaced]
        if not takes and not triggers:
            return Decision(decided)
        if triggers:
            assert market.update is not None, "a stop is reached by a market"
            decided.append(_triggered(order, market.update.last_ticks, time_ns))
        following = self._decide_taking(changed, account, instrument, takes, time_ns)
        return Decision(decided + following.events, following.takes)

    def _check_replacement(
        self,
        order: Order,
        changed: Order,
        account: Account,
        instrument: Instrument,
        market: SymbolMarket,
        takes: list[Take],
    ) -> int:
        """What the changed order will hold; raises Rejected when a rule or the money stands against it."""
        lots = changed.remaining_lots
        price_ticks = changed.price_ticks or changed.stop_ticks or 0
        held_units = 0
        refusal = _would_take(takes[0], instrument) if changed.post_only and takes else None
        refusal = refusal or check_min_notional(
            instrument, instrument.notional_units(price_ticks, changed.quantity_lots)
        )
        if refusal is None and account.is_margin:
            more_lots = lots - order.remaining_lots
            if more_lots > 0:
                refusal = self._check_margin_order(account, instrument, market, order.side, more_lots, price_ticks)
        elif refusal is None and order.side is Side.SELL:
            held_units = lots * instrument.lot_units
            refusal = check_available(account, instrument.base, held_units, order.held_units)
        elif refusal is None:
            held_units = buy_hold_units(instrument, account, price_ticks, lots)
            refusal = check_available(account, instrument.quote, held_units, order.held_units)
        if refusal is not None:
            raise Rejected(refusal.reason, code=refusal.code, details={"order_id": order.id, **refusal.details})
        return held_units

    def _decide_cancel(self, command: CancelOrder, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        order = self._open_order(account, command.order_id)
        return Decision([_canceled(order, CANCELED_BY_OWNER, time_ns)])

    def _decide_cancel_all(self, command: CancelAllOrders, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        if command.symbol is not None:
            self._instrument(command.symbol)
        return Decision(
            [
                _canceled(order, CANCELED_BY_OWNER, time_ns)
                for order in account.open_orders.values()
                if command.symbol is None or order.symbol == command.symbol
            ]
        )

    def _decide_open_account(self, command: OpenAccount, time_ns: int) -> Decision:
        if command.account_id in self.accounts:
            raise Conflict(f"There is an account {command.account_id!r} already.", code="ACCOUNT_EXISTS")
        if command.allow_short and command.type != "margin":
            raise invalid_field("allow_short", "Only a margin account can be short.")
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
                )
            ]
        )

    def _decide_reset_account(self, command: ResetAccount, time_ns: int) -> Decision:
        account = self._account(command.account_id)
        decided: list[ev.AnyEvent] = [
            _canceled(order, CANCELED_BY_RESET, time_ns) for order in account.open_orders.values()
        ]
        decided.append(
            ev.AccountReset(time_ns=time_ns, account_id=account.id, epoch=account.epoch + 1, balances=command.balances)
        )
        return Decision(decided)

    # ---- the book, as an order meets it

    def _walk(
        self,
        market: SymbolMarket,
        account_id: str,
        is_buy: bool,
        lots: int,
        limit_ticks: int | None,
        shift_ticks: int = 0,
    ) -> list[Take]:
        """What an order for `lots` takes from the book down to its limit, best price first."""
        best = market.best_opposite(is_buy)
        if best is None:
            return []
        if limit_ticks is not None and not shift_ticks and (best > limit_ticks if is_buy else best < limit_ticks):
            return []
        takes: list[Take] = []
        for price_ticks, depth_lots, level_ticks in market.depth(account_id, is_buy=is_buy, shift_ticks=shift_ticks):
            if limit_ticks is not None and (price_ticks > limit_ticks if is_buy else price_ticks < limit_ticks):
                break
            taken_lots = min(lots, depth_lots)
            takes.append(Take(price_ticks, taken_lots, level_ticks))
            lots -= taken_lots
            if lots == 0:
                break
        return takes

    def _walk_notional(
        self, market: SymbolMarket, account_id: str, is_buy: bool, instrument: Instrument, notional_units: int
    ) -> list[Take]:
        """What `notional_units` of the quote buy or sell, best price first, in whole lots."""
        takes: list[Take] = []
        for price_ticks, depth_lots, level_ticks in market.depth(account_id, is_buy=is_buy):
            wanted_lots = notional_units // (price_ticks * instrument.unit_value)
            taken_lots = min(wanted_lots, depth_lots)
            if taken_lots:
                takes.append(Take(price_ticks, taken_lots, level_ticks))
                notional_units -= price_ticks * taken_lots * instrument.unit_value
            if wanted_lots <= depth_lots:
                break
        return takes

    def _lots_of_command(self, command: PlaceOrder, takes: list[Take], instrument: Instrument) -> int:
        """The order's quantity: as stated, or what the book gives for the notional and the rest at its last price."""
        if command.quantity_lots is not None:
            return command.quantity_lots
        if not takes:
            return 0
        assert command.notional_units is not None, "an order is sized one way or the other"
        left_units = (
            command.notional_units - sum(take.price_ticks * take.lots for take in takes) * instrument.unit_value
        )
        return _lots_of(takes) + left_units // (takes[-1].price_ticks * instrument.unit_value)

    def _resting_takes(self, order: Order, market: SymbolMarket, update: MarketUpdate) -> list[Take]:
        """What a resting order gets from a market that came to its price: its own price, or a better one after a gap."""
        assert order.price_ticks is not None, "only a priced order rests"
        is_buy = order.side is Side.BUY
        met = self._walk(market, order.account_id, is_buy, order.remaining_lots, order.price_ticks)
        fills_at = buy_fills_at if is_buy else sell_fills_at
        return [
            Take(fills_at(take.price_ticks, order.price_ticks, update.from_ticks), take.lots, take.level_ticks)
            for take in met
        ]

    def _fill_events(
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
        held and nothing else is available, the last unit of the fee is waived rather than the balance overdrawn.
        """
        is_cash_buy = order.side is Side.BUY and not account.is_margin
        fee_ppm = account.maker_ppm if is_maker else account.taker_ppm
        money_units = account.available_units(instrument.quote) + self._held_now(order, account)
        held_units, left_lots, number = order.held_units, order.remaining_lots, order.fill_count
        fills: list[ev.OrderFilled] = []
        for take in takes:
            lots, lot_cost_units = take.lots, take.price_ticks * instrument.unit_value
            if is_cash_buy and order.type is OrderType.STOP:
                lots = min(lots, affordable_lots(money_units, lot_cost_units, fee_ppm))
                if lots == 0:
                    break
            cost_units = lots * lot_cost_units
            fee = fee_units(cost_units, fee_ppm)
            if is_cash_buy:
                fee = min(fee, money_units - cost_units)
                assert fee >= 0, "what a buy may cost was held when it was accepted"
                money_units -= cost_units + fee
            left_lots -= lots
            number += 1
            held_units = self._held_after(order, account, instrument, held_units, cost_units + fee, left_lots)
            fills.append(
                ev.OrderFilled(
                    time_ns=time_ns,
                    account_id=account.id,
                    order_id=order.id,
                    number=number,
                    price_ticks=take.price_ticks,
                    quantity_lots=lots,
                    fee_units=fee,
                    is_maker=is_maker,
                    held_units=held_units,
                )
            )
        return fills

    def _held_now(self, order: Order, account: Account) -> int:
        """What of the balance the order may use beside what is available: 0 or its hold, once it is in the books."""
        in_books = account.open_orders.get(order.id)
        if in_books is not None:
            return in_books.held_units
        return 0

    def _held_after(
        self, order: Order, account: Account, instrument: Instrument, held_units: int, spent_units: int, left_lots: int
    ) -> int:
        if left_lots == 0 or account.is_margin:
            return 0
        if order.side is Side.SELL:
            return left_lots * instrument.lot_units
        rest_units = max(held_units - spent_units, 0)
        price_ticks = order.price_ticks or order.stop_ticks
        if price_ticks is None:
            return rest_units
        return min(rest_units, buy_hold_units(instrument, account, price_ticks, left_lots))

    def _reached(self, market: SymbolMarket, update: MarketUpdate) -> list[Order]:
        """The waiting orders that an update comes to, in the order in which the price passed them, oldest first."""
        found: list[tuple[int, int, Order]] = []
        from_ticks = update.from_ticks
        if update.asks:
            for order in market.buy_limits.reached(update.asks[0][0]):
                found.append((from_ticks - (order.price_ticks or 0), order.sequence, order))
        if update.bids:
            for order in market.sell_limits.reached(update.bids[0][0]):
                found.append(((order.price_ticks or 0) - from_ticks, order.sequence, order))
        for order in market.sell_stops.reached(update.last_ticks):
            found.append((from_ticks - (order.stop_ticks or 0), order.sequence, order))
        for order in market.buy_stops.reached(update.last_ticks):
            found.append(((order.stop_ticks or 0) - from_ticks, order.sequence, order))
        found.sort(key=_path_then_age)
        return [order for _, _, order in found]

    # ---- folding: the only place where state changes

    def _carry_out(self, decision: Decision) -> list[ev.AnyEvent]:
        for event in decision.events:
            self._folders[type(event)](event)
        if decision.takes:
            last = decision.events[-1]
            assert not isinstance(last, ev.AccountOpened | ev.AccountReset), "only orders take from the book"
            order = self.orders[last.order_id]
            market = self._market(order.symbol)
            for take in decision.takes:
                market.take(
                    order.account_id, is_buy=order.side is Side.BUY, level_ticks=take.level_ticks, lots=take.lots
                )
        return decision.events

    def fold(self, event: ev.AnyEvent) -> None:
        """Take one event of the past into the state, as it was when it happened."""
        self._folders[type(event)](event)

    def _fold_accepted(self, event: ev.OrderAccepted) -> None:
        account = self.accounts[event.account_id]
        order = _order_from(event)
        order.held_units = 0
        instrument = self._instrument(order.symbol)
        account.hold(order, instrument, event.held_units)
        self._enroll(account, order)
        account.open_orders[order.id] = order
        if account.is_margin:
            _reserve(account.position(order.symbol), order, order.quantity_lots)
        self._start_waiting(order)

    def _fold_rejected(self, event: ev.OrderRejected) -> None:
        order = Order(
            id=event.order_id,
            account_id=event.account_id,
            symbol=event.symbol,
            side=event.side,
            type=event.type,
            time_in_force=event.time_in_force,
            quantity_lots=event.quantity_lots,
            price_ticks=event.price_ticks,
            stop_ticks=event.stop_ticks,
            post_only=event.post_only,
            client_order_id=event.client_order_id,
            fill_policy=event.fill_policy,
            status=OrderStatus.REJECTED,
            status_reason=event.reason,
            sequence=event.sequence,
            created_ns=event.time_ns,
            updated_ns=event.time_ns,
            notional_units=event.notional_units,
        )
        self._enroll(self.accounts[event.account_id], order)

    def _fold_triggered(self, event: ev.OrderTriggered) -> None:
        order = self.orders[event.order_id]
        self._stop_waiting(order)
        order.triggered = True
        order.status = OrderStatus.OPEN
        order.updated_ns = event.time_ns
        self._start_waiting(order)

    def _fold_filled(self, event: ev.OrderFilled) -> None:
        order = self.orders[event.order_id]
        account = self.accounts[event.account_id]
        instrument = self._instrument(order.symbol)
        lots = event.quantity_lots
        account.settle(
            order,
            instrument,
            price_ticks=event.price_ticks,
            lots=lots,
            fee_units=event.fee_units,
            time_ns=event.time_ns,
        )
        account.hold(order, instrument, event.held_units)
        if account.is_margin:
            _reserve(account.position(order.symbol), order, -lots)
        order.filled_lots += lots
        order.filled_value += event.price_ticks * lots
        order.fee_units += event.fee_units
        order.fill_count = event.number
        order.updated_ns = event.time_ns
        if order.filled_lots == order.quantity_lots:
            self._stop_waiting(order)
            order.status = OrderStatus.FILLED
            del account.open_orders[order.id]
        else:
            order.status = OrderStatus.PARTIALLY_FILLED

    def _fold_replaced(self, event: ev.OrderReplaced) -> None:
        order = self.orders[event.order_id]
        account = self.accounts[event.account_id]
        keeps_place = order.sequence == event.sequence
        if not keeps_place:
            self._stop_waiting(order)
        if account.is_margin:
            _reserve(account.position(order.symbol), order, event.quantity_lots - order.quantity_lots)
        account.hold(order, self._instrument(order.symbol), event.held_units)
        order.quantity_lots = event.quantity_lots
        order.price_ticks = event.price_ticks
        order.stop_ticks = event.stop_ticks
        order.sequence = event.sequence
        order.replaced_ns = order.updated_ns = event.time_ns
        self.sequence = max(self.sequence, event.sequence)
        if not keeps_place:
            self._start_waiting(order)

    def _fold_canceled(self, event: ev.OrderCanceled) -> None:
        self._end(event.order_id, OrderStatus.CANCELED, event.reason, event.time_ns)

    def _fold_expired(self, event: ev.OrderExpired) -> None:
        self._end(event.order_id, OrderStatus.EXPIRED, event.reason, event.time_ns)

    def _end(self, order_id: str, status: OrderStatus, reason: str, time_ns: int) -> None:
        order = self.orders[order_id]
        account = self.accounts[order.account_id]
        self._stop_waiting(order)
        account.hold(order, self._instrument(order.symbol), 0)
        if account.is_margin:
            _reserve(account.position(order.symbol), order, -order.remaining_lots)
        order.status = status
        order.status_reason = reason
        order.updated_ns = time_ns
        del account.open_orders[order_id]

    def _fold_opened(self, event: ev.AccountOpened) -> None:
        account = Account(
            account_id=event.account_id,
            name=event.name,
            account_type=event.type,
            base_currency=event.base_currency,
            allow_short=event.allow_short,
            maker_ppm=event.maker_ppm,
            taker_ppm=event.taker_ppm,
            fill_policy=event.fill_policy,
            created_ns=event.time_ns,
        )
        account.start_epoch(1, event.balances)
        self.accounts[account.id] = account

    def _fold_reset(self, event: ev.AccountReset) -> None:
        self.accounts[event.account_id].start_epoch(event.epoch, event.balances)

    # ---- lookups and the waiting lists

    def _enroll(self, account: Account, order: Order) -> None:
        self.sequence = max(self.sequence, order.sequence)
        self.orders[order.id] = order
        account.orders[order.id] = order
        if order.client_order_id is not None:
            account.client_order_ids[order.client_order_id] = order.id

    def _start_waiting(self, order: Order) -> None:
        """Let the order wait for its stop, or at its price; one that acts at once waits for nothing."""
        market = self._market(order.symbol)
        is_buy = order.side is Side.BUY
        if order.status is OrderStatus.PENDING:
            assert order.stop_ticks is not None, "a pending order waits for its stop"
            (market.buy_stops if is_buy else market.sell_stops).add(order.stop_ticks, order)
        elif order.price_ticks is not None and order.time_in_force is TimeInForce.GTC:
            (market.buy_limits if is_buy else market.sell_limits).add(order.price_ticks, order)

    def _stop_waiting(self, order: Order) -> None:
        market = self._market(order.symbol)
        is_buy = order.side is Side.BUY
        if order.status is OrderStatus.PENDING:
            assert order.stop_ticks is not None, "a pending order waits for its stop"
            (market.buy_stops if is_buy else market.sell_stops).remove(order.stop_ticks, order)
        elif order.price_ticks is not None and order.time_in_force is TimeInForce.GTC:
            (market.buy_limits if is_buy else market.sell_limits).remove(order.price_ticks, order)

    def _account(self, account_id: str) -> Account:
        account = self.accounts.get(account_id)
        if account is None:
            raise NotFound(f"There is no account {account_id!r}.", code="UNKNOWN_ACCOUNT")
        return account

    def _open_order(self, account: Account, order_id: str) -> Order:
        order = account.open_orders.get(order_id)
        if order is not None:
            return order
        ended = self.orders.get(order_id)
        if ended is None or ended.account_id != account.id:
            raise NotFound(f"There is no order {order_id!r}.")
        raise Conflict(f"The order is {ended.status} and cannot change any more.", code="ORDER_NOT_OPEN")

    def _market(self, symbol: str) -> SymbolMarket:
        market = self._markets.get(symbol)
        if market is None:
            market = self._markets[symbol] = SymbolMarket()
        return market

    def _mark_of(self, symbol: str) -> tuple[Instrument, int | None]:
        """The instrument and its last known price; None before the first."""
        return self._instrument(symbol), self._market(symbol).mark_ticks

    def _is_reached_now(self, market: SymbolMarket, stop_ticks: int, is_buy: bool) -> bool:
        return market.update is not None and is_stop_reached(is_buy, stop_ticks, market.update.last_ticks)

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
                    sequence=self.sequence + 1,
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


def _order_from(event: ev.OrderAccepted) -> Order:
    return Order(
        id=event.order_id,
        account_id=event.account_id,
        symbol=event.symbol,
        side=event.side,
        type=event.type,
        time_in_force=event.time_in_force,
        quantity_lots=event.quantity_lots,
        price_ticks=event.price_ticks,
        stop_ticks=event.stop_ticks,
        post_only=event.post_only,
        client_order_id=event.client_order_id,
        fill_policy=event.fill_policy,
        status=OrderStatus.OPEN if event.stop_ticks is None else OrderStatus.PENDING,
        held_units=event.held_units,
        sequence=event.sequence,
        created_ns=event.time_ns,
        updated_ns=event.time_ns,
        notional_units=event.notional_units,
    )


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
    if quantity_lots <= order.filled_lots:
        raise invalid_field("quantity", "Must be more than what is filled already; cancel the rest instead.")
    return msgspec.structs.replace(
        order,
        quantity_lots=quantity_lots,
        price_ticks=order.price_ticks if command.price_ticks is None else command.price_ticks,
        stop_ticks=order.stop_ticks if command.stop_ticks is None else command.stop_ticks,
    )


def _reserve(position: Position, order: Order, lots: int) -> None:
    """Count `lots` more (or fewer) that the order may still add to or take from the position."""
    if order.side is Side.BUY:
        position.buying_lots += lots
    else:
        position.selling_lots += lots


def _position_values(position: Position) -> list[int | None]:
    return [
        position.quantity_lots,
        position.cost_units,
        position.realized_units,
        position.fee_units,
        position.opened_ns,
        position.buying_lots,
        position.selling_lots,
    ]


def _with_big_ints_as_text(value: object) -> object:
    """JSON ints end at 64 bits; money may be larger. Text keeps every value exact and the form canonical."""
    if isinstance(value, list):
        return [_with_big_ints_as_text(item) for item in value]
    if isinstance(value, tuple):
        return [_with_big_ints_as_text(item) for item in value]
    if isinstance(value, dict):
        return {key: _with_big_ints_as_text(item) for key, item in value.items()}
    return str(value) if type(value) is int else value


def _path_then_age(found: tuple[int, int, Order]) -> tuple[int, int]:
    distance_ticks, sequence, _ = found
    return (max(distance_ticks, 0), sequence)


def _lots_of(takes: Iterable[Take]) -> int:
    return sum(take.lots for take in takes)


def _cost_with_fees(takes: Iterable[Take], instrument: Instrument, fee_ppm: int) -> int:
    costs = [take.price_ticks * take.lots * instrument.unit_value for take in takes]
    return sum(cost + fee_units(cost, fee_ppm) for cost in costs)


def _triggered(order: Order, trigger_ticks: int, time_ns: int) -> ev.OrderTriggered:
    return ev.OrderTriggered(
        time_ns=time_ns, account_id=order.account_id, order_id=order.id, trigger_ticks=trigger_ticks
    )


def _canceled(order: Order, reason: str, time_ns: int) -> ev.OrderCanceled:
    return ev.OrderCanceled(time_ns=time_ns, account_id=order.account_id, order_id=order.id, reason=reason)


def _expired(order: Order, reason: str, time_ns: int) -> ev.OrderExpired:
    return ev.OrderExpired(time_ns=time_ns, account_id=order.account_id, order_id=order.id, reason=reason)


def _no_market_price(symbol: str) -> Refusal:
    return Refusal("NO_MARKET_PRICE", f"There is no market in {symbol} now. Wait for its next price.", {})


def _nothing_to_take(command: PlaceOrder, instrument: Instrument) -> Refusal:
    if command.notional_units is not None:
        reason = f"The notional is worth less than one lot of {instrument.quantity_text(1)} {instrument.base}."
        return Refusal("MIN_NOTIONAL", reason, {"lot_size": instrument.quantity_text(1)})
    return Refusal("UNFILLABLE", f"The visible depth of {command.symbol} has been used up; new depth follows.", {})


def _would_take(take: Take, instrument: Instrument) -> Refusal:
    price = instrument.price_text(take.price_ticks)
    return Refusal(
        "WOULD_TAKE", f"A post-only order may not trade at once, and the book has {price}.", {"price": price}
    )


def _unfillable(takes: list[Take], lots: int, instrument: Instrument) -> Refusal:
    depth = instrument.quantity_text(_lots_of(takes))
    return Refusal(
        "UNFILLABLE",
        f"Fill or kill: the book holds {depth} of {instrument.quantity_text(lots)} within the order's price.",
        {"fillable": depth, "quantity": instrument.quantity_text(lots)},
    )
