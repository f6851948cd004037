"""Deciding a fork: an account that begins as another one stands, or stood after an entry of the journal.

The event holds all of the state it begins with, so that a replay needs neither the source nor the past.
"""

import msgspec

from kit.errors import Conflict
from trading.sandbox import events as ev
from trading.sandbox.account_folds import forked_account, terms_of
from trading.sandbox.accounts import Account
from trading.sandbox.decision import Decision
from trading.sandbox.ids import derived_id
from trading.sandbox.links import Link, ListType, waits_for
from trading.sandbox.orders import ForkAccount, Order
from trading.sandbox.state import State


class Forks:
    """Decides over the forks of one state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def fork(self, command: ForkAccount, time_ns: int) -> Decision:
        """The copy, with its worth at the present prices; raises Conflict ACCOUNT_EXISTS and NotFound."""
        if command.account_id in self._state.accounts:
            raise Conflict(f"There is an account {command.account_id!r} already.", code="ACCOUNT_EXISTS")
        source = command.past if command.past is not None else self._state.account(command.source_id)
        assert isinstance(source, Account), "a past state is an account's"
        event = self._forked(command, source, time_ns)
        copied, _ = forked_account(event)
        worth_units = self._state.rates.worth(copied).equity_units
        return Decision([msgspec.structs.replace(event, start_equity_units=worth_units)])

    def _forked(self, command: ForkAccount, source: Account, time_ns: int) -> ev.AccountForked:
        opened = ev.AccountOpened(
            time_ns=time_ns,
            account_id=command.account_id,
            name=command.name,
            type=source.type,
            base_currency=source.base_currency,
            allow_short=source.allow_short,
            maker_ppm=source.maker_ppm,
            taker_ppm=source.taker_ppm,
            fill_policy=source.fill_policy,
            policy=source.policy,
            balances=command.starting_balances,
        )
        terms = msgspec.structs.replace(
            terms_of(source), time_ns=time_ns, account_id=command.account_id, name=command.name
        )
        orders = self._open_orders(command, source) if command.with_orders else []
        id_of = {order.id: derived_id(time_ns, command.account_id, order.id) for order in orders}
        return ev.AccountForked(
            time_ns=time_ns,
            account_id=command.account_id,
            source_id=command.source_id,
            source_sequence=command.source_sequence,
            opened=opened,
            changed=terms,
            balances={asset: each.total_units for asset, each in source.balances.items() if each.total_units},
            positions=_positions_of(source),
            orders=tuple(
                self._copied(order, command.account_id, number, id_of) for number, order in enumerate(orders, start=1)
            ),
            risk=source.risk.without_marks,
        )

    def _open_orders(self, command: ForkAccount, source: Account) -> list[Order]:
        """Those of the source as they are now, or were then, in the order of their time priority."""
        orders = sorted(source.open_orders.values(), key=_sequence)
        return orders if command.past is not None else [self._state.present(order) for order in orders]

    def _copied(self, order: Order, account_id: str, number: int, id_of: dict[str, str]) -> Order:
        """An open order under an id of its own, behind all others at its price."""
        copied: Order = msgspec.structs.replace(
            order,
            id=id_of[order.id],
            account_id=account_id,
            sequence=self._state.sequence + number,
            link=None if order.link is None else _copied_link(order.link, id_of),
        )
        if copied.link is not None and copied.is_dormant:
            copied.status_reason = waits_for(copied.link)
        return copied


def _copied_link(link: Link, id_of: dict[str, str]) -> Link | None:
    """The place in a list of the orders that are open still; None for the last one, which is alone now.

    An entry that has ended is not copied: the pair that followed it is an oco from then on.
    """
    order_ids = tuple(id_of[each] for each in link.order_ids if each in id_of)
    if len(order_ids) < 2:
        return None
    is_whole = len(order_ids) == len(link.order_ids)
    return msgspec.structs.replace(
        link,
        list_id=order_ids[0],
        type=link.type if is_whole else ListType.OCO,
        order_ids=order_ids,
        sibling_id=None if link.sibling_id is None else id_of.get(link.sibling_id),
        parent_id=None if link.parent_id is None else id_of.get(link.parent_id),
    )


def _positions_of(source: Account) -> tuple[ev.ForkedPosition, ...]:
    return tuple(
        ev.ForkedPosition(
            symbol=symbol,
            quantity_lots=position.quantity_lots,
            cost_units=position.cost_units,
            realized_units=position.realized_units,
            fee_units=position.fee_units,
            opened_ns=position.opened_ns,
        )
        for symbol, position in source.positions.items()
        if position.quantity_lots or position.realized_units or position.fee_units
    )


def _sequence(order: Order) -> int:
    return order.sequence
