"""What may be written, what it is taken for, and how everything else is refused."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quant.expressions import OPERATORS, InvalidExpression, Kind, Need, parameters_from, parse
from tests.quant.expressions.formulas import ANY

ROOT = Path(__file__).resolve().parents[3]
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def refusal(text: str, **options) -> tuple[str, int | None, str | None]:
    with pytest.raises(InvalidExpression) as caught:
        parse(text, **options)
    assert caught.value.code == "INVALID_EXPRESSION"
    assert caught.value.details["expression"]
    return caught.value.message, caught.value.details.get("column"), caught.value.details.get("suggestion")


def test_an_expression_says_what_it_is_and_needs():
    expression = parse("cross_above(ema(close, 12), ema(close, p.slow)) and volume > 1.5 * ts_mean(volume, 20)")
    assert expression.kind is Kind.CONDITION
    assert expression.fields == ("close", "volume")
    assert expression.parameters == ("slow",)
    assert expression.need({"slow": 26}) == Need(look_back=26, warm_up=266)
    assert not expression.is_cross_sectional
    assert parse("rank(close)").is_cross_sectional
    assert parse("neutralize(close, sector)").groups == ("sector",)
    assert parse("neutralize(close, sector)").fields == ("close",)
    assert parse("atr(14)").fields == ("close", "high", "low")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("close+open*2", "close + (open * 2)"),
        ("  ( close )  ", "close"),
        ("-close ** 2", "-(close ** 2)"),
        ("-5 + close", "(-5) + close"),
        ("+close", "close"),
        ("close if close > open else -1", "where((close > open), close, -1)"),
        ("1 < close and 2 < close and 3 < close", "((1 < close) and (2 < close)) and (3 < close)"),
        ("not close > open", "not (close > open)"),
        ("rsi(close)", "rsi(close, 14)"),
        ("bollinger_upper(close, k=1.5)", "bollinger_upper(close, 20, 1.5)"),
        ("power(close, 2)", "close ** 2"),
        ("ts_quantile(close, 5, q=1 - p.q)", "ts_quantile(close, 5, (1 - p.q))"),
        ("close\n  + open", "close + open"),
        ("1e3 * close", "1000.0 * close"),
    ],
)
def test_there_is_one_way_to_write_each(text, canonical):
    expression = parse(text)
    assert expression.canonical == canonical
    assert parse(canonical).canonical == canonical
    assert parse(canonical).node == expression.node
    assert parse(canonical).hash == expression.hash


@CALM
@given(ANY)
def test_the_canonical_text_of_any_expression_reads_as_itself(text):
    try:
        expression = parse(text)
    except InvalidExpression:
        return
    again = parse(expression.canonical)
    assert again.node == expression.node
    assert again.canonical == expression.canonical


@pytest.mark.parametrize(
    ("text", "says", "column", "suggestion"),
    [
        ("", "empty", 1, None),
        ("clsoe + 1", "no field 'clsoe'. Did you mean close?", 1, "close"),
        ("close + ts_men(close, 3)", "no operator 'ts_men'. Did you mean ts_mean?", 9, "ts_mean"),
        ("close > p.fsat", "no parameter 'fsat'. Did you mean fast?", 9, "fast"),
        ("close > fast", "A parameter is written p.fast.", 9, None),
        ("rsi > 30", "rsi is an operator: write rsi(x, n=14).", 1, None),
        ("close(3)", "close is a field and takes nothing.", 1, None),
        ("close > open > low", "write a < b and b < c", 16, None),
        ("close and open", "c is a condition", 1, None),
        ("ts_mean(close > open, 3)", "where(c, 1, 0)", 9, None),
        ("ts_mean(3, 3)", "x is a series such as close", 9, None),
        ("ts_mean(close)", "needs n", 1, None),
        ("ts_mean(close, 3, 4)", "more than ts_mean(x, n) takes", 19, None),
        ("ts_mean(close, m=3)", "takes no 'm'", 18, None),
        ("ts_mean(close, 3, n=4)", "n is given twice", 21, None),
        ("ts_mean(close, 3.5)", "a whole number of bars, not 3.5", 16, None),
        ("ts_mean(close, volume)", "a whole number of bars or a parameter", 16, None),
        ("ts_mean(close, 0)", "n is at least 1", 16, None),
        ("delay(close, -1)", "A formula cannot look ahead", 14, None),
        ("ts_mean(close, 1000000000)", "n is at most 5000", 16, None),
        ("ts_quantile(close, 5, 2)", "q is at most 1.0", 23, None),
        ("ts_quantile(close, 5, open)", "the same for all bars", 23, None),
        ("neutralize(close, close)", "A grouping is one of industry, sector", 19, None),
        ("close + sector", "sector is a grouping", 9, None),
        ("9 ** 9 ** 9", "An exponent is from -8 to 8", 6, None),
        ("close ** 9", "An exponent is from -8 to 8", 1, None),
        ("1 / 0 + close", "divide of 1, 0 is no number", None, None),
        ("log(-1) + close", "log of -1 is no number", None, None),
        ("close + 1e301", "too large", 9, None),
        ("1j + close", "A number and a name", 2, None),
        ("0x10 + close", "A number and a name", 2, None),
        ("close % 2", "'%' has no meaning", 7, None),
        ("close // 2", "there are + - * / **", 1, None),
        ("close is open", "there are < <=", 1, None),
        ("close == True", "Only numbers", 10, None),
        ("close.open", "A dot is for parameters alone", 1, None),
        ("p.fast.slow", "A dot is for parameters alone", 1, None),
        ("().__class__", "A dot is for parameters alone", 1, None),
        ("(close, open)", "This form has no meaning", 1, None),
        ("ts_mean(*close)", "This form has no meaning", 9, None),
        ("ts_mean(**close)", "takes no 'None'", 11, None),
        ("(close for close in open)", "This form has no meaning", 1, None),
        ("close +", "ends too early", 7, None),
        ("close > open and ", "ends too early", 14, None),
        ("close > open and > low", "cannot be read", 18, None),
        ("ts_mean(close 3)", "An operator or a comma has to stand before this.", 15, None),
        ("(close - open) volume", "An operator or a comma", 16, None),
        ("close > open or not p.fast p.slow", "An operator or a comma", 28, None),
        ("close = 5", "is asked by ==", 7, "=="),
        ("close > low and\n high = open", "is asked by ==", 23, "=="),
        ("close > = low", "cannot be read", 9, None),
        ("(close", "This bracket is never closed", 1, None),
        ("rsi(close, (14)", "This bracket is never closed", 4, None),
        ("close)", "This bracket closes none", 6, None),
        ("__import__('os')", '"\'" has no meaning', 12, None),
        ("lambda: close", "':' has no meaning", 7, None),
        ("close[0]", "'[' has no meaning", 6, None),
        ("clöse", "'ö' has no meaning", 3, None),
        ("close\0", "'\\x00' has no meaning", 6, None),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(text, says, column, suggestion):
    message, at, near = refusal(text, parameters=("fast", "slow"))
    assert says in message
    assert (at, near) == (column, suggestion)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 1_900 + "close" + ")" * 90,
        "-" * 1_990 + "close",
        "not " * 490 + "close > 1",
        "~" * 100 + "close",
        "abs(" * 200 + "close" + ")" * 200,
        "+".join(["close"] * 300),
        " and ".join(["close>1"] * 200),
        "close" + " ** 2" * 100,
        "9" * 1_999,
        "1e" + "9" * 1_000,
        "9**9**9**9",
        "ts_mean(" * 29 + "close" + ", 5000)" * 29,
        "ts_mean(close, 99999999999999999999999999)",
        "a" * 1_999,
        "close if " * 200 + "close > 1",
        "x" * 5_000,
        "adx(5000) + adx(5000)",
    ],
)
def test_what_is_meant_to_hurt_is_refused_in_a_moment(text):
    started_s = time.thread_time()
    message, _, _ = refusal(text)
    assert time.thread_time() - started_s < 0.1, "this is the promise of the language, not a figure of speed"
    assert len(message) < 400


@given(st.text(max_size=200) | st.text(alphabet="abc p.()+-*/<>=!,0123456789eE_ \n", max_size=120))
def test_no_text_does_anything_but_read_or_be_refused(text):
    try:
        expression = parse(text)
    except InvalidExpression as refused:
        assert refused.details["expression"]
    else:
        assert parse(expression.canonical).node == expression.node


def test_a_parameter_is_checked_when_it_has_its_value():
    expression = parse("ts_mean(close, p.n) ** p.e")
    for values, says in (
        ({"n": 5}, "p.e has no value"),
        ({"n": 5, "e": 9}, "An exponent"),
        ({"n": 2.5, "e": 1}, "a whole number of bars, not 2.5"),
        ({"n": -3, "e": 1}, "cannot look ahead"),
        ({"n": 5_001, "e": 1}, "at most 5000"),
    ):
        with pytest.raises(InvalidExpression, match=says):
            expression.bind(values)
    assert expression.need({"n": 30, "e": 2}).warm_up == 29
    with pytest.raises(InvalidExpression, match="bars of history; at most 20000"):
        parse("ema(close, p.n)").bind({"n": 5_000})


def test_values_of_parameters_are_numbers_by_name():
    assert parameters_from({"fast": 3, "k": 0.5}) == {"fast": 3, "k": 0.5}
    for wrong in ({"fast": "3"}, {"fast": True}, {"fast": None}, {"and": 3}, {"a b": 3}, {"": 1}):
        with pytest.raises(InvalidExpression):
            parameters_from(wrong)


def test_every_operator_is_declared_whole():
    for name, operator in OPERATORS.items():
        assert operator.name == name
        assert operator.meaning.endswith(".")
        assert operator.nan.endswith(".")
        assert len({place.name for place in operator.places}) == len(operator.places)


def test_reading_loads_no_compiler():
    code = (
        "import sys; from quant.expressions import parse; parse('rsi(close)').need(); assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "platform")})
