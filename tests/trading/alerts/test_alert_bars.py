"""Bars on their way to expressions: history first, each bar once, shared work, and faults that stay where they are."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from markets.services import Candles
from markets.updates import Candle
from quant.expressions import parse
from quant.expressions.evaluating import evaluate
from quant.expressions.panel import Panel
from tests.shared_data import shared_file
from tests.waiting import eventually
from trading.alerts import bars as bars_module
from trading.alerts.bars import BarWatch, ClosedBar, Sources
from trading.alerts.following import COLUMNS, Follower, Reading, prepare
from trading.alerts.reading import measured, read_condition

MINUTE_NS = 60 * 10**9
PLACE = ("BTC-USDT", "1m")


def candle(number: int, close: int) -> Candle:
    return Candle(number * MINUTE_NS, close, close + 1, close - 1, close, 1)


def candles(closes: list[int], first: int = 0) -> Candles:
    times = [(first + number) * MINUTE_NS for number in range(len(closes))]
    values = [float(each) for each in closes]
    higher, lower = [each + 1 for each in values], [each - 1 for each in values]
    return Candles(times, values, higher, lower, values, [1.0] * len(closes))


class Market(Sources):
    """A market of the test's own: its history, and what was asked of it."""

    def __init__(self, history: Candles | None) -> None:
        self.past = history
        self.asked: list[tuple[str, str, int, int | None]] = []
        self.name = "replay:a"
        self.gate = asyncio.Event()
        self.gate.set()

    async def history(self, symbol: str, interval: str, *, limit: int, before_ns: int | None) -> Candles | None:
        self.asked.append((symbol, interval, limit, before_ns))
        await self.gate.wait()
        return self.past

    def floats_of(self, bar: ClosedBar) -> dict[str, float]:
        assert bar.candle is not None
        close = float(bar.candle.close_ticks)
        return {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 1.0}

    def playing(self) -> str:
        return self.name


