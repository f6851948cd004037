"""Every type with every time in force, on books and paths that are computed by hand.

The price stands at 1,000.0 with 30 lots at one tick on either side and plenty behind; a path is a list of steps from price
to price. `fills` are (price_ticks, lots); `end` is how the order stands afterwards.
"""

from itertools import pairwise

import pytest

from kit.errors import Invalid
from tests.trading.sandbox.scene import UNIT, Scene
from trading.sandbox.orders import ReplaceOrder, Terms

SYMBOL = "ETH-USDT"
START = 10_000
DAY_NS = 86_400 * 10**9
TIMES_IN_FORCE = ("gtc", "gtd", "day", "ioc", "fok")
WAITING = ("gtc", "gtd", "day")


class Stage(Scene):
    """An account with 100,000 USDT and 100 ETH, of which 10 were bought; the market of ETH stands at `START`."""

    def __init__(self, *, account_type: str = "cash", allow_short: bool = False) -> None:
        if account_type == "cash":
            super().__init__(USDT=100_000 * UNIT, ETH=100 * UNIT)
        else:
            super().__init__(account_type=account_type, allow_short=allow_short)
        self.step(START)

    def step(self, last: int, *, came_from: int | None = None, lots: int = 30) -> list:
        """A step of the price: so many lots at the best price, one tick away, and plenty two ticks away."""
        return self.market(
            last,
            came_from=came_from,
            bids=((last - 1, lots), (last - 2, 10**6)),
            asks=((last + 1, lots), (last + 2, 10**6)),
            symbol=SYMBOL,
        )

    def walk(self, path: tuple[int, ...]) -> None:
        """Moves through all prices between, from the first to the last of the path."""
        for before, after in pairwise(path):
            self.step(after, came_from=before)

    def order(self, side: str, lots: int, **asked):
        """An order in ETH; one that lasts to a time lasts a second from now."""
        if asked.get("tif") == "gtd":
            asked.setdefault("expires", self.time_ns + 10**9)
        return self.place(side, lots, symbol=SYMBOL, **asked)


def case(name, side, asked, path, *, waits, at_once, later):
    """`at_once` are the fills on arrival, by `(fills, end)` for ioc, fok and those that wait; `later` after the path."""
    return pytest.param(side, asked, path, waits, at_once, later, id=name)


