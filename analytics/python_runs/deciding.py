"""From what a strategy says at a close, and what its account holds, to the orders that are sent. Pure."""

from decimal import Decimal
from typing import Any, Final

import msgspec

from analytics.backtests.truncation import SIDES
from kit.clock import NS_PER_SECOND
from quant.strategies.deciding import LONG, NONE, Said, entering, leaving

MAX_KEY: Final = 64
"""Characters of a client order id; of a name that is too long its beginning is in it."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a strategy trades: how much it enters with in the base asset, and whether it may be short."""

    name: str
    symbol: str
    interval: str
    quantity: Decimal
    allow_short: bool = False


def said_of(code: int) -> Said:
    """The answer of a strategy to one bar."""
    return Said(**{side: bool(code & bit) for side, bit in SIDES.items()})


def orders_of(wish: Wish, said: Said, held: Decimal, bar_ns: int) -> tuple[list[dict[str, Any]], str]:
    """The orders of a bar in the order in which they are sent, and why nothing is entered; that is empty where nothing
    was asked for or an entry is among them.

    Their client order ids are made of the bar: the exchange takes each once, so a bar acted on twice orders once.
    """
    sign = (held > 0) - (held < 0)
    reason = leaving(said, sign, allow_short=wish.allow_short)
    orders = []
    if reason is not None:
        closing = {"side": "sell" if held > 0 else "buy", "quantity": f"{abs(held):f}", "reduce_only": True}
        orders.append(_order(wish, bar_ns, "exit", closing))
        sign = 0
    side, refusal = entering(said, sign, allow_short=wish.allow_short)
    if side != NONE:
        opening = {"side": "buy" if side == LONG else "sell", "quantity": f"{wish.quantity:f}"}
        orders.append(_order(wish, bar_ns, "entry", opening))
    return orders, refusal or ""


def _order(wish: Wish, bar_ns: int, what: str, fields: dict[str, Any]) -> dict[str, Any]:
    ending = f".{wish.symbol}.{wish.interval}.{bar_ns // NS_PER_SECOND:x}.{what}"
    key = wish.name[: MAX_KEY - len(ending)] + ending
    return {"symbol": wish.symbol, "type": "market", "client_order_id": key, **fields}
