"""Strategies in Python in the hands of a worker: what honest ones say, and how those are found that know what comes."""

import io
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.backtests.conditions import read_conditions, signals_of, workspace_of
from analytics.backtests.engine.bars import Panel, align, bars_from_prices
from analytics.backtests.engine.running import run_backtest
from analytics.backtests.engine.specs import backtest_from
from analytics.backtests.owner_answers import mirrored_bars, shown_bars
from analytics.backtests.python_signals import LEAST_CUTS, PythonSignals, affordable
from analytics.backtests.strategy_files import find_strategy
from analytics.backtests.truncation import cuts_of, difference_of
from jobs.progress import Canceled
from kit.errors import DomainError
from markets.instruments import make_instrument
from tests.shared_data import shared_file

MINUTE_NS = 60 * 10**9
HEAD = """
import numpy as np
from analytics.strategies import *
"""
CROSS = """
from typing import Annotated
import numpy as np
from analytics.strategies import Between, Signals, Strategy

def average(values, n):
    sums = np.cumsum(np.append(0.0, values))
    return np.append(np.full(n - 1, np.nan), (sums[n:] - sums[:-n]) / n)

def begins(flags):
    return flags & ~np.append(False, flags[:-1])

class Cross(Strategy):
    fast: Annotated[int, Between(2, 500)] = 20
    slow: int = 50

    def signals(self, bars):
        fast, slow = average(bars.close, self.fast), average(bars.close, self.slow)
        above, below = fast > slow, fast < slow
        known = np.arange(len(bars)) >= self.slow
        return Signals(long_entry=known & begins(above), long_exit=known & begins(below))
"""
IN_THE_LANGUAGE = """
class Cross(Strategy):
    fast: int = 20
    slow: int = 50

    def signals(self, bars):
        both = {"fast": self.fast, "slow": self.slow}
        return Signals(
            long_entry=bars.series("cross_above(sma(close, p.fast), sma(close, p.slow))", **both),
            long_exit=bars.series("cross_below(sma(close, p.fast), sma(close, p.slow))", **both),
        )
"""
BAR_BY_BAR = """
class Cross(Strategy):
    fast: int = 20
    slow: int = 50

    def indicators(self, bars):
        return {name: bars.series("sma(close, p.n)", n=n) for name, n in (("fast", self.fast), ("slow", self.slow))}

    def on_bar(self, bar, history):
        fast, slow = history["fast"], history["slow"]
        if len(history) < 2 or np.isnan(slow[-2]):
            return None
        if fast[-1] > slow[-1] and fast[-2] <= slow[-2]:
            return Intention.LONG_ENTRY
        if fast[-1] < slow[-1] and fast[-2] >= slow[-2]:
            return Intention.LONG_EXIT
        return None
"""
EXPRESSIONS = {
    "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
    "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
    "parameters": {"fast": 20, "slow": 50},
}


def panel_of(count: int = 1_500, symbols: tuple[str, ...] = ("COIN-USD",), seed: int = 5) -> Panel:
    """Seeded walks, a minute a bar; a symbol after the first begins later and has gaps."""
    chance = np.random.default_rng(seed)
    found = []
    for place, symbol in enumerate(symbols):
        close = np.round(100 * np.exp(np.cumsum(chance.normal(0, 0.004, count))), 2)
        opens = np.append(close[0], close[:-1])
        prices = (opens, np.maximum(opens, close) + 0.02, np.minimum(opens, close) - 0.02, close)
        kept = np.ones(count, bool) if place == 0 else (np.arange(count) > 90) & (chance.random(count) < 0.9)
        found.append(
            bars_from_prices(
                make_instrument(symbol, tick="0.01", lot="0.001"),
                MINUTE_NS,
                np.arange(count)[kept] * MINUTE_NS,
                prices=tuple(column[kept] for column in prices),
                volume=chance.integers(1, 50, count)[kept].astype(float),
            )
        )
    return align(found)


PANEL = panel_of()


@pytest.fixture
def written(tmp_path):
    """Write a strategy, and have it over a panel."""

    def write(text: str, panel: Panel = PANEL, **options) -> PythonSignals:
        (tmp_path / "mine.py").write_text(text if "import" in text else HEAD + text)
        file, _ = find_strategy(tmp_path, "mine")
        return PythonSignals(file, panel, allow_short=options.pop("allow_short", False), **options)

    return write