UP = (START, START + 50)
DOWN = (START, START - 50)
TYPES = [
    case(
        "buy limit inside the book", "buy", {"type": "limit", "price": START + 1}, DOWN,
        waits=([(START + 1, 30)], "partially_filled"),
        at_once={"ioc": ([(START + 1, 30)], "expired"), "fok": ([], "rejected")},
        later=([(START + 1, 30), (START, 10)], "filled"),
    ),
    case(
        "buy limit below the book", "buy", {"type": "limit", "price": START - 20}, DOWN,
        waits=([], "open"), at_once={"ioc": ([], "expired"), "fok": ([], "rejected")},
        later=([(START - 20, 30), (START - 20, 10)], "filled"),
    ),
    case(
        "sell limit above the book", "sell", {"type": "limit", "price": START + 20}, UP,
        waits=([], "open"), at_once={"ioc": ([], "expired"), "fok": ([], "rejected")},
        later=([(START + 20, 30), (START + 20, 10)], "filled"),
    ),
    case(
        "sell stop", "sell", {"type": "stop", "stop": START - 20}, DOWN,
        waits=([], "pending"), at_once={}, later=([(START - 21, 30), (START - 22, 10)], "filled"),
    ),
    case(
        "buy stop", "buy", {"type": "stop", "stop": START + 20}, UP,
        waits=([], "pending"), at_once={}, later=([(START + 21, 30), (START + 22, 10)], "filled"),
    ),
    case(
        "sell stop limit", "sell", {"type": "stop_limit", "stop": START - 20, "price": START - 22}, DOWN,
        waits=([], "pending"), at_once={}, later=([(START - 21, 30), (START - 22, 10)], "filled"),
    ),
    case(
        "sell take profit", "sell", {"type": "take_profit", "stop": START + 20}, UP,
        waits=([], "pending"), at_once={}, later=([(START + 19, 30), (START + 18, 10)], "filled"),
    ),
    case(
        "buy take profit", "buy", {"type": "take_profit", "stop": START - 20}, DOWN,
        waits=([], "pending"), at_once={}, later=([(START - 19, 30), (START - 18, 10)], "filled"),
    ),
    case(
        "sell take profit limit", "sell", {"type": "take_profit_limit", "stop": START + 20, "price": START + 18}, UP,
        waits=([], "pending"), at_once={}, later=([(START + 19, 30), (START + 18, 10)], "filled"),
    ),
    case(
        "buy take profit limit", "buy", {"type": "take_profit_limit", "stop": START - 20, "price": START - 18}, DOWN,
        waits=([], "pending"), at_once={}, later=([(START - 19, 30), (START - 18, 10)], "filled"),
    ),
    case(
        "sell trailing stop", "sell", {"type": "trailing_stop", "trail": 20}, (START, START + 50, START),
        waits=([], "pending"), at_once={}, later=([(START + 29, 30), (START + 28, 10)], "filled"),
    ),
    case(
        "buy trailing stop by a fifth of a percent", "buy", {"type": "trailing_stop", "trail_ppm": 2_000},
        (START, START - 50, START),
        waits=([], "pending"), at_once={}, later=([(START - 30, 30), (START - 29, 10)], "filled"),
    ),
    case(
        "sell trailing stop limit", "sell", {"type": "trailing_stop_limit", "trail": 20, "limit_offset": 2},
        (START, START + 50, START),
        waits=([], "pending"), at_once={}, later=([(START + 29, 30), (START + 28, 10)], "filled"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("tif", TIMES_IN_FORCE)
@pytest.mark.parametrize(("side", "asked", "path", "waits", "at_once", "later"), TYPES)
def test_each_type_with_each_time_in_force(side, asked, path, waits, at_once, later, tif):
    stage = Stage()
    order = stage.order(side, 40, tif=tif, **asked)
    first = at_once.get(tif, waits)
    assert (stage.fills(order), order.status) == first
    stage.walk(path)
    assert (stage.fills(order), order.status) == (first if tif in at_once else later)
    assert order.status == "filled" or order.status_reason


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"type": "stop", "stop": START - 20}, DOWN),
        ({"type": "trailing_stop", "trail": 20}, DOWN),
        ({"type": "stop_limit", "stop": START - 20, "price": START - 21}, DOWN),
    ],
)
def test_fill_or_kill_that_triggers_where_the_book_is_thin_expires_whole(asked, path):
    stage = Stage()
    order = stage.place("sell", 40, symbol=SYMBOL, tif="fok", **asked)
    stage.market(START - 50, came_from=START, bids=((START - 51, 30),), asks=((START - 49, 30),), symbol=SYMBOL)
    assert (stage.fills(order), order.status) == ([], "expired")
    assert "Fill or kill" in order.status_reason


# Ends of gtd and day -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"type": "limit", "price": START - 90},
        {"type": "limit", "price": START - 90, "post_only": True},
        {"type": "stop", "stop": START + 90},
        {"type": "take_profit_limit", "stop": START - 90, "price": START - 80},
        {"type": "trailing_stop", "trail": 90},
    ],
)
def test_a_gtd_order_ends_at_its_time_and_gives_back_what_it_held(asked):
    stage = Stage()
    order = stage.order("buy", 40, tif="gtd", expires=10**9, **asked)
    assert stage.held("USDT") > 0
    stage.keep(stage.exchange.on_time(10**9 - 1))
    assert order.is_live
    stage.keep(stage.exchange.on_time(10**9))
    assert (order.status, order.updated_ns, stage.held("USDT")) == ("expired", 10**9, 0)
    assert "1970-01-01T00:00:01" in order.status_reason


