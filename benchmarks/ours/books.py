"""Depth through Sandbar: diffs into a followed book and its stream, and a recording through the whole feed."""

import asyncio
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.ours.imports import Silent
from benchmarks.tools.depth import LEVELS, MIDDLE_TICKS, diffs, first_book
from kit.clock import NS_PER_MS, NS_PER_SECOND, SYSTEM_CLOCK
from markets.board import Board, Market
from markets.channels import StreamPublisher
from markets.datasets import importing, store
from markets.datasets.depth import storing
from markets.datasets.records import ImportSpec
from markets.depth.chains import Diff, Snapshot, linked
from markets.depth.following import FollowedBook
from markets.feed import Feed
from markets.instruments import make_instrument
from markets.sources.base import Step
from markets.sources.depth import LEVELS_SHOWN, DepthRecording, DepthSource
from markets.updates import MarketUpdate

ETH = make_instrument("ETH-USDT", tick="0.01", lot="0.001")
SLICE_S = 0.005
"""What the feed publishes together."""
CHUNK_MESSAGES = 2_000


class ListenedHub:
    """A hub where somebody listens to every book: each change is encoded, as it is for a socket."""

    def __init__(self) -> None:
        self.published = 0
        self.sent_bytes = 0
        self._encode = msgspec.json.Encoder().encode

    def publish(self, channel: str, data: Any, *, final: bool = False) -> None:
        """Encode the update."""
        self.published += 1
        self.sent_bytes += len(self._encode(data))

    def has_subscribers(self, channel: str) -> bool:
        """Always."""
        return True


def levels(*, seconds: float) -> dict[str, float]:
    """Levels a second through chain, book and market, published every 5 ms, over `seconds` of processor time."""
    followed = FollowedBook(linked, _nobody_to_ask)
    bids, asks = first_book()
    followed.on_snapshot(Snapshot(0, bids, asks))
    market, publisher = Market(ETH, "replay", 0), StreamPublisher(ListenedHub())
    stream = diffs()
    done_levels = messages = 0
    spent_s = published_s = 0.0
    while spent_s < seconds:
        chunk = [next(stream) for _ in range(CHUNK_MESSAGES)]
        started_s = time.perf_counter()
        for number, (changed_bids, changed_asks) in enumerate(chunk, messages + 1):
            followed.on_diff(Diff(number, number, changed_bids, changed_asks, number - 1))
            market.apply(_step(followed, number))
            done_levels += len(changed_bids) + len(changed_asks)
            now_s = spent_s + time.perf_counter() - started_s
            if now_s - published_s >= SLICE_S:
                publisher.publish(market, [])
                published_s = now_s
        messages += CHUNK_MESSAGES
        spent_s += time.perf_counter() - started_s
    assert followed.counts.diffs == messages, "every diff follows"
    assert len(followed.book.bids.levels) > LEVELS // 2
    return {"per_s": done_levels / spent_s}


def _step(followed: FollowedBook, number: int) -> Step:
    bids, asks = followed.book.view(LEVELS_SHOWN)
    time_ns = number * NS_PER_MS
    update = MarketUpdate(ETH.symbol, time_ns, MIDDLE_TICKS, MIDDLE_TICKS, bids[-1][0], asks[-1][0], bids, asks)
    return Step(update, 0, "buy", True)


def replay(*, path: str, folder: str) -> dict[str, float]:
    """How many times faster than it was recorded a recording goes through the feed, everything listened to."""
    datasets = Path(folder) / "depth"
    spec = ImportSpec(path=path, file_name="stream", datasets_dir=str(datasets), symbol=ETH.symbol)
    result = importing.import_file(spec, Silent())
    stored = store.data_path(datasets, result.content_hash, "depth")
    begin = storing.start_of(stored)
    recording = DepthRecording(
        dataset="recording", instrument=ETH, steps=result.rows - begin.row, start_ns=begin.time_ns,
        has_trades=begin.has_trades, batches=storing.read_batches(stored, batch=1_024),
    )  # fmt: skip
    spent_s = asyncio.run(_play(DepthSource(recording)))
    shutil.rmtree(datasets)
    return {"factor": (result.to_ns - recording.start_ns) / NS_PER_SECOND / spent_s}


async def _play(source: DepthSource) -> float:
    hub = ListenedHub()
    feed = Feed(board=Board(), instrument_of=lambda _: ETH, publisher=StreamPublisher(hub), clock=SYSTEM_CLOCK)
    started_s = time.perf_counter()
    await feed.switch(source, speed=0, is_paused=False)
    while feed.state().status == "running":  # noqa: ASYNC110 - the feed has no event for its end
        await asyncio.sleep(0.001)
    spent_s = time.perf_counter() - started_s
    state = feed.state()
    assert (state.status, state.beat) == ("finished", source.total_beats), (
        f"the replay is {state.status}: {state.error}"
    )
    assert source.counts.gaps == 0
    assert hub.published
    await feed.stop()
    return spent_s


def _nobody_to_ask(reason: str) -> None:
    raise AssertionError(f"the book was lost: {reason}")
