"""What an order must satisfy before anything changes: shape, market rules and money.

Each check returns None or a `Refusal` with the numbers it saw; a check whose data are missing refuses.
"""

import sys
from collections.abc import Callable

import msgspec

from kit.errors import invalid_field
from kit.units import MONEY_DECIMALS, trimmed_text_from_units
from markets.instruments import Instrument
from quant.fills import fee_units, initial_units
from trading.sandbox.accounts import Account, Position
from trading.sandbox.limits import NO_RISK_LIMITS, RiskLimits
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import FOK, GTC, IOC, LIMIT, MARKET, Order, PlaceOrder

MAX_QUANTITY_LOTS = 10**18
MAX_PRICE_TICKS = 10**18

PRICED_TYPES = ("limit", "stop_limit", "take_profit_limit")
TRAILING_TYPES = ("trailing_stop", "trailing_stop_limit")
STOP_TYPES = ("stop", "stop_limit", "take_profit", "take_profit_limit")


class Refusal(msgspec.Struct, frozen=True):
    """Why the exchange does not take an order; `details` holds the numbers as decimal text."""

    code: str
    reason: str
    details: dict[str, str]


class OrderLimits(msgspec.Struct, frozen=True):
    """What an order may be, and how many may wait; decided by whoever runs the exchange. `notional_units` None: any.

    `risk` has the other limits of accounts without their own.
    """

    open_orders: int = sys.maxsize
    notional_units: int | None = None
    risk: RiskLimits = NO_RISK_LIMITS

    @property
    def defaults(self) -> RiskLimits:
        """All of it in one, as accounts with limits of their own take it."""
        return msgspec.structs.replace(
            self.risk, max_open_orders=self.open_orders, max_order_notional_units=self.notional_units
        )


NO_LIMITS = OrderLimits()


def check_shape(command: PlaceOrder) -> None:
    """Raise Invalid, naming the field, when the parts of an order do not belong together."""
    quantity_lots, price_ticks = command.quantity_lots, command.price_ticks
    if (
        command.type is LIMIT
        and quantity_lots is not None
        and price_ticks is not None
        and 0 < quantity_lots <= MAX_QUANTITY_LOTS
        and 0 < price_ticks <= MAX_PRICE_TICKS
        and command.notional_units is None
        and command.stop_ticks is None
        and (command.time_in_force is GTC or not command.post_only)
    ):
        return  # a plain limit order, said at once: it is most of the traffic
    if (command.quantity_lots is None) == (command.notional_units is None):
        raise invalid_field("quantity", "Give either quantity or notional.")
    if command.notional_units is not None and command.type is not MARKET:
        raise invalid_field("notional", "Only a market order can be sized by notional.")
    check_range("quantity", command.quantity_lots, MAX_QUANTITY_LOTS)
    check_range("notional", command.notional_units, MAX_QUANTITY_LOTS)
    _check_presence("price", command.price_ticks, command.type in PRICED_TYPES, command.type)
    _check_presence("stop_price", command.stop_ticks, command.type in STOP_TYPES, command.type)
    if command.type in TRAILING_TYPES and command.terms is None:
        raise invalid_field("trail_amount", f"A {command.type} order needs either trail_amount or trail_percent.")
    acts_at_once = command.time_in_force is IOC or command.time_in_force is FOK
    if command.type is MARKET and not acts_at_once:
        raise invalid_field("time_in_force", "A market order is ioc or fok: it never rests.")
    if command.post_only and (command.type is not LIMIT or acts_at_once):
        raise invalid_field("post_only", "Only a limit order with time in force gtc, gtd or day can be post-only.")


def check_range(field: str, value: int | None, most: int) -> None:
    """Raise Invalid, naming the field, for a value that is not positive or beyond `most`; None passes."""
    if value is not None and not 0 < value <= most:
        raise invalid_field(field, "Must be greater than 0." if value <= 0 else "Is too large.")


def _check_presence(field: str, value: int | None, wanted: bool, order_type: str) -> None:
    if wanted and value is None:
        raise invalid_field(field, f"A {order_type} order needs it.")
    if not wanted and value is not None:
        raise invalid_field(field, f"A {order_type} order takes none.")
    check_range(field, value, MAX_PRICE_TICKS)


