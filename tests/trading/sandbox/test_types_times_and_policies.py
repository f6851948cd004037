"""Every type with every time in force under every preset, on one small market that is computed by hand.

The price stands at 10,000 ticks. On either side are 30 lots a tick away and a million two ticks away; where the price goes
they go along. Each order is for 40 lots, and waits for 100 ms before the price moves.

- `ideal` takes all of it at the best price. `alpaca-paper` does too, but for the fills that chance cuts, of which the seed
  here has none.
- `realistic` takes 30 lots at the first level and 10 at the second. `binance-spot` does too, as long as no price is half as
  far away as the market.
- `pessimistic` arrives after those 100 ms. A taker pays a tick more, and another for its impact: the root of
  40 / 1,000,030 is 0.0063, and that of a thousandth of 10,000 ticks is less than a tick, rounded up. A limit that only
  was touched is not filled.
"""

from itertools import pairwise

import msgspec
import pytest

from tests.trading.sandbox.scene import UNIT, Scene, replayed
from trading.sandbox.policies import PRESETS, FillPolicy

SYMBOL = "ETH-USDT"
START = 10_000
LOTS = 40
LATE_NS = 100 * 10**6
HOUR_NS = 3_600 * 10**9
TIMES_IN_FORCE = ("gtc", "gtd", "day", "ioc", "fok")
AT_ONCE = ("ioc", "fok")

POLICIES: dict[str, FillPolicy] = {
    **PRESETS,
    "pessimistic": msgspec.structs.replace(PRESETS["pessimistic"], latency_jitter_ms=0),
    "alpaca-paper": msgspec.structs.replace(PRESETS["alpaca-paper"], seed=1),
}
"""The presets, without what chance does to them."""
KIND, BOOK, STRICT = ("ideal", "alpaca-paper"), ("realistic", "binance-spot"), ("pessimistic",)

Fills = list[tuple[int, int]]
End = tuple[Fills, str]

UP = (START, START + 50)
DOWN = (START, START - 50)
UP_AND_BACK = (START, START + 50, START)


class Case(msgspec.Struct, frozen=True):
    """An order, the path of the price after it, and how it stands before and after, by the kind of policy."""

    name: str
    side: str
    asked: dict
    path: tuple[int, ...]
    later: tuple[End, End, End]
    """Under the kind, the bookish and the strict policies, for what may wait."""
    first: tuple[End, End, End] = (([], "pending"),) * 3
    at_once: dict[str, tuple[End, End, End]] = {}
    """What ends before the price moves, by its time in force."""
    times: tuple[str, ...] = TIMES_IN_FORCE


def whole(kind: int, book: Fills, strict: Fills) -> tuple[End, End, End]:
    """All of it filled: at one price, or as listed."""
    return ([(kind, LOTS)], "filled"), (book, "filled"), (strict, "filled")


def all_of(end: End) -> tuple[End, End, End]:
    """The same under every policy."""
    return end, end, end


NOTHING_AT_ONCE = {"ioc": all_of(([], "expired")), "fok": all_of(([], "rejected"))}
AT_THE_MARKET = whole(10_001, [(10_001, 30), (10_002, 10)], [(10_003, 30), (10_004, 10)])

