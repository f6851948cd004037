"""What holding costs: interest on borrowed money, the fee for what is sold short, and funding between longs and shorts.

All of it is an option of a margin account, charged at 00:00, 08:00 and 16:00 UTC of the market's clock, the funding times of
most of Binance's USD-M futures. Yearly rates are charged for eight hours of a year of 365 days. Rounding is always to the
account's cost, by less than the smallest unit.

Each time is charged that the market's clock passes while a position is open, with the prices and balances of the moment in
which it came there. Where the clock is set back, nothing is charged until it is beyond the last time again.
"""

from collections.abc import Mapping

from quant.fills import PPM
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.decision import Decision
from trading.sandbox.rates import MarkOf
from trading.sandbox.risk import money_text
from trading.sandbox.timers import Timer, Timers

CARRY = "carry"
"""The kind of its timers."""

PERIOD_NS = 8 * 3_600 * 10**9
PERIODS_A_YEAR = 3 * 365


def next_carry_ns(time_ns: int) -> int:
    """The first charging time after a moment."""
    return (time_ns // PERIOD_NS + 1) * PERIOD_NS


def carry_due_ns(account: Account) -> int | None:
    """When the account is charged next; None while it holds nothing, or holding costs nothing."""
    if not account.is_margin or not account.margin.has_carry:
        return None
    opened = [
        each.opened_ns for each in account.positions.values() if each.quantity_lots and each.opened_ns is not None
    ]
    return next_carry_ns(max(min(opened), account.carried_ns)) if opened else None


def set_carry_timer(timers: Timers, account: Account) -> None:
    """Have the account charged when it is due; its positions, terms or last charge have changed."""
    due_ns = carry_due_ns(account)
    if due_ns is None:
        timers.end(CARRY, account.id)
    elif timers.time_of(CARRY, account.id) != due_ns:
        timers.start(CARRY, account.id, due_ns)


class Carry:
    """Decides what is charged to the accounts of one state."""

    def __init__(self, accounts: Mapping[str, Account], mark_of: MarkOf) -> None:
        self._accounts = accounts
        self._mark_of = mark_of

    def charge(self, due: Timer) -> Decision:
        """What an account pays and earns at a charging time, and that this was one."""
        account, time_ns = self._accounts[due.id], due.time_ns
        decided: list[ev.AnyEvent] = []
        quotes: dict[str, None] = {}
        for symbol, position in account.positions.items():
            if not position.quantity_lots:
                continue
            instrument, mark_ticks = self._mark_of(symbol)
            quotes[instrument.quote] = None
            notional_units = position.cost_units
            if mark_ticks is not None:
                notional_units = instrument.notional_units(mark_ticks, abs(position.quantity_lots))
            decided += _of_position(
                account, symbol, instrument.quote, notional_units, position.quantity_lots > 0, time_ns
            )
        for quote in quotes:
            decided += _interest(account, quote, time_ns)
        decided.append(ev.CarrySettled(time_ns=time_ns, account_id=account.id))
        return Decision(decided)


def _of_position(
    account: Account, symbol: str, quote: str, notional_units: int, is_long: bool, time_ns: int
) -> list[ev.AnyEvent]:
    terms, worth = account.margin, f"{money_text(notional_units)} {quote}"
    moves = []
    funding = -notional_units * terms.funding_ppm if is_long else notional_units * terms.funding_ppm
    if funding:
        side = "long" if is_long else "short"
        moves.append(("funding", funding // PPM, f"Funding of a {side} position in {symbol} worth {worth}."))
    if terms.borrow_ppm and not is_long:
        fee = -notional_units * terms.borrow_ppm // (PPM * PERIODS_A_YEAR)
        moves.append(("borrow_fee", fee, f"Eight hours of borrowing what was sold short in {symbol}, worth {worth}."))
    return [
        ev.FundsMoved(
            time_ns=time_ns, account_id=account.id, asset=quote, units=units, kind=kind, symbol=symbol, reason=reason
        )
        for kind, units, reason in moves
        if units
    ]


def _interest(account: Account, quote: str, time_ns: int) -> list[ev.AnyEvent]:
    balance = account.balances.get(quote)
    borrowed_units = 0 if balance is None else max(-balance.total_units, 0)
    units = -borrowed_units * account.margin.interest_ppm // (PPM * PERIODS_A_YEAR)
    if not units:
        return []
    reason = f"Eight hours of interest on {money_text(borrowed_units)} {quote} of borrowed money."
    return [
        ev.FundsMoved(time_ns=time_ns, account_id=account.id, asset=quote, units=units, kind="interest", reason=reason)
    ]