def buy_hold_units(instrument: Instrument, account: Account, price_ticks: int, lots: int) -> int:
    """What a buy of `lots` at up to `price_ticks` may cost: notional and the larger fee, rounded up."""
    notional_units = price_ticks * lots * instrument.unit_value
    return notional_units + fee_units(notional_units, account.largest_fee_ppm)


def check_min_notional(instrument: Instrument, notional_units: int) -> Refusal | None:
    """The venue's smallest order value."""
    if notional_units >= instrument.min_notional_units:
        return None
    return Refusal(
        "MIN_NOTIONAL",
        f"The order is worth {money_text(notional_units)} {instrument.quote}; {instrument.symbol} takes orders from "
        f"{money_text(instrument.min_notional_units)} {instrument.quote}.",
        {"notional": money_text(notional_units), "min_notional": money_text(instrument.min_notional_units)},
    )


def check_quantity(instrument: Instrument, lots: int) -> Refusal | None:
    """The venue's smallest and largest quantity of one order; `max_lots` 0 is no largest."""
    if lots >= instrument.min_lots and not 0 < instrument.max_lots < lots:
        return None
    least, most = instrument.quantity_text(instrument.min_lots), instrument.quantity_text(instrument.max_lots)
    bounds = f"from {least} to {most}" if instrument.max_lots else f"from {least} on"
    return Refusal(
        "QUANTITY_LIMIT",
        f"{instrument.symbol} takes orders {bounds} {instrument.base}; this one is for {instrument.quantity_text(lots)}.",
        {"min_quantity": least, **({"max_quantity": most} if instrument.max_lots else {})},
    )


def check_open_orders(limits: OrderLimits, account: Account, command: PlaceOrder) -> Refusal | None:
    """One more order that could wait; what acts at once and then ends is not counted, so that positions can be left."""
    count = len(account.open_orders)
    acts_at_once = command.time_in_force is IOC or command.time_in_force is FOK
    if count < limits.open_orders or (command.stop_ticks is None and acts_at_once):
        return None
    return too_many_open(count, limits.open_orders)


def too_many_open(count: int, most: int) -> Refusal:
    """An account that has as many open orders as it may have."""
    return Refusal(
        "RISK_MAX_OPEN_ORDERS",
        f"The account has {count} open orders and may have {most}. Cancel some, or wait until some fill.",
        {"open_orders": str(count), "limit": str(most)},
    )


def check_notional_limit(limits: OrderLimits, instrument: Instrument, notional_units: int) -> Refusal | None:
    """The largest order value of this installation."""
    most_units = limits.notional_units
    if most_units is None or notional_units <= most_units:
        return None
    notional, limit = money_text(notional_units), money_text(most_units)
    return Refusal(
        "RISK_MAX_ORDER_NOTIONAL",
        f"The order is worth up to {notional} {instrument.quote}; an order may be worth {limit} {instrument.quote}.",
        {"notional": notional, "limit": limit},
    )


def check_enlarged(
    limits: OrderLimits, instrument: Instrument, order: Order, *, price_ticks: int, quantity_lots: int
) -> Refusal | None:
    """The largest order value, for a replacement; one that makes the order no larger always passes."""
    before_ticks = order.price_ticks or order.stop_ticks or 0
    if price_ticks * quantity_lots <= before_ticks * order.quantity_lots:
        return None
    return check_notional_limit(limits, instrument, instrument.notional_units(price_ticks, quantity_lots))


def check_available(account: Account, asset: str, required_units: int, freed_units: int = 0) -> Refusal | None:
    """Whether the account's free balance of `asset`, with what the order itself frees, covers what it needs."""
    balance = account.balances.get(asset)
    available_units = freed_units if balance is None else balance.total_units - balance.held_units + freed_units
    if required_units <= available_units:
        return None
    return Refusal(
        "INSUFFICIENT_BALANCE",
        f"The order needs {money_text(required_units)} {asset}; {money_text(available_units)} {asset} is available.",
        {"asset": asset, "required": money_text(required_units), "available": money_text(available_units)},
    )


