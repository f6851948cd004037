"""A strategy that runs on a replay at full speed, through the feed, the runner and the exchange, fills as its backtest does:
the same bars, sides, lots, prices and fees, and the same money in the end. On real minutes, for every template and program.
"""

import asyncio

import numpy as np
import polars as pl
import pytest

from analytics.backtests.conditions import read_conditions, signals_of, workspace_of
from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import Bars, align, bars_from_prices
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import backtest_from
from analytics.backtests.programs import run_program
from kit.clock import SYSTEM_CLOCK
from markets import services as markets
from markets.datasets.records import Candles
from markets.instruments import make_instrument
from markets.sources.replay import Recording, ReplaySource
from tests.markets.datasets.conftest import Silent
from tests.shared_data import shared_file
from trading import services as trading
from trading.desk import Desk
from trading.journal.stores import MemoryStore
from trading.sandbox.events import OrderFilled
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import OpenAccount
from trading.sandbox.policies import FillPolicy
from trading.strategies import services
from trading.strategies.arenas import arena, close_arena
from trading.strategies.records import STARTING, Progress, Run, strategy_spec_from
from trading.strategies.templates import BY_NAME
from trading.strategies.wishes import groups_for

PERP = make_instrument("PERP-USD", tick="0.5", lot="0.001")
MINUTE_NS = 60 * 10**9
BARS = 4_000
CASH_UNITS = 1_000_000 * 10**8
DEADLINE_S = 60


@pytest.fixture(scope="module")
def rows() -> Candles:
    """Real minutes of a perpetual."""
    frame = pl.read_csv(shared_file("crypto_bars/btc-perp-20211231-20220201_1m.csv")).head(BARS)
    times = frame["timestamp"].str.to_datetime().dt.epoch("ns")
    columns = [frame[name].to_list() for name in ("open", "high", "low", "close")]
    return Candles(times.to_list(), *columns, (frame["volume"] / 50_000).round(3).to_list())


@pytest.fixture(scope="module")
def bars(rows: Candles) -> Bars:
    prices = tuple(np.array(column) for column in (rows.open, rows.high, rows.low, rows.close))
    times = np.array(rows.time_ns, np.int64)
    return bars_from_prices(PERP, MINUTE_NS, times, prices=prices, volume=np.array(rows.volume))


@pytest.fixture
def perp(monkeypatch: pytest.MonkeyPatch) -> None:
    """The instrument is known to the markets for the time of a test."""
    monkeypatch.setitem(markets.UNIVERSE._by_symbol, PERP.symbol, PERP)


