"""The desk: the one owner of the exchange, on the event loop.

A command goes the same way each time: the exchange applies it, its events are appended to the journal, and once they
are durable the change is published and answered. When the journal fails, the desk refuses every further change, throws
away what the exchange had run ahead, and rebuilds itself from the journal as soon as the store works again. Readers see
durable state alone throughout.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from api.idempotency import StoredAnswer
from kit.clock import Clock
from kit.durations import RecentDurations
from kit.errors import DomainError, Unavailable
from kit.spans import span
from kit.trace import current_trace_id
from markets.instruments import Instrument
from markets.updates import MarketUpdate
from operations import metrics
from trading.books import Books
from trading.cancel_after.switches import CancelAfterSwitches
from trading.history import History
from trading.housekeeping import EVERY_ENTRIES, KEPT_ENDED_ORDERS, STOP_ENTRIES, STOP_ORDERS, Housekeeper, open_snapshot
from trading.journal.entries import Entry, Head
from trading.journal.errors import JournalDamaged, JournalError, StoreFailed
from trading.journal.recovery import holds, replay
from trading.journal.snapshots import SnapshotFolder, SnapshotUnusable
from trading.journal.stores import JournalStore
from trading.journal.writer import ANSWERS_KEPT_NS, JournalWriter, PendingAppend
from trading.portfolio.recorder import Recorder
from trading.portfolio.samples import Samples
from trading.published import Change, Published, capture_change
from trading.sandbox.events import AnyEvent
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import (
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    ChangeAccount,
    Command,
    FireCancelAfter,
    ForkAccount,
    MoveFunds,
    OpenAccount,
    PlaceOrder,
    PlaceOrderList,
    ReplaceOrder,
    ResetAccount,
    SetCancelAfter,
    SetRiskLimits,
    SetRiskState,
)
from trading.sandbox.rates import Rates
from trading.sandbox.risk import NO_LIMITS, OrderLimits

RETRY_DELAYS_S = (0.2, 1.0, 5.0, 15.0)
"""Pauses before the attempts to get a failed journal back; the last one repeats."""

COMMAND_NAMES: dict[type, str] = {
    PlaceOrder: "place_order",
    ReplaceOrder: "replace_order",
    CancelOrder: "cancel_order",
    CancelAllOrders: "cancel_all_orders",
    OpenAccount: "open_account",
    ResetAccount: "reset_account",
    PlaceOrderList: "place_order_list",
    CancelOrderList: "cancel_order_list",
    SetCancelAfter: "set_cancel_after",
    FireCancelAfter: "cancel_after",
    SetRiskLimits: "set_risk_limits",
    SetRiskState: "set_risk_state",
    ChangeAccount: "change_account",
    MoveFunds: "move_funds",
    ForkAccount: "fork_account",
}
"""What the journal calls each command."""

MARKET = "market"
TIME = "time"
"""What happened by the market's clock alone."""

LOOK_AT_CLOCK_S = 1.0
"""How often the market's clock is looked at, for it can move without a price: a live market's does at night."""

_log = logging.getLogger(__name__)

