"""The exchange on markets that crash, gap, thin out and halt: fills stay within the market, halts fill nothing."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets.conftest import MINUTE_NS, make_bars
from tests.markets.direction.played import INSTRUMENT, SYMBOL, bars_source, play, scenario_lists, sound_bars, sources
from tests.trading.sandbox.scene import UNIT, Scene
from trading.sandbox.events import OrderFilled, OrderRejected
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import CancelOrder, OpenAccount, OrderType, PlaceOrder, ReplaceOrder, Side, TimeInForce

PRICE = 6_400_000
HUGE_UNITS = 10**15 * UNIT


class Punter:
    """An account so rich that only the market stops it, which places random orders after each step."""

    def __init__(self, seed):
        self.exchange = Exchange(lambda symbol: INSTRUMENT)
        self.random = Random(seed)
        self.fills = []
        self.exchange.apply(
            OpenAccount(
                account_id="a",
                name="a",
                type="margin",
                base_currency="USD",
                allow_short=True,
                maker_ppm=0,
                taker_ppm=0,
                fill_policy="realistic",
                balances={"USD": HUGE_UNITS},
            ),
            0,
        )

    def on_update(self, update):
        self.keep(update, self.exchange.on_market(update))
        for number in range(2):
            self.keep(update, self.exchange.apply(self.order(update, number), update.time_ns))

    def keep(self, update, events):
        self.fills += [(update, event) for event in events if isinstance(event, OrderFilled)]

    def order(self, update, number):
        kind = self.random.choice(["market", "limit", "stop", "stop_limit"])
        near = [max(1, update.last_ticks + self.random.randint(-300, 300)) for _ in range(2)]
        return PlaceOrder(
            order_id=f"{update.time_ns}-{number}-{self.random.random()}",
            account_id="a",
            symbol=SYMBOL,
            side=self.random.choice([Side.BUY, Side.SELL]),
            type=OrderType(kind),
            time_in_force=TimeInForce("ioc" if kind == "market" else "gtc"),
            quantity_lots=self.random.randint(1, 3_000),
            notional_units=None,
            price_ticks=near[0] if "limit" in kind else None,
            stop_ticks=near[1] if "stop" in kind else None,
            post_only=False,
            client_order_id=None,
        )


@settings(max_examples=40, deadline=None)
@given(sources, scenario_lists, st.integers(0, 100))
def test_every_fill_lies_within_the_range_of_its_step(make_source, scenarios, seed):
    punter = Punter(seed)
    play(make_source, scenarios, on_update=punter.on_update)
    for update, fill in punter.fills:
        if update.is_real_depth and fill.is_maker:  # whoever came to it from real quotes or depth traded at its price
            assert fill.price_ticks == punter.exchange.orders[fill.order_id].price_ticks
        else:
            assert update.low_ticks <= fill.price_ticks <= update.high_ticks


@settings(max_examples=40, deadline=None)
@given(sound_bars(), scenario_lists, st.integers(0, 100))
def test_every_fill_lies_within_the_candle_that_is_shown(bars, scenarios, seed):
    punter = Punter(seed)
    candles = {c.time_ns: c for c in play(bars_source(bars), scenarios, on_update=punter.on_update).candles}
    for update, fill in punter.fills:
        candle = candles[update.time_ns // MINUTE_NS * MINUTE_NS]
        assert candle.low_ticks <= fill.price_ticks <= candle.high_ticks


def test_the_punter_does_trade():
    punter = Punter(1)
    play(bars_source(make_bars(12)), on_update=punter.on_update)
    assert len(punter.fills) > 20


def halted_scene():
    scene = Scene()
    scene.market(PRICE)
    scene.exchange.halt_market("BTC-USDT")
    return scene


def last_code(scene):
    return next(event.code for event in reversed(scene.events) if isinstance(event, OrderRejected))


@pytest.mark.parametrize(
    "order",
    [
        {"type": "market"},
        {"type": "limit", "price": PRICE, "tif": "ioc"},
        {"type": "limit", "price": PRICE, "tif": "fok"},
    ],
)
def test_a_halted_market_refuses_what_cannot_wait(order):
    scene = halted_scene()
    placed = scene.place("buy", 1_000, **order)
    assert (placed.status, last_code(scene)) == ("rejected", "TRADING_HALTED")
    assert "halted" in placed.status_reason


def test_a_halted_market_takes_what_can_wait_and_fills_it_when_it_goes_on():
    scene = halted_scene()
    limit = scene.place("buy", 1_000, type="limit", price=PRICE + 100)
    stop = scene.place("buy", 1_000, type="stop", stop=PRICE + 200)
    assert (limit.status, stop.status) == ("open", "pending")
    scene.market(PRICE + 300)
    assert stop.status == "filled" and limit.status == "open"
    assert scene.place("buy", 1_000).status == "filled", "the halt is over"


def test_a_closed_market_is_no_halted_one():
    scene = halted_scene()
    scene.exchange.close_market("BTC-USDT")
    scene.place("buy", 1_000)
    assert last_code(scene) == "NO_MARKET_PRICE"


def test_an_order_can_be_canceled_and_replaced_during_a_halt():
    scene = halted_scene()
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 100)
    scene.keep(scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", price_ticks=PRICE), 2_000))
    assert scene.exchange.orders[order.id].price_ticks == PRICE
    scene.keep(scene.exchange.apply(CancelOrder(order_id=order.id, account_id="a"), 3_000))
    assert scene.exchange.orders[order.id].status == "canceled"
