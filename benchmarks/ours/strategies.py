"""Strategies in real time, at a bar a second for each symbol: what a second costs, and how soon a bar is an order.

Bars are random walks of their own for each symbol; each strategy crosses two averages of its own windows on an account of
its own, with a stop behind every entry. The feed plays the bars of all symbols side by side, sixty times as fast as they are
long; the desk has its journal on disk. Nobody listens to streams.
"""

import asyncio
import os
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
django.setup()

from benchmarks.tools.disk import percentile  # noqa: E402 - Django comes first
from gateway.memory import settle_memory  # noqa: E402
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK  # noqa: E402
from markets import services as markets  # noqa: E402
from markets.board import Board, Market  # noqa: E402
from markets.candles import ClosedCandle  # noqa: E402
from markets.datasets.records import Candles  # noqa: E402
from markets.feed import Feed  # noqa: E402
from markets.instruments import Instrument, make_instrument  # noqa: E402
from markets.sources.replay import Recording, ReplaySource  # noqa: E402
from markets.sources.side_by_side import SideBySide  # noqa: E402
from markets.updates import Candle  # noqa: E402
from trading.desk import Desk  # noqa: E402
from trading.journal.stores import SqliteStore  # noqa: E402
from trading.sandbox.orders import OpenAccount  # noqa: E402
from trading.strategies.arenas import FloorMarket, prepare  # noqa: E402
from trading.strategies.records import STARTING, Progress, Run, StrategySpec, strategy_spec_from  # noqa: E402
from trading.strategies.runner import Runner  # noqa: E402
from trading.strategies.services import live_run  # noqa: E402
from trading.strategies.wishes import groups_for  # noqa: E402

INTERVAL_S = 60
INTERVAL_NS = INTERVAL_S * NS_PER_SECOND
START_NS = 1_700_000_040 * NS_PER_SECOND // INTERVAL_NS * INTERVAL_NS
WARM_BARS = 30
"""Bars played before anything is measured, so that every average has its window."""
SPEED = float(INTERVAL_S)
"""A bar a second."""
SPARE_BARS = 10
"""Bars beyond those that are measured, so that the feed does not end meanwhile."""
LEAST_ORDERS = 50
"""With fewer there is no percentile to speak of."""


def measure(*, folder: str, runs: int, symbols: int, seconds: int, always: bool = False) -> dict[str, float]:
    """The share of a core, orders a second, from bar to order in milliseconds, and how far the feed fell behind.

    `always` has every strategy order at every bar.
    """
    return asyncio.run(_measure(Path(folder), runs, symbols, seconds, always))


class _Stage:
    """The symbols, a desk and the runner of all runs."""

    def __init__(self, folder: Path, symbols: int) -> None:
        self.instruments = [make_instrument(f"C{number}-USD", tick="0.01", lot="0.001") for number in range(symbols)]
        for instrument in self.instruments:
            markets.UNIVERSE.add(instrument)
        self.feed = Feed(board=Board(), instrument_of=markets.get_instrument, publisher=_Nobody(), clock=SYSTEM_CLOCK)
        self.path = folder / "strategies.sqlite3"
        self.desk = Desk(
            store=SqliteStore(self.path),
            find_instrument=markets.get_instrument,
            market_time_ns=lambda: self.feed.market_time_ns,
            clock=SYSTEM_CLOCK,
            restore_answers=lambda answers: None,
            retry_delays_s=(1.0,),
        )
        self.signals = 0
        self.ended: list[str] = []
        self.runner = Runner(
            _Market(self),
            prepare=prepare,
            on_signal=self._count,
            on_change=lambda live: None,
            on_end=lambda live, state, reason: self.ended.append(reason),
            on_progress=lambda live: None,
            holds_feed=True,
        )
        self.desk.add_listener(self.runner.on_change)
        self.clock = _Clock(self)
        self.feed.subscribe(self.desk.on_market)
        self.feed.on_candle_closed(self.clock.on_candle_closed)
        self.feed.on_candle_closed(self.runner.on_candle_closed)
        self.feed.act_on_candles(self.runner.awaits)
        self.feed.flow_gate(self.runner.flow_gate)

    def _count(self, *_: object) -> None:
        self.signals += 1

    async def add(self, number: int, spec: StrategySpec) -> None:
        account = f"a{number}"
        opened = OpenAccount(
            account_id=account, name=account, type="margin", base_currency="USD", allow_short=False, maker_ppm=200,
            taker_ppm=500, fill_policy="realistic", balances={"USD": 10**14},
        )  # fmt: skip
        self.desk.execute(opened)
        run = Run(
            id=f"run-{number}", strategy_id=f"s{number}", strategy_name="s", version=1, owner="default", account=account,
            has_own_account=True, parameters={}, spec=spec, state=STARTING, started_ns=0, market_ns=0,
            waits_for_warm_up=False,
        )  # fmt: skip
        here: Any = self
        self.runner.add(live_run(here, run, Progress()), groups_for(run))
        await self.runner.wait_until_begun(run.id, 60.0)


