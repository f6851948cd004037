"""An account as it stood after an entry of the journal: what is told of it is folded again, and nothing else.

Accounts are independent, so the events of the others are passed over without being read. Ended orders are let go of at
once: what is wanted is what the account had, not what it did.
"""

from collections.abc import Callable, Iterable

from markets.instruments import Instrument
from trading.journal.entries import Entry, Record
from trading.journal.recovery import fold_record
from trading.sandbox.accounts import Account
from trading.sandbox.events import ACCOUNT_EVENTS
from trading.sandbox.exchange import Exchange
from trading.sandbox.state import order_digest


def account_at(
    records: Iterable[Record], account_id: str, sequence: int, instrument_of: Callable[[str], Instrument]
) -> Account | None:
    """The account after entry `sequence`, or None where it was not there yet; raises JournalDamaged.

    `records` come in order, from the first on; those behind `sequence` are not looked at.
    """
    past = _Past(account_id, instrument_of)
    named, instruments = account_id.encode(), b'"instrument":'
    for record in records:
        if record.seq > sequence:
            break
        if named in record.body or instruments in record.body:
            fold_record(record, past.fold)
    return past.exchange.accounts.get(account_id)


class _Past:
    """The state of one account along a journal."""

    def __init__(self, account_id: str, instrument_of: Callable[[str], Instrument]) -> None:
        self._account_id = account_id
        self._instrument_of = instrument_of
        self._traded: dict[str, Instrument] = {}
        self.exchange = Exchange(self.instrument)

    def instrument(self, symbol: str) -> Instrument:
        """The instrument as the journal knows it."""
        return self._traded.get(symbol) or self._instrument_of(symbol)

    def fold(self, _: int, entry: Entry) -> None:
        """Take in what an entry says of the account."""
        if entry.instrument is not None:
            self._traded[entry.instrument.symbol] = entry.instrument
        for event in entry.events:
            if event.account_id != self._account_id:
                continue
            self.exchange.fold(event)
            if type(event) not in ACCOUNT_EVENTS:
                self._forget_ended(event.order_id)  # type: ignore[union-attr]

    def _forget_ended(self, order_id: str) -> None:
        order = self.exchange.orders[order_id]
        if not order.is_live:
            self.exchange.forget(order, order_digest(order))