@pytest.fixture
def refused(written):
    """The refusal of a strategy."""

    def ask(text: str, panel: Panel = PANEL, **options) -> DomainError:
        with pytest.raises(DomainError) as caught:
            written(text, panel, **options).asked({})
        return caught.value

    return ask


def in_signals(entry: str) -> str:
    """A strategy on arrays with this condition for its entry."""
    return HEAD + f"class Mine(Strategy):\n    def signals(self, bars):\n        close = bars.close\n        {entry}\n"


def in_indicators(entry: str) -> str:
    """The same bar by bar, with the condition among its indicators."""
    code = entry.replace("return Signals(long_entry=", "entry = (")
    return HEAD + (
        "class Mine(Strategy):\n    def indicators(self, bars):\n        close = bars.close\n"
        f"        {code}\n        return {{'entry': entry}}\n"
        "    def on_bar(self, bar, history):\n"
        "        return Intention.LONG_ENTRY if history['entry'][-1] else None\n"
    )


# Honest ones --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [CROSS, IN_THE_LANGUAGE, BAR_BY_BAR], ids=["numpy", "language", "bar by bar"])
def test_a_cross_of_averages_gives_the_trades_of_its_expressions(written, text):
    frame = pl.read_csv(shared_file("crypto_bars/btc-perp-20211231-20220201_1m.csv"))
    if text == BAR_BY_BAR:
        frame = frame.head(10_000)
    times = frame["timestamp"].str.to_datetime().dt.epoch("ns").to_numpy()
    prices = tuple(frame[name].to_numpy() for name in ("open", "high", "low", "close"))
    perpetual = make_instrument("PERP-USD", tick="0.5", lot="0.001")
    volume = frame["volume"].to_numpy() / 50_000
    panel = align([bars_from_prices(perpetual, MINUTE_NS, times, prices=prices, volume=volume)])
    assert_same_trades(written(text, panel), panel)


@pytest.mark.parametrize("symbols", [("COIN-USD",), ("COIN-USD", "GOLD-USD", "SALT-USD")])
@pytest.mark.parametrize("text", [IN_THE_LANGUAGE, BAR_BY_BAR], ids=["at once", "bar by bar"])
def test_seeded_bars_give_the_trades_of_the_expressions(written, text, symbols):
    panel = panel_of(1_500, symbols)
    if len(symbols) > 1:
        # A symbol alone is asked over its own bars; conditions over all of them have gaps, and are asked one by one here.
        for each in panel.symbols:
            assert_same_trades(written(text, align([each])), align([each]))
        asked = written(text, panel).asked({}).signals
        assert asked.long_entry.shape == (1_500, 3)
        return
    assert_same_trades(written(text, panel), panel)


def assert_same_trades(python: PythonSignals, panel: Panel) -> None:
    symbols = [each.symbol for each in panel.symbols]
    spec = backtest_from({"symbols": symbols, "interval": "1m", "strategy": EXPRESSIONS})
    conditions = read_conditions(spec.strategy)
    wanted = run_backtest(spec, panel, signals_of(workspace_of(panel), conditions, spec.strategy.parameters))
    asked = python.asked({"fast": 20, "slow": 50})
    found = run_backtest(spec, panel, asked.signals)
    assert len(wanted.trades) > 8
    assert found.order_rows.tolist() == wanted.order_rows.tolist()
    assert asked.cuts >= LEAST_CUTS


def test_signals_of_several_symbols_stand_at_their_own_bars(written):
    panel = panel_of(400, ("COIN-USD", "GOLD-USD"))
    text = in_signals("return Signals(long_entry=close > bars.open, long_exit=close < bars.open)")
    signals = written(text, panel).asked({}).signals
    for column, symbol in zip(signals.long_entry.T, panel.symbols, strict=True):
        places = panel.time_ns.searchsorted(symbol.time_ns)
        assert column[places].tolist() == (symbol.close > symbol.open).tolist()
        assert column.sum() == (symbol.close > symbol.open).sum()


def test_parameters_have_their_values_before_anything_is_run(written):
    python = written(
        "class Mine(Strategy):\n    n: int = 3\n    share: float = 1\n    strict: bool = True\n"
        "    def __init__(self):\n        self.twice = 2 * self.n\n"
        "    def signals(self, bars):\n        assert type(self.share) is float and self.strict is False\n"
        "        return Signals(long_entry=np.arange(len(bars)) % self.twice == 1)\n"
    )
    asked = python.asked({"n": 50, "strict": False})
    assert asked.parameters == {"n": 50, "share": 1.0, "strict": False}
    assert np.flatnonzero(asked.signals.long_entry)[:3].tolist() == [1, 101, 201]


