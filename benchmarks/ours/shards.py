"""A shard as a gateway leaves it behind: accounts and their orders, as a desk writes them, and no snapshot."""

import asyncio

from kit.clock import SYSTEM_CLOCK
from markets.instruments import DEFAULT_INSTRUMENTS
from trading.desk import Desk
from trading.journal import shards
from trading.journal.postgres import PostgresStore
from trading.journal.shards import SharedJournal
from trading.sandbox.orders import OpenAccount, OrderType, PlaceOrder, Side, TimeInForce

AT_ONCE = 200
"""Commands that are made durable together."""


def fill(*, url: str, shard: str, accounts: int, entries: int) -> dict[str, float]:
    """Write the shard and let go of it; how many entries it has."""
    return asyncio.run(_fill(url, shard, accounts, entries))


async def _fill(url: str, shard: str, accounts: int, entries: int) -> dict[str, float]:
    instruments = {instrument.symbol: instrument for instrument in DEFAULT_INSTRUMENTS}
    desk = Desk(
        store=PostgresStore(SharedJournal(url, shard), shard),
        find_instrument=instruments.__getitem__,
        market_time_ns=SYSTEM_CLOCK.now_ns,
        clock=SYSTEM_CLOCK,
        restore_answers=lambda answers: None,
        retry_delays_s=(1.0,),
        keep_house_every=10 * entries,
    )
    await desk.start()
    names = [f"account-{number}" for number in range(accounts)]
    commands = [_account(name) for name in names]
    commands += [_order(number, names[number % accounts]) for number in range(entries - accounts)]
    for start in range(0, len(commands), AT_ONCE):
        await desk.commit([desk.execute(command) for command in commands[start : start + AT_ONCE]])
    connection = shards.connect(url)
    for name in names:
        shards.claim_account(connection, name, shard)
    connection.close()
    written = desk.entries
    await desk.stop()
    return {"entries": written}


def _account(name: str) -> OpenAccount:
    return OpenAccount(
        account_id=name, name=name, type="cash", base_currency="USDT", allow_short=False, maker_ppm=200, taker_ppm=500,
        fill_policy="realistic", balances={"USDT": 10**18},
    )  # fmt: skip


def _order(number: int, account: str) -> PlaceOrder:
    """One that waits far below the market."""
    return PlaceOrder(
        order_id=f"order-{number}", account_id=account, symbol="BTC-USDT", side=Side.BUY, type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC, quantity_lots=1_000, price_ticks=100_000 + number % 1_000,
    )  # fmt: skip
