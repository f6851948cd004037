"""Replay of recorded depth: the book as the venue had it after each message, real prints, nothing to fill on after a gap."""

import gzip
import heapq
import zlib

import msgspec
import pytest

from kit.clock import ManualClock
from markets.board import Board
from markets.channels import StreamPublisher
from markets.datasets import store
from markets.datasets.depth import storing
from markets.depth.checksums import LevelText
from markets.feed import Feed
from markets.instruments import make_instrument
from markets.paging import MAX_TIME_NS, Window
from markets.sources.base import SourceFailed
from markets.sources.depth import LEVELS_SHOWN, DepthRecording, DepthSource
from tests.markets.conftest import RecordingHub
from tests.markets.datasets import conftest
from tests.markets.depth.venue import record

ETH = make_instrument("ETH-USDT", tick="0.01", lot="0.001")


def source_of(importer, imported, *, instrument=ETH, batch=500, start_ns=None):
    """A source over what was imported, from its first message with a price, or from a time on."""
    path = store.data_path(importer.datasets_dir, imported.result.content_hash, "depth")
    begin = storing.start_of(path, start_ns)
    return DepthSource(
        DepthRecording(
            dataset="set-1",
            instrument=instrument,
            steps=imported.result.rows - begin.row,
            start_ns=begin.time_ns,
            has_trades=begin.has_trades,
            batches=storing.read_batches(path, batch=batch),
        )
    )


async def one_by_one(source):
    while (steps := await source.next_steps()) is not None:
        for step in steps:
            yield step


async def all_steps(source):
    found = []
    while (steps := await source.next_steps()) is not None:
        found += steps
    return found


class NaiveBook:
    """The book from the raw lines, with dicts and nothing of ours."""

    def __init__(self):
        self.bids, self.asks, self.last_id, self.waiting = {}, {}, None, []

    def take(self, frame):
        """Whether the frame was of the book and has changed it."""
        if "lastUpdateId" in frame:
            self.last_id = frame["lastUpdateId"]
            self.bids, self.asks = self._numbers(frame["bids"]), self._numbers(frame["asks"])
            for diff in self.waiting:
                self._apply(diff)
            return True
        if frame["data"]["e"] != "depthUpdate":
            return False
        if self.last_id is None:
            self.waiting.append(frame["data"])
            return False
        self._apply(frame["data"])
        return True

    def _apply(self, diff):
        if diff["u"] <= self.last_id:
            return
        self.last_id = diff["u"]
        for side, pairs in ((self.bids, diff["b"]), (self.asks, diff["a"])):
            for price, lots in self._numbers(pairs).items():
                side.pop(price, None)
                if lots:
                    side[price] = lots

    @staticmethod
    def _numbers(pairs):
        return {int(price.replace(".", "")): int(quantity.replace(".", "")) for price, quantity in pairs}


def frames_of(lines):
    return (msgspec.json.decode(line[line.index("{") :]) for line in lines if line.strip())


async def check_against_raw_lines(source, lines):
    """Follow raw lines and steps side by side; how many messages changed the book and how many printed."""
    naive, steps = NaiveBook(), one_by_one(source)
    has_price = False
    books = prints = 0
    before = None
    for frame in frames_of(lines):
        is_trade = "data" in frame and frame["data"]["e"] == "trade"
        is_of_book = "lastUpdateId" in frame or frame["data"]["e"] == "depthUpdate"
        naive.take(frame)
        has_price = has_price or is_trade
        if not has_price or not (is_trade or is_of_book):
            continue
        step = await anext(steps)
        update = step.update
        if is_trade:
            prints += 1
            price, lots = (int(frame["data"][name].replace(".", "")) for name in ("p", "q"))
            assert (update.last_ticks, step.volume_lots) == (price, lots)
            assert step.side == ("sell" if frame["data"]["m"] else "buy")
        else:
            books += 1
            assert step.volume_lots == 0
        assert step.is_stale == (naive.last_id is None)
        assert update.low_ticks <= update.last_ticks <= update.high_ticks
        assert update.from_ticks == update.last_ticks
        if is_trade and before is not None:
            assert (update.bids, update.asks) == before, "a print leaves the book to the diff that tells of it"
            continue
        before = update.bids, update.asks
        assert len(update.bids) == min(LEVELS_SHOWN, len(naive.bids))
        assert len(update.asks) == min(LEVELS_SHOWN, len(naive.asks))
        assert all(naive.bids[price] == lots for price, lots in update.bids)
        assert all(naive.asks[price] == lots for price, lots in update.asks)
        if update.bids and update.asks:
            assert update.bids[0][0] == max(naive.bids)
            assert update.asks[0][0] == min(naive.asks)
            assert update.bids[0][0] < update.asks[0][0], "the book is never crossed"
    assert await anext(steps, None) is None
    return books, prints


