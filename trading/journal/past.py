"""An account as it stood after an entry of the journal: what is told of it is folded again, with nothing else but how far
the prices went that trailing stops follow.

Accounts are independent, so the events of the others are passed over without being read. Ended orders are let go of at
once: what is wanted is what the account had, not what it did.
"""

from collections.abc import Callable, Iterable

from markets.instruments import Instrument
from trading.journal.entries import Entry, Record
from trading.journal.recovery import fold_record
from trading.sandbox.accounts import Account
from trading.sandbox.events import OrderEvent, StopsTrailed
from trading.sandbox.exchange import Exchange
from trading.sandbox.state import order_digest


def account_at(
    records: Iterable[Record], account_id: str, sequence: int, instrument_of: Callable[[str], Instrument]
) -> Account | None:
    """The account after entry `sequence`, or None where it was not there yet; raises JournalDamaged.

    `records` come in order, from the first on; those behind `sequence` are not looked at.
    """
    past = _Past(account_id, instrument_of)
    wanted = (account_id.encode(), b'"instrument":', b'"stops_trailed"')
    for record in records:
        if record.seq > sequence:
            break
        if any(part in record.body for part in wanted):
            fold_record(record, past.fold)
    return past.account()


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
            if event.account_id != self._account_id and not isinstance(event, StopsTrailed):
                continue
            self.exchange.fold(event)
            if isinstance(event, OrderEvent):
                self._forget_ended(event.order_id)

    def account(self) -> Account | None:
        """As it is now, its trailing stops where they have come to."""
        account = self.exchange.accounts.get(self._account_id)
        if account is not None:
            for order in list(account.open_orders.values()):
                account.open_orders[order.id] = self.exchange.present(order)
        return account

    def _forget_ended(self, order_id: str) -> None:
        order = self.exchange.orders[order_id]
        if not order.is_live:
            self.exchange.forget(order, order_digest(order))
