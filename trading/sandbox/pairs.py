"""The two legs of which only one may fill: what they hold together, and what they need.

Both have the same quantity left at any time. The money is held once, by the leg that is not covered, and is the larger of
what either may need.
"""

from markets.instruments import Instrument
from trading.sandbox.accounts import Account
from trading.sandbox.orders import BUY, Order
from trading.sandbox.risk import buy_hold_units


def sibling_of(account: Account, order: Order) -> Order | None:
    """The other leg while it is live, or None."""
    if order.link is None or order.link.sibling_id is None:
        return None
    return account.open_orders.get(order.link.sibling_id)


def bears(leg: Order) -> bool:
    """Whether a leg holds the money: the first of a pair, and one that is alone."""
    return leg.link is None or not leg.link.is_covered


def sibling_hold_units(account: Account, order: Order) -> int:
    """What the other leg holds, which is there for this one too."""
    sibling = sibling_of(account, order)
    return 0 if sibling is None else sibling.held_units


def sibling_needs_units(account: Account, instrument: Instrument, order: Order, lots: int) -> int:
    """What would be held if the other leg were for `lots`; 0 without one."""
    sibling = sibling_of(account, order)
    return 0 if sibling is None else needed_units(account, instrument, [sibling], lots)


def highest_price_ticks(account: Account, order: Order) -> int:
    """The highest price at which what is left of an order may trade: its own, or that of its other leg."""
    sibling = sibling_of(account, order)
    return max(order.price_ticks or 0, 0 if sibling is None else worst_ticks(sibling))


def worst_ticks(order: Order) -> int:
    """The price that an order's hold is reckoned at: its limit, else its stop."""
    return order.price_ticks or order.stop_ticks or 0


def needed_units(account: Account, instrument: Instrument, legs: list[Order], lots: int) -> int:
    """What must be held for `lots` of whichever leg needs more; nothing in a margin account."""
    if account.is_margin:
        return 0
    if legs[0].side is not BUY:
        return lots * instrument.lot_units
    return max(buy_hold_units(instrument, account, worst_ticks(leg), lots) for leg in legs)


def money_units(account: Account, instrument: Instrument, legs: list[Order]) -> int:
    """What there is for the legs: the free balance of what they give away, and what they hold already."""
    asset = instrument.quote if legs[0].side is BUY else instrument.base
    return account.available_units(asset) + sum(leg.held_units for leg in legs)
