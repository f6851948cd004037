"""The accounts whose facts rules compare, on the event loop: looked at with every change of theirs and, while prices move,
about once a second.
"""

import asyncio
import logging
from collections.abc import Callable
from itertools import islice
from typing import Final

from markets.updates import MarketUpdate
from trading.alerts.facts import Marks, facts_of, marks_from
from trading.desk import Desk
from trading.portfolio.samples import SamplesFailed
from trading.portfolio.series import Sample
from trading.published import Change

PACE_S: Final = 1.0
"""Between two looks while prices move, by the machine's clock."""

ACCOUNTS_A_TURN: Final = 50
"""Accounts looked at before the loop has other work again; one takes some ten microseconds for each position."""

_log = logging.getLogger(__name__)

OnFacts = Callable[[str, dict[str, int], int], None]
"""Told an account, its facts and the market's time."""


class AccountWatch:
    """The accounts that rules watch, and where their profits count from."""

    def __init__(self, find_desk: Callable[[], Desk | None], on_facts: OnFacts) -> None:
        self._find_desk = find_desk
        self._on_facts = on_facts
        self._watched: dict[str, int] = {}
        self._marks: dict[str, Marks] = {}
        self._due: dict[str, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._seeding: set[asyncio.Task[None]] = set()
        self._is_running = False
        self.looks = 0
        """Accounts looked at since the start."""

    def start(self) -> None:
        """Look from now on."""
        self._is_running = True

    async def stop(self) -> None:
        """Look no more, and forget everything."""
        self._is_running = False
        if self._timer is not None:
            self._timer.cancel()
        for task in self._seeding:
            task.cancel()
        if self._seeding:
            await asyncio.wait(self._seeding)
        self._timer = None
        self._watched.clear()
        self._marks.clear()
        self._due.clear()

    def watch(self, account_id: str) -> None:
        """One rule more compares its facts."""
        self._watched[account_id] = self._watched.get(account_id, 0) + 1
        if self._watched[account_id] == 1 and self._is_running:
            task = asyncio.get_running_loop().create_task(self._begin(account_id))
            self._seeding.add(task)
            task.add_done_callback(self._seeding.discard)

    def forget(self, account_id: str) -> None:
        """One rule less."""
        self._watched[account_id] -= 1
        if not self._watched[account_id]:
            del self._watched[account_id]
            self._marks.pop(account_id, None)
            self._due.pop(account_id, None)

    def on_market(self, _: MarketUpdate) -> None:
        """A price has moved, so every worth may have."""
        if self._watched and self._timer is None and self._is_running:
            self._due = dict.fromkeys(self._watched)
            self._look_after(PACE_S)

    def on_change(self, change: Change) -> None:
        """Something became durable: who it touched is looked at in the next turn of the loop."""
        if not self._watched:
            return
        touched = [event.account_id for event in change.events if event.account_id in self._watched]
        if touched and self._is_running:
            self._due.update(dict.fromkeys(touched))
            self._look_after(0)

    def _look_after(self, pause_s: float) -> None:
        if self._timer is not None:
            if pause_s:
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(pause_s, self._look)

    def _look(self) -> None:
        """Look at some of those that are due, and at the others in later turns."""
        self._timer = None
        for account_id in list(islice(self._due, ACCOUNTS_A_TURN)):
            del self._due[account_id]
            try:
                self._look_at(account_id)
            except Exception:  # one account must not keep the others from being looked at
                _log.exception("The facts of the account %s could not be looked at.", account_id)
        if self._due:
            self._look_after(0)

    def _look_at(self, account_id: str) -> None:
        desk, marks = self._find_desk(), self._marks.get(account_id)
        published = None if desk is None else desk.published.accounts.get(account_id)
        if desk is None or published is None or marks is None:
            return
        self.looks += 1
        record, time_ns = published.records[-1], desk.market_time_ns()
        facts = facts_of(
            published.account,
            desk.rates,
            marks,
            epoch=record.epoch,
            deposit_units=record.net_deposit_units,
            time_ns=time_ns,
        )
        if facts:
            self._on_facts(account_id, facts, time_ns)

    async def _begin(self, account_id: str) -> None:
        """Find where profits count from: out of the samples of the past, else from the first look on."""
        desk = self._find_desk()
        published = None if desk is None else desk.published.accounts.get(account_id)
        if desk is None or published is None:
            self._marks[account_id] = Marks(-1, -1, 0, 0)
            return
        record = published.records[-1]
        past: list[Sample] = []
        if record.start_equity_units is not None:
            past.append(Sample(record.opened_ns, record.start_equity_units, 0))
        try:
            samples = desk.portfolio.samples
            _, kept = await asyncio.to_thread(samples.read, account_id, record.epoch, since_ns=record.opened_ns)
            past += [*kept, *(row.sample for row in desk.portfolio.waiting_of(account_id, record.epoch))]
        except SamplesFailed as fault:
            _log.warning("The drawdown of %s counts from now on: %s", account_id, fault)
        if account_id in self._watched:
            marks = marks_from(record.epoch, past, desk.market_time_ns())
            self._marks[account_id] = marks or Marks(-1, -1, 0, 0)
            self._due[account_id] = None
            self._look_after(0)
