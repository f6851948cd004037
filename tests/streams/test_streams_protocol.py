"""The protocol as a client sees it: subscribe, updates, unsubscribe, list, ping, resume and what is refused."""

import pytest

from streams import consumer as consumer_module
from streams.frames import Frame, Message, message_of

from .conftest import World, settle


async def test_a_connection_is_accepted_and_counted(world: World) -> None:
    client = await world.connect()
    assert client.was_accepted
    assert world.hub.stats().sockets == 1
    client.hang_up()
    await settle()
    assert world.hub.stats().sockets == 0


async def test_subscribing_answers_ack_then_snapshot_then_updates_in_sequence(world: World) -> None:
    world.board.tick(100)
    client = await world.connect()
    ack, snapshot = await client.subscribe("ticker:BTC-USDT")
    assert ack == {
        "type": "ack",
        "id": 1,
        "channels": [{"name": "ticker:BTC-USDT", "stream": "stream-1", "seq": snapshot["seq"]}],
    }
    assert snapshot["type"] == "snapshot"
    assert snapshot["data"] == 100
    assert snapshot["time"] == "2026-01-01T00:00:00.000Z"
    world.board.tick(101)
    world.board.tick(102)
    updates = client.of_type("update")
    assert [update["data"] for update in updates] == [101, 102]
    assert [update["seq"] for update in updates] == [snapshot["seq"] + 1, snapshot["seq"] + 2]
    assert list(updates[0]) == ["type", "channel", "seq", "time", "data"]


async def test_several_channels_are_acknowledged_together(world: World) -> None:
    client = await world.connect()
    frames = await client.subscribe("ticker:BTC-USDT", "trades:ETH-USDT", "orders")
    assert [frame["type"] for frame in frames] == ["ack", "snapshot", "snapshot", "snapshot"]
    assert [channel["name"] for channel in frames[0]["channels"]] == ["ticker:BTC-USDT", "trades:ETH-USDT", "orders"]


async def test_a_snapshot_holds_all_that_was_published_before_and_updates_begin_after_it(world: World) -> None:
    first = await world.connect()
    await first.subscribe("trades:BTC-USDT")
    for price in (1, 2, 3):
        world.board.trade(price)
    second = await world.connect()
    _, snapshot = await second.subscribe("trades:BTC-USDT")
    world.board.trade(4)
    assert snapshot["data"] == [1, 2, 3]
    (update,) = second.of_type("update")
    assert (update["data"], update["seq"]) == (4, snapshot["seq"] + 1)


async def test_subscribing_again_sends_a_new_snapshot_and_no_update_twice(world: World) -> None:
    client = await world.connect()
    await client.subscribe("trades:BTC-USDT")
    world.board.trade(1)
    _, snapshot = await client.subscribe("trades:BTC-USDT")
    world.board.trade(2)
    assert snapshot["data"] == [1]
    assert [update["data"] for update in client.of_type("update")] == [2]
    assert world.hub.stats().subscriptions == 1


async def test_unsubscribe_ends_the_updates_and_names_what_ended(world: World) -> None:
    client = await world.connect()
    await client.subscribe("ticker:BTC-USDT")
    (ack,) = await client.ask(op="unsubscribe", id="u", channels=["ticker:BTC-USDT", "ticker:ETH-USDT"])
    assert (ack["id"], [channel["name"] for channel in ack["channels"]]) == ("u", ["ticker:BTC-USDT"])
    world.board.tick(5)
    assert client.of_type("update") == []


async def test_list_names_the_channels_with_the_seq_reached(world: World) -> None:
    client = await world.connect()
    (_, snapshot) = await client.subscribe("trades:BTC-USDT")
    world.board.trade(1)
    (ack,) = await client.ask(op="list", id=3)
    assert ack["channels"] == [{"name": "trades:BTC-USDT", "stream": "stream-1", "seq": snapshot["seq"] + 1}]


async def test_ping_is_answered_with_its_id(world: World) -> None:
    client = await world.connect()
    assert await client.ask(op="ping", id=9) == [{"type": "pong", "id": 9}]


async def test_a_heartbeat_reaches_every_socket(world: World) -> None:
    clients = [await world.connect() for _ in range(3)]
    await world.hub.beat()
    for client in clients:
        assert client.frames == [{"type": "heartbeat", "time": "2026-01-01T00:00:00.000Z"}]


async def test_updates_of_an_account_reach_that_account_alone(world: World) -> None:
    mine, other = await world.connect("account=mine"), await world.connect("account=other")
    await mine.subscribe("orders")
    await other.subscribe("orders")
    world.board.order(1, "mine")
    assert [update["data"] for update in mine.of_type("update")] == [1]
    assert other.of_type("update") == []


async def test_without_an_account_the_default_one_is_served(world: World) -> None:
    client = await world.connect()
    await client.subscribe("orders")
    world.board.order(7, "default")
    assert [update["data"] for update in client.of_type("update")] == [7]