class _Market(FloorMarket):
    """The market of a stage, which remembers nothing."""

    def __init__(self, stage: _Stage) -> None:
        self._stage = stage

    def desk(self) -> Desk | None:
        return self._stage.desk

    async def history(self, symbol: str, interval: str, *, limit: int, before_ns: int | None) -> None:
        return None if before_ns is None else markets.Candles([], [], [], [], [], [])

    def playing(self) -> str:
        return "walk"

    def is_over(self) -> bool:
        return False

    def market_time_ns(self) -> int:
        return self._stage.feed.market_time_ns


def _spec(number: int, symbol: str, always: bool) -> StrategySpec:
    fast, slow = 2 + number % 3, 5 + number % 7
    strategy = {
        "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
        "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
        "parameters": {"fast": fast, "slow": slow},
        "sizing": {"kind": "equity_share", "percent": "10"},
        "stop": {"kind": "percent", "percent": "1"},
    }
    if always:
        level = 10 + number
        entry = f"volume > {level} and bars_since(volume > {level}, 2) == 0"
        strategy = {"long_entry": entry, "sizing": {"kind": "fixed", "quantity": "0.1"},
                    "trailing": {"kind": "fixed", "amount": "0.01"}}  # fmt: skip
    return strategy_spec_from({"symbols": [symbol], "interval": "1m", "strategy": strategy})


def _bars(number: int) -> Iterator[Candle]:
    """A walk without end."""
    chance = random.Random(number)
    time_ns, close = START_NS, 10_000
    while True:
        opened = close
        close = max(opened + chance.randint(-40, 40), 1_000)
        high, low = max(opened, close) + chance.randint(0, 10), min(opened, close) - chance.randint(0, 10)
        yield Candle(time_ns, opened, high, low, close, 1_000_000)
        time_ns += INTERVAL_NS


def _replay(number: int, instrument: Instrument, bars: int) -> ReplaySource:
    """So many bars of a walk, read at once."""
    rows = list(islice(_bars(number), bars))
    prices = [[getattr(row, f"{name}_ticks") / 100 for row in rows] for name in ("open", "high", "low", "close")]
    candles = Candles([row.time_ns for row in rows], *prices, [row.volume_lots / 1_000 for row in rows])
    return ReplaySource(Recording("walk", instrument, INTERVAL_S, bars, START_NS, iter([candles])))


async def _measure(folder: Path, runs: int, symbols: int, seconds: int, always: bool) -> dict[str, float]:
    stage = _Stage(folder, symbols)
    await stage.desk.start()
    for number in range(runs):
        await stage.add(number, _spec(number, stage.instruments[number % symbols].symbol, always))
    await stage.desk.wait_until_durable()
    bars = WARM_BARS + seconds + SPARE_BARS
    replays = [_replay(number, instrument, bars) for number, instrument in enumerate(stage.instruments)]
    feed, clock = stage.feed, stage.clock
    await feed.switch(SideBySide(replays, dataset="walk", total_beats=bars), speed=SPEED, is_paused=True)
    await feed.step(WARM_BARS)
    settle_memory()  # as the gateway does when it has started
    clock.times_ms.clear()
    clock.worked_ms.clear()
    feed.set_pace(speed=SPEED, is_paused=False)
    started_s, wall_s = time.process_time(), time.perf_counter()
    lag_s = 0.0
    while time.perf_counter() - wall_s < seconds:
        await asyncio.sleep(0.25)
        lag_s = max(lag_s, feed.state().lag_s)
    await stage.desk.wait_until_durable()
    spent_s, wall_s = time.process_time() - started_s, time.perf_counter() - wall_s
    await feed.stop()
    await stage.desk.stop()
    for file in stage.path.parent.glob("strategies.*"):
        file.unlink()
    assert not stage.ended, stage.ended[:3]
    assert len(clock.times_ms) >= LEAST_ORDERS, "too few orders were seen"
    return {
        "core_share": spent_s / wall_s,
        "orders_per_s": len(clock.times_ms) / wall_s,
        "lag_ms": lag_s * 1e3,
        "p50_ms": percentile(clock.times_ms, 50),
        "p99_ms": percentile(clock.times_ms, 99),
        "p99_worked_ms": percentile(clock.worked_ms, 99),
    }


class _Nobody:
    """Streams that nobody listens to."""

    def publish(self, market: Market, closed: list[ClosedCandle]) -> None:
        pass

    def publish_age(self, market: Market) -> None:
        pass


class _Clock:
    """When a bar closed, and how long after it each entry and exit was in the exchange: by the clock, and worked."""

    def __init__(self, stage: _Stage) -> None:
        self.closed_s: dict[str, tuple[float, float]] = {}
        self.times_ms: list[float] = []
        self.worked_ms: list[float] = []
        """In processor time, which a busy machine does not lengthen as much."""
        execute = stage.desk.execute

        def timed(command: Any, *, actor: str = "") -> Any:
            executed = execute(command, actor=actor)
            if getattr(command, "type", None) == "market":
                closed_s, worked_s = self.closed_s[command.symbol]
                self.times_ms.append((time.perf_counter() - closed_s) * 1e3)
                self.worked_ms.append((time.thread_time() - worked_s) * 1e3)
            return executed

        stage.desk.execute = timed  # type: ignore[method-assign]

    def on_candle_closed(self, symbol: str, interval: str, candle: Candle) -> None:
        """Told with the step that closes the bar, before the runner is."""
        if interval == "1m":
            self.closed_s[symbol] = time.perf_counter(), time.thread_time()
