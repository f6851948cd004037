"""An order's place in an order list, and what both legs of a pair have in common.

A list has no state of its own: each of its orders carries the same `Link`, and how the list stands follows from how its
orders stand. So it is in the journal, in snapshots and in the history wherever its orders are. Its id is that of its
first order (the entry, or the first leg of an oco), as with Alpaca's nested orders.
"""

from enum import StrEnum

import msgspec


class ListType(StrEnum):
    """How the orders of a list depend on each other."""

    OCO = "oco"
    OTO = "oto"
    BRACKET = "bracket"


class Role(StrEnum):
    """What an order is in its list; also the field under which a request names it."""

    ENTRY = "entry"
    THEN = "then"
    TAKE_PROFIT = "take_profit"
    STOP_LOSS = "stop_loss"


class Link(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What an order knows of its list. Journals and snapshots keep it under these names.

    `order_ids` are all orders of the list, the first one first. `sibling_id` is the other leg of a pair of which only
    one may fill. `parent_id` is the order that has to fill before this one begins. Of a pair the one that `is_covered`
    holds no money and reserves no margin: its sibling does for both.
    """

    list_id: str
    type: ListType
    role: Role
    order_ids: tuple[str, ...]
    sibling_id: str | None = None
    parent_id: str | None = None
    is_covered: bool = False


def waits_for(link: Link) -> str:
    """Why an order waits that has a parent."""
    return f"Waits for order {link.parent_id} to fill."
