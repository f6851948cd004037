"""The desk of this process: when it starts and stops, how other parts reach it, and what a change answers.

Everything here runs on the event loop.
"""

import logging
import os
from collections.abc import Callable, Sequence, Sized
from pathlib import Path
from typing import Any

from django.conf import settings

from api.idempotency import TABLE, StoredAnswer
from api.staged import Staged
from kit.accounts import DEFAULT_ACCOUNT
from kit.caller import Caller
from kit.clock import SYSTEM_CLOCK
from kit.errors import DomainError, NotFound, Unavailable
from kit.trail import mark_journaled
from kit.units import MONEY_DECIMALS, PPM_PER_BPS
from markets import services as markets
from markets.updates import MarketUpdate
from operations.health import Health
from operations.lifecycle import StartRefused
from operations.services_registry import ServiceState
from trading import tunables
from trading.desk import RETRY_DELAYS_S, ChangeListener, Desk, Executed, last_pending
from trading.history import History
from trading.journal.errors import JournalError, JournalLocked, StoreFailed
from trading.journal.failpoints import FAILPOINTS
from trading.journal.reading import JournalPlace
from trading.journal.snapshots import SnapshotFolder
from trading.journal.stores import JournalStore, MemoryStore, SqliteStore
from trading.journal.writer import MAX_IN_FLIGHT
from trading.ownership import accounts as ownership
from trading.portfolio.samples import Samples
from trading.sandbox.orders import OpenAccount
from trading.sandbox.policies import policy_named

JOURNAL_FILE = "journal.sqlite3"
HISTORY_FILE = "history.sqlite3"
SAMPLES_FILE = "portfolio.sqlite3"
SNAPSHOT_FOLDER = "snapshots"
NOT_RUNNING = "The exchange is not running."
REHEARSAL_ENDED = "The rehearsal has ended."
NO_LONGER = "The account's own gateway answers for it again; connect anew."
MAX_ACCOUNTS = 10_000
"""Accounts of one gateway; each costs memory for ever, because its history is kept."""

STARTING_UNITS = 100_000 * 10**MONEY_DECIMALS

_log = logging.getLogger(__name__)


class StagedChange(Staged):
    """An answer that goes out once what it tells of is durable and published."""

    def __init__(
        self,
        desk: Desk,
        executed: Sequence[Executed],
        value: Any = None,
        *,
        status: int = 200,
        error: DomainError | None = None,
    ) -> None:
        super().__init__(value, status=status, error=error)
        self._desk = desk
        self._executed = executed

    async def commit(self, answer: StoredAnswer | None) -> None:
        """Wait for the journal; raises Unavailable JOURNAL_UNAVAILABLE."""
        await self._desk.commit(self._executed, answer)
        if self.is_journaled:
            mark_journaled()

    def commit_then(self, answer: StoredAnswer | None, done: Callable[[Exception | None], None]) -> None:
        """Have `done` called when the journal has it, without a task."""
        self._desk.commit_then(self._executed, answer, done)

    @property
    def is_journaled(self) -> bool:
        """Whether there is an entry in a journal that is the record."""
        return self._desk.is_record and last_pending(self._executed) is not None


class DeskHolder:
    """The desk of the process, and who wants to hear of its changes."""

    def __init__(self) -> None:
        self.desk: Desk | None = None
        self.fault = NOT_RUNNING
        self.listeners: list[ChangeListener] = []

    def make(self, folder: Path | None) -> Desk:
        """A desk wired to the markets, the answers kept and the listeners; its journal is in `folder`, or forgets."""
        desk = make_desk(_own_store(folder), folder)
        for listener in self.listeners:
            desk.add_listener(listener)
        return desk


