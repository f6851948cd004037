"""Both ways of evaluating give the same bits, nothing looks ahead, and what is shared is the same as what is not."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quant.expressions import InvalidExpression, parse
from quant.expressions.evaluating import Workspace, evaluate
from quant.expressions.operators import OPERATORS
from quant.expressions.panel import Panel
from quant.expressions.streaming import Stream
from tests.quant.expressions.formulas import ALONE, ANY, WRITTEN, bars

GROUPS = {"sector": np.array([0, 1, 0, -1]), "industry": np.array([2, 2, 2, 2])}
OF_WINDOWS = [
    *(
        "ts_var",
        "ts_std",
        "ts_slope",
        "ts_rsquare",
        "ts_resid",
        "ts_product",
        "decay_linear",
        "mad",
        "ts_skew",
        "ts_kurt",
    ),
    *("ts_min", "ts_max", "ts_argmin", "ts_argmax", "ts_rank", "ts_sum", "ts_mean"),
]
CALM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def readable(texts):
    """The expressions of those that are not too deep or too long once they are read."""
    found = []
    for text in texts:
        try:
            found.append(parse(text))
        except InvalidExpression:
            continue
    return found


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype != bool)


def stream_of(expressions, columns, groups=GROUPS) -> list[np.ndarray]:
    length, symbols = columns["close"].shape
    stream = Stream(expressions, symbols, groups=groups)
    rows = [stream.update({name: column[t] for name, column in columns.items()}) for t in range(length)]
    return [np.array(values) for values in zip(*rows, strict=True)]


@CALM
@given(st.lists(ANY, min_size=1, max_size=4), st.integers(0, 50), st.sampled_from([0.0, 0.02, 0.3]))
def test_bar_by_bar_gives_the_bits_of_the_array(texts, seed, gaps):
    expressions = readable(texts)
    columns = bars(seed, 70, 4, gaps)
    for one, other in zip(
        evaluate(expressions, Panel(columns, GROUPS)),
        stream_of(expressions, columns) if expressions else [],
        strict=True,
    ):
        assert same(one, other)


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_every_operator_by_itself_gives_the_same_both_ways(name):
    operator = WRITTEN[name]
    given = {"series": "close", "condition": "close > open", "window": "5", "number": "0.5", "group": "sector"}
    places = [given[place.takes] if place.name != "y" else "volume" for place in operator.places]
    expression = parse(f"{name}({', '.join(places)})")
    for seed, gaps, scale in ((1, 0.0, 100.0), (2, 0.1, 3e-5), (3, 0.0, 1e6)):
        columns = bars(seed, 1_200, 4, gaps, scale)
        array = evaluate([expression], Panel(columns, GROUPS))[0]
        assert same(array, stream_of([expression], columns)[0])
        assert array.dtype == bool or np.isfinite(array).any() or (name == "exp" and scale == 1e6)
        assert array.dtype == bool or not np.isinf(array).any()


@pytest.mark.parametrize("bars_of_window", [1, 2, 3, 4, 5, 8, 127, 128, 129, 256, 257, 511, 513, 640, 700])
def test_windows_of_any_length_give_the_same_both_ways_where_the_array_form_takes_many_at_once(bars_of_window):
    columns = bars(6, 700, 5, 0.0, 1.0)
    columns["close"][300:301, 1] = columns["close"][::90, 2] = np.nan
    columns["close"][100:600, 3] = 7.0
    columns["close"][:, 4] = np.round(columns["close"][:, 4])
    names = [name for name in OF_WINDOWS if bars_of_window >= (OPERATORS[name].places[1].least or 1)]
    texts = [f"{name}(close, {bars_of_window})" for name in names]
    if bars_of_window > 1:
        texts += [
            f"{name}(close, {y}, {bars_of_window})" for name in ("ts_corr", "ts_cov") for y in ("volume", "close")
        ]
    expressions = [parse(text) for text in texts]
    arrays = evaluate(expressions, Panel(columns))
    for text, one, other in zip(texts, arrays, stream_of(expressions, columns, {}), strict=True):
        assert same(one, other), text
        assert np.isfinite(one[:, 0]).any(), text


@CALM
@given(ANY, st.integers(0, 50), st.integers(1, 69))
def test_no_value_depends_on_bars_that_come_after_it(text, seed, until):
    columns = bars(seed, 70, 4, 0.05)
    whole = evaluate(readable([text]), Panel(columns, GROUPS))
    cut = evaluate(readable([text]), Panel({name: column[:until] for name, column in columns.items()}, GROUPS))
    for one, other in zip(whole, cut, strict=True):
        assert same(np.ascontiguousarray(one[:until]), np.ascontiguousarray(other))


@CALM
@given(st.lists(ALONE, min_size=2, max_size=5), st.integers(0, 50))
def test_a_symbol_alone_has_the_values_that_it_has_among_others(texts, seed):
    expressions = readable(texts)
    columns = bars(seed, 60, 3, 0.05)
    together = evaluate(expressions, Panel(columns))
    alone = evaluate(expressions, Panel({name: column[:, 1] for name, column in columns.items()}))
    for one, other in zip(together, alone, strict=True):
        assert other.shape == (60,)
        assert same(np.ascontiguousarray(one[:, 1]), other)


def test_a_history_as_long_as_the_warm_up_gives_what_a_longer_one_gives():
    texts = ["rsi(close, 5)", "ema(close, 7)", "atr(4)", "ts_std(close, 9)", "macd_signal(close, 3, 6, 4)", "adx(3)"]
    columns = bars(4, 900, 1, 0.0)
    for text in texts:
        expression = parse(text)
        warm_up = expression.need().warm_up
        late = {name: column[-warm_up - 1 :] for name, column in columns.items()}
        early, short = (evaluate([expression], Panel(each))[0][-1, 0] for each in (columns, late))
        assert short == pytest.approx(early, rel=1e-6)
        look_back = expression.need().look_back
        first = evaluate([expression], Panel(columns))[0][:, 0]
        assert np.isnan(first[:look_back]).all()
        assert not np.isnan(first[look_back])


@CALM
@given(st.lists(ANY, min_size=1, max_size=6), st.integers(0, 20))
def test_what_is_shared_or_was_forgotten_makes_no_difference(texts, seed):
    expressions = readable(texts)
    panel = Panel(bars(seed, 50, 4, 0.05), GROUPS)
    small = Workspace(panel, cache_bytes=1)
    for expression, value in zip(expressions, evaluate(expressions, panel), strict=True):
        assert same(value, small.value(expression.bind()))


def test_parameters_stand_for_their_values():
    panel = Panel(bars(1, 80, 2, 0.0))
    asked = parse("ts_mean(close, p.n) > p.level * 2", parameters=("n", "level"))
    written = parse("ts_mean(close, 7) > 50 * 2")
    assert same(evaluate([asked], panel, {"n": 7, "level": 50})[0], evaluate([written], panel)[0])


def test_what_is_unknown_counts_as_false_and_so_does_its_opposite():
    panel = Panel({"close": np.array([1.0, np.nan, 3.0]), "open": np.array([2.0, 2.0, 2.0])})
    texts = ["close > open", "not close > open", "close > open or open > 1", "close > open and open > 5"]
    assert [each.tolist() for each in evaluate([parse(text) for text in texts], panel)] == [
        [False, False, True],
        [True, False, False],
        [True, True, True],
        [False, False, False],
    ]
    # Both sides of an `and` that is false at once are false, so its opposite is true.
    assert evaluate([parse("not (close > open and open > 5)")], panel)[0].tolist() == [True, True, True]


def test_no_result_is_infinite():
    panel = Panel({"close": np.array([0.0, -1.0, 1e300]), "volume": np.array([0.0, 2.0, 1e300])})
    for text in (
        "1 / close",
        "log(close)",
        "close * volume",
        "exp(volume)",
        "sqrt(close)",
        "close ** 8",
        "close ** -1",
    ):
        value = evaluate([parse(text)], panel)[0]
        assert not np.isinf(value).any()
        assert np.isnan(value).any()


def test_a_missing_column_is_named():
    with pytest.raises(InvalidExpression, match="no column 'volume'; they have close"):
        evaluate([parse("volume")], Panel({"close": np.ones(3)}))
    with pytest.raises(InvalidExpression, match="no grouping 'sector'"):
        evaluate([parse("neutralize(close, sector)")], Panel({"close": np.ones((3, 2))}))
    with pytest.raises(InvalidExpression, match="The bar has no 'volume'"):
        Stream([parse("volume")], 1).update({"close": 1.0})


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        Panel({"close": np.ones(3), "open": np.ones(4)})