def check_short(account: Account, position: Position, instrument: Instrument, lots: int) -> Refusal | None:
    """A margin account that may not be short sells no more than it is long, open sell orders included."""
    spare_lots = position.quantity_lots - position.selling_lots
    if account.allow_short or lots <= spare_lots:
        return None
    return Refusal(
        "INSUFFICIENT_BALANCE",
        f"The account may not be short, and {instrument.quantity_text(max(spare_lots, 0))} {instrument.base} is free to "
        f"sell.",
        {"asset": instrument.base, "required": instrument.quantity_text(lots),
         "available": instrument.quantity_text(max(spare_lots, 0))},
    )  # fmt: skip


MarkOf = Callable[[str], tuple[Instrument, int | None]]
"""Symbol to instrument and last known price in ticks."""


def margin_used_units(
    position: Position, mark_ticks: int, unit_value: int, *, leverage: int, more_buys: int = 0, more_sells: int = 0
) -> int:
    """The initial margin of the largest position that the open orders could lead to, at the mark."""
    longest = position.quantity_lots + position.buying_lots + more_buys
    shortest = position.quantity_lots - position.selling_lots - more_sells
    return initial_units(max(longest, -shortest, abs(position.quantity_lots)) * mark_ticks * unit_value, leverage)


def check_margin(
    account: Account, instrument: Instrument, *, is_buy: bool, lots: int, price_ticks: int, mark_of: MarkOf
) -> Refusal | None:
    """Whether equity in the quote asset covers the worst case of all its positions and orders, this order included.

    Equity is the quote balance plus the value of every position quoted in it. An order that does not enlarge the worst
    case always passes.
    """
    position = account.positions.get(instrument.symbol) or Position()
    buys, sells = (lots, 0) if is_buy else (0, lots)
    unit_value, leverage = instrument.unit_value, account.margin.leverage_of(instrument.symbol)
    before_units = margin_used_units(position, price_ticks, unit_value, leverage=leverage)
    after_units = margin_used_units(
        position, price_ticks, unit_value, leverage=leverage, more_buys=buys, more_sells=sells
    )
    if after_units <= before_units:
        return None
    free_units = free_margin_units(account, instrument.quote, mark_of)
    if free_units is None:
        return Refusal("NO_MARKET_PRICE", "An open order's symbol has no price yet, so margin cannot be known.", {})
    fee = fee_units(price_ticks * lots * instrument.unit_value, account.largest_fee_ppm)
    required_units = after_units - before_units + fee
    if required_units <= free_units:
        return None
    required, available = money_text(required_units), money_text(max(free_units, 0))
    return Refusal(
        "INSUFFICIENT_BALANCE",
        f"The order needs {required} {instrument.quote} of margin; {available} {instrument.quote} is free.",
        {"asset": instrument.quote, "required": required, "available": available},
    )


def free_margin_units(account: Account, quote: str, mark_of: MarkOf, terms: MarginTerms | None = None) -> int | None:
    """Equity in `quote` less what positions and open orders use of it; negative after a loss. `terms`: others than its own.

    A position whose symbol has no price yet counts at its entry price. None where only open orders wait in such a symbol:
    what they may use is not known.
    """
    free_units = account.balances[quote].total_units if quote in account.balances else 0
    terms = terms or account.margin
    for symbol, position in account.positions.items():
        instrument, mark_ticks = mark_of(symbol)
        if instrument.quote != quote:
            continue
        if mark_ticks is None and position.quantity_lots:
            mark_ticks = position.cost_units // (abs(position.quantity_lots) * instrument.unit_value)
        if mark_ticks is None and (position.buying_lots or position.selling_lots):
            return None
        if mark_ticks is not None:
            free_units += position.quantity_lots * mark_ticks * instrument.unit_value
            free_units -= margin_used_units(
                position, mark_ticks, instrument.unit_value, leverage=terms.leverage_of(symbol)
            )
    return free_units


def money_text(units: int) -> str:
    """Money as plain decimal text without trailing zeros."""
    return trimmed_text_from_units(units, MONEY_DECIMALS)
