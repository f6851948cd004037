"""A strategy in Python at a gateway of our own making: what it sends after which bar, and what it leaves alone."""

import textwrap
from decimal import Decimal

import pytest

from analytics.backtests.owner_code import OwnerCode
from analytics.backtests.strategy_files import find_strategy
from analytics.python_runs.deciding import MAX_KEY, Wish, orders_of
from analytics.python_runs.public_api import Bell, Candle, Refused
from analytics.python_runs.running import PythonRun
from kit.errors import Rejected
from quant.strategies.deciding import Said

MINUTE_NS = 60 * 10**9
WISH = Wish(name="rising", symbol="BTC-USDT", interval="1m", quantity=Decimal("0.5"))
RISING = """
    from analytics.strategies import Intention, Strategy

    class Rising(Strategy):
        def on_bar(self, bar, history):
            if len(history) < 2:
                return None
            return Intention.LONG_ENTRY if bar.close > history.close[-2] else Intention.LONG_EXIT
"""
DIVIDING = """
    from analytics.strategies import Intention, Strategy

    class Dividing(Strategy):
        def on_bar(self, bar, history):
            return Intention.LONG_ENTRY if 1 / int(bar.close - 100) > 0 else None
"""


class Gateway:
    """Candles by hand, and an account that fills every order at once."""

    def __init__(self) -> None:
        self.closes: list[float] = []
        self.position = Decimal(0)
        self.orders: dict[str, str] = {}
        self.refusal: Refused | None = None

    async def candles(self, symbol, interval, *, limit, from_ns=None):
        rows = [Candle(bar * MINUTE_NS, close, close, close, close, 1.0) for bar, close in enumerate(self.closes)]
        return [row for row in rows if from_ns is None or row.time_ns >= from_ns][-limit:]

    async def held(self, symbol):
        return self.position

    async def place(self, order):
        key, quantity = order["client_order_id"], Decimal(order["quantity"])
        if self.refusal is not None:
            raise self.refusal
        if key in self.orders:
            raise Refused(409, "DUPLICATE_CLIENT_ORDER_ID", "It was used before.")
        self.orders[key] = order["side"]
        self.position += quantity if order["side"] == "buy" else -quantity
        return {"status": "filled"}


@pytest.fixture
def gateway():
    return Gateway()


@pytest.fixture
def run_of(gateway, tmp_path):
    """A run as a process begins it, and what it tells."""

    def begin(text=RISING, name="rising"):
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        file, _ = find_strategy(tmp_path, name)
        told = []
        return PythonRun(WISH, OwnerCode(file), {}, gateway, told.append), told

    return begin


async def close_bars(run, gateway, *closes):
    """Bars that close one after the other, each followed by one that forms."""
    for close in closes:
        gateway.closes.append(close)
        await run._on_bell(Bell((len(gateway.closes) - 1) * MINUTE_NS, is_closed=True))


async def test_each_bar_that_closes_is_asked_about_and_its_orders_are_sent(gateway, run_of):
    run, told = run_of()
    await close_bars(run, gateway, 100, 101, 102, 99, 98, 99)
    assert list(gateway.orders.items()) == [
        ("rising.BTC-USDT.1m.3c.entry", "buy"),
        ("rising.BTC-USDT.1m.b4.exit", "sell"),
        ("rising.BTC-USDT.1m.12c.entry", "buy"),
    ]
    assert told[0] == "1970-01-01T00:01:00.000Z long_entry at 101: buy 0.5 is filled"
    assert told[-2:] == ["1970-01-01T00:04:00.000Z long_exit at 98: nothing to do", told[-1]]


async def test_a_bar_that_forms_is_not_acted_on(gateway, run_of):
    run, _ = run_of()
    gateway.closes = [100, 101]
    await run._on_bell(Bell(MINUTE_NS, is_closed=False))
    assert gateway.orders == {}
    await run._on_bell(Bell(MINUTE_NS, is_closed=True))
    assert len(gateway.orders) == 1


async def test_a_process_that_was_killed_orders_nothing_twice(gateway, run_of):
    run, _ = run_of()
    await close_bars(run, gateway, 100, 101)
    gateway.position = Decimal(0)  # even where somebody sold it meanwhile
    again, told = run_of()
    await again._on_bell(Bell(2 * MINUTE_NS, is_closed=False))
    assert len(gateway.orders) == 1
    assert told == ["1970-01-01T00:01:00.000Z long_entry at 101: it was ordered before"]


async def test_bars_that_were_missed_are_told_of_and_only_the_newest_is_traded(gateway, run_of):
    run, told = run_of()
    await close_bars(run, gateway, 100)
    gateway.closes += [101, 102, 103]
    await run._on_bell(Bell(3 * MINUTE_NS, is_closed=True))
    assert told[0] == "2 bars were missed, and are not traded."
    assert list(gateway.orders) == ["rising.BTC-USDT.1m.b4.entry"]


async def test_an_order_that_is_refused_is_told_of_and_the_run_goes_on(gateway, run_of):
    run, told = run_of()
    gateway.refusal = Refused(422, "INSUFFICIENT_BALANCE", "It costs more.")
    await close_bars(run, gateway, 100, 101)
    assert told == [
        "1970-01-01T00:01:00.000Z long_entry at 101: buy 0.5 was refused, INSUFFICIENT_BALANCE: It costs more."
    ]
    gateway.refusal = None
    await close_bars(run, gateway, 102)
    assert len(gateway.orders) == 1


async def test_an_order_without_an_answer_is_sent_again_under_its_id(gateway, run_of):
    run, _ = run_of()
    await close_bars(run, gateway, 100)
    place = gateway.place

    async def lost(order):
        await place(order)
        raise TimeoutError

    gateway.place = lost
    with pytest.raises(TimeoutError):
        await close_bars(run, gateway, 101)
    gateway.place, gateway.position = place, Decimal(0)
    await run._on_bell(Bell(2 * MINUTE_NS, is_closed=False))
    assert len(gateway.orders) == 1


async def test_code_that_divides_by_zero_ends_the_run_with_its_line(gateway, run_of):
    run, _ = run_of(DIVIDING, "dividing")
    await close_bars(run, gateway, 101)
    with pytest.raises(Rejected) as failed:
        await close_bars(run, gateway, 100)
    assert failed.value.code == "STRATEGY_FAILED"
    assert failed.value.message == "dividing.py, line 6: ZeroDivisionError: division by zero"


async def test_a_clock_that_was_set_back_begins_anew(gateway, run_of):
    run, told = run_of()
    await close_bars(run, gateway, 100, 101, 102)
    gateway.closes = [50]
    await run._on_bell(Bell(0, is_closed=True))
    assert told[-1] == "The market's clock was set back; what was known of it is forgotten."


def test_a_reversal_leaves_first_and_then_enters():
    wish = Wish(name="n" * 64, symbol="BTC-USDT", interval="1m", quantity=Decimal(1), allow_short=True)
    orders, refusal = orders_of(wish, Said(short_entry=True), Decimal(3), MINUTE_NS)
    assert [(order["side"], order["quantity"], "reduce_only" in order) for order in orders] == [
        ("sell", "3", True),
        ("sell", "1", False),
    ]
    assert refusal == ""
    assert {len(order["client_order_id"]) for order in orders} == {MAX_KEY}


def test_what_contradicts_itself_is_not_entered():
    assert orders_of(WISH, Said(long_entry=True, long_exit=True), Decimal(0), 0) == ([], "conflict")
