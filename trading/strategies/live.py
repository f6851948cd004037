"""A run that goes on: its symbols, what it said, how it is doing. On the event loop alone."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import msgspec

from kit.clock import iso_from_ns
from kit.errors import DomainError
from kit.trace import new_id
from markets.updates import INTERVALS
from quant.strategies.deciding import SILENCE, Said
from trading.desk import Desk
from trading.sandbox.events import OrderFilled
from trading.strategies.dealing import QUIET, Dealer, Deed
from trading.strategies.measuring import Measures
from trading.strategies.readings import Reading
from trading.strategies.records import (
    MAX_GAPS,
    NOTHING,
    ORDERED,
    REFUSED,
    Gap,
    Progress,
    Run,
    Signal,
)

SIGNALS_KEPT: Final = 1_000
"""Signals of a run in memory, the newest; the table has more of those on the main market."""

SLOW_S: Final = 0.05
"""A bar that takes a run longer than this is slow: ten of them in a row, and it is stopped."""
SLOW_BARS: Final = 10

NO_NEXT_BAR: Final = "no_next_bar"


@dataclass(slots=True)
class Counts:
    """What became of a run's bars since this process took it up."""

    bars: int = 0
    signals: int = 0
    ordered: int = 0
    refused: int = 0
    slow_in_a_row: int = 0
    slowest_s: float = 0.0


@dataclass(slots=True, eq=False)
class LiveRun:
    """One run: what travels of it, its dealers by symbol, and its newest signals."""

    run: Run
    dealers: dict[str, Dealer]
    progress: Progress = field(default_factory=Progress)
    signals: deque[Signal] = field(default_factory=lambda: deque(maxlen=SIGNALS_KEPT))
    counts: Counts = field(default_factory=Counts)
    is_done: bool = False
    """Whether there is nothing left to do for it."""
    said: dict[str, Said] = field(default_factory=dict)
    """What was said last of each symbol, so that a state that lasts is told once."""

    @property
    def interval_s(self) -> int:
        """The length of its bars."""
        return INTERVALS[self.run.spec.interval]

    def act(self, desk: Desk, symbol: str, bar_ns: int, reading: Reading, measures: Measures) -> Signal | None:
        """Act on a bar that has closed; the signal, if there is something to tell."""
        self.counts.bars += 1
        account = desk.exchange.accounts.get(self.run.account)
        if account is None:
            raise AccountGone(self.run.account)
        dealer = self.dealers[symbol]
        held = sum(each.lots(account) != 0 for each in self.dealers.values() if each is not dealer)
        deed = dealer.act(desk, reading.said, bar_ns, measures, held)
        self.note_bar(symbol, bar_ns)
        self.is_done = deed.is_done
        return self._signal(desk, symbol, bar_ns, reading, deed)

    def refuse(self, desk: Desk, symbol: str, bar_ns: int, reading: Reading, refusal: DomainError) -> Signal | None:
        """Nothing can be changed at present: the bar is lost, and the run goes on."""
        self.note_bar(symbol, bar_ns)
        return self._signal(desk, symbol, bar_ns, reading, Deed(REFUSED, refusal.code, refusal.message))

    def pass_over(self, desk: Desk, symbol: str, bar_ns: int, reading: Reading, reason: str) -> Signal | None:
        """A bar that closed when nothing could be done any more; the signal, if it said anything."""
        if not reading.said.is_anything:
            return None
        return self._signal(desk, symbol, bar_ns, reading, Deed(REFUSED, reason, "No bar follows to act at."))

    def on_fill(self, desk: Desk, fill: OrderFilled, measures: Measures, symbol: str) -> Signal | None:
        """An order of its account filled after the bar that it was placed at; the signal, if that led to anything."""
        deed = self.dealers[symbol].on_fill(desk, fill, measures)
        if deed is QUIET:
            return None
        signal = self.new_signal(desk.market_time_ns(), symbol, self.progress.last_ns.get(symbol, fill.time_ns), deed)
        self.signals.append(signal)
        return signal

    def note_bar(self, symbol: str, bar_ns: int) -> None:
        """The bar is done with."""
        self.progress.last_ns[symbol] = bar_ns

    def note_gap(self, gap: Gap) -> None:
        """Bars were missed."""
        gaps = (*self.progress.gaps, gap)[-MAX_GAPS:]
        self.progress = msgspec.structs.replace(self.progress, gaps=gaps)

    def note_time(self, took_s: float) -> bool:
        """How long a bar took; whether it is slow once too often."""
        counts = self.counts
        counts.slowest_s = max(counts.slowest_s, took_s)
        counts.slow_in_a_row = counts.slow_in_a_row + 1 if took_s > SLOW_S else 0
        return counts.slow_in_a_row >= SLOW_BARS

    def _signal(self, desk: Desk, symbol: str, bar_ns: int, reading: Reading, deed: Deed) -> Signal | None:
        """A deed is told of always, what was said when it is not what was said before."""
        before = self.said.get(symbol, SILENCE)
        self.said[symbol] = reading.said
        is_new = reading.said.is_anything and reading.said != before
        if deed is QUIET and not is_new:
            return None
        if deed.outcome == REFUSED and reading.said == before and self._was_refused_so(symbol, deed):
            return None
        self.counts.signals += 1
        self.counts.ordered += deed.outcome == ORDERED
        self.counts.refused += deed.outcome == REFUSED
        signal = self.new_signal(desk.market_time_ns(), symbol, bar_ns, deed, reading)
        self.signals.append(signal)
        return signal

    def _was_refused_so(self, symbol: str, deed: Deed) -> bool:
        """Whether the newest signal of a symbol is a refusal for the same reason: told once, not at every bar."""
        newest = next((each for each in reversed(self.signals) if each.symbol == symbol), None)
        return newest is not None and (newest.outcome, newest.reason) == (REFUSED, deed.reason)

    def new_signal(self, time_ns: int, symbol: str, bar_ns: int, deed: Deed, reading: Reading | None = None) -> Signal:
        """A signal of this run."""
        text = deed.text
        if deed.outcome == NOTHING and not text:
            text = "Nothing to do: what it asks for is held, or there is nothing to leave."
        return Signal(
            id=new_id(),
            run_id=self.run.id,
            symbol=symbol,
            bar_ns=bar_ns,
            time_ns=time_ns,
            said=() if reading is None else reading.said.names,
            values=deed.values if reading is None else {**reading.values, **deed.values},
            outcome=deed.outcome,
            reason=deed.reason,
            text=text,
            order_ids=deed.order_ids,
        )


class AccountGone(Exception):
    """The account that a run trades on is not there any more."""

    def __init__(self, account_id: str) -> None:
        super().__init__(f"There is no account {account_id!r} any more.")


def gap_text(gap: Gap) -> str:
    """A gap as a person reads it."""
    if gap.from_ns is None or gap.to_ns is None:
        return f"{gap.symbol}: {gap.reason}"
    return (
        f"{gap.symbol}: bars from {iso_from_ns(gap.from_ns)} to {iso_from_ns(gap.to_ns)} were not traded. {gap.reason}"
    )