class Scene:
    """A watch over such a market, with all that it told."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.told: list[tuple[str, int, bool]] = []
        self.faults: list[tuple[str, str]] = []
        self.watch = BarWatch(market, self.prepared, self.note, self.fault)
        self.prepare_fault: Exception | None = None

    async def prepared(self, expression: Any, history: Candles) -> Follower:
        if self.prepare_fault is not None:
            raise self.prepare_fault
        return prepare(expression, history)

    def note(self, rule: str, reading: Reading, bar: Any) -> None:
        self.told.append((rule, bar.time_ns // MINUTE_NS, reading.is_true))

    def fault(self, rule: str, reason: str) -> None:
        self.faults.append((rule, reason))

    def close(self, number: int, close: int, symbol: str = "BTC-USDT") -> None:
        self.watch.on_candle_closed(symbol, "1m", candle(number, close))

    async def ready(self, rule: str) -> None:
        await self.settled(lambda: self.watch.bars_seen(rule) is not None)

    async def settled(self, condition: Any) -> None:
        async def look() -> bool:
            return bool(condition())

        await eventually(look)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene(Market(candles([100, 101, 102])))
    made.watch.start()
    yield made
    await made.watch.stop()


async def test_a_rule_begins_with_as_much_history_as_its_expression_needs(scene: Scene) -> None:
    expression = read_condition("ts_mean(close, 3) > 101")
    scene.watch.watch("r", PLACE, expression)
    await scene.ready("r")
    assert scene.market.asked == [("BTC-USDT", "1m", expression.need().warm_up, None)]
    assert scene.watch.bars_seen("r") == 3
    scene.close(3, 110)
    await scene.settled(lambda: scene.told)
    assert scene.told == [("r", 3, True)]


async def test_bars_that_close_while_the_history_is_read_come_after_it_each_once(scene: Scene) -> None:
    scene.market.gate.clear()
    scene.watch.watch("r", PLACE, read_condition("close > 104"))
    for number, close in ((2, 102), (3, 105), (4, 103)):
        scene.close(number, close)
    await scene.settled(lambda: scene.watch.bars_waiting == 3 and scene.market.asked)
    scene.market.gate.set()
    await scene.settled(lambda: len(scene.told) == 2)
    assert scene.told == [("r", 3, True), ("r", 4, False)]  # bar 2 is the last of the history
    assert scene.watch.bars_waiting == 0


async def test_without_a_market_it_waits_and_takes_the_first_bar_as_what_comes_after_the_history(scene: Scene) -> None:
    scene.market.past = None
    scene.watch.watch("r", PLACE, read_condition("close > 101"))
    await scene.settled(lambda: scene.market.asked)
    assert scene.watch.bars_seen("r") is None
    scene.market.past = candles([100, 101])
    scene.close(2, 102)
    await scene.settled(lambda: scene.told)
    assert scene.market.asked[-1][3] == 2 * MINUTE_NS
    assert scene.told == [("r", 2, True)]


async def test_another_market_is_begun_anew_after_the_last_bars_of_the_one_before(scene: Scene) -> None:
    scene.watch.watch("r", PLACE, read_condition("delta(close, 1) > 5"))
    await scene.ready("r")
    scene.close(3, 120)
    scene.watch.on_market_closed("BTC-USDT")
    scene.market.past = candles([500], first=-9)
    scene.close(-8, 501)  # another market, and earlier: 501 after 120 would be a leap
    await scene.settled(lambda: len(scene.told) == 2)
    assert scene.told == [("r", 3, True), ("r", -8, False)]


async def test_rules_share_what_is_the_same_expression(scene: Scene) -> None:
    for number in range(50):
        scene.watch.watch(f"r{number}", PLACE, read_condition("close > 100" if number % 2 else "(close)>100"))
    await scene.ready("r49")
    assert scene.watch.expressions == 1
    scene.close(3, 101)
    await scene.settled(lambda: len(scene.told) == 50)
    assert scene.watch.evaluations == 1
    for number in range(50):
        scene.watch.forget(f"r{number}")
    assert scene.watch.expressions == 0
    scene.close(4, 102)
    assert scene.watch.bars_waiting == 0  # nobody watches it any more


async def test_two_hundred_rules_on_fifty_symbols_cost_an_evaluation_for_each_expression_and_bar(scene: Scene) -> None:
    texts = ("rsi(close, 14) < 30", "close > ema(close, 20)", "rsi(close, 14) < 30", "volume > 5")
    for number in range(200):
        scene.watch.watch(f"r{number}", (f"S{number // 4}-USD", "1m"), read_condition(texts[number % 4]))
    await scene.settled(lambda: all(scene.watch.bars_seen(f"r{number}") for number in range(200)))
    for bar in range(3, 8):
        for symbol in range(50):
            scene.close(bar, 100 + bar, f"S{symbol}-USD")
    await scene.settled(lambda: len(scene.told) == 200 * 5)
    assert scene.watch.expressions == 150
    assert scene.watch.evaluations == 150 * 5


async def test_a_fault_in_one_expression_ends_its_rules_and_no_others(scene: Scene) -> None:
    scene.watch.watch("good", PLACE, read_condition("close > 1"))
    await scene.ready("good")
    scene.prepare_fault = ZeroDivisionError("somewhere inside")
    scene.watch.watch("bad", PLACE, read_condition("close > 2"))
    await scene.settled(lambda: scene.faults)
    assert scene.faults == [("bad", "It could not be evaluated (ZeroDivisionError); the log has the rest.")]
    scene.close(3, 101)
    await scene.settled(lambda: scene.told)
    assert scene.told == [("good", 3, True)]


async def test_a_history_that_does_not_come_fails_the_rule(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bars_module, "HISTORY_TIMEOUT_S", 0.01)
    scene.market.gate.clear()
    scene.watch.watch("r", PLACE, read_condition("close > 1"))
    await scene.settled(lambda: scene.faults)
    assert scene.faults == [("r", "Its history was not there in time.")]


async def test_a_feed_that_runs_ahead_is_asked_to_wait(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bars_module, "BARS_BEFORE_WAITING", 3)
    scene.market.gate.clear()
    scene.watch.watch("r", PLACE, read_condition("close > 1"))
    for number in range(3, 6):
        scene.close(number, 101)
    assert scene.watch.is_behind
    waiting = asyncio.ensure_future(scene.watch.wait_for_room())
    await scene.settled(lambda: scene.market.asked)
    assert not waiting.done()
    scene.market.gate.set()
    await asyncio.wait_for(waiting, 10)
    await scene.settled(lambda: len(scene.told) == 3)


@pytest.mark.parametrize(
    "text",
    ["rsi(close, 14) < 40", "cross_above(ema(close, 12), ema(close, 26)) and volume > 0", "atr(14) > 0.0006 * close"],
)
def test_real_bars_give_the_bits_of_the_array_form(text: str) -> None:
    file = shared_file("crypto_bars/btc-perp-20211231-20220201_1m.csv")
    table = np.genfromtxt(file, delimiter=",", skip_header=1, usecols=range(1, 6), max_rows=1_500)
    columns = dict(zip(COLUMNS, table.T, strict=True))
    expression = parse(text)
    truth, value = evaluate(
        [expression, measured(expression)], Panel({name: column[:, None] for name, column in columns.items()})
    )
    past = {name: column[:1_000].tolist() for name, column in columns.items()}
    history = Candles([number * MINUTE_NS for number in range(1_000)], *past.values())
    follower = prepare(expression, history)
    for row in range(1_000, 1_500):
        reading = follower.take({name: column[row] for name, column in columns.items()})
        assert (reading.is_true, reading.value) == (truth[row, 0], value[row, 0])
    assert 0 < truth[1_000:].sum() < 500