def make_desk(store: JournalStore, folder: Path | None) -> Desk:
    """A desk of the main market over a journal; snapshots, history and curves are in `folder`, or forgotten."""
    return Desk(
        store=store,
        history=History(None if folder is None else folder / HISTORY_FILE),
        snapshots=None if folder is None else SnapshotFolder(folder / SNAPSHOT_FOLDER),
        find_instrument=markets.get_instrument,
        market_time_ns=markets.market_time_ns,
        clock=SYSTEM_CLOCK,
        restore_answers=TABLE.restore,
        retry_delays_s=RETRY_DELAYS_S,
        kept_ended_orders=tunables.ENDED_ORDERS_IN_MEMORY.value,
        keep_house_every=tunables.SNAPSHOT_ENTRIES.value,
        limits=tunables.order_limits(),
        samples=Samples(None if folder is None else folder / SAMPLES_FILE),
    )


def _own_store(folder: Path | None) -> JournalStore:
    """Where this gateway's journal is: with those of others, in a file, or nowhere."""
    if folder is None:
        return MemoryStore()
    return shared_store(settings.GATEWAY_NAME) if settings.JOURNAL_URL else SqliteStore(folder / JOURNAL_FILE)


def shared_store(shard: str) -> JournalStore:
    """A shard of the shared journal, to be held by this gateway."""
    from trading.journal.postgres import PostgresStore  # its driver is there where it is needed
    from trading.journal.shards import SharedJournal

    return PostgresStore(SharedJournal(settings.JOURNAL_URL, shard), settings.GATEWAY_NAME)


_holder = DeskHolder()
_other_desks: dict[markets.Floor, Desk] = {}
"""The desks beside the main one, by the floor they trade on."""


def put_desk(floor: markets.Floor, desk: Desk) -> None:
    """Have a desk of its own trade on a floor beside the main one."""
    _other_desks[floor] = desk


def remove_desk(floor: markets.Floor) -> None:
    """Nobody trades on that floor any more."""
    _other_desks.pop(floor, None)


_stand_ins: dict[str, Desk] = {}
"""The desks of shards whose own gateway is gone, by the shard's name: on the main market, beside the main desk."""


def stand_in(shard: str, desk: Desk) -> None:
    """Have a desk that has started serve the accounts of another gateway; it knows the market as the main desk does."""
    if _holder.desk is not None:
        for update in _holder.desk.markets():
            desk.on_market(update)
    _stand_ins[shard] = desk


def stop_standing_in(shard: str) -> None:
    """Its accounts are nobody's here any more."""
    _stand_ins.pop(shard, None)


def stood_in_for() -> dict[str, Desk]:
    """The desks beside the main one that serve accounts of other gateways, by the shard's name."""
    return dict(_stand_ins)


def get_desk() -> Desk:
    """The desk of the floor at hand; raises Unavailable when trading is switched off or has not started."""
    floor = markets.chosen_floor()
    if floor is not None:
        if floor not in _other_desks:
            raise NotFound(REHEARSAL_ENDED)
        return _other_desks[floor]
    if shard := ownership.chosen_shard():
        if shard not in _stand_ins:
            raise Unavailable(NO_LONGER)
        return _stand_ins[shard]
    if _holder.desk is not None:
        return _holder.desk
    if not settings.SANDBOX_TRADING:
        raise Unavailable("Trading is switched off (SANDBOX_TRADING=0).")
    raise Unavailable(_holder.fault)


def find_desk() -> Desk | None:
    """The main desk when it runs, or None."""
    return _holder.desk


def journal_place() -> JournalPlace | MemoryStore | None:
    """Where the journal's entries can be read: its file, its shard, the memory of the running desk, or nowhere."""
    if settings.SANDBOX_TRADING and settings.JOURNAL_URL:
        from trading.journal.shards import SharedJournal

        return SharedJournal(settings.JOURNAL_URL, ownership.chosen_shard() or settings.GATEWAY_NAME)
    if settings.SANDBOX_TRADING and settings.SANDBOX_JOURNAL:
        return Path(settings.STATE_DIR) / JOURNAL_FILE
    store = None if _holder.desk is None else _holder.desk.store
    return store if isinstance(store, MemoryStore) else None


def has_account(account_id: str) -> bool:
    """Whether there is such an account; yes while nobody can know."""
    desk = _stand_ins.get(ownership.chosen_shard(), _holder.desk)
    return desk is None or account_id in desk.published.accounts


def add_listener(listener: Callable[[Any], None]) -> None:
    """Call `listener` with every durable change of every desk that starts from now on."""
    _holder.listeners.append(listener)


