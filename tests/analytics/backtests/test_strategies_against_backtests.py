"""A strategy that runs on a replay at full speed, through the feed, the runner and the exchange, fills as its backtest does:
the same bars, sides, lots, prices and fees, and the same money in the end. On real minutes, for every template and program.
"""

import asyncio
from operator import itemgetter

import numpy as np
import polars as pl
import pytest

from analytics.backtests.conditions import read_conditions, signals_of, workspace_of
from analytics.backtests.engine import layout
from analytics.backtests.engine.bars import Bars, align, bars_from_prices
from analytics.backtests.engine.results import Result
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import backtest_from
from analytics.backtests.programs import run_program
from kit.clock import SYSTEM_CLOCK
from markets import services as markets
from markets.datasets.records import Candles
from markets.instruments import Instrument, make_instrument
from markets.sources.replay import Recording, ReplaySource
from markets.sources.side_by_side import SideBySide
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
ETH, LTC = (make_instrument(symbol, tick="0.000001", lot="0.01") for symbol in ("ETH-BTC", "LTC-BTC"))
MINUTE_NS = 60 * 10**9
FIVE_MINUTES_NS = 5 * MINUTE_NS
BARS = 4_000
PAIR_BARS = 3_000
BATCH = 2_000
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
    return bars_of(PERP, rows, MINUTE_NS)


def bars_of(instrument: Instrument, rows: Candles, length_ns: int) -> Bars:
    prices = tuple(np.array(column) for column in (rows.open, rows.high, rows.low, rows.close))
    times = np.array(rows.time_ns, np.int64)
    return bars_from_prices(instrument, length_ns, times, prices=prices, volume=np.array(rows.volume))


def real_pair(instrument: Instrument) -> Candles:
    """Days of five minutes of a coin in bitcoin."""
    name = instrument.symbol.replace("-", "_")
    frame = pl.read_ipc(shared_file(f"crypto_bars/freqtrade_5m_btc_pairs/{name}-5m.feather")).head(PAIR_BARS)
    columns = [frame[each].to_list() for each in ("open", "high", "low", "close", "volume")]
    return Candles(frame["date"].dt.epoch("ns").to_list(), *columns)


@pytest.fixture
def perp(monkeypatch: pytest.MonkeyPatch) -> None:
    """The instruments are known to the markets for the time of a test."""
    for each in (PERP, ETH, LTC):
        monkeypatch.setitem(markets.UNIVERSE._by_symbol, each.symbol, each)


