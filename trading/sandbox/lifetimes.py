"""How long an order lives: `gtd` to a time it names, `day` to the end of the market's session.

Both by the market's clock, which a replay runs through and a live market shares with the wall. The end is worked out once,
when the order is placed, and is part of it: a replay of the journal needs no calendar.
"""

from kit.clock import iso_from_ns
from kit.errors import invalid_field
from markets.calendars import session_end_ns
from markets.instruments import Instrument
from trading.sandbox.decision import Decision, expired
from trading.sandbox.orders import DAY, GTD, Order, TimeInForce
from trading.sandbox.state import State
from trading.sandbox.timers import Timer


def expiry_ns(time_in_force: TimeInForce, expires_ns: int | None, instrument: Instrument, time_ns: int) -> int | None:
    """When an order placed now ends by itself; raises Invalid for a time that does not fit."""
    if time_in_force is DAY:
        return session_end_ns(instrument.calendar, time_ns)
    if time_in_force is GTD:
        check_expiry(expires_ns, time_ns)
    return expires_ns


def check_expiry(expires_ns: int | None, time_ns: int) -> None:
    """Raise Invalid when a gtd order has no time to end at, or one that is over."""
    if expires_ns is None:
        raise invalid_field("expires_at", "A gtd order needs it.")
    if expires_ns <= time_ns:
        raise invalid_field(
            "expires_at", f"Must be in the future of the market's clock, which stands at {iso_from_ns(time_ns)}."
        )


def on_expiry(state: State, timer: Timer) -> Decision:
    """What happens when the time of an order has come."""
    order = state.orders.get(timer.id)
    if order is None or not order.is_live:
        return Decision([])
    reason, nearest_ticks = _expiry_text(order, timer.time_ns), state.nearest_ticks(order)
    return Decision([expired(order, reason, timer.time_ns, nearest_ticks=nearest_ticks)])


def _expiry_text(order: Order, time_ns: int) -> str:
    ended = iso_from_ns(time_ns)
    if order.time_in_force is DAY:
        return f"Day order: the session of {order.symbol} ended at {ended}. A gtc order waits on."
    return f"Good till date: it was to last until {ended}, and the market's clock has come there."