def test_what_is_due_happens_before_the_price_of_the_same_step_and_in_any_symbol():
    stage = Stage()
    order = stage.order("buy", 40, type="limit", price=START - 20, tif="gtd", expires=stage.time_ns + 1_000)
    stage.market(6_400_000)
    assert order.status == "expired"
    late = stage.order("buy", 40, type="limit", price=START - 20, tif="gtd", expires=stage.time_ns + 1_000)
    stage.walk(DOWN)
    assert (late.status, stage.fills(late)) == ("expired", [])


def test_a_day_order_ends_at_midnight_in_a_market_that_never_closes():
    stage = Stage()
    order = stage.order("buy", 40, type="limit", price=START - 20, tif="day")
    assert order.expires_ns == DAY_NS
    stage.keep(stage.exchange.on_time(DAY_NS))
    assert order.status == "expired"
    assert order.status_reason.startswith("Day order: the session of ETH-USDT ended at 1970-01-02T00:00:00")


def test_a_filled_or_canceled_order_has_no_end_any_more():
    stage = Stage()
    filled = stage.order("buy", 10, type="limit", price=START + 1, tif="gtd", expires=10**9)
    assert filled.status == "filled"
    assert stage.exchange.on_time(10**9) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"type": "limit", "price": START - 9, "tif": "gtd"}, "expires_at"),
        ({"type": "limit", "price": START - 9, "tif": "gtd", "expires": 1_000}, "expires_at"),
        ({"type": "limit", "price": START - 9, "tif": "gtc", "expires": 10**9}, "expires_at"),
        ({"type": "limit", "price": START - 9, "tif": "day", "expires": 10**9}, "expires_at"),
        ({"type": "market", "tif": "day"}, "time_in_force"),
        ({"type": "limit", "price": START - 9, "tif": "ioc", "post_only": True}, "post_only"),
        ({"type": "trailing_stop"}, "trail_amount"),
        ({"type": "trailing_stop", "trail": 5, "trail_ppm": 5}, "trail_amount"),
        ({"type": "trailing_stop", "trail": 0}, "trail_amount"),
        ({"type": "trailing_stop", "trail": START}, "trail_amount"),
        ({"type": "trailing_stop", "trail_ppm": 1_000_000}, "trail_percent"),
        ({"type": "trailing_stop", "trail": 5, "stop": START - 9}, "stop_price"),
        ({"type": "trailing_stop", "trail": 5, "limit_offset": 1}, "limit_offset"),
        ({"type": "trailing_stop_limit", "trail": 5}, "limit_offset"),
        ({"type": "trailing_stop_limit", "trail": 5, "limit_offset": START}, "limit_offset"),
        ({"type": "stop", "stop": START - 9, "trail": 5}, "trail_amount"),
        ({"type": "stop", "stop": START - 9, "trail_ppm": 5}, "trail_percent"),
        ({"type": "take_profit"}, "stop_price"),
        ({"type": "take_profit_limit", "stop": START + 9}, "price"),
        ({"type": "market", "display": 5}, "display_quantity"),
        ({"type": "limit", "price": START + 9, "display": 50}, "display_quantity"),
        ({"type": "limit", "price": START + 9, "display": 0}, "display_quantity"),
        ({"type": "limit", "price": START + 9, "display": 5, "tif": "ioc"}, "display_quantity"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused_by_field_and_leave_nothing(asked, field):
    stage = Stage()
    before = stage.exchange.state_hash()
    with pytest.raises(Invalid) as caught:
        stage.place("sell", 40, symbol=SYMBOL, **asked)
    assert list(caught.value.details) == [field]
    assert stage.exchange.state_hash() == before


# Reduce only ---------------------------------------------------------------------------------------------------------


def long_stage(lots: int = 100, account_type: str = "margin") -> Stage:
    stage = Stage(account_type=account_type, allow_short=account_type == "margin")
    stage.place("buy", lots, symbol=SYMBOL)
    stage.step(START)
    return stage


@pytest.mark.parametrize(("side", "lots"), [("buy", 10), ("sell", 0)])
def test_reduce_only_is_refused_where_there_is_nothing_to_lessen(side, lots):
    stage = Stage(account_type="margin", allow_short=True)
    if lots:
        stage.place("buy", lots, symbol=SYMBOL)
    order = stage.place(side, 5, symbol=SYMBOL, reduce_only=True)
    assert (order.status, stage.events[-1].code) == ("rejected", "REDUCE_ONLY")
    assert "ETH-USDT" in order.status_reason


@pytest.mark.parametrize("account_type", ["margin", "cash"])
def test_reduce_only_is_cut_to_the_position_and_says_so(account_type):
    stage = long_stage(10, account_type)
    order = stage.place("sell", 25, symbol=SYMBOL, reduce_only=True)
    assert (order.status, order.quantity_lots, stage.fills(order)) == ("filled", 10, [(START - 1, 10)])
    assert order.status_reason == ("Reduce only: cut from 0.25 to 0.10 ETH, which is the whole position.")


def test_a_short_is_lessened_by_a_reduce_only_buy():
    stage = Stage(account_type="margin", allow_short=True)
    stage.place("sell", 20, symbol=SYMBOL)
    stage.step(START)
    order = stage.place("buy", 50, symbol=SYMBOL, type="limit", price=START - 20, reduce_only=True)
    assert order.quantity_lots == 20
    stage.walk(DOWN)
    assert stage.exchange.accounts["a"].positions[SYMBOL].quantity_lots == 0


def test_take_profit_and_stop_may_both_stand_for_the_whole_position_and_the_second_ends_with_it():
    stage = long_stage(20)
    profit = stage.place("sell", 20, symbol=SYMBOL, type="take_profit", stop=START + 20, reduce_only=True)
    stop = stage.place("sell", 20, symbol=SYMBOL, type="stop", stop=START - 20, reduce_only=True)
    assert (profit.status, stop.status) == ("pending", "pending")
    stage.walk((START, START + 50, START - 50))
    assert (profit.status, stop.status, stop.filled_lots) == ("filled", "expired", 0)
    assert "closed" in stop.status_reason
    assert stage.exchange.accounts["a"].positions[SYMBOL].quantity_lots == 0


def test_a_waiting_reduce_only_order_is_cut_when_the_position_shrinks_below_it():
    stage = long_stage(100)
    order = stage.place("sell", 80, symbol=SYMBOL, type="limit", price=START + 20, reduce_only=True)
    stage.place("sell", 30, symbol=SYMBOL)
    assert (order.quantity_lots, order.status_reason) == (
        70,
        "Reduce only: cut from 0.80 to 0.70 ETH, which is the whole position.",
    )
    stage.step(START)
    stage.place("sell", 90, symbol=SYMBOL)
    assert order.status == "expired"


def test_a_partly_filled_reduce_only_order_never_opens_the_other_side():
    stage = long_stage(100)
    order = stage.place("sell", 100, symbol=SYMBOL, type="limit", price=START + 20, reduce_only=True)
    stage.market(START + 21, came_from=START, bids=((START + 20, 40),), asks=((START + 22, 10**6),), symbol=SYMBOL)
    assert (order.filled_lots, order.remaining_lots) == (40, 60)
    stage.place("sell", 35, symbol=SYMBOL, type="stop", stop=START + 10)
    stage.walk((START + 21, START + 5, START + 60))
    assert (order.status, order.filled_lots, order.quantity_lots) == ("filled", 65, 65)
    assert stage.exchange.accounts["a"].positions[SYMBOL].quantity_lots == 0


# Icebergs ------------------------------------------------------------------------------------------------------------


def touch(stage: Stage, price: int) -> None:
    """The best bid comes to `price` exactly, with plenty there."""
    stage.market(price + 1, bids=((price, 10**6),), asks=((price + 2, 10**6),), symbol=SYMBOL)


def test_a_touch_hits_what_an_iceberg_shows_and_the_next_part_comes_behind_the_queue():
    stage = Stage()
    iceberg = stage.place("sell", 25, symbol=SYMBOL, type="limit", price=START + 20, display=10)
    plain = stage.place("sell", 5, symbol=SYMBOL, type="limit", price=START + 20)
    assert iceberg.shown_lots == 10
    touch(stage, START + 20)
    assert (iceberg.filled_lots, iceberg.shown_lots, plain.status) == (10, 10, "filled")
    assert iceberg.sequence > plain.sequence
    touch(stage, START + 20)
    assert (iceberg.filled_lots, iceberg.shown_lots) == (20, 5)
    touch(stage, START + 20)
    assert iceberg.status == "filled"


def test_a_shown_part_that_is_half_hit_keeps_its_place():
    stage = Stage()
    iceberg = stage.place("sell", 25, symbol=SYMBOL, type="limit", price=START + 20, display=10)
    place = iceberg.sequence
    stage.market(START + 21, bids=((START + 20, 4),), asks=((START + 22, 10),), symbol=SYMBOL)
    assert (iceberg.filled_lots, iceberg.shown_lots, iceberg.sequence) == (4, 6, place)


def test_a_price_that_goes_through_an_iceberg_hits_all_of_it():
    stage = Stage()
    iceberg = stage.place("sell", 25, symbol=SYMBOL, type="limit", price=START + 20, display=10)
    stage.walk(UP)
    assert (iceberg.status, stage.fills(iceberg)) == ("filled", [(START + 20, 25)])


def test_an_iceberg_that_arrives_inside_the_book_takes_like_any_other_order():
    stage = Stage()
    iceberg = stage.place("buy", 40, symbol=SYMBOL, type="limit", price=START + 1, display=5)
    assert (iceberg.filled_lots, iceberg.shown_lots, iceberg.status) == (30, 5, "partially_filled")


# Replacing -----------------------------------------------------------------------------------------------------------

LIMIT = {"type": "limit", "price": START - 20}
TRAILING = {"type": "trailing_stop", "trail": 20}
REPLACEMENTS = [
    ("less keeps its place", LIMIT, {"quantity_lots": 30}, True, {"quantity_lots": 30}),
    ("more loses its place", LIMIT, {"quantity_lots": 50}, False, {"quantity_lots": 50}),
    ("another price loses its place", LIMIT, {"price_ticks": START - 21}, False, {"price_ticks": START - 21}),
    (
        "another end keeps its place", {**LIMIT, "tif": "gtd"}, {"terms": Terms(expires_ns=5 * 10**9)}, True,
        {"expires_ns": 5 * 10**9},
    ),
    (
        "a larger part to show loses its place", {**LIMIT, "display": 5}, {"terms": Terms(display_lots=8)}, False,
        {"display_lots": 8, "shown_lots": 8},
    ),
    (
        "a shorter trail moves the stop up", TRAILING, {"terms": Terms(trail_ticks=15)}, False,
        {"stop_ticks": START - 15, "watermark_ticks": START},
    ),
    (
        "a trail by percent takes the place of one by amount", TRAILING, {"terms": Terms(trail_ppm=3_000)}, False,
        {"stop_ticks": START - 30},
    ),
    ("a trailing stop for less keeps its stop", TRAILING, {"quantity_lots": 30}, True, {"stop_ticks": START - 20}),
    (
        "another offset moves the limit", {**TRAILING, "type": "trailing_stop_limit", "limit_offset": 1},
        {"terms": Terms(limit_offset_ticks=4)}, False, {"price_ticks": START - 24, "stop_ticks": START - 20},
    ),
    (
        "another trigger of a take-profit", {"type": "take_profit", "stop": START + 20}, {"stop_ticks": START + 25},
        False, {"stop_ticks": START + 25},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "change", "keeps", "after"), [row[1:] for row in REPLACEMENTS], ids=[row[0] for row in REPLACEMENTS]
)
def test_a_replacement(asked, change, keeps, after):
    stage = Stage()
    side = "buy" if asked is LIMIT or asked["type"] == "limit" else "sell"
    order = stage.order(side, 40, **asked)
    place = order.sequence
    stage.keep(stage.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", **change), stage.time_ns))
    assert (order.sequence == place) is keeps
    assert {name: getattr(order, name) for name in after} == after
    assert order.replaced_ns == stage.time_ns


def test_a_tighter_trail_that_the_price_is_past_already_triggers_at_once():
    stage = Stage()
    order = stage.order("sell", 20, type="trailing_stop", trail=60)
    stage.walk((START, START + 50, START + 10))
    assert order.status == "pending"
    command = ReplaceOrder(order_id=order.id, account_id="a", terms=Terms(trail_ticks=30))
    stage.keep(stage.exchange.apply(command, stage.time_ns))
    assert (order.status, stage.fills(order), order.stop_ticks) == ("filled", [(START + 9, 20)], START + 20)


def test_after_a_partial_fill_a_replacement_works_on_the_rest():
    stage = Stage()
    order = stage.order("buy", 40, type="limit", price=START + 1, tif="day")
    assert order.filled_lots == 30
    command = ReplaceOrder(order_id=order.id, account_id="a", quantity_lots=35)
    stage.keep(stage.exchange.apply(command, stage.time_ns))
    assert (order.remaining_lots, order.status) == (5, "partially_filled")
    stage.walk(DOWN)
    assert stage.fills(order) == [(START + 1, 30), (START, 5)]


def test_a_later_end_moves_the_time_at_which_it_ends():
    stage = Stage()
    order = stage.order("buy", 40, type="limit", price=START - 90, tif="gtd", expires=10**9)
    command = ReplaceOrder(order_id=order.id, account_id="a", terms=Terms(expires_ns=2 * 10**9))
    stage.keep(stage.exchange.apply(command, stage.time_ns))
    assert stage.exchange.on_time(10**9) == []
    stage.keep(stage.exchange.on_time(2 * 10**9))
    assert order.status == "expired"


@pytest.mark.parametrize(
    ("asked", "change", "field"),
    [
        (LIMIT, {"terms": Terms(trail_ticks=5)}, "trail_amount"),
        (LIMIT, {"terms": Terms(expires_ns=10**9)}, "expires_at"),
        (LIMIT, {"terms": Terms(display_lots=5)}, "display_quantity"),
        ({**LIMIT, "tif": "gtd"}, {"terms": Terms(expires_ns=1_000)}, "expires_at"),
        ({**LIMIT, "display": 5}, {"terms": Terms(display_lots=41)}, "display_quantity"),
        (TRAILING, {"stop_ticks": START - 5}, "stop_price"),
        (TRAILING, {"price_ticks": START - 5}, "price"),
        (TRAILING, {"terms": Terms(limit_offset_ticks=5)}, "limit_offset"),
        (TRAILING, {"terms": Terms(trail_ticks=5, trail_ppm=5)}, "trail_amount"),
        (TRAILING, {"terms": Terms(trail_ticks=START)}, "trail_amount"),
    ],
)
def test_a_replacement_that_does_not_fit_the_order_changes_nothing(asked, change, field):
    stage = Stage()
    side = "buy" if asked["type"] == "limit" else "sell"
    order = stage.order(side, 40, **asked)
    before = stage.exchange.state_hash()
    with pytest.raises(Invalid) as caught:
        stage.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", **change), stage.time_ns)
    assert list(caught.value.details) == [field]
    assert stage.exchange.state_hash() == before


def test_a_reduce_only_order_is_not_replaced_beyond_the_position():
    stage = long_stage(50)
    order = stage.place("sell", 20, symbol=SYMBOL, type="limit", price=START + 20, reduce_only=True)
    command = ReplaceOrder(order_id=order.id, account_id="a", quantity_lots=90)
    stage.keep(stage.exchange.apply(command, stage.time_ns))
    assert order.quantity_lots == 50
    assert order.status_reason.startswith("Reduce only: cut from 0.90 to 0.50 ETH")
