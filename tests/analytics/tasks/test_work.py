"""The worker's function: what it refuses by name, how a year is reckoned, and that the largest result still fits."""

import msgspec
import numpy as np
import pytest

from analytics.tasks.kinds import specs
from analytics.tasks.records import AnalysisWork
from analytics.tasks.work import bars_per_year, run
from jobs.executors import MAX_RESULT_BYTES
from jobs.progress import Progress
from kit.errors import Invalid
from markets.bars.records import write_bars
from markets.bars.references import BarsReference
from markets.instruments import make_instrument
from quant.performance.days import NS_PER_DAY
from tests.analytics.tasks.markets import HOUR, times, walk


@pytest.fixture
def bars_of(tmp_path):
    """Writes bars and gives their reference."""

    def make(symbol, prices, time_ns, *, interval_ns=HOUR, calendar="24/7"):
        path = tmp_path / f"{symbol}.npy"
        columns = dict(zip(("open", "high", "low", "close"), prices, strict=True))
        write_bars(path, time_ns, columns | {"volume": np.ones(len(time_ns))})
        return BarsReference(
            instrument=make_instrument(symbol, tick="0.01", lot="0.01", min_notional="1", calendar=calendar),
            interval="1h",
            interval_ns=interval_ns,
            source="test",
            rows=len(time_ns),
            from_ns=int(time_ns[0]),
            to_ns=int(time_ns[-1]),
            content_hash=symbol,
            path=str(path),
        )

    return make


def ran(options, *references):
    work = AnalysisWork(options=options, bars=list(references))
    return run(msgspec.to_builtins(work), Progress(lambda fraction, message: None))


def refused(options, *references):
    with pytest.raises(Invalid) as no:
        ran(options, *references)
    return no.value


def test_what_is_no_market_is_refused_by_name(bars_of):
    prices = walk(500, seed=1)
    few = refused(specs.Volatility(), bars_of("FEW-USD", [each[:30] for each in prices], times(30)))
    assert (few.code, "FEW-USD has 30 bars; 31 are needed" in few.message) == ("TOO_FEW_BARS", True)
    still = refused(specs.Drawdowns(), bars_of("FLAT-USD", [np.full(500, 3e-9)] * 4, times(500)))
    assert (still.code, "FLAT-USD" in still.message) == ("CONSTANT_PRICES", True)
    negative = refused(specs.Drawdowns(), bars_of("OIL-USD", [each - 50_000 for each in prices], times(500)))
    assert (negative.code, "OIL-USD" in negative.message) == ("PRICES_NOT_POSITIVE", True)
    holes = times(500)[np.arange(500) % 4 > 0]
    reference = bars_of("GAP-USD", [each[: len(holes)] for each in prices], holes)
    gaps = refused(specs.Regime(), reference)
    assert (gaps.code, "lacks 124 of the 499 bars" in gaps.message) == ("TOO_MANY_GAPS", True)
    assert ran(specs.Drawdowns(), reference)["data"][0]["missing_bars"] == 124


def test_tiny_prices_are_prices(bars_of):
    prices = [each * 1e-13 for each in walk(500, seed=2)]
    assert ran(specs.Volatility(), bars_of("DUST-BTC", prices, times(500)))["result"]["latest"]["parkinson"] > 0


@pytest.mark.parametrize(
    ("calendar", "interval_ns", "wanted"),
    [
        ("24/7", HOUR, 8_760),
        ("24/7", NS_PER_DAY, 365),
        ("24/7", 7 * NS_PER_DAY, 365 / 7),
        ("equities", NS_PER_DAY, 252),
        ("fx", NS_PER_DAY, 252),
        ("fx", HOUR, 252 * 24),
        # Half past nine to four touches seven bars of an hour, but for the few days that end early.
        ("equities", HOUR, 252 * 7),
    ],
)
def test_a_year_has_the_bars_that_its_calendar_says(bars_of, calendar, interval_ns, wanted):
    time_ns = times(400, step_ns=NS_PER_DAY)
    reference = bars_of("ANY-USD", walk(400, seed=3), time_ns, interval_ns=interval_ns, calendar=calendar)
    assert bars_per_year(reference) == pytest.approx(wanted, rel=0.02)


@pytest.mark.parametrize(
    "options",
    [
        specs.Volatility(window=5, cone_windows=tuple(range(5, 17)), lags=250),
        specs.Seasonality(),
        specs.Drawdowns(episodes=50),
        specs.Regime(states=3, iterations=5, trend_window=5),
    ],
    ids=lambda options: type(options).__name__,
)
def test_the_largest_result_fits_into_a_jobs_answer(bars_of, options):
    reference = bars_of("BIG-USD", walk(2_000, seed=4), times(2_000))
    assert len(msgspec.json.encode(ran(options, reference))) < 0.8 * MAX_RESULT_BYTES


def test_the_largest_results_of_many_symbols_fit_too(bars_of):
    many = [bars_of(f"S{n}-USD", walk(1_010, seed=n, inner=4), times(1_010)) for n in range(50)]
    correlation = ran(specs.Correlation(window=5), *many)
    cointegration = ran(specs.Cointegration(), *many[:2])
    assert max(len(msgspec.json.encode(each)) for each in (correlation, cointegration)) < 0.8 * MAX_RESULT_BYTES
    assert (correlation["bars"], len(correlation["data"])) == (50_500, 50)