class Rehearsed:
    """What a strategy did in a rehearsal of its own: its fills by bar and symbol, and its money."""

    def __init__(self, rows: dict[Instrument, Candles], length_s: int = 60) -> None:
        self._rows = rows
        self._length_s = length_s
        times = sorted({time_ns for each in rows.values() for time_ns in each.time_ns})
        self._bar_of = {time_ns: bar for bar, time_ns in enumerate(times)}
        self._place_of = {instrument.symbol: place for place, instrument in enumerate(rows)}
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
        quote = next(iter(self._rows)).quote
        await desk.commit([desk.execute(account_for(spec, policy, quote))])
        floor.feed.subscribe(desk.on_market)
        floor.feed.flow_gate(desk.wait_for_room)
        desk.add_listener(lambda change: self._keep(desk, change.fills))
        here = arena()
        run = Run(
            id="r1", strategy_id="s1", strategy_name="s", version=1, owner="a", account="a", has_own_account=False,
            parameters={}, spec=spec, state=STARTING, started_ns=0, market_ns=0, waits_for_warm_up=False,
            start_ticks={each.symbol: round(rows.close[0] / float(str(each.tick)))
                         for each, rows in self._rows.items()},
        )  # fmt: skip
        live = services.live_run(here, run, Progress())
        here.runner.add(live, groups_for(run))
        await here.runner.wait_until_begun("r1", DEADLINE_S)
        await floor.feed.switch(self._source(), speed=0, is_paused=False)
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
        self.cash_units = desk.exchange.accounts["a"].balances[quote].total_units
        self.run, self.signals = live.run, list(live.signals)

    def _source(self) -> SideBySide:
        replays = []
        for instrument, rows in self._rows.items():
            batches = iter([Candles(*(column[start : start + BATCH] for column in columns_of(rows)))
                            for start in range(0, len(rows.time_ns), BATCH)])  # fmt: skip
            count = len(rows.time_ns)
            recording = Recording("set-1", instrument, self._length_s, count, rows.time_ns[0], batches)
            replays.append(ReplaySource(recording))
        return SideBySide(replays, dataset="set-1", total_beats=len(self._bar_of))

    def _keep(self, desk: Desk, fills: tuple[OrderFilled, ...]) -> None:
        length_ns = self._length_s * 10**9
        for fill in fills:
            order = desk.exchange.orders[fill.order_id]
            bar, side = self._bar_of[fill.time_ns // length_ns * length_ns], 1 if order.side == "buy" else -1
            place = self._place_of[order.symbol]
            self.fills.append((bar, place, side, fill.quantity_lots, fill.price_ticks, fill.fee_units))


def columns_of(rows: Candles) -> tuple[list, ...]:
    return rows.time_ns, rows.open, rows.high, rows.low, rows.close, rows.volume


def account_for(spec: object, policy: FillPolicy, quote: str) -> OpenAccount:
    return OpenAccount(
        account_id="a",
        name="a",
        type="margin",
        base_currency=quote,
        allow_short=spec.allow_short,
        maker_ppm=200,
        taker_ppm=500,
        fill_policy="custom",
        policy=policy,
        balances={quote: CASH_UNITS},
        margin=MarginTerms(leverage=spec.leverage),
    )


def backtest(spec: object, bars: list[Bars], fills: dict) -> Result:
    """The same strategy over the same bars."""
    plain = {
        "symbols": list(spec.symbols),
        "interval": spec.interval,
        "strategy": spec_plain(spec)["strategy"],
        "allow_short": spec.allow_short,
        "leverage": spec.leverage,
        "starting_cash": "1000000",
        "fees": {"maker_bps": "2", "taker_bps": "5"},
        "fills": {"limit_fill": "touch", "path": "nearer", "spread": "bar", **fills},
    }
    wanted = backtest_from(plain)
    panel = align(bars)
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


BAR_AND_SYMBOL = itemgetter(0, 1)
FILL = (layout.BAR, layout.SYMBOL, layout.SIDE, layout.FILLED_LOTS, layout.PRICE, layout.FEE)


def fills_of(result: Result) -> list[tuple[int, ...]]:
    """What filled in a backtest, as a rehearsal tells it."""
    filled = result.order_rows[result.order_rows[:, layout.FILLED_LOTS] > 0]
    return [tuple(row) for row in filled[:, FILL].tolist()]


async def compare(spec: object, rows: Candles, bars: Bars, fills: dict) -> Rehearsed:
    result = backtest(spec, [bars], fills)
    rehearsed = Rehearsed({PERP: rows})
    await rehearsed.play(spec, policy_of(fills))
    assert rehearsed.fills == fills_of(result)
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
    rehearsed = Rehearsed({PERP: rows})
    await rehearsed.play(spec, policy_of({}))
    assert rehearsed.fills == fills_of(result)
    assert rehearsed.cash_units == int(result.cash_units[-1])
    assert len(rehearsed.fills) >= (1 if kind == "iceberg" else 50)
    assert all(signal.values for signal in rehearsed.signals)
    assert ("Done" in rehearsed.reason) == (kind in ("dca", "twap", "vwap", "iceberg")), rehearsed.reason


@pytest.fixture(scope="module")
def pair() -> dict[Instrument, Candles]:
    """Five minutes of two coins."""
    return {each: real_pair(each) for each in (ETH, LTC)}


def bars_of_each(rows: dict[Instrument, Candles]) -> list[Bars]:
    return [bars_of(each, candles, FIVE_MINUTES_NS) for each, candles in rows.items()]


async def test_conditions_on_two_symbols_fill_as_their_backtest(pair, perp):
    rules = {
        "long_entry": "cross_above(sma(close, 5), sma(close, 20))",
        "long_exit": "cross_below(sma(close, 5), sma(close, 20))",
        "stop": {"kind": "percent", "percent": "0.5"},
        "sizing": FIXED,
    }
    spec = strategy_spec_from({"symbols": [ETH.symbol, LTC.symbol], "interval": "5m", "strategy": rules})
    result = backtest(spec, bars_of_each(pair), {})
    rehearsed = Rehearsed(pair, length_s=300)
    await rehearsed.play(spec, policy_of({}))
    assert len(rehearsed.fills) >= 200
    # At one open a backtest closes positions of all symbols before it opens any; a run goes symbol by symbol.
    assert sorted(rehearsed.fills, key=BAR_AND_SYMBOL) == sorted(fills_of(result), key=BAR_AND_SYMBOL)
    assert rehearsed.cash_units == int(result.cash_units[-1])


async def test_a_pair_on_two_symbols_fills_as_its_backtest(pair, perp):
    program = {"kind": "pairs", "bars": 120, "notional": "10", "enter": "2", "leave": "0.5"}
    plain = {"symbols": [ETH.symbol, LTC.symbol], "interval": "5m", "program": program, "allow_short": True}
    wanted = backtest_from(
        {**plain, "starting_cash": "1000000", "fees": {"maker_bps": "2", "taker_bps": "5"}, "fills": LIMITS}
    )
    result = await asyncio.to_thread(run_program, wanted, align(bars_of_each(pair)), Silent())
    rehearsed = Rehearsed(pair, length_s=300)
    await rehearsed.play(strategy_spec_from(plain), policy_of({}))
    assert rehearsed.fills == fills_of(result)
    assert rehearsed.cash_units == int(result.cash_units[-1])
    assert len(rehearsed.fills) >= 50
    assert {place for _, place, *_ in rehearsed.fills} == {0, 1}
    assert all("deviations" in signal.values for signal in rehearsed.signals)


def test_no_template_is_left_out():
    assert set(BY_NAME) == {*CASES, *PROGRAMS, "pairs"}