async def test_every_message_leaves_the_book_that_the_raw_lines_make(importer):
    recorder = record(250)
    imported = importer(recorder.text())
    source = source_of(importer, imported)
    books, prints = await check_against_raw_lines(source, recorder.lines)
    assert (books + prints, prints) == (source.total_beats, len(recorder.trades))
    assert (source.counts.gaps, source.counts.crossed_levels) == (0, 0)
    steps = await all_steps(source_of(importer, imported))
    times = [step.update.time_ns for step in steps]
    assert times == sorted(times)
    assert times[0] == source.start_ns


@pytest.mark.parametrize("batch", [1, 7, 10_000])
async def test_the_steps_do_not_depend_on_how_the_rows_are_read(importer, batch):
    imported = importer(record(80).text())
    assert await all_steps(source_of(importer, imported, batch=batch)) == await all_steps(source_of(importer, imported))


@pytest.mark.parametrize("place", [0.2, 0.5, 0.99])
async def test_a_replay_from_the_middle_has_the_steps_that_a_whole_one_has_there(importer, place):
    imported = importer(record(150).text())
    whole = await all_steps(source_of(importer, imported))
    start_ns = whole[int(len(whole) * place)].update.time_ns
    middle = source_of(importer, imported, start_ns=start_ns, batch=40)
    steps = await all_steps(middle)
    assert steps == [step for step in whole if step.update.time_ns >= start_ns]
    assert (middle.start_ns, middle.total_beats) == (start_ns, len(steps))


async def test_from_a_gap_to_the_next_snapshot_there_is_no_book_and_it_is_said(importer):
    source = source_of(importer, importer(record(120, lost=(50,), snapshots=(10, 80)).text()))
    steps = await all_steps(source)
    stale = [index for index, step in enumerate(steps) if step.is_stale and index > 30]
    assert stale
    assert stale == list(range(stale[0], stale[-1] + 1)), "one stretch"
    for index in stale:
        assert (steps[index].update.bids, steps[index].update.asks) == ((), ())
        assert steps[index].update.last_ticks > 0
    assert any(steps[index].volume_lots for index in stale), "trades go on printing"
    assert not steps[-1].is_stale
    assert source.counts.gaps == 1


async def test_depth_without_trades_is_priced_at_the_middle_of_its_book(importer):
    lines = [line for line in record(40).lines if '"e":"trade"' not in line]
    steps = await all_steps(source_of(importer, importer("\n".join(lines))))
    assert steps
    for step in steps:
        assert step.update.last_ticks == (step.update.bids[0][0] + step.update.asks[0][0]) // 2


async def test_a_tick_that_does_not_hold_the_levels_fails_the_source(importer):
    coarse = make_instrument("ETH-USDT", tick="0.5", lot="0.001")
    with pytest.raises(SourceFailed, match=r"no multiple of the tick 0\.5"):
        await all_steps(source_of(importer, importer(record(20).text()), instrument=coarse))


