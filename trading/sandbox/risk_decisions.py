"""Deciding over risk: limits and states that are set by hand, and the kill switch that a broken limit of loss is."""

from collections.abc import Iterable

import msgspec

from kit.errors import invalid_field
from markets.instruments import Instrument
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.decision import Decision, canceled
from trading.sandbox.exposure import PPM, Unpriced, equity_units, position_lots, share_ppm
from trading.sandbox.limits import (
    ACTIVE,
    EVERY_ACCOUNT,
    HALTED,
    REDUCING,
    SEVERITY,
    RiskLimits,
    TradingState,
    limits_in_force,
)
from trading.sandbox.losses import Losses, day_of
from trading.sandbox.orders import BUY, IOC, MARKET, SELL, Order, PlaceOrder, SetRiskLimits, SetRiskState
from trading.sandbox.rates import Rates
from trading.sandbox.risk import money_text
from trading.sandbox.risk_refusals import percent_text
from trading.sandbox.state import State

_STOPPED = {REDUCING: "restricted", HALTED: "halted"}

LIMIT_ACTOR = "limit:"
"""Who changed a state when it was a limit: this, and the limit's name."""


class Stop(msgspec.Struct, frozen=True):
    """A change of a state: of whom, into what, why, and what becomes of orders and positions."""

    state: TradingState
    reason: str
    by: str
    cancels_orders: bool
    closes_positions: bool