class Rehearsed:
    """What a strategy did in a rehearsal of its own: its fills by bar, and its money."""

    def __init__(self, rows: Candles) -> None:
        self._rows = rows
        self._bar_of = {time_ns: bar for bar, time_ns in enumerate(rows.time_ns)}
        self.fills: list[tuple[int, ...]] = []
        self.cash_units = 0
        self.signals: list[object] = []
        self.run: Run | None = None
        self.reason = ""

    async def play(self, spec: object, policy: FillPolicy) -> None:
        floor = markets.open_floor("parity")
        desk = Desk(
            store=MemoryStore(),
            find_instrument=markets.get_instrument,
            market_time_ns=lambda: floor.feed.market_time_ns,
            clock=SYSTEM_CLOCK,
            restore_answers=lambda answers: None,
            retry_delays_s=(0.0,),
        )
        trading.put_desk(floor, desk)
        await desk.start()
        try:
            with markets.working_on(floor):
                await self._play(floor, desk, spec, policy)
        finally:
            await close_arena(floor)
            await markets.close_floor(floor)
            await desk.stop()
            trading.remove_desk(floor)

    async def _play(self, floor: markets.Floor, desk: Desk, spec: object, policy: FillPolicy) -> None:
        rows = self._rows
        await desk.commit([desk.execute(account_for(spec, policy))])
        floor.feed.subscribe(desk.on_market)
        floor.feed.flow_gate(desk.wait_for_room)
        desk.add_listener(lambda change: self._keep(desk, change.fills))
        here = arena()
        run = Run(
            id="r1", strategy_id="s1", strategy_name="s", version=1, owner="a", account="a", has_own_account=False,
            parameters={}, spec=spec, state=STARTING, started_ns=0, market_ns=0, waits_for_warm_up=False,
            start_ticks={PERP.symbol: round(rows.close[0] / 0.5)},
        )  # fmt: skip
        live = services.live_run(here, run, Progress())
        here.runner.add(live, groups_for(run))
        await here.runner.wait_until_begun("r1", DEADLINE_S)
        batches = iter([Candles(*(column[start : start + 2_000] for column in columns_of(rows)))
                        for start in range(0, len(rows.time_ns), 2_000)])  # fmt: skip
        source = ReplaySource(Recording("set-1", PERP, 60, len(rows.time_ns), rows.time_ns[0], batches))
        await floor.feed.switch(source, speed=0, is_paused=False)
        ended = asyncio.Event()
        floor.feed.on_state(lambda: ended.set() if floor.feed.state().status != "running" else None)
        async with asyncio.timeout(DEADLINE_S):
            while floor.feed.state().status == "running":
                ended.clear()
                await ended.wait()
        assert floor.feed.state().status == "finished"
        await desk.wait_until_durable()
        await asyncio.sleep(0)
        if live.run.id not in here.runner.lives:
            self.reason = here.ended[live.run.id].run.reason
        self.cash_units = desk.exchange.accounts["a"].balances["USD"].total_units
        self.run, self.signals = live.run, list(live.signals)

    def _keep(self, desk: Desk, fills: tuple[OrderFilled, ...]) -> None:
        for fill in fills:
            side = 1 if desk.exchange.orders[fill.order_id].side == "buy" else -1
            bar = self._bar_of[fill.time_ns // MINUTE_NS * MINUTE_NS]
            self.fills.append((bar, side, fill.quantity_lots, fill.price_ticks, fill.fee_units))


def columns_of(rows: Candles) -> tuple[list, ...]:
    return rows.time_ns, rows.open, rows.high, rows.low, rows.close, rows.volume


def account_for(spec: object, policy: FillPolicy) -> OpenAccount:
    return OpenAccount(
        account_id="a",
        name="a",
        type="margin",
        base_currency="USD",
        allow_short=spec.allow_short,
        maker_ppm=200,
        taker_ppm=500,
        fill_policy="custom",
        policy=policy,
        balances={"USD": CASH_UNITS},
        margin=MarginTerms(leverage=spec.leverage),
    )


def backtest(spec: object, bars: Bars, fills: dict):
    """The same strategy over the same bars."""
    plain = {
        "symbols": [PERP.symbol],
        "interval": "1m",
        "strategy": spec_plain(spec)["strategy"],
        "allow_short": spec.allow_short,
        "leverage": spec.leverage,
        "starting_cash": "1000000",
        "fees": {"maker_bps": "2", "taker_bps": "5"},
        "fills": {"limit_fill": "touch", "path": "nearer", "spread": "bar", **fills},
    }
    wanted = backtest_from(plain)
    panel = align([bars])
    values = dict(wanted.strategy.parameters)
    signals = signals_of(workspace_of(panel), read_conditions(wanted.strategy), values)
    return run_backtest(wanted, panel, signals)


def spec_plain(spec: object) -> dict:
    from quant.strategies.specs import spec_values

    return spec_values(spec)


FIXED = {"kind": "fixed", "quantity": "0.25"}
CASES = {
    "sma-cross": {"parameters": {"fast": 5, "slow": 20}},
    "ema-cross": {"parameters": {"fast": 5, "slow": 20}, "trailing": {"kind": "percent", "percent": "0.2"}},
    "rsi-reversion": {"stop": {"kind": "percent", "percent": "0.3"}, "sizing": FIXED},
    "donchian-breakout": {
        "target": {"kind": "percent", "percent": "0.3"},
        "sizing": {"kind": "risk_per_trade", "percent": "0.1"},
    },
    "bollinger-reversion": {
        "stop": {"kind": "percent", "percent": "0.2"},
        "sizing": {"kind": "volatility_target", "annual_percent": "20", "bars": 30, "bars_per_year": 525600},
    },
    "macd-trend": {"target": {"kind": "fixed", "amount": "150"}, "stop": {"kind": "fixed", "amount": "100"}},
}  # fmt: skip
SLIPPAGE = {
    "slippage_ticks": 1,
    "slippage_percent": "0.01",
    "volume_share_impact_percent": "5",
    "root_impact_percent": "0.5",
}


def policy_of(fills: dict) -> FillPolicy:
    ppm = {name: round(float(fills.get(f"{name}_percent", 0)) * 10_000) for name in (
        "slippage", "volume_share_impact", "root_impact")}  # fmt: skip
    return FillPolicy(
        limit_fill="touch",
        depth="unlimited",
        slippage_ticks=fills.get("slippage_ticks", 0),
        slippage_ppm=ppm["slippage"],
        volume_share_impact_ppm=ppm["volume_share_impact"],
        root_impact_ppm=ppm["root_impact"],
    )


async def compare(spec: object, rows: Candles, bars: Bars, fills: dict) -> Rehearsed:
    result = backtest(spec, bars, fills)
    rehearsed = Rehearsed(rows)
    await rehearsed.play(spec, policy_of(fills))
    filled = result.order_rows[result.order_rows[:, layout.FILLED_LOTS] > 0]
    columns = (layout.BAR, layout.SIDE, layout.FILLED_LOTS, layout.PRICE, layout.FEE)
    assert rehearsed.fills == [tuple(row) for row in filled[:, columns].tolist()]
    assert rehearsed.cash_units == int(result.cash_units[-1])
    assert rehearsed.run is not None and rehearsed.run.state == "running", rehearsed.run
    assert len(result.trades) >= 20
    return rehearsed


@pytest.mark.parametrize("name", CASES)
async def test_a_template_fills_as_its_backtest(name, rows, bars, perp):
    spec = BY_NAME[name].spec
    strategy = {**spec["strategy"], **CASES[name]}
    wanted = strategy_spec_from({**spec, "strategy": strategy, "symbols": [PERP.symbol], "interval": "1m"})
    rehearsed = await compare(wanted, rows, bars, {})
    assert all(signal.values for signal in rehearsed.signals if signal.said)


async def test_long_and_short_with_slippage_of_every_kind_fill_as_the_backtest(rows, bars, perp):
    above, below = "cross_above(sma(close, 5), sma(close, 20))", "cross_below(sma(close, 5), sma(close, 20))"
    spec = strategy_spec_from(
        {
            "symbols": [PERP.symbol],
            "interval": "1m",
            "allow_short": True,
            "leverage": 3,
            "strategy": {
                "long_entry": above,
                "short_entry": below,
                "stop": {"kind": "atr", "multiple": "1.5", "bars": 14},
                "target": {"kind": "atr", "multiple": "2", "bars": 14},
                "trailing": {"kind": "atr", "multiple": "2.5", "bars": 14},
                "sizing": {"kind": "equity_share", "percent": "150"},
            },
        }
    )
    await compare(spec, rows, bars, SLIPPAGE)


PROGRAMS = {
    "dca": {"notional": "15000", "every_bars": 45, "times": 60},
    "grid": {"percent": "4", "lines": 40, "notional": "8000"},
    "twap": {"side": "buy", "quantity": "7.777", "bars": 333},
    "vwap": {"side": "sell", "quantity": "5", "bars": 200},
    "iceberg": {"side": "buy", "quantity": "9", "price": "46250", "display_quantity": "0.5"},
}
LIMITS = {"limit_fill": "touch", "path": "nearer", "spread": "bar"}


@pytest.mark.parametrize("kind", PROGRAMS)
async def test_a_program_fills_as_its_backtest(kind, rows, bars, perp):
    program = {"kind": kind, **PROGRAMS[kind]}
    plain = {"symbols": [PERP.symbol], "interval": "1m", "program": program, "allow_short": kind == "vwap"}
    spec = strategy_spec_from(plain)
    wanted = backtest_from(
        {**plain, "starting_cash": "1000000", "fees": {"maker_bps": "2", "taker_bps": "5"}, "fills": LIMITS}
    )
    result = await asyncio.to_thread(run_program, wanted, align([bars]), Silent())
    rehearsed = Rehearsed(rows)
    await rehearsed.play(spec, policy_of({}))
    filled = result.order_rows[result.order_rows[:, layout.FILLED_LOTS] > 0]
    columns = (layout.BAR, layout.SIDE, layout.FILLED_LOTS, layout.PRICE, layout.FEE)
    assert rehearsed.fills == [tuple(row) for row in filled[:, columns].tolist()]
    assert rehearsed.cash_units == int(result.cash_units[-1])
    assert len(filled) >= (1 if kind == "iceberg" else 50)
    assert ("Done" in rehearsed.reason) == (kind in ("dca", "twap", "vwap", "iceberg")), rehearsed.reason
