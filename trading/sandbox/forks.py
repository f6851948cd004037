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
            balances=command.starting_balances,
        )
        terms = msgspec.structs.replace(
            terms_of(source), time_ns=time_ns, account_id=command.account_id, name=command.name
        )
        orders = sorted(source.open_orders.values(), key=_sequence) if command.with_orders else []
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
                self._copied(order, command.account_id, number, time_ns) for number, order in enumerate(orders, start=1)
            ),
        )

    def _copied(self, order: Order, account_id: str, number: int, time_ns: int) -> Order:
        """An open order under an id of its own, behind all others at its price."""
        return msgspec.structs.replace(
            order,
            id=derived_id(time_ns, account_id, order.id),
            account_id=account_id,
            sequence=self._state.sequence + number,
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