ChangeListener = Callable[[Change], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a journal gave: the state, its end, the changes that nobody was told of, and the answers to keep.

    `replayed` is how many entries it took, from a snapshot or from the first one.
    """

    books: Books
    head: Head
    replayed: int
    untold: list[Change]
    answers: list[StoredAnswer]


class Executed(msgspec.Struct, frozen=True):
    """A command that was applied and is on its way into the journal."""

    events: Sequence[AnyEvent]
    change: Change
    pending: PendingAppend | None


def last_pending(executed: Sequence[Executed]) -> PendingAppend | None:
    """The append that all of it is durable with; None when none of it changed anything."""
    for each in reversed(executed):
        if each.pending is not None:
            return each.pending
    return None


class Desk:
    """Takes commands and market updates; made and used on one event loop."""

    def __init__(
        self,
        *,
        store: JournalStore,
        find_instrument: Callable[[str], Instrument],
        market_time_ns: Callable[[], int],
        clock: Clock,
        restore_answers: Callable[[Sequence[StoredAnswer]], None],
        retry_delays_s: Sequence[float],
        history: History | None = None,
        snapshots: SnapshotFolder | None = None,
        kept_ended_orders: int = KEPT_ENDED_ORDERS,
        keep_house_every: int = EVERY_ENTRIES,
        limits: OrderLimits = NO_LIMITS,
        is_record: bool = True,
        samples: Samples | None = None,
    ) -> None:
        self._store = store
        self.is_record = is_record
        """Whether its journal is the record of what was done, so that no other is needed."""
        self.history = history or History()
        """The ended orders that are no longer in memory."""
        self._snapshots = snapshots
        self._housekeeper = Housekeeper(self.history, snapshots, clock, kept_ended_orders=kept_ended_orders)
        self._keep_house_every = keep_house_every
        self._keep_house_at = keep_house_every
        self._keeping_house: asyncio.Task[None] | None = None
        self._find_instrument = find_instrument
        self._market_time_ns = market_time_ns
        self._clock = clock
        self._restore_answers = restore_answers
        self._retry_delays_s = retry_delays_s
        self._listeners: list[ChangeListener] = []
        self._limits = limits
        self._books = Books(find_instrument)
        self._writer: JournalWriter | None = None
        self._markets: dict[str, MarketUpdate] = {}
        self._halted: set[str] = set()
        """Symbols that were halted and may be still: what a rebuilt exchange has to be told."""
        self._recovering: asyncio.Task[None] | None = None
        self._retry_now = asyncio.Event()
        self._next_look: asyncio.TimerHandle | None = None
        self.apply_durations = RecentDurations()
        """What the exchange took for the last commands."""
        self.marks: dict[str, int] = {}
        """The last price of each symbol in ticks, also after its market closed."""
        self.switches = CancelAfterSwitches(self, clock)
        self.add_listener(self.switches.note)
        self.rates = Rates(self.mark_of, self.marks.keys)
        """What one asset is worth in another at these prices."""
        self.portfolio = Recorder(samples or Samples(), self)
        """Who keeps what the accounts were worth."""
        self.trouble: str | None = "The exchange has not started yet."
        """Why nothing can be changed at present; None while all is well."""

    # ---- life

    async def start(self) -> None:
        """Own the journal and rebuild the state it holds.

        Raises JournalLocked, JournalDamaged or StoreFailed with the reason when trading must not begin.
        """
        await asyncio.to_thread(self._store.open)
        try:
            await asyncio.to_thread(self.history.open)
            await asyncio.to_thread(self._open_samples)
            self._take_over(await asyncio.to_thread(self._rebuild, None))
            self.portfolio.begin()
            self._look_at_clock()
        except JournalError:
            self.history.close()
            self.portfolio.samples.close()
            self._store.close()
            raise

    async def stop(self) -> None:
        """Make durable what was accepted, publish it, and let go of the journal."""
        self.trouble = "The exchange has stopped."
        if self._next_look is not None:
            self._next_look.cancel()
        self.switches.stop()
        if self._recovering is not None:
            self._recovering.cancel()
            await asyncio.wait([self._recovering])
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.stop()
        await self._end_housekeeping(writer)
        await self.portfolio.end()
        await asyncio.to_thread(self.history.close)
        await asyncio.to_thread(self._store.close)

    def add_listener(self, listener: ChangeListener) -> None:
        """Call `listener` on the loop with every change, in journal order, as soon as it is durable."""
        self._listeners.append(listener)

    # ---- reading

    @property
    def store(self) -> JournalStore:
        """Where the journal is kept; whoever looks on reads a file by a connection of its own, and memory by `kept`."""
        return self._store

    @property
    def published(self) -> Published:
        """The durable state; what may be shown."""
        return self._books.published

    @property
    def exchange(self) -> Exchange:
        """The exchange itself, ahead of the journal by what is being written; for decisions, not for showing."""
        return self._books.exchange

    @property
    def entries(self) -> int:
        """How many entries are durable."""
        return 0 if self._writer is None else self._writer.durable_seq

    @property
    def durable_head(self) -> Head:
        """The last durable entry."""
        return Head() if self._writer is None else self._writer.durable_head

    @property
    def journal_writer(self) -> JournalWriter | None:
        """Who writes the journal, for those who watch it; None while nobody does."""
        return self._writer

    @property
    def in_flight(self) -> int:
        """How many appends wait for the journal."""
        return 0 if self._writer is None else self._writer.in_flight

    def instrument(self, symbol: str) -> Instrument:
        """The instrument of a symbol; raises NotFound UNKNOWN_SYMBOL."""
        return self._books.instrument(symbol)

    def mark_of(self, symbol: str) -> tuple[Instrument, int | None]:
        """The instrument and its last price in ticks; None before the first."""
        return self._books.instrument(symbol), self.marks.get(symbol)

    def market_time_ns(self) -> int:
        """The time by the market's clock; the machine's while there is no market."""
        return self._market_time_ns() or self._clock.now_ns()

    # ---- settings that change at run time

    @property
    def order_limits(self) -> OrderLimits:
        """The limits of the installation."""
        return self._limits

    def set_order_limits(self, limits: OrderLimits) -> None:
        """Let other limits hold for the orders that are placed or changed from now on."""
        self._limits = limits
        self.exchange.set_limits(limits)

    def set_housekeeping(self, *, every_entries: int, kept_ended_orders: int) -> None:
        """Keep house at other intervals, counted from the last round, and keep as many ended orders at the next one."""
        self._keep_house_at += every_entries - self._keep_house_every
        self._keep_house_every = every_entries
        self._housekeeper.kept_ended_orders = kept_ended_orders

    # ---- changing

    def execute(self, command: Command, *, actor: str = "") -> Executed:
        """Apply a command and put its events into the journal; nothing is durable before `commit`.

        Raises Unavailable JOURNAL_UNAVAILABLE while nothing can be made durable, and what `Exchange.apply` raises.
        """
        time_ns = self.market_time_ns()
        exchange = self._books.exchange
        if time_ns >= exchange.next_due_ns:
            self.on_time(time_ns)
        writer = self._open_writer()
        name = COMMAND_NAMES[type(command)]
        try:
            with span("exchange apply"):
                started_s = time.perf_counter()
                events = exchange.apply(command, time_ns)
                took_s = time.perf_counter() - started_s
            self.apply_durations.add(took_s)
            metrics.EXCHANGE_APPLY.observe((name,), took_s)
            if not events:
                return Executed((), Change(), None)
            return self._record(writer, name, events, actor)
        except DomainError:
            raise
        except Exception as fault:
            self._halt(StoreFailed(f"The exchange broke: {fault!r}"))
            raise

    async def commit(self, executed: Sequence[Executed], answer: StoredAnswer | None = None) -> None:
        """Return once all of it is durable and published, with the answer in the last one's transaction.

        Raises Unavailable JOURNAL_UNAVAILABLE when it did not become durable.
        """
        pending = self._pending_of(executed, answer)
        if pending is None:
            return
        try:
            with span("journal commit"):
                await pending.wait()
        except JournalError as error:
            raise _unavailable(str(error)) from error

    def commit_then(
        self,
        executed: Sequence[Executed],
        answer: StoredAnswer | None,
        done: Callable[[Exception | None], None],
    ) -> None:
        """`commit` without waiting: `done` is called once, on the loop, with what `commit` would raise, or None."""
        try:
            pending = self._pending_of(executed, answer)
        except Unavailable as refusal:
            done(refusal)
            return
        if pending is None:
            done(None)
        else:
            pending.then(lambda error: done(None if error is None else _unavailable(str(error))))

    def _pending_of(self, executed: Sequence[Executed], answer: StoredAnswer | None) -> PendingAppend | None:
        """The append that all of it is durable with, the answer included; None when there is nothing to write."""
        pending = last_pending(executed)
        if answer is None:
            return pending
        writer = self._open_writer()
        return writer.append(None, answer) if pending is None else writer.attach(pending, answer)

    async def wait_until_durable(self) -> None:
        """Return once all that was applied so far is durable and published; raises Unavailable as `commit` does."""
        try:
            if self._writer is not None:
                await self._writer.drain()
        except JournalError as error:
            raise _unavailable(str(error)) from error

    async def wait_for_recovery(self) -> None:
        """Return once the journal is back, or known to be damaged; at once while all is well."""
        if self._recovering is not None:
            await asyncio.wait([self._recovering])

    def hurry_recovery(self) -> None:
        """Whoever knows that the journal's store works again need not let the desk wait until it tries the next time."""
        self._retry_now.set()

    def lose_journal(self, reason: str) -> None:
        """Whoever knows that the journal is no longer held says so; the desk gets it back as after a write that failed."""
        if self._writer is not None:
            self._halt(StoreFailed(reason))

    def on_market(self, update: MarketUpdate) -> None:
        """A step of a price: marks what is held, and fills what waits for it."""
        self.marks[update.symbol] = update.last_ticks
        self._markets[update.symbol] = update
        if self._writer is None or self.trouble is not None:
            return
        try:
            events = self.exchange.on_market(update)
            if events:
                self._record(self._writer, MARKET, events, "")
            portfolio = self.portfolio
            if not portfolio.last_ns <= update.time_ns < portfolio.next_ns:
                portfolio.on_time(update.time_ns)
        except Exception as fault:  # the feed is not to blame, and must go on
            _log.exception("The exchange broke on a step of %s.", update.symbol)
            self._halt(StoreFailed(f"The exchange broke: {fault!r}"))

    def on_time(self, time_ns: int) -> None:
        """The market's clock came to a time, with or without a price: what was due by then happens."""
        if self._writer is None or self.trouble is not None:
            return
        try:
            events = self.exchange.on_time(time_ns)
            if events:
                self._record(self._writer, TIME, events, "")
        except Exception as fault:
            _log.exception("The exchange broke when the clock came to %d.", time_ns)
            self._halt(StoreFailed(f"The exchange broke: {fault!r}"))

    def _look_at_clock(self) -> None:
        time_ns = self.market_time_ns()
        if time_ns >= self.exchange.next_due_ns:
            self.on_time(time_ns)
        self._next_look = asyncio.get_running_loop().call_later(LOOK_AT_CLOCK_S, self._look_at_clock)

    def on_market_closed(self, symbol: str) -> None:
        """A symbol has no market any more; orders wait, nothing fills."""
        self._markets.pop(symbol, None)
        self._halted.discard(symbol)
        self.exchange.close_market(symbol)

    def on_market_halted(self, symbol: str) -> None:
        """A symbol is not traded until its next update; orders wait, nothing fills."""
        self._markets.pop(symbol, None)
        self._halted.add(symbol)
        self.exchange.halt_market(symbol)

    def markets(self) -> list[MarketUpdate]:
        """The last step of each market that is open."""
        return list(self._markets.values())

    def waiting_orders(self, symbols: Collection[str]) -> int:
        """How many orders of all accounts wait in some symbols."""
        return sum(
            order.symbol in symbols
            for account in self.exchange.accounts.values()
            for order in account.open_orders.values()
        )

    def on_market_stale(self, symbol: str, since_ns: int) -> None:
        """The source of a symbol has fallen silent; orders wait, and nothing fills but where an account allows it."""
        self._markets.pop(symbol, None)
        self.exchange.grow_stale(symbol, since_ns)

    async def wait_for_room(self) -> None:
        """Hold a market that runs faster than the journal writes."""
        if self._writer is not None:
            await self._writer.wait_for_room()

    def _open_writer(self) -> JournalWriter:
        if self._writer is None or self.trouble is not None:
            raise _unavailable(self.trouble or "The exchange has stopped.")
        if not self._writer.has_room:
            raise _unavailable("The journal is behind by more than it may be; try again in a moment.")
        return self._writer

    def _record(self, writer: JournalWriter, kind: str, events: list[AnyEvent], actor: str) -> Executed:
        """Append the events as one entry; its change is published when that is durable, whoever waits for it."""
        happened = tuple(events)
        # What the market or its clock does is nobody's request, whoever started the feed.
        is_request = kind not in (MARKET, TIME)
        trace_id = current_trace_id() if is_request else ""
        books = self._books
        change = capture_change(books.exchange, books.instrument, happened, trace_id)
        entry = Entry(
            kind=kind,
            time_ns=events[0].time_ns,
            wall_ns=self._clock.now_ns(),
            account_id=(events[0].account_id or None) if is_request else None,
            trace_id=trace_id,
            actor=actor,
            instrument=self._instrument_traded_first(change),
            events=happened,
        )
        pending = writer.append(entry, when_durable=lambda seq: self._publish(seq, change, entry.instrument))
        return Executed(happened, change, pending)

    def _instrument_traded_first(self, change: Change) -> Instrument | None:
        """The instrument of an entry that brings a symbol into the journal; one command names one symbol."""
        for order in change.orders:
            if order.symbol not in self._books.traded:
                instrument = self._books.traded[order.symbol] = self._find_instrument(order.symbol)
                return instrument
        return None

    def _publish(self, seq: int, change: Change, instrument: Instrument | None) -> None:
        if instrument is not None:
            self._books.durably_traded[instrument.symbol] = instrument
        self._tell(self.published.absorb(change))
        if seq >= self._keep_house_at:
            self._begin_housekeeping(seq)

    def _tell(self, change: Change) -> None:
        if change.fills or change.accounts:
            self.portfolio.on_change(change)
        for listener in self._listeners:
            listener(change)

    # ---- housekeeping

    @property
    def housekeeping_trouble(self) -> str | None:
        """Why the last snapshot was not written; None while all is well."""
        return self._housekeeper.trouble

    async def wait_for_housekeeping(self) -> None:
        """Return once the round that goes on, if any, is over."""
        if self._keeping_house is not None:
            await asyncio.wait([self._keeping_house])

    def _begin_housekeeping(self, seq: int) -> None:
        self._keep_house_at = seq + self._keep_house_every
        if self._keeping_house is None or self._keeping_house.done():
            self._keeping_house = asyncio.get_running_loop().create_task(self._keep_house())

    async def _keep_house(self) -> None:
        """Begins between two batches of the journal: what is published is what `durable_head` says, no more and no less."""
        if self._writer is not None and self.trouble is None:
            await self._housekeeper.keep(self._books, self._writer.durable_head)

    async def _end_housekeeping(self, writer: JournalWriter | None) -> None:
        """Finish the round that goes on, and do a last one, for a quick start, if there was enough since."""
        self._housekeeper.hurry()
        await self.wait_for_housekeeping()
        if writer is not None and writer.error is None:
            entries_since = writer.durable_seq - (self._keep_house_at - self._keep_house_every)
            is_quick = len(self.exchange.orders) <= STOP_ORDERS
            if is_quick and entries_since >= min(STOP_ENTRIES, self._keep_house_every):
                await self._housekeeper.keep(self._books, writer.durable_head)

    def _open_samples(self) -> None:
        """In a thread: samples of another journal are of no use."""
        samples = self.portfolio.samples
        samples.open()
        if not holds(self._store, samples.head):
            _log.warning("The samples of equity are begun anew: they belong to another journal than this one.")
            samples.start_anew()

    # ---- recovery

    def _rebuild(self, told_seq: int | None) -> Rebuilt:
        """In a thread: the state out of the journal, and the changes after entry `told_seq` (None: all were told)."""
        if not holds(self._store, self.history.head):
            _log.warning("The history of ended orders is made anew: it belongs to another journal than this one.")
            self.history.start_anew()
        books, start = self._start_from_snapshot(told_seq)
        untold: list[Change] = []

        def fold(seq: int, entry: Entry) -> None:
            change = books.fold(entry)
            if told_seq is not None and seq > told_seq:
                untold.append(change)

        head = replay(
            self._store, fold, after=start, at_milestone=lambda head: self._housekeeper.keep_alone(books, head)
        )
        for traded, now in books.altered_instruments():
            raise JournalDamaged(
                head.seq + 1,
                f"{traded.symbol} was traded in ticks of {traded.tick} and lots of {traded.lot}, "
                f"and its market has ticks of {now.tick} and lots of {now.lot}",
            )
        answers = list(self._store.answers(self._clock.now_ns() - ANSWERS_KEPT_NS))
        return Rebuilt(books, head, head.seq - start.seq, untold, answers)

    def _start_from_snapshot(self, told_seq: int | None) -> tuple[Books, Head]:
        """The newest snapshot that can be used and was told of, or the very beginning."""
        for file in self._snapshots.files() if self._snapshots is not None else []:
            if told_seq is not None and file.seq > told_seq:
                continue
            books = Books(self._find_instrument)
            try:
                return books, open_snapshot(file.path, self._store, self.history, books)
            except SnapshotUnusable as reason:
                _log.warning("Snapshot %s is passed over: %s.", file.path.name, reason)
        return Books(self._find_instrument), Head()

    def _take_over(self, rebuilt: Rebuilt) -> None:
        """Make the rebuilt state the present one and go on from there."""
        self._books = rebuilt.books
        self.exchange.set_limits(self._limits)
        self._writer = JournalWriter(self._store, rebuilt.head, on_failure=self._halt)
        self._restore_answers(rebuilt.answers)
        self.trouble = None
        for change in rebuilt.untold:
            self._tell(change)
        self.switches.rearm()
        for symbol in self._halted - self._markets.keys():
            self.exchange.halt_market(symbol)
        for update in list(self._markets.values()):
            self.on_market(update)
        self._keep_house_at = rebuilt.head.seq - rebuilt.replayed + self._keep_house_every
        if rebuilt.head.seq >= self._keep_house_at:
            self._begin_housekeeping(rebuilt.head.seq)

    def _halt(self, error: JournalError) -> None:
        """Refuse changes from now on, and begin to get the journal back."""
        if self.trouble is None:
            self.trouble = str(error)
            _log.error("Trading is read-only: %s", error)
            self._recovering = asyncio.get_running_loop().create_task(self._recover())

    async def _recover(self) -> None:
        """Rebuild from the journal as soon as its store works again; a damaged one is left to its owner."""
        failed, self._writer = self._writer, None
        assert failed is not None, "only a desk with a writer halts"
        await failed.stop()
        attempt = 0
        while True:
            await self._pause(self._retry_delays_s[min(attempt, len(self._retry_delays_s) - 1)])
            attempt += 1
            try:
                await asyncio.to_thread(self._store.reopen)
                rebuilt = await asyncio.to_thread(self._rebuild, failed.durable_seq)
            except JournalDamaged as error:
                self.trouble = str(error)
                _log.critical("Trading stays read-only until a restart: %s", error)
                return
            except JournalError as error:
                self.trouble = str(error)
                continue
            self._take_over(rebuilt)
            _log.warning("The journal works again; trading goes on after entry %d.", rebuilt.head.seq)
            return

    async def _pause(self, delay_s: float) -> None:
        self._retry_now.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._retry_now.wait(), delay_s)


def _unavailable(reason: str) -> Unavailable:
    return Unavailable(f"Nothing can be changed at present. {reason}", code="JOURNAL_UNAVAILABLE")
