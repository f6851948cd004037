"""The epochs of an account as a whole: when each began and ended, with how much, and what it held at its end.

An epoch begins with the account or with a reset, and a reset archives the one before it: its orders and fills stay where
they are (in memory, then in the history on disk), and what it was worth and held is kept here.
"""

import msgspec

from trading.sandbox.accounts import Account
from trading.sandbox.events import AccountOpened, AccountReset, FundsMoved
from trading.states import BalanceState, PositionState, balance_state, position_state

MAX_RECORDS = 1_000
"""Epochs of one account that are told of; of older ones the journal has the events, and the history the orders."""

OWN_FUNDS = ("deposit", "withdrawal")
"""The kinds of money that came or went on its owner's wish; all others are profit or loss."""


class EpochRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One epoch. Worths are in the account's base currency, None where they are not known.

    From `closed_ns` on it tells of the end, and is empty in the present epoch. `net_deposit_units` is what its owner put in
    after the start, less what was taken out; `uncounted` are assets of such moves that no market had a rate for.
    """

    epoch: int
    opened_ns: int
    start_equity_units: int | None = None
    net_deposit_units: int = 0
    uncounted: tuple[str, ...] = ()
    closed_ns: int | None = None
    end_equity_units: int | None = None
    order_count: int = 0
    fill_count: int = 0
    balances: tuple[BalanceState, ...] = ()
    positions: tuple[PositionState, ...] = ()
    marks: dict[str, int] = {}

    @property
    def profit_units(self) -> int | None:
        """What trading made of it by the end, deposits told apart; None where a worth is not known."""
        if self.start_equity_units is None or self.end_equity_units is None:
            return None
        return self.end_equity_units - self.start_equity_units - self.net_deposit_units


def first_record(opened: AccountOpened, start_equity_units: int | None = None) -> EpochRecord:
    """The first epoch; journals written before worths were noted tell of them where all the money is in the base."""
    if start_equity_units is None:
        start_equity_units = opened.start_equity_units
    if start_equity_units is None and not any(
        units for asset, units in opened.balances.items() if asset != opened.base_currency
    ):
        start_equity_units = opened.balances.get(opened.base_currency, 0)
    return EpochRecord(1, opened.time_ns, start_equity_units)


def next_record(
    records: list[EpochRecord], reset: AccountReset, account: Account, order_count: int, fill_count: int
) -> list[EpochRecord]:
    """The records after a reset: the last one closed with what the account had, its open orders canceled, and a new one."""
    closed = msgspec.structs.replace(
        records[-1],
        closed_ns=reset.time_ns,
        end_equity_units=reset.end_equity_units,
        order_count=order_count,
        fill_count=fill_count,
        balances=tuple(
            msgspec.structs.replace(balance_state(account, asset), held_units=0) for asset in account.balances
        ),
        positions=tuple(
            msgspec.structs.replace(position_state(account, symbol), buying_lots=0, selling_lots=0)
            for symbol in account.positions
        ),
        marks=reset.marks,
    )
    begun = EpochRecord(reset.epoch, reset.time_ns, reset.start_equity_units)
    return [*records[:-1], closed, begun][-MAX_RECORDS:]


def with_funds(record: EpochRecord, event: FundsMoved) -> EpochRecord:
    """The epoch after money came or went."""
    if event.kind not in OWN_FUNDS:
        return record
    if event.base_units is None:
        return msgspec.structs.replace(record, uncounted=tuple(sorted({*record.uncounted, event.asset})))
    return msgspec.structs.replace(record, net_deposit_units=record.net_deposit_units + event.base_units)
