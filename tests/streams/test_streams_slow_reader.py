"""Sockets that do not keep up: what each kind of delivery does for them, and that nobody else notices."""

import pytest

from streams.live import KEPT_UPDATES

from .conftest import Client, World, settle


async def blocked_client(world: World, *channels: str, query: str = "") -> Client:
    """A subscriber whose connection takes no more data; one heartbeat is stuck in it."""
    client = await world.connect(query)
    await client.subscribe(*channels)
    client.stop_reading()
    await world.hub.beat()
    client.frames.clear()
    return client


async def test_a_blocked_socket_gets_what_it_missed_in_order_when_it_reads_on(world: World) -> None:
    client = await blocked_client(world, "trades:BTC-USDT")
    for price in (1, 2, 3):
        world.board.trade(price)
    assert world.hub.stats().blocked_sockets == 1
    assert client.frames == []
    client.read_on()
    await settle()
    assert [update["data"] for update in client.of_type("update")] == [1, 2, 3]
    assert world.hub.stats().blocked_sockets == 0
    world.board.trade(4)
    assert client.frames[-1]["data"] == 4


async def test_the_frame_that_blocked_is_sent_once(world: World) -> None:
    client = await world.connect()
    await client.subscribe("trades:BTC-USDT")
    client.stop_reading()
    world.board.trade(1)
    world.board.trade(2)
    client.read_on()
    await settle()
    assert [update["data"] for update in client.of_type("update")] == [1, 2]


async def test_latest_keeps_only_the_newest_and_its_seq_skips(world: World) -> None:
    client = await world.connect()
    _, snapshot = await client.subscribe("ticker:BTC-USDT")
    client.stop_reading()
    for price in range(1, 1_001):
        world.board.tick(price)
    client.read_on()
    await settle()
    first, newest = client.of_type("update")
    assert (first["data"], newest["data"]) == (1, 1_000)
    assert newest["seq"] == snapshot["seq"] + 1_000
    assert world.hub.stats().conflated == 998


async def test_a_closed_candle_is_not_replaced_by_the_next_forming_one(world: World) -> None:
    client = await blocked_client(world, "candles:BTC-USDT:1m")
    for price in (1, 2):
        world.board.form_candle(price)
    world.board.close_candle(2)
    for price in (7, 8):
        world.board.form_candle(price)
    client.read_on()
    await settle()
    assert [update["data"] for update in client.of_type("update")] == [
        {"close": 2, "closed": True},
        {"close": 8, "closed": False},
    ]


async def test_more_closed_candles_than_are_kept_ask_for_a_resync(world: World) -> None:
    client = await blocked_client(world, "candles:BTC-USDT:1m")
    for price in range(KEPT_UPDATES["latest"] + 1):
        world.board.close_candle(price)
    client.read_on()
    await settle()
    assert [frame["type"] for frame in client.frames[1:]] == ["resync_required", "snapshot"]


async def test_a_tape_that_overflows_is_told_to_resync_and_goes_on_from_the_new_snapshot(world: World) -> None:
    client = await blocked_client(world, "trades:BTC-USDT")
    count = KEPT_UPDATES["resync"] + 1
    for price in range(count):
        world.board.trade(price)
    client.read_on()
    await settle()
    _, resync, snapshot = client.frames
    assert resync == {"type": "resync_required", "channel": "trades:BTC-USDT"}
    assert len(snapshot["data"]) == count
    world.board.trade(-1)
    assert (client.frames[-1]["data"], client.frames[-1]["seq"]) == (-1, snapshot["seq"] + 1)
    assert world.hub.stats().resyncs == 1


async def test_orders_are_never_skipped_for_a_socket_that_is_behind_but_within_bounds(world: World) -> None:
    client = await blocked_client(world, "orders")
    count = KEPT_UPDATES["every"]
    for number in range(count):
        world.board.order(number)
    client.read_on()
    await settle()
    assert [update["data"] for update in client.of_type("update")] == list(range(count))
    assert client.close_code is None


async def test_orders_beyond_the_bound_close_the_socket_with_the_reason(world: World) -> None:
    client = await blocked_client(world, "orders")
    for number in range(KEPT_UPDATES["every"] + 1):
        world.board.order(number)
    client.read_on()
    await settle()
    assert client.of_type("update") == []
    assert client.frames[-1]["code"] == "SLOW_CONSUMER"
    assert (client.close_code, client.close_reason) == (1013, "slow consumer")
    assert world.hub.stats().slow_closed == 1


