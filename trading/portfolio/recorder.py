"""Who takes the samples of equity: once a minute of the market's clock, and whenever money comes or goes.

Only accounts that were traded in or hold something with a price are looked at, and only a worth that changed is a sample.
The loop values a few accounts a turn; a thread writes. What is sampled is durable: the published state at the last prices.
"""

import asyncio
import logging
from itertools import islice
from typing import Protocol

from trading.journal.entries import Head
from trading.journal.errors import StoreFailed
from trading.portfolio.samples import DAY_NS, FOR_A_WEEK, FOR_A_YEAR, FOR_EVER, HOUR_NS, Row, Samples
from trading.portfolio.series import Sample
from trading.published import Change, Published, PublishedAccount
from trading.sandbox.events import AccountChanged
from trading.sandbox.rates import Rates

EVERY_NS = 60 * 10**9
ACCOUNTS_A_TURN = 100
MAX_WAITING_ROWS = 50_000
"""Rows that wait for the disk; beyond it the oldest are given up, and the curve is coarser there."""

_log = logging.getLogger(__name__)


class Valued(Protocol):
    """Whose accounts are sampled: a desk."""

    @property
    def published(self) -> Published:
        """The durable state."""
        ...

    @property
    def rates(self) -> Rates:
        """What it is worth."""
        ...

    @property
    def durable_head(self) -> Head:
        """The last durable entry of the journal."""
        ...


class Recorder:
    """Samples the accounts of one desk; used on its event loop."""

    def __init__(self, samples: Samples, desk: Valued) -> None:
        self.samples = samples
        self._desk = desk
        self._watched: dict[str, None] = {}
        self._last: dict[str, tuple[int, int, Sample]] = {}
        """By account the epoch and run of its last sample, and that."""
        self._left: list[str] = []
        """Accounts that this minute has not come to yet."""
        self._waiting: list[Row] = []
        self._being_written: list[Row] = []
        self._writing: asyncio.Task[None] | None = None
        self.run = 1
        self.last_ns = 0
        self.next_ns = 0
        """Nothing is to be done while the market's clock is from `last_ns` on and before this."""

    def begin(self) -> None:
        """Go on where the samples on disk end; every account may have something with a price."""
        self.run, self.last_ns = self.samples.run, self.samples.last_ns
        self.next_ns = self.last_ns
        self._last.clear()
        self._watched = dict.fromkeys(self._desk.published.accounts)

    async def end(self) -> None:
        """Write what waits, and let go of the file."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
        if self._waiting:
            await self._write()
        await asyncio.to_thread(self.samples.close)

    def on_time(self, time_ns: int) -> None:
        """The market's clock came to another minute, or was set back."""
        if time_ns < self.last_ns:
            self.run += 1
        self.last_ns = time_ns
        self.next_ns = (time_ns // EVERY_NS + 1) * EVERY_NS
        if not self._left:
            self._left = list(self._watched)
            self._sample_some(time_ns)

    def on_change(self, change: Change) -> None:
        """Something became durable: watch who traded, and sample at once where money came or went."""
        for fill in change.fills:
            self._watched[fill.account_id] = None
        for event in change.accounts:
            if not isinstance(event, AccountChanged):
                self._watched[event.account_id] = None
                self._sample(event.account_id, event.time_ns, kept=FOR_EVER)
        if change.accounts:
            self._write_soon()

    def waiting_of(self, account_id: str, epoch: int) -> list[Row]:
        """The rows of an account that are not on disk yet, oldest first."""
        return [
            row for row in (*self._being_written, *self._waiting) if row.account_id == account_id and row.epoch == epoch
        ]

    def _sample_some(self, time_ns: int) -> None:
        """Some accounts now, the rest in later turns of the loop."""
        for account_id in islice(self._left, ACCOUNTS_A_TURN):
            self._sample(account_id, time_ns)
        del self._left[:ACCOUNTS_A_TURN]
        if self._left:
            asyncio.get_running_loop().call_soon(self._sample_some, time_ns)
        else:
            self._write_soon()

    def _sample(self, account_id: str, time_ns: int, *, kept: int | None = None) -> None:
        published = self._desk.published.accounts.get(account_id)
        if published is None:
            return
        worth_units = self._desk.rates.worth(published.account).equity_units
        record = published.records[-1]
        sample = Sample(time_ns, worth_units, record.net_deposit_units)
        epoch, run, before = self._last.get(account_id, (0, 0, None))
        if before is None or (epoch, run) != (record.epoch, self.run):
            kept = FOR_EVER
        elif (before.equity_units, before.deposit_units) == (worth_units, record.net_deposit_units):
            self._stop_watching(account_id, published)
            return
        else:
            kept = _kept(before.time_ns, time_ns) if kept is None else kept
        self._last[account_id] = (record.epoch, self.run, sample)
        self._waiting.append(Row(account_id, record.epoch, self.run, sample, kept))
        self._stop_watching(account_id, published)

    def _stop_watching(self, account_id: str, published: PublishedAccount) -> None:
        """An account that has nothing but its base currency is worth the same until it trades."""
        account = published.account
        if all(asset == account.base_currency or each.is_nothing for asset, each in account.balances.items()):
            self._watched.pop(account_id, None)

    def _write_soon(self) -> None:
        if self._waiting and (self._writing is None or self._writing.done()):
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        rows = self._being_written = self._waiting
        self._waiting = []
        head, run, last_ns = self._desk.durable_head, self.run, self.last_ns
        try:
            await asyncio.to_thread(self.samples.add, rows, head=head, run=run, last_ns=last_ns)
        except StoreFailed as fault:
            _log.warning("%d samples of equity wait for the disk: %s", len(rows), fault)
            self._waiting = (rows + self._waiting)[-MAX_WAITING_ROWS:]
        finally:
            self._being_written = []


def _kept(before_ns: int, time_ns: int) -> int:
    """The first of a day is kept for ever, the first of an hour for a year."""
    if before_ns // DAY_NS != time_ns // DAY_NS:
        return FOR_EVER
    return FOR_A_YEAR if before_ns // HOUR_NS != time_ns // HOUR_NS else FOR_A_WEEK
