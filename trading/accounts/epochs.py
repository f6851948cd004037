"""Epochs of an account as clients see them, and an account as it stood at the end of one."""

from collections.abc import Callable

import msgspec

from markets.instruments import Instrument
from trading.desk import Desk
from trading.epochs import EpochRecord
from trading.numbers import money_text, time_text
from trading.published import PublishedAccount, set_balance, set_position
from trading.sandbox.account_folds import account_from, fold_changed, terms_of
from trading.sandbox.accounts import Account
from trading.sandbox.rates import Rates


class EpochAnswer(msgspec.Struct, frozen=True):
    """One epoch of an account."""

    epoch: int
    opened_at: str
    closed_at: str | None
    start_equity: str | None
    end_equity: str | None
    net_deposits: str
    profit: str | None
    not_counted: list[str]
    orders: int
    fills: int


def epoch_answer(published: PublishedAccount, record: EpochRecord, rates: Rates) -> EpochAnswer:
    """An epoch; the present one as it stands at the last prices."""
    if record.closed_ns is None:
        record = msgspec.structs.replace(
            record,
            end_equity_units=rates.worth(published.account).equity_units,
            order_count=published.present.order_count,
            fill_count=published.present.fill_count,
        )
    return EpochAnswer(
        epoch=record.epoch,
        opened_at=time_text(record.opened_ns),
        closed_at=None if record.closed_ns is None else time_text(record.closed_ns),
        start_equity=_money_or_none(record.start_equity_units),
        end_equity=_money_or_none(record.end_equity_units),
        net_deposits=money_text(record.net_deposit_units),
        profit=_money_or_none(record.profit_units),
        not_counted=list(record.uncounted),
        orders=record.order_count,
        fills=record.fill_count,
    )


def ended_epoch(desk: Desk, account_id: str, epoch: int | None) -> EpochRecord | None:
    """The record of an epoch that ended, or None for the present one; raises NotFound."""
    record = desk.published.account(account_id).record(epoch)
    return None if record.closed_ns is None else record


def past_account(published: PublishedAccount, record: EpochRecord) -> Account:
    """The account as it was at the end of an epoch, under the terms of now."""
    past = account_from(published.opened)
    fold_changed(past, terms_of(published.account))
    past.start_epoch(record.epoch, {})
    for balance in record.balances:
        set_balance(past, balance)
    for position in record.positions:
        set_position(past, position)
    return past


def past_rates(instrument_of: Callable[[str], Instrument], record: EpochRecord) -> Rates:
    """The prices of what was held when an epoch ended."""

    def mark_of(symbol: str) -> tuple[Instrument, int | None]:
        return instrument_of(symbol), record.marks.get(symbol)

    return Rates(mark_of, record.marks.keys)


def _money_or_none(units: int | None) -> str | None:
    return None if units is None else money_text(units)
