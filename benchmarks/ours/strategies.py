"""Strategies at a bar a second for each symbol: what a second of it costs, and how long a bar takes to become an order.

Bars are random walks of their own for each symbol; each strategy crosses two averages of its own windows on an account of
its own, with a stop behind every entry. The desk has its journal on disk. The feed is left out: bars are told to the runner
as the feed tells them.
"""

import asyncio
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
django.setup()

from benchmarks.tools.disk import percentile  # noqa: E402 - Django comes first
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK  # noqa: E402
from markets import services as markets  # noqa: E402
from markets.instruments import make_instrument  # noqa: E402
from markets.sources.base import steps_of_bar  # noqa: E402
from markets.updates import Candle, MarketUpdate  # noqa: E402
from trading.desk import Desk  # noqa: E402
from trading.journal.stores import SqliteStore  # noqa: E402
from trading.sandbox.orders import OpenAccount  # noqa: E402
from trading.strategies.arenas import FloorMarket, prepare  # noqa: E402
from trading.strategies.records import STARTING, Progress, Run, StrategySpec, strategy_spec_from  # noqa: E402
from trading.strategies.runner import Runner  # noqa: E402
from trading.strategies.services import live_run  # noqa: E402
from trading.strategies.wishes import groups_for  # noqa: E402

INTERVAL_NS = 60 * NS_PER_SECOND
START_NS = 1_700_000_040 * NS_PER_SECOND // INTERVAL_NS * INTERVAL_NS
WARM_BARS = 60
"""Bars played before anything is measured, so that every average has its window."""


def measure(*, folder: str, runs: int, symbols: int, rounds: int, always: bool = False) -> dict[str, float]:
    """Seconds of a core for a second of bars, orders a second of bars, and from bar to order in milliseconds.

    `always` has every strategy order at every bar.
    """
    return asyncio.run(_measure(Path(folder), runs, symbols, rounds, always))


class _Stage:
    """The symbols, a desk and the runner of all runs."""

    def __init__(self, folder: Path, symbols: int) -> None:
        self.instruments = [make_instrument(f"C{number}-USD", tick="0.01", lot="0.001") for number in range(symbols)]
        for instrument in self.instruments:
            markets.UNIVERSE.add(instrument)
        self.time_ns = START_NS
        self.path = folder / "strategies.sqlite3"
        self.desk = Desk(
            store=SqliteStore(self.path),
            find_instrument=markets.get_instrument,
            market_time_ns=lambda: self.time_ns,
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
        return self._stage.time_ns


def _spec(number: int, symbol: str, always: bool) -> StrategySpec:
    fast, slow = 3 + number % 7, 12 + number % 31
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


async def _measure(folder: Path, runs: int, symbols: int, rounds: int, always: bool) -> dict[str, float]:
    stage = _Stage(folder, symbols)
    await stage.desk.start()
    for number in range(runs):
        await stage.add(number, _spec(number, stage.instruments[number % symbols].symbol, always))
    await stage.desk.wait_until_durable()
    clock = _Clock(stage)
    walks = [(instrument.symbol, _bars(number)) for number, instrument in enumerate(stage.instruments)]
    await _play(stage, walks, WARM_BARS, clock)
    clock.times_ms.clear()
    clock.market_s = 0.0
    started_s, wall_s = time.process_time(), time.perf_counter()
    await _play(stage, walks, rounds, clock)
    await stage.desk.wait_until_durable()
    spent_s, wall_s = time.process_time() - started_s, time.perf_counter() - wall_s
    await stage.desk.stop()
    for file in stage.path.parent.glob("strategies.*"):
        file.unlink()
    assert not stage.ended, stage.ended[:3]
    assert len(clock.times_ms) >= 100, "too few orders were seen"
    return {
        "core_share": (spent_s - clock.market_s) / rounds,
        "wall_share": (wall_s - clock.market_s) / rounds,
        "orders_per_s": len(clock.times_ms) / rounds,
        "p50_ms": percentile(clock.times_ms, 50),
        "p99_ms": percentile(clock.times_ms, 99),
    }


class _Clock:
    """When a bar closed, and how long after it each entry and exit was in the exchange."""

    def __init__(self, stage: _Stage) -> None:
        self.closed_s = 0.0
        self.market_s = 0.0
        """What the exchange and the bars themselves took, which a gateway spends without strategies too."""
        self.times_ms: list[float] = []
        execute = stage.desk.execute

        def timed(command: Any, *, actor: str = "") -> Any:
            executed = execute(command, actor=actor)
            if getattr(command, "type", None) == "market":
                self.times_ms.append((time.perf_counter() - self.closed_s) * 1e3)
            return executed

        stage.desk.execute = timed  # type: ignore[method-assign]


async def _play(stage: _Stage, walks: list[tuple[str, Iterator[Candle]]], rounds: int, clock: _Clock) -> None:
    """So many bars of every symbol, one symbol after the other; each closes with the open of the next."""
    for _ in range(rounds):
        for symbol, walk in walks:
            begun_s = time.process_time()
            candle = next(walk)
            steps: list[MarketUpdate] = [step.update for step in steps_of_bar(symbol, candle, INTERVAL_NS, 0)]
            stage.time_ns = max(stage.time_ns, steps[-1].time_ns)
            for update in steps:
                stage.desk.on_market(update)
            clock.market_s += time.process_time() - begun_s
            clock.closed_s = time.perf_counter()
            stage.runner.on_candle_closed(symbol, "1m", candle)
            if (opening := stage.runner.flow_gate()) is not None:
                await opening
        await asyncio.sleep(0)