def test_what_a_strategy_remembers_is_its_own(written):
    text = HEAD + (
        "class Mine(Strategy):\n    def __init__(self):\n        self.count = 0\n"
        "    def on_bar(self, bar, history):\n        self.count += 1\n"
        "        return Intention.LONG_ENTRY if self.count % 100 == 7 else Intention.LONG_EXIT\n"
    )
    signals = written(text, panel_of(350, ("COIN-USD", "GOLD-USD"))).asked({}).signals
    assert np.flatnonzero(signals.long_entry[:, 0]).tolist() == [6, 106, 206, 306]
    assert not (signals.long_entry & signals.long_exit).any()


def test_a_seeded_draw_is_repeatable(written):
    python = written(in_signals("return Signals(long_entry=np.random.default_rng(3).random(len(bars)) < 0.1)"))
    assert 100 < python.asked({}).signals.long_entry.sum() < 200


def test_intentions_are_joined_and_short_ones_need_leave(written, refused):
    text = HEAD + (
        "class Mine(Strategy):\n    def on_bar(self, bar, history):\n"
        "        return Intention.LONG_EXIT | Intention.SHORT_ENTRY if bar.close > bar.open else None\n"
    )
    signals = written(text, allow_short=True).asked({}).signals
    assert signals.long_entry is None
    assert signals.long_exit.tolist() == signals.short_entry.tolist()
    assert list(refused(text).details) == ["allow_short"]


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_few_bars_have_an_answer(written, count):
    text = in_signals("return Signals(long_entry=close > bars.open)")
    assert written(text, panel_of(count)).asked({}).cuts == count - max(count // 4, 1)


def test_the_examples_of_the_page_run_and_the_first_is_a_cross(written):
    page = (Path(__file__).resolve().parents[3] / "docs" / "backtests.md").read_text()
    cross, breakout = re.findall(r"```python\n(from [^`]*\(Strategy\):[^`]*)```", page)
    assert_same_trades(written(cross), PANEL)
    signals = written(breakout).asked({}).signals
    close, high = PANEL.symbols[0].close, PANEL.symbols[0].high
    tops = [bar for bar in range(20, len(close)) if close[bar] > high[bar - 20 : bar].max()]
    assert np.flatnonzero(signals.long_entry).tolist() == tops != []


@pytest.mark.parametrize("text", [CROSS, BAR_BY_BAR], ids=["at once", "bar by bar"])
def test_a_job_that_is_canceled_ends_within_the_strategy(written, text):
    told = []

    def cancel(share: float, message: str) -> None:
        told.append(message)
        if len(told) == 5:
            raise Canceled

    with pytest.raises(Canceled):
        written(text).asked({}, pulse=cancel)
    assert len(told) == 5


# Those that know what comes -----------------------------------------------------------------------------------------------

AHEAD = {
    "the next close": "return Signals(long_entry=np.roll(close, -1) > close)",
    "a shift to the left": "return Signals(long_entry=np.append(close[1:], np.nan) > close * 1.008)",
    "a rare sign of the next volume": "return Signals(long_entry=np.roll(bars.volume, -1) >= 49)",
    "five bars on": "return Signals(long_entry=(np.roll(close, -5) > close * 1.02))",
    "the whole range": (
        "scaled = (close - close.min()) / (close.max() - close.min()); return Signals(long_entry=scaled < 0.1)"
    ),
    "the mean of everything": "return Signals(long_entry=close > close.mean() + close.std())",
    "a centred window": "return Signals(long_entry=close > np.convolve(close, np.ones(9) / 9, 'same') * 1.006)",
    "the last close": "return Signals(long_entry=close < 0.9 * close[-1])",
    "how many bars there are": "return Signals(long_entry=np.arange(len(bars)) > len(bars) - 100)",
    "a filter of what went wrong": (
        "rare = close > np.roll(close, 1) * 1.009; return Signals(long_entry=rare & ~(np.append(close[1:], 1e9) < close))"
    ),
}


@pytest.mark.parametrize("entry", AHEAD.values(), ids=AHEAD)
@pytest.mark.parametrize("form", [in_signals, in_indicators], ids=["at once", "bar by bar"])
def test_what_knows_the_later_bars_is_found(refused, form, entry):
    found = refused(form(entry))
    assert found.code == "LOOK_AHEAD", found.message
    details = found.details
    assert (details["strategy"], details["symbol"], details["signal"]) == ("mine", "COIN-USD", "long_entry")
    otherwise = details.get("with_other_bars", details.get("without_later_bars"))
    assert details["with_later_bars"] is not otherwise
    assert details["time"] <= details["last_known_time"]
    for part in ("mine.py looks ahead", "long_entry of COIN-USD", details["time"], details["last_known_time"]):
        assert part in found.message


def test_what_a_module_remembers_of_another_symbol_is_no_way_around(refused):
    text = HEAD + (
        "SEEN = {}\nclass Mine(Strategy):\n    def signals(self, bars):\n"
        "        SEEN[bars.symbol] = bars\n        other = SEEN['COIN-USD']\n"
        "        at = np.minimum(other.time_ns.searchsorted(bars.time_ns) + 1, len(other) - 1)\n"
        "        later = other.close[at] > other.open[at]\n"
        "        return Signals(long_entry=later if bars.symbol != 'COIN-USD' else np.zeros(len(bars), bool))\n"
    )
    found = refused(text, panel_of(600, ("COIN-USD", "GOLD-USD")))
    assert (found.code, found.details["symbol"]) == ("LOOK_AHEAD", "GOLD-USD")


def test_what_a_module_remembers_of_a_longer_run_is_no_way_around(refused):
    text = HEAD + (
        "LONGEST = []\nclass Mine(Strategy):\n    def signals(self, bars):\n"
        "        global LONGEST\n        LONGEST = max(LONGEST, bars.close.tolist(), key=len)\n"
        "        later = np.array([*LONGEST[1:], 0.0])[:len(bars)]\n"
        "        return Signals(long_entry=later > bars.close)\n"
    )
    assert refused(text).code == "LOOK_AHEAD"


def test_nothing_leads_from_a_history_to_the_bars_after_it(written):
    text = HEAD + (
        "class Mine(Strategy):\n    def on_bar(self, bar, history):\n"
        "        assert history.close[-1] == bar.close and history.time_ns[-1] == bar.time_ns\n"
        "        assert len(history.open) == len(history) == len(history['volume'])\n"
        "        behind = history.close.base\n"
        "        later = behind[:, len(history):]\n"
        "        return None if np.isnan(later).all() else Intention.LONG_ENTRY\n"
    )
    signals = written(text).asked({}).signals
    assert signals.long_entry is None


def test_a_strategy_is_shown_copies_that_end_where_its_knowledge_does():
    bars = shown_bars(PANEL.symbols[0], 7)
    for name in ("time_ns", "open", "high", "low", "close", "volume"):
        column = getattr(bars, name)
        assert (len(column), column.base, column.flags.writeable) == (7, None, False)
        assert column.tolist() == getattr(PANEL.symbols[0], name)[:7].tolist()


def test_mirrored_bars_are_the_same_until_the_cut_and_go_the_other_way_after_it():
    symbol = PANEL.symbols[0]
    bars = mirrored_bars(symbol, 700)
    assert bars.close[:700].tolist() == symbol.close[:700].tolist()
    rose, rises = np.diff(symbol.close)[699:], np.diff(bars.close)[699:]
    assert (np.sign(rose) == -np.sign(rises)).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert sorted(bars.volume) == sorted(symbol.volume)


def test_bars_and_history_cannot_be_written_to(refused):
    found = refused(in_signals("bars.close[0] = 1.0"))
    assert (found.code, found.details["line"]) == ("STRATEGY_FAILED", 7)
    assert "read-only" in found.message
    by_bar = HEAD + "class Mine(Strategy):\n    def on_bar(self, bar, history):\n        history.close[-1] = 2.0\n"
    assert "read-only" in refused(by_bar).message


@pytest.mark.parametrize(
    "text",
    [
        in_signals("return Signals(long_entry=np.random.random(len(bars)) < 0.05)"),
        HEAD + "import random\n" + in_indicators("entry = np.array([random.random() < 0.1 for _ in close])"),
        HEAD + "chance = np.random.default_rng(1)\n"
        "class Mine(Strategy):\n    def signals(self, bars):\n"
        "        return Signals(long_entry=chance.random(len(bars)) < 0.1)\n",
        HEAD + "runs = []\nclass Mine(Strategy):\n    def on_bar(self, bar, history):\n"
        "        runs.append(bar)\n        return Intention.LONG_ENTRY if len(runs) % 1000 == 3 else None\n",
    ],
    ids=["numpy's chance", "python's chance", "a seed of the module", "a count of the module"],
)
def test_what_gives_two_answers_is_told_apart_from_what_looks_ahead(refused, text):
    found = refused(text)
    assert found.code == "NOT_REPEATABLE", found.message
    assert found.details["first"] is not found.details["second"]
    assert found.details["signal"] == "long_entry"


def test_one_bar_is_asked_about_twice_as_well(refused):
    text = HEAD + (
        "runs = []\nclass Mine(Strategy):\n    def signals(self, bars):\n        runs.append(1)\n"
        "        return Signals(long_entry=np.full(1, len(runs) == 1))\n"
    )
    found = refused(text, panel_of(1))
    assert (found.code, found.details["first"], found.details["second"]) == ("NOT_REPEATABLE", True, False)


def test_chance_that_shows_at_a_cut_alone_is_no_look_ahead(refused):
    text = HEAD + (
        "class Mine(Strategy):\n    def signals(self, bars):\n"
        "        whole = len(bars) == 1500\n"
        "        return Signals(long_entry=np.random.random(len(bars)) < (0.0 if whole else 0.3))\n"
    )
    assert refused(text).code == "NOT_REPEATABLE"


# Broken ones --------------------------------------------------------------------------------------------------------------

BROKEN = {
    "raises": ("values = [1, 2]\n        return values[7]", 8, "IndexError: list index out of range"),
    "leaves": ("import sys; sys.exit('enough')", 7, "SystemExit: enough"),
    "interrupts": ("raise KeyboardInterrupt", 7, "KeyboardInterrupt"),
    "never returns": ("return self.signals(bars)", 7, "RecursionError"),
    "cannot say what": (
        "class Odd(Exception):\n            __str__ = None\n        raise Odd",
        9,
        "Odd",
    ),
    "names a folder": ("open('/nobody/keeps/this.csv')", 7, "'this.csv'"),
    "says what no text can": (r"raise ValueError('\ud800')", 7, "ValueError: ?"),
    "no expression": ("return Signals(long_entry=bars.series('close >'))", 7, "InvalidExpression"),
    "unknown parameter": ("return Signals(long_entry=bars.series('close > p.no'))", 7, "InvalidExpression"),
    "asks": ("input()", 7, "EOFError"),
}


@pytest.mark.parametrize(("body", "line", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_is_refused_with_its_line(refused, body, line, reason, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    found = refused(in_signals(body))
    assert (found.code, found.details["line"]) == ("STRATEGY_FAILED", line), found.message
    assert found.message.startswith(f"mine.py, line {line}: ")
    assert reason in found.message
    assert "/" not in found.message.replace("mine.py", "")
    found.message.encode()


WRONG_ANSWERS = {
    "nothing": ("pass", "must return Signals, and returned NoneType"),
    "an array": ("return close > 1", "must return Signals, and returned ndarray"),
    "no entry": ("return Signals(long_exit=close > 1)", "give long_entry or short_entry"),
    "numbers": ("return Signals(long_entry=close)", "one for each bar, and holds float64"),
    "NaN": ("return Signals(long_entry=np.where(close > 0, np.nan, 1.0))", "NaN at bar 0"),
    "too short": (
        "return Signals(long_entry=close[5:] > 1)",
        "of 1500 values, one for each bar, and has the shape (1495,)",
    ),
    "a table": ("return Signals(long_entry=np.ones((2, 1500), bool))", "has the shape (2, 1500)"),
    "a list": ("return Signals(long_entry=[True] * 1500)", "is a list"),
    "a wrong exit": ("return Signals(long_entry=close > 1, long_exit=close[1:] > 1)", "long_exit must be"),
}


@pytest.mark.parametrize(("body", "reason"), WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_answers_that_are_none_are_named(refused, body, reason):
    found = refused(in_signals(body))
    assert found.code == "STRATEGY_FAILED"
    assert reason in found.message


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("def on_bar(self, bar, history):\n        return 'buy'", "and returned str"),
        ("def on_bar(self, bar, history):\n        return 1", "and returned int"),
        ("def on_bar(self, bar, history):\n        return history['no']", "KeyError"),
        ("def indicators(self, bars):\n        return {'a': bars.close[1:]}", "must have 1500 values"),
        ("def indicators(self, bars):\n        return {'close': bars.close}", "cannot be called 'close'"),
        ("def indicators(self, bars):\n        return {'a': 'b'}", "must be an array of numbers"),
        ("def indicators(self, bars):\n        return 7", "TypeError"),
        ("def indicators(self, bars):\n        1 / 0", "mine.py, line 6: ZeroDivisionError"),
    ],
)
def test_what_goes_wrong_bar_by_bar_is_named(refused, body, reason):
    rest = "" if "on_bar" in body else "    def on_bar(self, bar, history):\n        return None\n"
    found = refused(HEAD + f"class Mine(Strategy):\n    {body}\n{rest}")
    assert found.code == "STRATEGY_FAILED"
    assert reason in found.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + "1 / 0\nclass Mine(Strategy):\n    def signals(self, bars): ...\n", "line 4: ZeroDivisionError"),
        (HEAD + "from numpy import nothing\nclass Mine(Strategy):\n    def signals(self, b): ...\n", "ImportError"),
        (HEAD + "Strategy = object\nclass Mine(Strategy):\n    def signals(self, b): ...\n", "is not made of"),
        (HEAD + "class Mine(Strategy):\n    def signals(self, b): ...\ndel Mine\n", "is not made of"),
        (
            HEAD + "class Mine(Strategy):\n    def signals(self, b):\n        return\n        yield\nreturn\n",
            "line 8: SyntaxError",
        ),
        (
            HEAD + "class Mine(Strategy):\n    n: int = 2\n    def __init__(self):\n        self.n = 3\n"
            "    def signals(self, b): ...\n",
            "did not keep its value",
        ),
        (
            HEAD + "class Mine(Strategy):\n    def __init__(self, more):\n        ...\n    def signals(self, b): ...\n",
            "TypeError",
        ),
    ],
)
def test_a_file_that_gives_no_strategy_is_refused(refused, text, reason):
    found = refused(text)
    assert found.code == "STRATEGY_FAILED"
    assert reason in found.message
    assert "site-packages" not in found.message


