"""A small market for strategies: bars written by hand, a desk with its journal in memory, and a runner between them.

Ticks are dollars and lots coins. A bar is played as a replay plays it; what closes is acted on at the open of the next one.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from kit.clock import SYSTEM_CLOCK, Clock
from markets.datasets.records import Candles
from markets.instruments import Instrument, make_instrument
from markets.sources.base import steps_of_bar
from markets.updates import Candle
from quant.strategies.deciding import Said
from trading.desk import Desk
from trading.journal.stores import MemoryStore
from trading.published import Change
from trading.sandbox.orders import OpenAccount, Side
from trading.sandbox.policies import FillPolicy
from trading.strategies.arenas import prepare
from trading.strategies.dealing import Dealer
from trading.strategies.groups import Group
from trading.strategies.live import LiveRun
from trading.strategies.measuring import plans_of
from trading.strategies.readings import Reading
from trading.strategies.records import STARTING, Progress, Run, Signal, StrategySpec, strategy_spec_from
from trading.strategies.runner import Prepared, Runner
from trading.strategies.wishes import groups_for

COIN = make_instrument("COIN-USD", tick="1", lot="1")
GOLD = make_instrument("GOLD-USD", tick="1", lot="1")
INSTRUMENTS = {each.symbol: each for each in (COIN, GOLD)}
MINUTE_NS = 60 * 10**9
START_NS = 1_700_000_040_000_000_000 // MINUTE_NS * MINUTE_NS
UNLIMITED = FillPolicy(limit_fill="touch", depth="unlimited")

Row = tuple[int, int, int, int]


class Script:
    """A follower that says what a test wrote down: a word for each bar, such as `long_entry` or nothing."""

    def __init__(self, words: dict[float, str], fault_at: float | None = None) -> None:
        self.words, self.fault_at = words, fault_at
        self.bars = 0

    def take(self, bar: Any) -> Reading:
        self.bars += 1
        close = bar["close"]
        if close == self.fault_at:
            raise ZeroDivisionError("a bug of ours")
        return Reading(Said(**dict.fromkeys(self.words.get(close, "").split(), True)), {"close": close})


class Stage:
    """The market, the desk, and runners one after the other."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self.time_ns = START_NS
        self.past: dict[str, list[Candle]] = {symbol: [] for symbol in INSTRUMENTS}
        self.clock = clock
        self.source = "replay:set-1"
        self.signals: list[Signal] = []
        self.changed: list[str] = []
        self.moved: list[dict[str, int]] = []
        """How far a run was each time it was to be written down."""
        self.ended: list[tuple[str, str, str]] = []
        self.scripts: dict[str, Script] = {}
        """By parameter `script`, what is followed in place of conditions."""
        self.made = Desk(
            store=MemoryStore(),
            find_instrument=INSTRUMENTS.__getitem__,
            market_time_ns=lambda: self.time_ns,
            clock=SYSTEM_CLOCK,
            restore_answers=lambda answers: None,
            retry_delays_s=(0.0,),
        )
        self.made.add_listener(self._on_change)
        self.runner = self.new_runner()

    def new_runner(self) -> Runner:
        """A runner as after a start of the gateway: it knows of nothing."""
        self.runner = Runner(
            self,
            prepare=self.prepare,
            on_signal=lambda live, signal: self.signals.append(signal),
            on_change=lambda live: self.changed.append(live.run.state),
            on_end=self.end,
            on_progress=lambda live: self.moved.append(dict(live.progress.last_ns)),
            holds_feed=True,
            clock=self.clock,
        )
        return self.runner

    def _on_change(self, change: Change) -> None:
        self.runner.on_change(change)

    # ---- surroundings

    def desk(self) -> Desk | None:
        return self.made

    async def history(self, symbol: str, interval: str, *, limit: int, before_ns: int | None) -> Candles | None:
        """Of what was played, the bar that forms still left out."""
        past = [each for each in self.past[symbol][:-1] if before_ns is None or each.time_ns < before_ns][-limit:]
        if not past:
            return None
        columns = ("time_ns", "open_ticks", "high_ticks", "low_ticks", "close_ticks", "volume_lots")
        times, *prices = ([getattr(each, name) for each in past] for name in columns)
        return Candles(times, *([float(value) for value in column] for column in prices))

    def floats_of(self, symbol: str, candle: Candle) -> dict[str, float]:
        return {
            "open": float(candle.open_ticks),
            "high": float(candle.high_ticks),
            "low": float(candle.low_ticks),
            "close": float(candle.close_ticks),
            "volume": float(candle.volume_lots),
        }

    def instrument(self, symbol: str) -> Instrument:
        return INSTRUMENTS[symbol]

    def playing(self) -> str:
        return self.source

    def is_over(self) -> bool:
        return False

    def market_time_ns(self) -> int:
        return self.time_ns

    async def prepare(self, group: Group, history: Candles | None, candles: list[Candle]) -> Prepared:
        prepared = await prepare(group, history, candles)
        script = self.scripts.get(str(group.parameters.get("script")))
        if script is None:
            return prepared
        reading = None
        for close in [] if history is None else history.close:
            reading = script.take({"close": close})
        return Prepared(script, prepared.measures, reading)

    def end(self, live: LiveRun, state: str, reason: str) -> None:
        self.ended.append((live.run.id, state, reason))
        self.runner.remove(live.run.id)

    # ---- what tests do

    def open_account(self, account_id: str = "a", *, cash: int = 10_000, **terms: Any) -> None:
        terms = {"type": "margin", "allow_short": True, "policy": UNLIMITED, **terms}
        command = OpenAccount(
            account_id=account_id, name=account_id, base_currency="USD", maker_ppm=0, taker_ppm=0,
            fill_policy="custom", balances={"USD": cash * 10**8}, **terms,
        )  # fmt: skip
        self.made.execute(command)

    def live(self, spec: StrategySpec, *, run_id: str = "r1", progress: Progress | None = None, **run: Any) -> LiveRun:
        """A run with new dealers, as a start makes it."""
        fields = {"waits_for_warm_up": False, "account": "a", **run}
        made = Run(
            id=run_id, strategy_id="s1", strategy_name="s", version=1, owner="default", has_own_account=False,
            parameters={}, spec=spec, state=STARTING, started_ns=0, market_ns=0, **fields,
        )  # fmt: skip
        dealers = {
            symbol: Dealer(made, number, INSTRUMENTS[symbol], plans_of(spec, INSTRUMENTS[symbol]),
                           actor="strategy:s1", budget=self.runner.budget)
            for number, symbol in enumerate(spec.symbols)
        }  # fmt: skip
        return LiveRun(made, dealers, progress or Progress())

    async def add(self, live: LiveRun) -> LiveRun:
        self.runner.add(live, groups_for(live.run))
        await self.runner.wait_until_begun(live.run.id, 20)
        return live

    async def play(self, rows: Sequence[Row], symbol: str = "COIN-USD") -> None:
        """Bars of a minute each, the last one still forming at the end."""
        for row in rows:
            before = self.past[symbol][-1] if self.past[symbol] else None
            candle = Candle(self._next_ns(symbol), *row, 1_000)
            closes = 0 if before is None else before.close_ticks
            for number, step in enumerate(steps_of_bar(symbol, candle, MINUTE_NS, closes)):
                self.time_ns = max(self.time_ns, step.update.time_ns)
                self.made.on_market(step.update)
                if number == 0 and before is not None:
                    self._tell(symbol, before)
                    await self._settle()
            self.past[symbol].append(candle)
            await self._settle()

    def _tell(self, symbol: str, candle: Candle) -> None:
        if self.runner.awaits(symbol, "1m"):
            self.runner.on_candle_closed(symbol, "1m", candle)

    def _next_ns(self, symbol: str) -> int:
        past = self.past[symbol]
        return past[-1].time_ns + MINUTE_NS if past else START_NS

    async def _settle(self) -> None:
        if (opening := self.runner.flow_gate()) is not None:
            await opening
        await self.made.wait_until_durable()
        await asyncio.sleep(0)

    # ---- what tests look at

    def lots(self, account_id: str = "a", symbol: str = "COIN-USD") -> int:
        position = self.made.exchange.accounts[account_id].positions.get(symbol)
        return 0 if position is None else position.quantity_lots

    def story(self, account_id: str = "a") -> list[str]:
        """The fills of an account in words: `bar 2: buy 3 at 101 (entry)`."""
        told = []
        for fill in self.made.published.account(account_id).present.fills.values():
            order = self.made.exchange.orders[fill.order_id]
            bar = (fill.time_ns - START_NS) // MINUTE_NS
            side = "buy" if order.side is Side.BUY else "sell"
            what = (order.client_order_id or "?").rsplit(".", 1)[-1]
            told.append(f"bar {bar}: {side} {fill.quantity_lots} at {fill.price_ticks} ({what})")
        return told

    def waiting(self, account_id: str = "a") -> list[str]:
        """What the account's open orders are for, in alphabetical order."""
        orders = self.made.exchange.accounts[account_id].open_orders.values()
        return sorted((order.client_order_id or "?").rsplit(".", 1)[-1] for order in orders)


def spec_of(symbols: tuple[str, ...] = ("COIN-USD",), script: int | None = None, **fields: Any) -> StrategySpec:
    """A spec that enters above 100 and leaves below, one coin a time, unless said otherwise."""
    if script is not None:
        conditions = {"long_entry": "close > p.script", "parameters": {"script": script}}
    else:
        conditions = {"long_entry": "close > 100", "long_exit": "close < 100"}
    strategy = {**conditions, "sizing": {"kind": "fixed", "quantity": "1"}, **fields.pop("strategy", {})}
    return strategy_spec_from({"symbols": symbols, "interval": "1m", "strategy": strategy, **fields})


def flat(price: int) -> Row:
    """A bar that stands still."""
    return price, price, price, price