async def start() -> None:
    """Rebuild the exchange from its journal and take orders.

    Raises JournalError with the reason not to, StartRefused when another gateway owns the journal, or when the shared one
    cannot be reached: whoever watches over the process tries again.
    """
    if not settings.SANDBOX_TRADING:
        _log.warning("Trading is switched off (SANDBOX_TRADING=0).")
        return
    FAILPOINTS.arm(os.environ)
    desk = _holder.make(Path(settings.STATE_DIR) if settings.SANDBOX_JOURNAL else None)
    try:
        await desk.start()
        await open_default_account(desk)
    except (JournalError, Unavailable) as error:
        _holder.fault = f"{NOT_RUNNING} {error}"
        await desk.stop()
        if isinstance(error, JournalLocked) or (settings.JOURNAL_URL and isinstance(error, StoreFailed)):
            # Two gateways on one journal would both be wrong: this one ends rather than stays up without an exchange.
            raise StartRefused(str(error)) from error
        raise
    _log.info("The exchange goes on after journal entry %d.", desk.entries)
    _holder.desk, _holder.fault = desk, NOT_RUNNING


async def stop() -> None:
    """Make durable what was accepted, and let go of the journal."""
    desk = _holder.desk
    if desk is not None:
        await desk.stop()
        _holder.desk = None


def on_market(update: MarketUpdate) -> None:
    """Hand a step of a price to the exchange."""
    if _holder.desk is not None:
        _holder.desk.on_market(update)
    for desk in _stand_ins.values():
        desk.on_market(update)


def on_market_closed(symbol: str) -> None:
    """Tell the exchange that a symbol has no market any more."""
    if _holder.desk is not None:
        _holder.desk.on_market_closed(symbol)
    for desk in _stand_ins.values():
        desk.on_market_closed(symbol)


def on_market_halted(symbol: str) -> None:
    """Tell the exchange that a symbol is not traded until its next update."""
    if _holder.desk is not None:
        _holder.desk.on_market_halted(symbol)
    for desk in _stand_ins.values():
        desk.on_market_halted(symbol)


def count_waiting_orders(symbols: tuple[str, ...]) -> int:
    """How many orders of all accounts wait in some symbols, on the floor at hand."""
    floor = markets.chosen_floor()
    if floor is not None:
        return _other_desks[floor].waiting_orders(symbols) if floor in _other_desks else 0
    return sum(desk.waiting_orders(symbols) for desk in _desks())


def on_market_stale(symbol: str, since_ns: int) -> None:
    """Tell the exchange that a symbol's source has fallen silent."""
    if _holder.desk is not None:
        _holder.desk.on_market_stale(symbol, since_ns)
    for desk in _stand_ins.values():
        desk.on_market_stale(symbol, since_ns)


async def wait_for_room() -> None:
    """Hold the feed while the journal is behind."""
    if _holder.desk is not None:
        await _holder.desk.wait_for_room()
    for desk in list(_stand_ins.values()):
        await desk.wait_for_room()


async def check_health() -> Health:
    """Whether changes can be made durable."""
    if not settings.SANDBOX_TRADING:
        return Health("ok", "Trading is switched off.")
    if _holder.desk is None:
        return Health("failed", _holder.fault)
    if _holder.desk.trouble is not None:
        return Health("failed", f"Read-only. {_holder.desk.trouble}")
    return Health("ok", f"{_holder.desk.entries} entries; {_holder.desk.in_flight} in flight.")


def exchange_state() -> ServiceState:
    """How the exchange is doing, for the list of services."""
    desk = _holder.desk
    if desk is None:
        return ServiceState("stopped", detail=_holder.fault if settings.SANDBOX_TRADING else "Trading is switched off.")
    if desk.trouble is not None:
        return ServiceState("degraded", last_error=desk.trouble, detail="Read-only.")
    accounts = len(desk.published.accounts)
    return ServiceState(
        "running",
        latency_ms=desk.apply_durations.median_ms(),
        load=desk.in_flight / MAX_IN_FLIGHT,
        detail=f"Accounts: {accounts}. Orders in memory: {len(desk.exchange.orders)}.",
    )