class RiskDecisions:
    """Decides over the risk of one state."""

    def __init__(self, state: State, rates: Rates, losses: Losses) -> None:
        self._state = state
        self._rates = rates
        self._losses = losses

    def set_limits(self, command: SetRiskLimits, time_ns: int) -> Decision:
        """Other limits, and where losses count from when they are limited for the first time.

        Raises NotFound for an unknown account, or for a symbol that does not exist.
        """
        account = self._state.account(command.account_id)
        for symbol in (*command.limits.symbols, *command.limits.restricted_symbols):
            self._state.market(symbol)
        if command.limits.on_breach is ACTIVE:
            raise invalid_field("on_breach", "Must be REDUCING or HALTED.")
        if command.limits == account.risk.limits:
            return Decision([])
        decided: list[ev.AnyEvent] = [ev.RiskLimitsSet(time_ns=time_ns, account_id=account.id, limits=command.limits)]
        in_force = limits_in_force(command.limits, self._state.default_limits)
        if in_force.limits_loss and account.risk.peak_units is None:
            decided.append(self._marks_from_now(account, time_ns))
        return Decision(decided)

    def set_state(self, command: SetRiskState, time_ns: int) -> Decision:
        """Another state of one account or of all, with what follows for their orders and positions.

        What is so already is no event. To resume an account counts its losses from its present equity. Raises NotFound for
        an unknown account.
        """
        if command.account_id == EVERY_ACCOUNT:
            accounts, record = list(self._state.accounts.values()), self._state.everyone.record
        else:
            account = self._state.account(command.account_id)
            accounts, record = [account], account.risk
        stop = Stop(command.state, command.reason, command.by, command.cancels_orders, command.closes_positions)
        decision = self._stop(command.account_id, accounts, stop, time_ns, is_new=record.state is not command.state)
        is_resumed = command.state is ACTIVE and bool(decision.events)
        if is_resumed and command.account_id in self._state.watched:
            decision.events.append(self._marks_from_now(accounts[0], time_ns))
        return decision

    def on_price(self, symbol: str, time_ns: int) -> list[Decision]:
        """What a new price of a symbol does to the accounts whose losses are limited and that it is worth something to."""
        instrument = self._state.market(symbol).instrument
        decisions: list[Decision] = []
        for account in list(self._state.watched.values()):
            if _is_touched(account, instrument):
                decision = self._watch(account, time_ns)
                if decision is not None:
                    decisions.append(decision)
        return decisions

    def _watch(self, account: Account, time_ns: int) -> Decision | None:
        """Whether an account has lost more than it may, or its marks have moved on; None for neither."""
        try:
            equity = equity_units(account, self._rates)
        except Unpriced:
            return None  # orders that could lose more are refused meanwhile, for the same reason
        record, day = account.risk, day_of(time_ns)
        peak = self._losses.peak_units(account, equity)
        decided: list[ev.AnyEvent] = []
        if record.day != day or self._losses.is_worth_noting(account, peak):
            day_units = equity if record.day != day or record.day_units is None else record.day_units
            decided.append(
                ev.RiskMarked(time_ns=time_ns, account_id=account.id, day=day, day_units=day_units, peak_units=peak)
            )
        else:
            self._losses.look(account, equity)
        stop = self._kill_switch(account, equity, peak, time_ns)
        if stop is not None:
            stopped = self._stop(account.id, [account], stop, time_ns, is_new=True)
            return msgspec.structs.replace(stopped, events=[*decided, *stopped.events])
        return Decision(decided) if decided else None

    def _kill_switch(self, account: Account, equity: int, peak: int, time_ns: int) -> Stop | None:
        """What a broken limit of loss asks for; None while none is broken, or the account is as restricted already."""
        limits = limits_in_force(account.risk.limits, self._state.default_limits)
        if SEVERITY[account.risk.state] >= SEVERITY[limits.on_breach]:
            return None
        name, reason = self._broken_limit(account, limits, equity, peak, time_ns)
        if not name:
            return None
        return Stop(limits.on_breach, reason, f"{LIMIT_ACTOR}{name}", True, limits.closes_on_breach)

    def _broken_limit(
        self, account: Account, limits: RiskLimits, equity: int, peak: int, time_ns: int
    ) -> tuple[str, str]:
        """The name of the broken limit and the reason in words; empty when none is."""
        asset = account.base_currency
        loss = self._losses.of_day(account, equity, time_ns)
        if limits.max_daily_loss_units is not None and loss > limits.max_daily_loss_units:
            most = money_text(limits.max_daily_loss_units)
            return "max_daily_loss", f"{money_text(loss)} {asset} was lost since the day began; {most} {asset} may be."
        if limits.max_drawdown_ppm is not None and (peak - equity) * PPM > limits.max_drawdown_ppm * peak:
            share = percent_text(share_ppm(peak - equity, peak)) if peak > 0 else "more than 100"
            return (
                "max_drawdown_percent",
                f"The equity of {money_text(equity)} {asset} is {share}% below its peak of {money_text(peak)} {asset}; "
                f"{percent_text(limits.max_drawdown_ppm)}% may be.",
            )
        return "", ""

    def _stop(self, account_id: str, accounts: list[Account], stop: Stop, time_ns: int, *, is_new: bool) -> Decision:
        """The events of another state, and the orders that close what is held."""
        decided: list[ev.AnyEvent] = []
        if is_new:
            decided.append(
                ev.RiskStateSet(
                    time_ns=time_ns, account_id=account_id, state=stop.state, reason=stop.reason, by=stop.by
                )
            )
        if stop.state is ACTIVE:
            return Decision(decided)
        words = f"Canceled because trading was {_STOPPED[stop.state]}: {stop.reason}"
        if stop.cancels_orders:
            for account in accounts:
                decided += [
                    canceled(order, words, time_ns, nearest_ticks=self._state.nearest_ticks(order))
                    for order in _orders_to_cancel(account, stop.state)
                ]
        closing = tuple(self._closing_orders(accounts, stop)) if stop.closes_positions else ()
        return Decision(decided, then=closing, then_ns=time_ns)

    def _closing_orders(self, accounts: list[Account], stop: Stop) -> Iterable[PlaceOrder]:
        """Market orders for all that is held. Each is named by the time priority it will get, which is given only once."""
        sequence = self._state.sequence
        reason = f"It closes the position because trading was {_STOPPED[stop.state]}: {stop.reason}"
        for account in accounts:
            for symbol, position in account.positions.items():
                if position.quantity_lots:
                    sequence += 1
                    yield PlaceOrder(
                        order_id=f"closing-{sequence}",
                        account_id=account.id,
                        symbol=symbol,
                        side=SELL if position.quantity_lots > 0 else BUY,
                        type=MARKET,
                        time_in_force=IOC,
                        quantity_lots=abs(position.quantity_lots),
                        is_closing=True,
                        is_forced=True,
                        reason=reason,
                    )

    def _marks_from_now(self, account: Account, time_ns: int) -> ev.RiskMarked:
        """Losses count from the present equity; from the first that is known when this one is not."""
        try:
            equity = equity_units(account, self._rates)
        except Unpriced:
            return ev.RiskMarked(time_ns=time_ns, account_id=account.id)
        return ev.RiskMarked(
            time_ns=time_ns, account_id=account.id, day=day_of(time_ns), day_units=equity, peak_units=equity
        )


def _is_touched(account: Account, instrument: Instrument) -> bool:
    """Whether the price of an instrument may be part of what the account is worth."""
    for asset in (instrument.base, instrument.quote):
        balance = account.balances.get(asset)
        if asset != account.base_currency and balance is not None and balance.total_units:
            return True
    return False


def _orders_to_cancel(account: Account, state: TradingState) -> list[Order]:
    """Every open order under a halt; else those that do more than reduce a position, the oldest staying first.

    What waits for another order of its list, or shares another's quantity, goes and stays with that one.
    """
    if state is HALTED:
        return list(account.open_orders.values())
    room: dict[tuple[str, bool], int] = {}
    leaving: list[Order] = []
    for order in account.open_orders.values():
        is_buy = order.side is BUY
        if order.reduce_only or not order.reserves:
            continue
        if not account.is_margin:
            if is_buy:
                leaving.append(order)
            continue
        held = position_lots(account, order.symbol)
        spare = room.setdefault((order.symbol, is_buy), max(-held if is_buy else held, 0))
        if order.remaining_lots <= spare:
            room[order.symbol, is_buy] -= order.remaining_lots
        else:
            leaving.append(order)
    return leaving