CASES = [
    Case("market buy", "buy", {"type": "market"}, DOWN, AT_THE_MARKET, AT_THE_MARKET, times=AT_ONCE),
    Case(
        "limit inside the book", "buy", {"type": "limit", "price": 10_001}, DOWN,
        later=whole(10_001, [(10_001, 30), (10_000, 10)], [(10_001, 30), (10_000, 10)]),
        first=(([(10_001, 40)], "filled"), ([(10_001, 30)], "partially_filled"), ([(10_001, 30)], "partially_filled")),
        at_once={
            "ioc": (([(10_001, 40)], "filled"), ([(10_001, 30)], "expired"), ([(10_001, 30)], "expired")),
            "fok": (([(10_001, 40)], "filled"), ([], "rejected"), ([], "rejected")),
        },
    ),
    Case(
        "limit that is passed", "buy", {"type": "limit", "price": 9_980}, DOWN,
        later=whole(9_980, [(9_980, 30), (9_980, 10)], [(9_980, 30), (9_980, 10)]),
        first=all_of(([], "open")), at_once=NOTHING_AT_ONCE,
    ),
    Case(
        "limit that is touched", "buy", {"type": "limit", "price": 9_980}, (START, 9_979),
        later=(([(9_980, 40)], "filled"), ([(9_980, 30)], "partially_filled"), ([], "open")),
        first=all_of(([], "open")), at_once=NOTHING_AT_ONCE,
    ),
    Case(
        "sell limit that is passed", "sell", {"type": "limit", "price": 10_020}, UP,
        later=whole(10_020, [(10_020, 30), (10_020, 10)], [(10_020, 30), (10_020, 10)]),
        first=all_of(([], "open")), at_once=NOTHING_AT_ONCE,
    ),
    Case(
        "sell stop", "sell", {"type": "stop", "stop": 9_980}, DOWN,
        whole(9_979, [(9_979, 30), (9_978, 10)], [(9_977, 30), (9_976, 10)]),
    ),
    Case(
        "buy stop", "buy", {"type": "stop", "stop": 10_020}, UP,
        whole(10_021, [(10_021, 30), (10_022, 10)], [(10_023, 30), (10_024, 10)]),
    ),
    Case(
        "sell stop limit", "sell", {"type": "stop_limit", "stop": 9_980, "price": 9_978}, DOWN,
        whole(9_979, [(9_979, 30), (9_978, 10)], [(9_978, 30), (9_978, 10)]),
    ),
    Case(
        "sell take profit", "sell", {"type": "take_profit", "stop": 10_020}, UP,
        whole(10_019, [(10_019, 30), (10_018, 10)], [(10_017, 30), (10_016, 10)]),
    ),
    Case(
        "buy take profit limit", "buy", {"type": "take_profit_limit", "stop": 9_980, "price": 9_982}, DOWN,
        whole(9_981, [(9_981, 30), (9_982, 10)], [(9_982, 30), (9_982, 10)]),
    ),
    Case(
        "sell trailing stop", "sell", {"type": "trailing_stop", "trail": 20}, UP_AND_BACK,
        whole(10_029, [(10_029, 30), (10_028, 10)], [(10_027, 30), (10_026, 10)]),
    ),
    Case(
        "sell trailing stop limit", "sell", {"type": "trailing_stop_limit", "trail": 20, "limit_offset": 2}, UP_AND_BACK,
        whole(10_029, [(10_029, 30), (10_028, 10)], [(10_028, 30), (10_028, 10)]),
    ),
]  # fmt: skip


def stage(policy: FillPolicy) -> Scene:
    """An account with 100,000 USDT and 100 ETH in a market that stands at `START`."""
    scene = Scene(policy=policy, USDT=100_000 * UNIT, ETH=100 * UNIT)
    step(scene, START, START)
    return scene


def step(scene: Scene, last: int, came_from: int) -> None:
    """The price moves, and the book goes along."""
    bids, asks = ((last - 1, 30), (last - 2, 10**6)), ((last + 1, 30), (last + 2, 10**6))
    scene.market(last, came_from=came_from, bids=bids, asks=asks, symbol=SYMBOL)


@pytest.mark.parametrize("policy", [*KIND, *BOOK, *STRICT])
@pytest.mark.parametrize(
    ("case", "tif"), [pytest.param(case, tif, id=f"{case.name}-{tif}") for case in CASES for tif in case.times]
)
def test_each_type_with_each_time_in_force_under_each_preset(case: Case, tif: str, policy: str) -> None:
    which = next(number for number, names in enumerate((KIND, BOOK, STRICT)) if policy in names)
    scene = stage(POLICIES[policy])
    expires = scene.time_ns + HOUR_NS if tif == "gtd" else None
    order = scene.place(case.side, LOTS, tif=tif, symbol=SYMBOL, expires=expires, **case.asked)
    if policy in STRICT and order.status != "rejected":
        assert (scene.fills(order), order.status) == ([], "accepted")
    scene.time_ns += LATE_NS
    scene.keep(scene.exchange.on_time(scene.time_ns))
    first = case.at_once.get(tif, case.first)[which]
    assert (scene.fills(order), order.status) == first
    for before, after in pairwise(case.path):
        step(scene, after, before)
    later = first if tif in case.at_once else case.later[which]
    assert (scene.fills(order), order.status) == later
    assert order.is_live or order.status == "filled" or order.status_reason
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_the_table_has_every_type_and_every_preset():
    assert {case.asked["type"] for case in CASES} == {
        "market", "limit", "stop", "stop_limit", "take_profit", "take_profit_limit", "trailing_stop", "trailing_stop_limit",
    }  # fmt: skip
    assert {*KIND, *BOOK, *STRICT} == set(PRESETS)