async def test_an_order_that_waits_longer_than_five_seconds_closes_the_socket(world: World) -> None:
    client = await blocked_client(world, "orders")
    world.board.order(1)
    await world.pass_time(5)
    assert world.hub.stats().slow_closed == 0
    await world.pass_time(1)
    assert world.hub.stats().slow_closed == 1
    client.read_on()
    await settle()
    assert client.frames[-1]["code"] == "SLOW_CONSUMER"
    assert client.close_code == 1013


@pytest.mark.parametrize("channel", ["ticker:BTC-USDT", "trades:BTC-USDT", "orders"])
async def test_a_socket_that_reads_nothing_is_cut_within_ten_seconds(world: World, channel: str) -> None:
    client = await blocked_client(world, channel)
    for second in range(1, 11):
        world.board.tick(second)
        world.board.trade(second)
        world.board.order(second)
        await world.pass_time(1)
        if client.was_cut:
            break
    assert client.was_cut
    assert second <= 9
    assert client.task.done()
    stats = world.hub.stats()
    assert (stats.sockets, stats.subscriptions, stats.slow_closed) == (0, 0, 1)


async def test_a_socket_that_reads_slowly_but_reads_keeps_its_ticker(world: World) -> None:
    client = await blocked_client(world, "ticker:BTC-USDT")
    for second in range(30):
        world.board.tick(second)
        client.read_on()
        await settle()
        client.stop_reading()
        await world.hub.beat()
        await world.pass_time(1)
    client.read_on()
    await settle()
    assert client.close_code is None
    assert client.of_type("update")[-1]["data"] == 29


async def test_healthy_sockets_get_everything_at_once_beside_a_stalled_one(world: World) -> None:
    healthy = [await world.connect() for _ in range(10)]
    for client in healthy:
        await client.subscribe("orders", "trades:BTC-USDT")
        client.frames.clear()
    await blocked_client(world, "orders", "trades:BTC-USDT")
    for number in range(500):
        world.board.order(number)
        world.board.trade(number)
        for client in healthy:  # without a single turn of the loop in between
            assert [frame["data"] for frame in client.frames[-2:]] == [number, number]
    for client in healthy:
        assert [frame["data"] for frame in client.of_type("update")[::2]] == list(range(500))


async def test_memory_does_not_grow_with_blocked_sockets(world: World) -> None:
    for _ in range(20):
        await blocked_client(world, "orders", "trades:BTC-USDT", "ticker:BTC-USDT")
    for number in range(5_000):
        world.board.trade(number)
        world.board.tick(number)
    assert world.hub.stats().kept_updates == KEPT_UPDATES["resync"] + 1


