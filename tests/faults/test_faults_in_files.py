"""The journal's files, cut and bit-flipped at many places: a valid prefix or a refusal that says where, never more.

What is derived from the journal, snapshots and the history of ended orders, may be damaged at will: the state is the same.
"""

import asyncio
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.trading.desk.bench import Bench, market_update, open_account_command
from trading.audit import Walk
from trading.journal.errors import JournalDamaged, JournalError
from trading.journal.reading import JournalReader
from trading.journal.stores import SqliteStore
from trading.sandbox.orders import CancelOrder, OrderType, PlaceOrder, ResetAccount, Side, TimeInForce

PLACES = 50
"""Of each file, for each kind of damage, with snapshots and without: a hundred in all."""


def order(number: int, account_id: str = "default", *, at_market: bool = False) -> PlaceOrder:
    return PlaceOrder(
        order_id=f"order-{number}",
        account_id=account_id,
        symbol="BTC-USDT" if number % 2 else "ETH-USDT",
        side=Side.BUY,
        type=OrderType.MARKET if at_market else OrderType.LIMIT,
        time_in_force=TimeInForce.IOC if at_market else TimeInForce.GTC,
        quantity_lots=1_000 + number,
        price_ticks=None if at_market else 4_000_000 + number,
        client_order_id=f"client-{number}",
    )


def bench_in(folder: Path) -> Bench:
    bench = Bench(lambda: SqliteStore(folder / "journal.sqlite3"), folder)
    bench.keep_house_every, bench.kept_ended_orders = 25, 3
    return bench


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a gateway that was killed: its last entries are in the log beside the database."""
    living, killed = tmp_path_factory.mktemp("living"), tmp_path_factory.mktemp("killed") / "state"
    asyncio.run(trade(living, killed))
    return killed


async def trade(living: Path, killed: Path) -> None:
    """Some trading in one folder, and a copy of it, made while its gateway runs, in the other."""
    bench = bench_in(living)
    desk = await bench.started_desk()
    for symbol in ("BTC-USDT", "ETH-USDT"):
        desk.on_market(market_update(5_000_000, symbol=symbol))
    desk.execute(open_account_command("other"))
    for number in range(60):
        desk.execute(order(number, "other" if number % 3 == 0 else "default", at_market=number % 5 == 0))
        if number % 4 == 1 and number % 3 and number % 5:
            desk.execute(CancelOrder(order_id=f"order-{number}", account_id="default"))
        if number == 40:
            desk.execute(ResetAccount(account_id="other", balances={"USDT": 10**13}))
        await desk.wait_until_durable()
        await desk.wait_for_housekeeping()
    shutil.copytree(living, killed)
    await desk.stop()


@pytest.fixture(scope="module")
def prefixes(killed: Path, tmp_path_factory) -> list[str]:
    """The state hash of every prefix of the journal, the empty one first."""
    folder = tmp_path_factory.mktemp("prefixes") / "state"
    shutil.copytree(killed, folder)
    walk = Walk(JournalReader(folder / "journal.sqlite3"))
    hashes = [walk.exchange.state_hash()] + [walk.exchange.state_hash() for _ in walk.steps()]
    walk.journal.close()
    assert len(set(hashes)) == len(hashes) > 70
    return hashes


async def state_of(folder: Path) -> str:
    """The state that a gateway would start with; raises JournalError when it would refuse."""
    desk = bench_in(folder).new_desk()
    await desk.start()
    state_hash = desk.exchange.state_hash()
    await desk.stop()
    return state_hash


def flip(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def cut(path: Path, rng: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: rng.randrange(path.stat().st_size)])


async def test_the_files_as_they_are_give_the_whole_state(killed, prefixes, tmp_path):
    shutil.copytree(killed, tmp_path / "state")
    assert (tmp_path / "state" / "journal.sqlite3-wal").stat().st_size > 0
    assert len(list((tmp_path / "state" / "snapshots").iterdir())) == 2
    assert await state_of(tmp_path / "state") == prefixes[-1]


@pytest.mark.parametrize("keeps", ["with snapshots", "the journal alone"])
@pytest.mark.parametrize("damage", [flip, cut])
@pytest.mark.parametrize("file", ["journal.sqlite3", "journal.sqlite3-wal", "one file"])
async def test_a_damaged_journal_gives_a_prefix_or_says_where(killed, prefixes, tmp_path, file, damage, keeps):
    source = tmp_path / "source"
    shutil.copytree(killed, source)
    if file == "one file":  # as after a stop in good order: nothing is left beside the database
        store = SqliteStore(source / "journal.sqlite3")
        store.open()
        store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
        (source / "journal.sqlite3-wal").unlink(missing_ok=True)
    if keeps == "the journal alone":
        shutil.rmtree(source / "snapshots")
        for path in source.glob("history.sqlite3*"):
            path.unlink()
    rng = random.Random(f"{file} {damage.__name__} {keeps}")
    refused = 0
    for place in range(PLACES):
        folder = tmp_path / str(place)
        shutil.copytree(source, folder)
        damage(folder / ("journal.sqlite3" if file == "one file" else file), rng)
        try:
            assert await state_of(folder) in prefixes
        except JournalDamaged as refusal:
            refused += 1
            assert f"entry {refusal.seq}" in str(refusal)
            assert 1 <= refusal.seq <= len(prefixes)
        except JournalError as refusal:
            refused += 1
            assert str(folder) in str(refusal)
        shutil.rmtree(folder)
    if file == "one file" and damage is cut:
        assert refused > PLACES / 2


def files_of(folder: Path, what: str) -> list[Path]:
    return sorted(path for path in folder.rglob(what) if not path.name.endswith("-shm") and path.stat().st_size)


@pytest.mark.parametrize("damage", [flip, cut])
@pytest.mark.parametrize("what", ["*.snapshot", "history.sqlite3*"])
async def test_damaged_snapshots_and_histories_change_nothing(killed, prefixes, tmp_path, what, damage: Callable):
    rng = random.Random(f"{what} {damage.__name__}")
    for place in range(PLACES):
        folder = tmp_path / str(place)
        shutil.copytree(killed, folder)
        damage(rng.choice(files_of(folder, what)), rng)
        assert await state_of(folder) == prefixes[-1]
        shutil.rmtree(folder)