@pytest.mark.parametrize("query", ["account=", "account=a%20b", "account=a&account=b", "account=" + "x" * 65])
async def test_an_account_that_is_no_id_is_refused(world: World, query: str) -> None:
    client = await world.connect(query)
    assert client.frames[0]["code"] == "VALIDATION_FAILED"
    assert client.close_code == 1008


async def test_an_unknown_account_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_module, "account_exists", lambda account: account == "default")
    client = await world.connect("account=nobody")
    assert client.frames == [
        {"type": "error", "id": None, "code": "UNKNOWN_ACCOUNT", "message": "There is no account 'nobody'."}
    ]
    assert client.close_code == 1008


async def test_an_unknown_channel_is_answered_with_a_near_name_and_the_others_are_served(world: World) -> None:
    client = await world.connect()
    error, ack, snapshot = await client.subscribe("tikcer:BTC-USDT", "trades:BTC-USDT")
    assert (error["id"], error["code"], error["channel"]) == (1, "UNKNOWN_CHANNEL", "tikcer:BTC-USDT")
    assert error["message"] == "There is no channel 'tikcer:BTC-USDT'. Did you mean ticker:{symbol}?"
    assert [channel["name"] for channel in ack["channels"]] == ["trades:BTC-USDT"]
    assert snapshot["channel"] == "trades:BTC-USDT"


@pytest.mark.parametrize(
    "name", ["", ":", "ticker", "ticker:", "ticker:a b", "ticker:../x", "ticker:BTC-USDT:1m", "x" * 5_000, "ticker:é"]
)
async def test_names_that_fit_no_pattern_are_unknown(world: World, name: str) -> None:
    client = await world.connect()
    error, ack = await client.subscribe(name)
    assert error["code"] == "UNKNOWN_CHANNEL"
    assert ack["channels"] == []


async def test_an_unknown_symbol_is_an_error_and_no_subscription(world: World) -> None:
    client = await world.connect()
    error, ack = await client.subscribe("ticker:XXX-YYY")
    assert (error["code"], error["message"]) == ("UNKNOWN_SYMBOL", "There is no symbol 'XXX-YYY'.")
    assert ack["channels"] == []
    assert world.hub.stats().channels == 0


async def test_a_guarded_channel_is_refused_to_others(world: World) -> None:
    stranger, owner = await world.connect(), await world.connect("account=owner")
    error, _ = await stranger.subscribe("audit")
    assert (error["code"], error["message"]) == ("FORBIDDEN", "Only the owner may see this.")
    ack, snapshot = await owner.subscribe("audit")
    assert snapshot["channel"] == ack["channels"][0]["name"] == "audit"


async def test_a_bug_in_a_snapshot_is_said_and_the_socket_lives(world: World, caplog: pytest.LogCaptureFixture) -> None:
    client = await world.connect()
    error, _ = await client.subscribe("broken")
    assert error["code"] == "INTERNAL"
    assert "a bug in a snapshot" in caplog.text
    assert await client.ask(op="ping", id=1) == [{"type": "pong", "id": 1}]


async def test_publishing_to_a_channel_that_no_pattern_has_is_a_bug_said_at_once(world: World) -> None:
    with pytest.raises(LookupError, match="tikcer"):
        world.hub.publish("tikcer:BTC-USDT", 1)


async def test_nobody_listening_means_nothing_is_kept_or_encoded(world: World) -> None:
    assert not world.hub.has_subscribers("ticker:BTC-USDT")
    world.hub.publish("ticker:BTC-USDT", object())  # could not be encoded
    stats = world.hub.stats()
    assert (stats.published, stats.kept_updates, stats.channels) == (1, 0, 0)


async def test_an_account_is_heard_while_one_of_its_channels_is_at_its_own_place(world: World) -> None:
    first, second = await world.connect(), await world.connect()
    await first.subscribe("orders")
    await second.subscribe("orders")
    await first.subscribe("orders")
    assert world.hub.hears("default")
    assert not world.hub.at("elsewhere").hears("default")
    first.hang_up()
    await settle()
    await world.pass_time(121)
    assert world.hub.hears("default")
    second.hang_up()
    await settle()
    await world.pass_time(121)
    assert not world.hub.hears("default")


