"""Plays sources through a real feed, with scenarios, and keeps what the market was told."""

import asyncio

from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND
from markets.datasets.records import Quotes, Trades
from markets.direction.scenarios import Scenario
from markets.instruments import make_instrument
from markets.paging import MAX_TIME_NS, Window
from markets.sources.quotes import QuoteSource
from markets.sources.replay import Recording, ReplaySource
from markets.sources.simulated import Profile, SimulatedSource
from markets.updates import Candle
from tests.markets.conftest import MINUTE_NS, START_NS, Bench, ListSource

SYMBOL = "AAA-USD"
INSTRUMENT = make_instrument(SYMBOL, tick="0.01", lot="0.001")
ALL = Window(0, MAX_TIME_NS, 100_000, True)
SPAN_NS = 12 * MINUTE_NS
ROUNDS = 400


class Played:
    """What came of it."""

    def __init__(self, bench):
        self.updates = bench.updates
        self.halted = bench.halted
        market = bench.board.get(SYMBOL)
        self.candles = market.candles.read("1m", ALL) if market else []
        self.state = bench.feed.state()
        self.is_idle = bench.feed.director.is_idle


def play(make_source, scenarios=(), *, on_update=None, at_once=True):
    """Play a source to its end, or 400 rounds of it, with the scenarios on from the beginning."""
    return asyncio.run(_play(make_source, scenarios, on_update, at_once))


async def _play(make_source, scenarios, on_update, at_once):
    bench = Bench()
    if on_update is not None:
        bench.feed.subscribe(on_update)
    await bench.feed.switch(make_source(), speed=1, is_paused=True)
    for scenario in scenarios:
        bench.feed.add_scenario(scenario)
    for _ in range(1 if at_once else ROUNDS):
        if bench.feed.state().status == "paused":
            await bench.feed.step(ROUNDS if at_once else 1)
    assert bench.feed.state().error is None
    played = Played(bench)
    await bench.feed.stop()
    return played


def bars_source(bars):
    """Bars as a recording gives them, made anew for each play."""
    return lambda: ListSource(bars, symbol=SYMBOL)


def trades_source(rows):
    """Prints as a recording of trades gives them."""

    def make():
        times, prices, lots = zip(*rows, strict=True)
        trades = Trades(
            list(times), [price / 100 for price in prices], [one / 1_000 for one in lots], ["buy"] * len(rows)
        )
        return ReplaySource(Recording("set-1", INSTRUMENT, 0, len(rows), START_NS, iter([trades])))

    return make


def quotes_source(rows):
    """Quotes as a recording gives them; each row is (time_ns, bid in ticks, spread in ticks, lots)."""

    def make():
        times, bids, spreads, lots = zip(*rows, strict=True)
        asks = [(bid + spread) / 100 for bid, spread in zip(bids, spreads, strict=True)]
        sizes = [one / 1_000 for one in lots]
        quotes = Quotes(list(times), [bid / 100 for bid in bids], asks, sizes, sizes)
        return QuoteSource(Recording("set-1", INSTRUMENT, 0, len(rows), START_NS, iter([quotes])))

    return make


def simulated_source(seed):
    """One simulated market."""
    profile = Profile(SYMBOL, "100", 0.8, 5.0, 3_000.0)
    return lambda: SimulatedSource([INSTRUMENT], start_ns=START_NS, seed=seed, profiles=[profile], history_minutes=2)


@st.composite
def sound_bars(draw):
    """A dozen bars whose prices may be as low as a tick and gap from one to the next."""
    bars = []
    for minute in range(12):
        low = draw(st.integers(1, 20_000))
        high = low + draw(st.integers(0, 3_000))
        opened, closed = draw(st.integers(low, high)), draw(st.integers(low, high))
        bars.append(Candle(START_NS + minute * MINUTE_NS, opened, high, low, closed, draw(st.integers(0, 5_000))))
    return bars


prints = st.lists(
    st.tuples(st.integers(0, SPAN_NS), st.integers(1, 20_000), st.integers(1, 5_000)), min_size=1, max_size=40
).map(lambda rows: [(START_NS + time_ns, price, lots) for time_ns, price, lots in sorted(rows)])

quotes = st.lists(
    st.tuples(st.integers(0, SPAN_NS), st.integers(1, 20_000), st.integers(0, 50), st.integers(0, 5_000)),
    min_size=1,
    max_size=40,
).map(lambda rows: [(START_NS + time_ns, *rest) for time_ns, *rest in sorted(rows)])

sources = st.one_of(
    sound_bars().map(bars_source),
    prints.map(trades_source),
    quotes.map(quotes_source),
    st.integers(0, 10).map(simulated_source),
)


moments = st.one_of(
    st.sampled_from(range(5, 720, 5)).map(lambda seconds: seconds * NS_PER_SECOND), st.integers(1, SPAN_NS)
)
"""Whole seconds all over the dozen minutes, and any nanosecond."""


@st.composite
def any_scenario(draw):
    """Any scenario somewhere in the dozen minutes."""
    kind = draw(st.sampled_from(["crash", "gap", "spread", "thin_book", "halt"]))
    percent = {
        "crash": st.floats(0.01, 99.0),
        "gap": st.floats(-99.0, 1_000.0).filter(bool),
        "thin_book": st.floats(0.01, 100.0),
    }
    recovery = draw(st.sampled_from([0.0, 30.0, 100.0])) if kind == "crash" else 0.0
    duration_ns = draw(moments)
    return Scenario(
        id=draw(st.uuids()).hex,
        kind=kind,
        symbols=(SYMBOL,),
        start_ns=START_NS + draw(moments),
        duration_ns=None if kind == "gap" and draw(st.booleans()) else duration_ns,
        percent=draw(percent[kind]) if kind in percent else None,
        times=draw(st.floats(1.01, 1_000.0)) if kind == "spread" else None,
        recovery_ns=draw(st.integers(1, 300)) * NS_PER_SECOND if recovery else 0,
        recovery_percent=recovery,
        seed=draw(st.integers(0, 5)),
    )


scenario_lists = st.lists(any_scenario(), max_size=5, unique_by=lambda scenario: scenario.id)
