"""The dead-man switch: it fires when nobody renews it, also across a restart, and by the machine's clock alone."""

import asyncio

from trading.sandbox.orders import SetCancelAfter

SECOND_NS = 1_000_000_000
MAX_TURNS = 10_000
"""Of the event loop, before a test gives up."""


async def arm(bench, desk, seconds: int | None) -> None:
    deadline_ns = None if seconds is None else bench.clock.now_ns() + seconds * SECOND_NS
    await desk.commit([desk.execute(SetCancelAfter(account_id="default", deadline_ns=deadline_ns))])


async def test_orders_are_canceled_when_the_switch_runs_out(bench, desk, place):
    executed = [desk.execute(place()), desk.execute(place())]
    await arm(bench, desk, 30)
    bench.clock.advance_ns(29 * SECOND_NS)
    desk.switches.fire_due()
    assert all(order.is_live for order in desk.exchange.orders.values())
    bench.clock.advance_ns(SECOND_NS)
    desk.switches.fire_due()
    await desk.wait_until_durable()
    orders = [desk.published.account("default").order(each.events[0].order_id) for each in executed]
    assert {order.status for order in orders} == {"canceled"}
    assert orders[0].status_reason == (
        "Canceled by the cancel-after switch of the account: nobody renewed it before 2023-11-14T22:13:50.000Z. "
        "Place the order again, and renew the switch in time or end it with 0 seconds."
    )
    assert desk.published.account("default").account.cancel_after_ns is None
    assert desk.switches.deadlines == {}


async def test_a_renewed_switch_counts_anew_and_an_ended_one_never_fires(bench, desk, place):
    desk.execute(place())
    await arm(bench, desk, 30)
    bench.clock.advance_ns(20 * SECOND_NS)
    await arm(bench, desk, 30)
    bench.clock.advance_ns(20 * SECOND_NS)
    desk.switches.fire_due()
    assert len(desk.exchange.accounts["default"].open_orders) == 1
    await arm(bench, desk, None)
    bench.clock.advance_ns(1_000 * SECOND_NS)
    desk.switches.fire_due()
    assert len(desk.exchange.accounts["default"].open_orders) == 1


async def test_a_restart_goes_on_with_the_time_that_is_left(bench, desk, place):
    desk.execute(place())
    await arm(bench, desk, 30)
    await desk.stop()
    bench.clock.advance_ns(10 * SECOND_NS)
    later = await bench.started_desk()
    assert len(later.exchange.accounts["default"].open_orders) == 1
    bench.clock.advance_ns(20 * SECOND_NS)
    later.switches.fire_due()
    assert later.exchange.accounts["default"].open_orders == {}


async def test_what_ran_out_while_the_gateway_was_down_fires_at_the_start(bench, desk, place):
    desk.execute(place())
    await arm(bench, desk, 30)
    await desk.stop()
    bench.clock.advance_ns(3_600 * SECOND_NS)
    later = await bench.started_desk()
    assert later.exchange.accounts["default"].open_orders == {}
    await later.wait_until_durable()
    assert later.published.account("default").present.open_count == 0


async def test_a_snapshot_keeps_the_switch(bench, place):
    bench.keep_house_every = 2
    desk = await bench.started_desk()
    await arm(bench, desk, 30)
    await desk.commit([desk.execute(place())])
    await desk.commit([desk.execute(place())])
    await desk.wait_for_housekeeping()
    expected = desk.exchange.state_hash()
    await desk.stop()
    assert bench.snapshots()
    later = await bench.started_desk()
    assert later.exchange.state_hash() == expected
    assert list(later.switches.deadlines) == ["default"]


async def test_a_switch_that_cannot_be_written_fires_when_the_journal_is_back(bench, desk, place):
    desk.execute(place())
    await arm(bench, desk, 30)
    bench.clock.advance_ns(31 * SECOND_NS)
    bench.stores[0].fail_before_write = True
    desk.switches.fire_due()
    bench.stores[0].fail_before_write = False
    await desk.wait_for_recovery()
    assert desk.exchange.accounts["default"].open_orders == {}


async def test_a_deadline_that_was_renewed_in_the_meantime_does_not_fire(bench, desk, place):
    desk.execute(place())
    await arm(bench, desk, 30)
    bench.clock.advance_ns(31 * SECOND_NS)
    renewed = bench.clock.now_ns() + 30 * SECOND_NS
    executed = desk.execute(SetCancelAfter(account_id="default", deadline_ns=renewed))
    desk.switches.fire_due()
    await desk.commit([executed])
    assert len(desk.exchange.accounts["default"].open_orders) == 1
    assert desk.switches.deadlines == {"default": renewed}


async def test_the_switch_fires_by_itself(bench, desk, place):
    desk.execute(place())
    await arm(bench, desk, 0)
    for _ in range(MAX_TURNS):
        if not desk.exchange.accounts["default"].open_orders:
            break
        await asyncio.sleep(0)
    assert desk.exchange.accounts["default"].open_orders == {}