async def test_quantities_finer_than_the_lot_are_counted_to_the_nearest(importer):
    coarse = make_instrument("ETH-USDT", tick="0.01", lot="0.5")
    imported = importer(record(60).text())
    fine = await all_steps(source_of(importer, imported))
    rough = await all_steps(source_of(importer, imported, instrument=coarse))
    exact = dict(fine[-1].update.bids)
    assert {price: (lots + 250) // 500 for price, lots in exact.items() if lots >= 250} == dict(rough[-1].update.bids)


# As a market, through the feed and its streams ---------------------------------------------------------------------------


class DepthClient:
    """A program that follows `orderbook:S` by the contract: a snapshot, then absolute levels, a checksum with each."""

    def __init__(self, snapshot):
        self.bids: dict[float, LevelText] = {}
        self.asks: dict[float, LevelText] = {}
        self.take(snapshot)

    def take(self, data):
        for side, levels in ((self.bids, data["bids"]), (self.asks, data["asks"])):
            for price, quantity in levels:
                if float(quantity) == 0:
                    del side[float(price)]
                else:
                    side[float(price)] = (price, quantity)
        bids = [self.bids[price] for price in heapq.nlargest(10, self.bids)]
        asks = [self.asks[price] for price in heapq.nsmallest(10, self.asks)]
        text = "|".join(f"{price}:{quantity}" for price, quantity in (*bids, *asks))
        assert zlib.crc32(text.encode()) == data["checksum"]


class Floor:
    """A feed of one symbol with everything around it under control."""

    def __init__(self, instrument=ETH):
        self.hub = RecordingHub()
        self.board = Board()
        self.publisher = StreamPublisher(self.hub)
        self.feed = Feed(
            board=self.board, instrument_of=lambda _: instrument, publisher=self.publisher, clock=ManualClock(1)
        )

    async def follow(self, source, *, beats):
        """Replay to the end, so many messages at a time, a client applying every update; how many there were."""
        await self.feed.switch(source, speed=1, is_paused=True)
        await self.feed.step(1)
        client = DepthClient(wire(self.publisher.book_of("ETH-USDT")))
        self.hub.published.clear()
        updates = 0
        while self.feed.state().status != "finished":
            await self.feed.step(beats)
            for update in self.hub.on("orderbook:ETH-USDT"):
                client.take(wire(update))
                updates += 1
            self.hub.published.clear()
        await self.feed.stop()
        return client, updates


def wire(data):
    """What a client decodes."""
    return msgspec.json.decode(msgspec.json.encode(data))


async def test_a_client_of_the_stream_has_the_book_after_every_update_through_a_gap(importer):
    floor = Floor()
    source = source_of(importer, importer(record(150, lost=(60,), snapshots=(10, 90)).text()))
    client, updates = await floor.follow(source, beats=1)
    market = floor.board.get("ETH-USDT")
    assert updates > 150
    assert [price for price, _ in market.last_update.bids] == [round(price * 100) for price in sorted(client.bids)][
        ::-1
    ]
    assert market.trade_count == len(record(150).trades)


async def test_candles_of_the_market_are_those_of_the_trades_alone(importer):
    floor = Floor()
    imported = importer(record(400).text())
    await floor.follow(source_of(importer, imported), beats=50)
    candles = floor.board.get("ETH-USDT").candles.read("1m", Window(0, MAX_TIME_NS, 100, True))
    stored = importer.minutes(imported)
    assert [candle.time_ns for candle in candles] == stored["time"].to_list()
    assert [candle.open_ticks / 100 for candle in candles] == stored["open"].to_list()
    assert [candle.low_ticks / 100 for candle in candles] == stored["low"].to_list()
    assert [candle.close_ticks / 100 for candle in candles] == stored["close"].to_list()
    assert [candle.volume_lots / 1000 for candle in candles] == stored["volume"].to_list()


async def test_the_market_says_stale_while_the_book_is_lost(importer):
    floor = Floor()
    source = source_of(importer, importer(record(120, lost=(50,), snapshots=(10, 80)).text()))
    await floor.feed.switch(source, speed=1, is_paused=True)
    said = []
    for _ in range(source.total_beats):
        await floor.feed.step(1)
        book = floor.publisher.book_of("ETH-USDT")
        assert book.stale == (not book.bids)
        said.append(book.stale)
    assert {True, False} == set(said[30:])
    await floor.feed.stop()


# The shared recording ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The shared recording, imported once: where it lies, who imported it, and what came of it."""
    path = conftest.SHARED_DATA / "book" / "usdm_ethusdt_20240808.gz"
    if not path.exists():
        pytest.skip(f"the shared data folder has no {path.name} here")
    importer = conftest.Importer(tmp_path_factory.mktemp("recorded"))
    return path, importer, importer(path)


async def test_the_real_recording_leaves_the_book_of_its_raw_lines_after_each_message(recorded):
    path, importer, imported = recorded
    source = source_of(importer, imported)
    with gzip.open(path, "rt") as lines:
        books, prints = await check_against_raw_lines(source, lines)
    assert prints == 14_076
    assert books > 6_500
    counts = source.counts
    assert (counts.gaps, counts.contradictions, counts.crossed_levels) == (0, 0, 0)
    assert counts.diffs > 6_500


async def test_the_real_book_has_the_best_prices_that_the_venue_quoted_beside_it(recorded):
    path, importer, imported = recorded
    source = source_of(importer, imported)
    tops = {}
    while (steps := await source.next_steps()) is not None:
        for step in steps:
            if not step.is_stale and not step.volume_lots:
                update = step.update
                tops[source._followed.last_id] = (*update.bids[0], *update.asks[0])
    quotes = {}
    with gzip.open(path, "rt") as lines:
        for frame in frames_of(lines):
            data = frame.get("data", {})
            if data.get("e") == "bookTicker":
                quotes[data["u"]] = tuple(int(data[name].replace(".", "")) for name in ("b", "B", "a", "A"))
    ids = sorted(quotes)
    compared = 0
    position = 0
    for last_id in sorted(tops):
        while position + 1 < len(ids) and ids[position + 1] <= last_id:
            position += 1
        if ids[position] <= last_id and position + 1 < len(ids):
            compared += 1
            assert tops[last_id] == quotes[ids[position]], "the newest quote up to the book's update"
    assert compared > 6_000


async def test_a_client_follows_the_whole_real_recording_by_its_checksums(recorded):
    floor = Floor()
    _, importer, imported = recorded
    client, updates = await floor.follow(source_of(importer, imported), beats=10)
    market = floor.board.get("ETH-USDT")
    assert updates > 2_000
    assert market.trade_count == 14_076
    assert {round(price * 100) for price in client.bids} == {price for price, _ in market.last_update.bids}
    assert {round(price * 100) for price in client.asks} == {price for price, _ in market.last_update.asks}