async def test_at_the_limit_of_all_logs_the_older_half_goes_and_tapes_resync(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.hub.MAX_KEPT_UPDATES", 100)
    client = await blocked_client(world, "trades:BTC-USDT", "trades:ETH-USDT")
    for price in range(80):
        world.board.trade(price)
        world.board.trade(price, "ETH-USDT")
    assert world.hub.stats().kept_updates <= 100
    client.read_on()
    await settle()
    assert [len(frame["data"]) for frame in client.of_type("snapshot")] == [80, 80]
    assert client.of_type("update") == []


async def test_updates_of_several_channels_reach_a_recovering_socket_in_the_order_of_publication(world: World) -> None:
    client = await blocked_client(world, "orders", "trades:BTC-USDT", "trades:ETH-USDT")
    for number in range(5):
        world.board.trade(number, "ETH-USDT")
        world.board.order(number)
        world.board.trade(number)
    client.read_on()
    await settle()
    assert [update["channel"] for update in client.of_type("update")] == [
        "trades:ETH-USDT",
        "orders",
        "trades:BTC-USDT",
    ] * 5


async def test_a_blocked_subscriber_gets_the_snapshot_of_the_moment_it_is_sent(world: World) -> None:
    client = await world.connect()
    client.stop_reading()
    await world.hub.beat()
    client.send(op="subscribe", id=1, channels=["trades:BTC-USDT"])
    await settle()
    world.board.trade(1)
    world.board.trade(2)
    client.read_on()
    await settle()
    _, ack, snapshot = client.frames
    assert (ack["type"], snapshot["data"]) == ("ack", [1, 2])
    world.board.trade(3)
    assert (client.frames[-1]["data"], client.frames[-1]["seq"]) == (3, snapshot["seq"] + 1)


async def test_requests_of_a_socket_that_does_not_read_its_answers_are_not_read(world: World) -> None:
    client = await world.connect()
    client.stop_reading()
    for number in range(20):
        client.send(op="ping", id=number)
    await settle()
    client.read_on()
    await settle(60)
    assert [frame["id"] for frame in client.of_type("pong")] == list(range(20))


async def test_a_snapshot_that_is_gone_when_its_turn_comes_ends_that_channel_alone(world: World) -> None:
    client = await blocked_client(world, "trades:BTC-USDT", "trades:ETH-USDT")
    for price in range(KEPT_UPDATES["resync"] + 1):
        world.board.trade(price)
    del world.board.tapes["BTC-USDT"]
    client.read_on()
    await settle()
    assert client.frames[-1]["code"] == "UNKNOWN_SYMBOL"
    assert client.frames[-1]["channel"] == "trades:BTC-USDT"
    world.board.trade(1, "ETH-USDT")
    assert client.frames[-1]["data"] == 1
    assert world.hub.stats().subscriptions == 1


class TestLostConnections:
    """A connection that breaks is its own trouble."""

    async def test_a_publisher_never_sees_the_failure_of_a_socket(self, world: World) -> None:
        broken, healthy = await world.connect(), await world.connect()
        await broken.subscribe("orders")
        await healthy.subscribe("orders")
        broken._is_lost = True  # the server knows it, the consumer does not yet
        world.board.order(1)
        world.board.order(2)
        assert [update["data"] for update in healthy.of_type("update")] == [1, 2]
        assert world.hub.stats().subscriptions == 1

    async def test_a_connection_lost_while_blocked_leaves_nothing_behind(self, world: World) -> None:
        client = await blocked_client(world, "orders", "ticker:BTC-USDT")
        world.board.order(1)
        client.lose()
        await settle()
        stats = world.hub.stats()
        assert client.task.done()
        assert (stats.sockets, stats.blocked_sockets, stats.subscriptions) == (0, 0, 0)

    async def test_an_unexpected_failure_of_the_server_is_logged(
        self, world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = await world.connect()
        await client.subscribe("orders")
        monkeypatch.setattr("tests.streams.conftest.json.loads", None)
        world.board.order(1)
        assert "TypeError" in caplog.text
        assert world.hub.stats().subscriptions == 0

    async def test_a_consumer_whose_server_never_says_goodbye_is_ended(self, world: World) -> None:
        client = await world.connect()
        client.abort = lambda: None  # type: ignore[method-assign]
        client._is_lost = True
        await world.hub.beat()
        assert not client.task.done()
        await world.pass_time(2)
        assert client.task.done()


class TestWideFanOut:
    """A channel with many listeners is served in chunks, so that the loop stays free."""

    async def test_everyone_gets_everything_in_order(self, world: World) -> None:
        clients = [await world.connect() for _ in range(150)]
        for client in clients:
            await client.subscribe("news")
            client.frames.clear()
        for number in range(20):
            world.hub.publish("news", number)
        await world.hub.drained()
        for client in clients:
            assert [frame["data"] for frame in client.frames] == list(range(20))

    async def test_the_loop_turns_while_it_is_served(self, world: World) -> None:
        clients = [await world.connect() for _ in range(150)]
        for client in clients:
            await client.subscribe("news")
            client.frames.clear()
        world.hub.publish("news", 1)
        reached: list[int] = []
        while len(reached) < 10 and (not reached or reached[-1] < 150):
            await settle(1)
            reached.append(sum(len(client.frames) for client in clients))
        assert reached[-1] == 150
        assert len({count for count in reached if count}) == 3

    async def test_who_subscribes_while_it_is_served_gets_no_update_twice(self, world: World) -> None:
        clients = [await world.connect() for _ in range(100)]
        for client in clients:
            await client.subscribe("trades:BTC-USDT")
        late = await world.connect()
        world.board.trade(1)
        late.send(op="subscribe", id=1, channels=["trades:BTC-USDT"])
        world.board.trade(2)
        await world.hub.drained()
        await settle()
        world.board.trade(3)
        await world.hub.drained()
        snapshot = late.of_type("snapshot")[0]
        assert snapshot["data"] + [update["data"] for update in late.of_type("update")] == [1, 2, 3]

    async def test_who_unsubscribes_while_it_is_served_gets_nothing_after_the_ack(self, world: World) -> None:
        clients = [await world.connect() for _ in range(150)]
        for client in clients:
            await client.subscribe("news")
        last = clients[-1]
        world.hub.publish("news", 1)
        await settle(1)  # the first chunk is served, the last one waits
        last.send(op="unsubscribe", id=2, channels=["news"])
        await world.hub.drained()
        await settle()
        assert last.frames[-1]["type"] == "ack"
        assert clients[0].frames[-1]["data"] == 1
