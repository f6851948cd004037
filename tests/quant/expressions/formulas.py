"""Random expressions and random data for them."""

import numpy as np
from hypothesis import strategies as st

from quant.expressions import FIELDS, OPERATORS, Axis, Kind, Operator, Place, Takes
from quant.expressions.operators import CALLABLE

WRITTEN = {name: each for name, each in OPERATORS.items() if name in CALLABLE}
SHORTEST = {"ts_skew": 3, "ts_kurt": 4}


def window_text(place: Place) -> st.SearchStrategy[str]:
    return st.integers(int(place.least or 1), 9).map(str)


def number_text(place: Place) -> st.SearchStrategy[str]:
    low = 0.0 if place.least is None else float(place.least)
    high = 3.0 if place.most is None else min(float(place.most), 3.0)
    return st.integers(0, 8).map(lambda part: repr(low + (high - low) * part / 8))


def call_text(operator: Operator, parts: st.SearchStrategy[str], conditions: st.SearchStrategy[str]):
    given = []
    for place in operator.places:
        match place.takes:
            case Takes.WINDOW:
                given.append(window_text(place))
            case Takes.NUMBER:
                given.append(number_text(place))
            case Takes.CONDITION:
                given.append(conditions)
            case Takes.GROUP:
                given.append(st.sampled_from(["sector", "industry"]))
            case Takes.SERIES:
                given.append(parts)
    return st.tuples(*given).map(lambda texts: f"{operator.name}({', '.join(texts)})")


def _series(depth: int, *, across: bool) -> st.SearchStrategy[str]:
    fields = st.sampled_from(FIELDS)
    if depth == 0:
        return fields
    parts, conditions = _series(depth - 1, across=across), _conditions(depth - 1, across=across)
    calls = [
        call_text(each, parts, conditions)
        for each in WRITTEN.values()
        if each.gives is Kind.SERIES and each.name != "power" and (across or each.axis is not Axis.CROSS_SECTION)
    ]
    infix = st.tuples(parts, st.sampled_from("+-*/"), parts | st.sampled_from(["2", "0.5"])).map(
        lambda three: f"({three[0]} {three[1]} {three[2]})"
    )
    power = parts.map(lambda text: f"{text} ** 2")
    return st.one_of(fields, infix, power, parts.map(lambda text: f"-{text}"), st.one_of(calls))


def _conditions(depth: int, *, across: bool) -> st.SearchStrategy[str]:
    parts = _series(max(depth - 1, 0), across=across)
    compared = st.tuples(parts, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), parts).map(" ".join)
    crossed = st.tuples(st.sampled_from(["cross_above", "cross_below"]), parts, parts).map(
        lambda three: f"{three[0]}({three[1]}, {three[2]})"
    )
    simple = st.one_of(compared.map(lambda text: f"({text})"), crossed, parts.map(lambda text: f"isnan({text})"))
    if depth == 0:
        return simple
    below = _conditions(depth - 1, across=across)
    joined = st.tuples(below, st.sampled_from(["and", "or"]), below).map(lambda three: f"({' '.join(three)})")
    return st.one_of(simple, joined, below.map(lambda text: f"(not {text})"))


SERIES = _series(2, across=True)
ALONE = _series(2, across=False)
CONDITIONS = _conditions(2, across=True)
ANY = st.one_of(SERIES, CONDITIONS)


def bars(seed: int, length: int, symbols: int, gaps: float, scale: float = 100.0) -> dict[str, np.ndarray]:
    """Columns [T, K] of a walk with repeated prices, and bars that are missing."""
    chance = np.random.default_rng(seed)
    close = scale * np.exp(np.cumsum(chance.normal(0, 0.01, (length, symbols)), axis=0))
    close = np.round(close, 2 - int(np.floor(np.log10(scale))))
    spread = np.abs(chance.normal(0, 0.01, (2, length, symbols))) * close
    columns = {
        "open": np.roll(close, 1, axis=0),
        "high": close + spread[0],
        "low": close - spread[1],
        "close": close,
        "volume": np.round(chance.exponential(50, (length, symbols))),
    }
    missing = chance.random((length, symbols)) < gaps
    return {name: np.where(missing, np.nan, column) for name, column in columns.items()}