async def test_an_update_is_encoded_once_for_all_sockets(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[Frame] = []

    def note_and_encode(frame: Frame) -> Message:
        encoded.append(frame)
        return message_of(frame)

    monkeypatch.setattr("streams.live.message_of", note_and_encode)
    clients = [await world.connect() for _ in range(5)]
    for client in clients:
        await client.subscribe("ticker:BTC-USDT")
    encoded.clear()
    world.board.tick(1)
    assert len(encoded) == 1
    assert all(client.of_type("update")[0]["data"] == 1 for client in clients)


class TestResume:
    """A client that comes back says where it was."""

    async def _left_off(self, world: World, channel: str) -> int:
        client = await world.connect()
        _, snapshot = await client.subscribe(channel)
        client.hang_up()
        await settle()
        return int(snapshot["seq"])

    async def test_what_was_missed_is_sent_and_no_snapshot(self, world: World) -> None:
        seq = await self._left_off(world, "orders")
        for number in (1, 2, 3):
            world.board.order(number)
        client = await world.connect()
        ack, *missed = await client.subscribe({"name": "orders", "stream": "stream-1", "after": seq})
        assert ack["channels"][0]["seq"] == seq + 3
        assert [(frame["type"], frame["seq"], frame["data"]) for frame in missed] == [
            ("update", seq + 1, 1),
            ("update", seq + 2, 2),
            ("update", seq + 3, 3),
        ]
        world.board.order(4)
        assert client.frames[-1]["seq"] == seq + 4

    async def test_who_missed_nothing_gets_the_ack_alone(self, world: World) -> None:
        seq = await self._left_off(world, "orders")
        client = await world.connect()
        frames = await client.subscribe({"name": "orders", "stream": "stream-1", "after": seq})
        assert [frame["type"] for frame in frames] == ["ack"]

    @pytest.mark.parametrize(("stream", "offset"), [("stream-0", 0), ("stream-1", 1), ("stream-1", -1)])
    async def test_a_place_that_does_not_fit_gets_resync_and_snapshot(
        self, world: World, stream: str, offset: int
    ) -> None:
        seq = await self._left_off(world, "orders")
        client = await world.connect()
        frames = await client.subscribe({"name": "orders", "stream": stream, "after": seq + offset})
        assert [frame["type"] for frame in frames] == ["ack", "resync_required", "snapshot"]
        assert frames[1]["channel"] == "orders"

    async def test_more_missed_than_is_kept_gets_resync_and_snapshot(self, world: World) -> None:
        seq = await self._left_off(world, "trades:BTC-USDT")
        for price in range(257):
            world.board.trade(price)
        client = await world.connect()
        frames = await client.subscribe({"name": "trades:BTC-USDT", "stream": "stream-1", "after": seq})
        assert [frame["type"] for frame in frames] == ["ack", "resync_required", "snapshot"]
        assert len(frames[2]["data"]) == 257

    async def test_a_ticker_resumes_with_its_newest_value(self, world: World) -> None:
        seq = await self._left_off(world, "ticker:BTC-USDT")
        for price in range(50):
            world.board.tick(price)
        client = await world.connect()
        _, update = await client.subscribe({"name": "ticker:BTC-USDT", "stream": "stream-1", "after": seq})
        assert (update["type"], update["data"], update["seq"]) == ("update", 49, seq + 50)

    async def test_a_channel_nobody_came_back_to_is_forgotten_and_its_old_places_never_fit(self, world: World) -> None:
        seq = await self._left_off(world, "orders")
        world.board.order(1)
        assert world.hub.has_subscribers("orders", "default")
        assert (world.hub.hears("default"), world.hub.hears("other")) == (True, False)
        await world.pass_time(121)
        assert not world.hub.has_subscribers("orders", "default")
        assert not world.hub.hears("default")
        world.board.order(2)  # nobody listens: not kept
        client = await world.connect()
        for after in (seq, seq + 1):
            frames = await client.subscribe({"name": "orders", "stream": "stream-1", "after": after})
            assert [frame["type"] for frame in frames] == ["ack", "resync_required", "snapshot"]
            assert frames[2]["data"] == [1, 2]
            assert frames[2]["seq"] > seq + 1

    async def test_half_a_place_is_refused(self, world: World) -> None:
        client = await world.connect()
        error, ack = await client.subscribe({"name": "orders", "after": 4})
        assert (error["code"], ack["channels"]) == ("VALIDATION_FAILED", [])

    async def test_private_logs_are_not_resumed_across_accounts(self, world: World) -> None:
        seq = await self._left_off(world, "orders")
        world.board.order(1)
        client = await world.connect("account=other")
        frames = await client.subscribe({"name": "orders", "stream": "stream-1", "after": seq - 1})
        assert [frame["type"] for frame in frames] == ["ack", "resync_required", "snapshot"]
        assert frames[2]["data"] == []


async def test_shutdown_is_announced_and_closes_with_1012(world: World) -> None:
    client = await world.connect()
    closing = world.hub.spawn(world.hub.shutdown(), name="shutdown")
    await settle()
    assert client.frames == [{"type": "shutdown", "message": "The server is shutting down."}]
    assert client.close_code == 1012
    late = await world.connect()
    assert (late.frames[0]["code"], late.close_code) == ("UNAVAILABLE", 1013)
    closing.cancel()


async def test_a_server_that_is_full_turns_the_next_one_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.hub.MAX_SOCKETS", 1)
    first, second = await world.connect(), await world.connect()
    assert (second.frames[0]["code"], second.close_code) == ("UNAVAILABLE", 1013)
    assert await first.ask(op="ping") == [{"type": "pong", "id": None}]
