"""Makes desks over one journal, on a market that the test writes."""

from collections.abc import Callable
from typing import Any

from api.idempotency import StoredAnswer
from kit.clock import ManualClock
from kit.errors import NotFound
from markets.instruments import DEFAULT_INSTRUMENTS, Instrument
from trading.desk import Desk
from trading.journal.stores import JournalStore
from trading.published import Change
from trading.sandbox.orders import OpenAccount

DEADLINE_S = 20
WALL_NS = 1_700_000_000_000_000_000


class Bench:
    """Makes desks over one journal file, and keeps what they told."""

    def __init__(self, make_store: Callable[[], JournalStore]) -> None:
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