def test_one_that_cannot_do_with_fewer_bars_is_told_so(refused):
    found = refused(in_signals("assert len(bars) > 1400; return Signals(long_entry=close > bars.open)"))
    assert found.code == "STRATEGY_FAILED"
    assert "(asked with the first " in found.message


def test_what_is_printed_goes_to_the_log_and_not_on_without_end(written, caplog, capfd):
    caplog.set_level("INFO", "strategies")
    text = in_signals(
        "print('seen', len(bars)); [print('x') for _ in range(1000)]; return Signals(long_entry=close < 0)"
    )
    written(text).asked({})
    assert caplog.messages[0] == "seen 1500"
    assert len(caplog.messages) == 201
    assert caplog.messages[-1].endswith("the rest is left out.")
    assert capfd.readouterr() == ("", "")


def test_more_bars_than_it_is_run_over_are_refused(written, monkeypatch):
    monkeypatch.setattr("analytics.backtests.strategy_files.MAX_BARS", 1_000)
    with pytest.raises(DomainError) as caught:
        written(CROSS)
    assert caught.value.code == "TOO_MANY_BARS"


# Cuts ---------------------------------------------------------------------------------------------------------------------


def test_a_slow_strategy_is_cut_less_often_and_never_not_at_all():
    assert [affordable(24, seconds) for seconds in (0.0, 1.0, 12.0, 1_000.0)] == [24, 24, 10, 3]


@given(st.integers(1, 400), st.integers(1, 40), st.text(max_size=5), st.data())
def test_cuts_leave_bars_on_both_sides_and_come_right_behind_signals(bars, most, seed, data):
    spoken = [np.array(sorted(data.draw(st.sets(st.integers(0, bars - 1), max_size=5))), np.int64) for _ in range(2)]
    cuts = cuts_of(bars, spoken, most, seed)
    first = max(bars // 4, 1)
    assert cuts == sorted(set(cuts)) == cuts_of(bars, spoken, most, seed)
    assert len(cuts) == min(most, bars - first)
    assert all(first <= cut < bars for cut in cuts)
    if most >= 24:
        behind = {int(bar) + 1 for each in spoken for bar in each if first <= bar + 1 < bars}
        assert behind <= set(cuts)
        assert {bars - 1, bars - 2} & set(range(first, bars)) <= set(cuts)


def test_the_first_difference_is_named_by_its_signal():
    first, second = np.array([0, 1, 3, 8], np.uint8), np.array([0, 1, 1], np.uint8)
    assert difference_of(first[:2], second) is None
    found = difference_of(first, second)
    assert (found.bar, found.signal, found.first, found.second) == (2, "long_exit", True, False)