def journal_state() -> ServiceState:
    """How the journal is doing, for the list of services: latency is what a batch takes to become durable."""
    desk = _holder.desk
    writer = None if desk is None else desk.journal_writer
    if desk is None:
        return ServiceState("stopped", detail=_holder.fault if settings.SANDBOX_TRADING else "Trading is switched off.")
    if writer is None or desk.trouble is not None:
        return ServiceState("failed", last_error=desk.trouble, detail="Nothing can be written; trying again.")
    place = "on disk" if settings.SANDBOX_JOURNAL else "in memory, forgotten on restart"
    if settings.JOURNAL_URL:
        place = f"in the shared journal, as {settings.GATEWAY_NAME}"
    return ServiceState(
        "running" if desk.housekeeping_trouble is None else "degraded",
        last_error=desk.housekeeping_trouble,
        latency_ms=writer.commit_durations.median_ms(),
        load=writer.in_flight / MAX_IN_FLIGHT,
        detail=f"{desk.entries} entries {place}; {writer.batches} batches since the start, {writer.in_flight} in flight.",
    )


def journal_reading(name: str) -> float:
    """One of the journal's figures, for `/metrics`; 0 while there is none."""
    desk = _holder.desk
    if desk is None:
        return 0.0
    return float({"in_flight": desk.in_flight, "entries": desk.entries, "writable": desk.trouble is None}[name])


def exchange_reading(name: str) -> float:
    """One of the exchange's figures, for `/metrics`; 0 while there is none."""
    desk = _holder.desk
    if desk is None:
        return 0.0
    held: dict[str, Sized] = {
        "accounts": desk.published.accounts,
        "orders": desk.exchange.orders,
        "symbols": desk.marks,
    }
    return float(len(held[name]))


def default_maker_ppm() -> int:
    """The maker fee of an account that is opened without fees of its own."""
    return round(tunables.MAKER_FEE_BPS.value * PPM_PER_BPS)


def default_taker_ppm() -> int:
    """The taker fee likewise."""
    return round(tunables.TAKER_FEE_BPS.value * PPM_PER_BPS)


def follow_tunables() -> None:
    """Have the running desk take the limits and the housekeeping that are changed at run time."""
    for limit in tunables.LIMITS_OF_RISK:
        limit.on_change(_take_limits)
    for interval in (tunables.SNAPSHOT_ENTRIES, tunables.ENDED_ORDERS_IN_MEMORY):
        interval.on_change(_take_housekeeping)


def _desks() -> list[Desk]:
    """Those on the main market."""
    return [*([] if _holder.desk is None else [_holder.desk]), *_stand_ins.values()]


def _take_limits(_: object) -> None:
    for desk in _desks():
        desk.set_order_limits(tunables.order_limits())


def _take_housekeeping(_: object) -> None:
    for desk in _desks():
        desk.set_housekeeping(
            every_entries=tunables.SNAPSHOT_ENTRIES.value,
            kept_ended_orders=tunables.ENDED_ORDERS_IN_MEMORY.value,
        )


async def open_default_account(desk: Desk) -> None:
    """Open the account that everyone starts with, unless it is there, here or with another gateway."""
    if DEFAULT_ACCOUNT in desk.published.accounts:
        return
    if (owners := ownership.owners()) is not None and not await owners.is_free_for_us(DEFAULT_ACCOUNT):
        return
    await desk.commit([desk.execute(default_account(), actor=Caller("system", "first start").actor)])


def default_account() -> OpenAccount:
    """The command that opens it."""
    return OpenAccount(
        account_id=DEFAULT_ACCOUNT,
        name="Default",
        type="cash",
        base_currency="USDT",
        allow_short=False,
        maker_ppm=default_maker_ppm(),
        taker_ppm=default_taker_ppm(),
        fill_policy=tunables.FILL_POLICY.value,
        policy=policy_named(tunables.FILL_POLICY.value),
        balances=dict.fromkeys(("USDT", "USD", "EUR"), STARTING_UNITS),
    )
