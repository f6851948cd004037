"""Conditions as lists of bars are those of the arrays, whatever is shared, kept or led on side by side."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quant.expressions import InvalidExpression, Kind, parse
from quant.expressions.evaluating import Workspace
from quant.expressions.expression import Binder
from quant.expressions.kernels.crossings import BITS, STRETCH
from quant.expressions.panel import Panel
from tests.quant.expressions.formulas import ANY, bars
from tests.quant.expressions.test_two_forms import GROUPS, readable

CALM = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])

CROSSES = [
    "cross_above(ts_mean(close, 3), ts_mean(close, 8))",
    "cross_below(ts_mean(close, 3), ts_mean(close, 8))",
    "cross_below(ts_mean(close, 8), ts_mean(close, 3))",
    "cross_above(ts_sum(close, 2), ts_mean(open + close, 2))",
    "cross_above(ts_mean(close, 5), 50)",
    "cross_above(close, close)",
    "ts_mean(close, 3) > close and cross_above(close, open)",
]


def check_moments(texts, panel, *, is_last: bool) -> int:
    """How many bars were found, after comparing them with the arrays."""
    nodes = [parse(text).bind() for text in texts]
    found = Workspace(panel).moments(nodes, is_last=is_last)
    total = 0
    for node, lists in zip(nodes, found, strict=True):
        flags = Workspace(panel).value(node).reshape(panel.bars, panel.symbols)
        assert [each.tolist() for each in lists] == [np.flatnonzero(column).tolist() for column in flags.T]
        total += int(flags.sum())
    return total


@pytest.mark.parametrize("is_last", [False, True])
@pytest.mark.parametrize("chosen", [slice(0, 2), slice(0, 3), slice(3, 4), slice(0, 7), slice(6, 7)])
def test_lists_are_those_of_the_arrays(chosen, is_last):
    for gaps in (0.0, 0.05):
        assert check_moments(CROSSES[chosen], Panel(bars(3, 400, 3, gaps)), is_last=is_last)


@pytest.mark.parametrize("length", [1, 2, BITS, BITS + 1, BITS + 2, 2 * BITS + 1])
def test_series_of_any_length_are_looked_through(length):
    columns = {name: column[:, 0] for name, column in bars(5, length, 1, 0.0).items()}
    for is_last in (False, True):
        check_moments(CROSSES, Panel(columns), is_last=is_last)


@pytest.mark.parametrize("windows", [(20, 50), (600, 7)])
def test_sums_of_long_series_cross_where_those_of_the_arrays_do(windows):
    columns = {name: column[:, 0] for name, column in bars(7, 2 * STRETCH + 3_000, 1, 0.0).items()}
    columns["close"][STRETCH - 30 : STRETCH - 20] = np.nan
    means = [f"ts_mean(close, {window})" for window in windows]
    texts = [f"cross_above({', '.join(means)})", f"cross_below({', '.join(means)})"]
    assert check_moments(texts, Panel(columns), is_last=True) > 100


@CALM
@given(st.lists(ANY, min_size=1, max_size=4), st.integers(0, 50))
def test_any_conditions_together_are_those_alone(texts, seed):
    conditions = [each.text for each in readable(texts) if each.kind is Kind.CONDITION]
    check_moments(conditions, Panel(bars(seed, 60, 3, 0.05), GROUPS), is_last=True)


def test_what_is_bound_again_and_again_is_what_is_bound_once():
    asked = parse("cross_above(sma(close, p.n), ema(close, p.m) * p.level) and rsi(close, p.n) > 2 ** p.level")
    binder = Binder(asked)
    for n, m, level in ((2, 3, 1), (2, 3, 2), (4, 3, 1.0), (2, 5, 1), (2, 3, 1)):
        values = {"n": n, "m": m, "level": level}
        assert repr(binder.bind(values)) == repr(asked.bind(values))


@pytest.mark.parametrize("values", [{"n": 2.0}, {"n": 0}, {"n": 5_001}, {"m": 2}, {}])
def test_a_value_that_may_not_stand_there_is_refused_each_time(values):
    asked = parse("ts_mean(close, p.n) > 1")
    binder = Binder(asked)
    binder.bind({"n": 2})
    for _ in range(2):
        with pytest.raises(InvalidExpression) as caught:
            binder.bind(values)
        with pytest.raises(InvalidExpression) as other:
            asked.bind(values)
        assert (caught.value.message, caught.value.details) == (other.value.message, other.value.details)
