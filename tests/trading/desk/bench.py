"""Makes desks over one journal, on a market that the test writes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.idempotency import StoredAnswer
from kit.clock import ManualClock
from kit.errors import NotFound
from markets.instruments import DEFAULT_INSTRUMENTS, Instrument
from markets.updates import MarketUpdate
from trading.desk import Desk
from trading.history import History
from trading.housekeeping import EVERY_ENTRIES, KEPT_ENDED_ORDERS
from trading.journal.snapshots import SnapshotFile, SnapshotFolder
from trading.journal.stores import JournalStore
from trading.published import Change, PublishedAccount
from trading.sandbox.events import OrderFilled
from trading.sandbox.orders import OpenAccount, Order

DEADLINE_S = 20
WALL_NS = 1_700_000_000_000_000_000


class Bench:
    """Makes desks over one journal file, and keeps what they told.

    With a `folder` they keep house there: snapshots, and a history for ended orders.
    """

    def __init__(self, make_store: Callable[[], JournalStore], folder: Path | None = None) -> None:
        self.folder = folder
        self.kept_ended_orders = KEPT_ENDED_ORDERS
        self.keep_house_every = EVERY_ENTRIES
        self.instruments = {instrument.symbol: instrument for instrument in DEFAULT_INSTRUMENTS}
        self.clock = ManualClock(WALL_NS)
        self.time_ns = 1_000
        self.told: list[Change] = []
        self.restored: list[StoredAnswer] = []
        self.make_store = make_store
        self.desks: list[Desk] = []
        self.stores: list[Any] = []

    def find_instrument(self, symbol: str) -> Instrument:
        """The instruments of the test's market."""
        if symbol not in self.instruments:
            raise NotFound(f"There is no symbol {symbol!r}.", code="UNKNOWN_SYMBOL")
        return self.instruments[symbol]

    def new_desk(self) -> Desk:
        """A desk that has not started yet, over a new connection to the same journal."""
        store = self.make_store()
        desk = Desk(
            store=store,
            find_instrument=self.find_instrument,
            market_time_ns=lambda: self.time_ns,
            clock=self.clock,
            restore_answers=self.restored.extend,
            retry_delays_s=(0.0, 0.001),
            history=History(None if self.folder is None else self.folder / "history.sqlite3"),
            snapshots=None if self.folder is None else SnapshotFolder(self.folder / "snapshots"),
            kept_ended_orders=self.kept_ended_orders,
            keep_house_every=self.keep_house_every,
        )
        desk.add_listener(self.told.append)
        self.desks.append(desk)
        self.stores.append(store)
        return desk

    async def started_desk(self) -> Desk:
        """A desk that trades, with the account `default`."""
        desk = self.new_desk()
        await desk.start()
        if "default" not in desk.published.accounts:
            await desk.commit([desk.execute(open_account_command("default"))])
        return desk

    def snapshots(self) -> list[SnapshotFile]:
        """The snapshots there are, newest first."""
        assert self.folder is not None, "only with a folder there are snapshots"
        return SnapshotFolder(self.folder / "snapshots").files()

    async def restarted(self) -> Desk:
        """Stop the last desk in good order and start the next one on its journal."""
        await self.desks[-1].stop()
        return await self.started_desk()


def open_account_command(account_id: str, *, account_type: str = "cash", allow_short: bool = False) -> OpenAccount:
    """A command that opens an account with 100,000 USDT."""
    return OpenAccount(
        account_id=account_id,
        name=account_id,
        type=account_type,
        base_currency="USDT",
        allow_short=allow_short,
        maker_ppm=200,
        taker_ppm=500,
        fill_policy="realistic",
        balances={"USDT": 100_000 * 10**8},
    )


def orders_of(account: PublishedAccount) -> list[Order]:
    """The orders of an account's present epoch that are in memory, oldest first."""
    return list(account.present.orders.values())


def fills_of(account: PublishedAccount) -> list[OrderFilled]:
    """The fills of an account's present epoch that are in memory, oldest first."""
    return list(account.present.fills.values())


def market_update(
    price_ticks: int,
    *,
    symbol: str = "BTC-USDT",
    from_ticks: int | None = None,
    time_ns: int = 1,
    depth: int = 100_000,
) -> MarketUpdate:
    """A step of a price, in ticks and lots: three levels of `depth` on each side, the best a tick away."""
    start_ticks = price_ticks if from_ticks is None else from_ticks
    return MarketUpdate(
        symbol=symbol,
        time_ns=time_ns,
        from_ticks=start_ticks,
        last_ticks=price_ticks,
        low_ticks=min(start_ticks, price_ticks) - 10,
        high_ticks=max(start_ticks, price_ticks) + 10,
        bids=tuple((price_ticks - step, depth) for step in (1, 2, 3)),
        asks=tuple((price_ticks + step, depth) for step in (1, 2, 3)),
    )
