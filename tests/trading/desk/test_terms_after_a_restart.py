"""What a restart does to trailing stops, to orders that end at a time, and to icebergs: nothing."""

from collections.abc import Callable

import pytest

from tests.trading.desk.bench import Bench
from trading import pages
from trading.desk import Desk
from trading.journal.entries import decode_entry
from trading.sandbox.events import OrderReplaced
from trading.sandbox.orders import OrderType, PlaceOrder, Side, Terms, TimeInForce

START = 5_000_000
Place = Callable[..., PlaceOrder]


@pytest.fixture
def trailing_sell(desk: Desk, market_order: Place, place: Place, make_update: Callable) -> PlaceOrder:
    """0.01 BTC that were bought at 50,000.00, with a stop that trails the price by 500.00."""
    desk.on_market(make_update(START))
    desk.execute(market_order(quantity_lots=2_000))
    command = place(side=Side.SELL, type=OrderType.TRAILING_STOP, price_ticks=None, terms=Terms(trail_ticks=50_000))
    desk.execute(command)
    return command


async def shown(desk: Desk, order_id: str) -> tuple[int | None, int | None]:
    """Stop and watermark as a reader sees them."""
    await desk.wait_until_durable()
    order = await pages.find_order(desk, "default", order_id)
    return order.stop_ticks, order.watermark_ticks


async def keep_house(desk: Desk) -> None:
    await desk.wait_until_durable()
    desk._begin_housekeeping(desk.entries)
    await desk.wait_for_housekeeping()


@pytest.mark.parametrize("snapshots", ["none", "before the high", "after the high"])
async def test_a_trailing_stop_is_where_it_was_after_a_crash(
    desk: Desk, bench: Bench, trailing_sell, make_update, snapshots
):
    if snapshots == "before the high":
        await keep_house(desk)
    desk.on_market(make_update(START + 70_000, from_ticks=START))
    desk.on_market(make_update(START + 40_000, from_ticks=START + 70_000))
    if snapshots == "after the high":
        await keep_house(desk)
    before = await shown(desk, trailing_sell.order_id)
    assert before == (START + 20_000, START + 70_000)
    state_hash = desk.exchange.state_hash()
    bench.stores[-1].close()  # the process is gone: no stop, no farewell
    again = bench.new_desk()
    await again.start()
    assert await shown(again, trailing_sell.order_id) == before
    assert again.exchange.state_hash() == state_hash
    again.on_market(make_update(START + 30_000))
    assert again.exchange.orders[trailing_sell.order_id].status == "pending"
    again.on_market(make_update(START + 15_000, from_ticks=START + 30_000))
    order = again.exchange.orders[trailing_sell.order_id]
    assert (order.status, order.stop_ticks) == ("filled", START + 20_000)


async def test_a_price_is_shown_in_the_stop_no_sooner_than_it_is_durable(desk, bench, trailing_sell, make_update):
    await desk.wait_until_durable()
    desk.on_market(make_update(START + 70_000, from_ticks=START))
    order = await pages.find_order(desk, "default", trailing_sell.order_id)
    assert order.stop_ticks == START - 50_000
    assert await shown(desk, trailing_sell.order_id) == (START + 20_000, START + 70_000)


async def test_an_order_whose_time_came_while_nobody_ran_ends_as_soon_as_the_clock_is_looked_at(
    desk, bench, place, make_update
):
    desk.on_market(make_update(START))
    ends_ns = bench.time_ns + 1_000_000
    command = place(price_ticks=START - 90_000, time_in_force=TimeInForce.GTD, terms=Terms(expires_ns=ends_ns))
    desk.execute(command)
    await desk.wait_until_durable()
    assert desk.exchange.orders[command.order_id].is_live
    await desk.stop()
    bench.time_ns = ends_ns + 5
    again = await bench.started_desk()
    order = again.exchange.orders[command.order_id]
    assert (order.status, order.updated_ns) == ("expired", ends_ns)


async def test_a_command_finds_what_is_over_already_ended(desk, bench, place, make_update):
    desk.on_market(make_update(START))
    command = place(price_ticks=START - 90_000, time_in_force=TimeInForce.DAY)
    desk.execute(command)
    bench.time_ns = 86_400 * 10**9
    desk.execute(place(price_ticks=START - 90_000))
    await desk.wait_until_durable()
    order = await pages.find_order(desk, "default", command.order_id)
    assert order.status == "expired"
    assert "1970-01-02" in (order.status_reason or "")


async def test_an_iceberg_shows_the_same_part_after_a_restart(desk, bench, place, make_update):
    desk.on_market(make_update(START))
    command = place(price_ticks=START - 10, terms=Terms(display_lots=300))
    desk.execute(command)
    desk.on_market(make_update(START - 11, depth=200))
    await desk.wait_until_durable()
    before = desk.exchange.orders[command.order_id]
    assert (before.filled_lots, before.shown_lots) == (200, 100)
    again = await bench.restarted()
    after = again.exchange.orders[command.order_id]
    assert (after.filled_lots, after.shown_lots, after.sequence) == (200, 100, before.sequence)


def test_an_entry_from_before_there_were_terms_still_loads():
    body = (
        b'{"kind":"replace_order","time_ns":5,"wall_ns":6,"account_id":"a","events":[{"event":"order_replaced",'
        b'"time_ns":5,"account_id":"a","order_id":"o1","quantity_lots":7,"sequence":2,"price_ticks":100}]}'
    )
    (event,) = decode_entry(body).events
    assert isinstance(event, OrderReplaced)
    assert (event.terms, event.watermark_ticks, event.price_ticks) == (None, None, 100)
