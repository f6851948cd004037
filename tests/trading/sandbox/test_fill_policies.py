"""What each number of a fill policy does to an order, on books that can be computed by hand."""

import pytest

from kit.errors import Invalid
from tests.trading.sandbox.scene import BTC, UNIT, Scene, replayed
from trading.sandbox.events import OrderFilled
from trading.sandbox.policies import PARAMETERS, PRESETS, REALISTIC, FillPolicy, chosen_policy, policy_digest

LOTS = 100_000
"""One BTC."""
PRICE = 10_000
ASKS = ((10_010, 3 * LOTS), (10_020, 3 * LOTS), (10_040, 3 * LOTS))
BIDS = ((9_990, 3 * LOTS), (9_980, 3 * LOTS), (9_960, 3 * LOTS))


def scene_under(policy: FillPolicy | None, **balances: int) -> Scene:
    """A market around 100.00 with three levels of 3 BTC a side, for an account under a policy."""
    scene = Scene(policy=policy, **(balances or {"USDT": 100_000 * UNIT, "BTC": 100 * UNIT}))
    scene.market(PRICE, bids=BIDS, asks=ASKS, low=9_000, high=11_000)
    return scene


MARKET_ORDERS = [
    # side, BTC, policy, the fills
    ("buy", 4, None, [(10_010, 3), (10_020, 1)]),
    ("sell", 4, None, [(9_990, 3), (9_980, 1)]),
    ("buy", 4, FillPolicy(depth="unlimited"), [(10_010, 4)]),
    ("sell", 40, FillPolicy(depth="unlimited"), [(9_990, 40)]),
    ("buy", 4, FillPolicy(slippage_ticks=2), [(10_012, 3), (10_022, 1)]),
    ("sell", 4, FillPolicy(slippage_ticks=2), [(9_988, 3), (9_978, 1)]),
    # a thousandth of 100.10 is 10.01 ticks, rounded up
    ("buy", 1, FillPolicy(slippage_ppm=1_000), [(10_021, 1)]),
    # a ninth of the 9 BTC shown: the root of 1/9 is a third, a third of one percent of 10010 is 33.4
    ("buy", 1, FillPolicy(root_impact_ppm=10_000), [(10_044, 1)]),
    # a third of the volume, squared is a ninth: a ninth of ten percent of 10010 is 111.2
    ("buy", 3, FillPolicy(volume_share_impact_ppm=100_000), [(10_122, 3)]),
    # 0.15 percent of 10010 is 15 ticks: the level at 10040 is out of reach
    ("buy", 9, FillPolicy(protection_ppm=1_500), [(10_010, 3), (10_020, 3)]),
    ("sell", 9, FillPolicy(protection_ppm=1_500), [(9_990, 3), (9_980, 3)]),
    # a tenth of the 9 BTC shown is 0.9 BTC
    ("buy", 9, FillPolicy(volume_cap_percent=10), [(10_010, 0.9)]),
]


@pytest.mark.parametrize(("side", "coins", "policy", "expected"), MARKET_ORDERS)
def test_market_order_takes_what_its_policy_offers(side, coins, policy, expected):
    scene = scene_under(policy)
    order = scene.place(side, coins * LOTS)
    assert scene.fills(order) == [(price, int(share * LOTS)) for price, share in expected]
    left = coins * LOTS - sum(lots for _, lots in scene.fills(order))
    assert order.status == ("expired" if left else "filled")
    assert not left or order.status_reason
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


@pytest.mark.parametrize(("side", "coins", "policy", "expected"), MARKET_ORDERS)
def test_price_is_reference_and_spread_and_slippage_to_the_tick(side, coins, policy, expected):
    scene = scene_under(policy)
    order = scene.place(side, coins * LOTS)
    sign = 1 if side == "buy" else -1
    fills = [event for event in scene.events if isinstance(event, OrderFilled) and event.order_id == order.id]
    for fill, (price, _) in zip(fills, expected, strict=True):
        assert (fill.reference_ticks, fill.spread_ticks) == (PRICE, sign * 10)
        assert sign * (fill.price_ticks - fill.reference_ticks - fill.spread_ticks) == sign * price - (
            sign * PRICE + 10
        )


def test_slippage_stops_at_the_orders_limit_and_at_the_range_that_traded():
    scene = scene_under(FillPolicy(slippage_ticks=500))
    assert scene.fills(scene.place("buy", LOTS, type="limit", price=10_015)) == [(10_015, LOTS)]
    assert scene.fills(scene.place("buy", LOTS)) == [(10_510, LOTS)]
    scene.market(PRICE, bids=BIDS, asks=ASKS, low=9_900, high=10_100)
    assert scene.fills(scene.place("buy", LOTS)) == [(10_100, LOTS)]


def test_what_was_taken_heals_evenly_and_only_for_who_took_it():
    scene = scene_under(FillPolicy(healing_ms=1_000))
    scene.open_account("b")
    scene.place("buy", 3 * LOTS)
    scene.market(PRICE, bids=BIDS, asks=ASKS, low=9_000, high=11_000, after_ns=500_000_000)
    half_healed = scene.place("buy", 2 * LOTS)
    assert scene.fills(half_healed) == [(10_010, LOTS + LOTS // 2), (10_020, LOTS // 2)]
    assert scene.fills(scene.place("buy", 3 * LOTS, account="b")) == [(10_010, 3 * LOTS)]
    scene.market(PRICE, bids=BIDS, asks=ASKS, low=9_000, high=11_000, after_ns=1_000_000_000)
    assert scene.fills(scene.place("buy", 3 * LOTS)) == [(10_010, 3 * LOTS)]


def test_volume_cap_holds_for_all_orders_of_an_account_in_one_step():
    scene = scene_under(FillPolicy(volume_cap_percent=10))
    assert sum(lots for _, lots in scene.fills(scene.place("buy", LOTS // 2))) == LOTS // 2
    assert sum(lots for _, lots in scene.fills(scene.place("buy", LOTS))) == LOTS * 9 // 10 - LOTS // 2
    scene.market(PRICE, bids=BIDS, asks=ASKS, low=9_000, high=11_000)
    assert sum(lots for _, lots in scene.fills(scene.place("buy", LOTS))) == LOTS * 9 // 10


def test_chance_refuses_every_order_or_none_at_its_ends_and_some_between():
    always, never = scene_under(FillPolicy(rejection_ppm=1_000_000)), scene_under(FillPolicy(rejection_ppm=0, seed=2))
    refused = always.place("buy", LOTS)
    assert refused.status == "rejected"
    assert "1000000 of a million" in refused.status_reason
    assert never.place("buy", LOTS).status == "filled"
    some = scene_under(FillPolicy(rejection_ppm=300_000), USDT=10**9 * UNIT)
    placed = [some.place("buy", 100_000, type="limit", price=9_000).status for _ in range(200)]
    assert 30 <= placed.count("rejected") <= 90


def test_chance_cuts_a_fill_and_says_the_same_again():
    def filled(policy: FillPolicy) -> list[int]:
        scene = scene_under(policy, USDT=10**9 * UNIT)
        orders = [scene.place("buy", 10_000) for _ in range(100)]
        return [order.filled_lots for order in orders]

    policy = FillPolicy(partial_fill_ppm=500_000, depth="unlimited")
    lots = filled(policy)
    assert lots == filled(policy)
    assert 25 <= sum(each < 10_000 for each in lots) <= 75
    assert min(lots) >= 1
    assert lots != filled(FillPolicy(partial_fill_ppm=500_000, depth="unlimited", seed=2))


def test_fill_or_kill_is_never_cut_by_chance():
    scene = scene_under(FillPolicy(partial_fill_ppm=1_000_000))
    assert scene.place("buy", LOTS, type="limit", price=10_010, tif="fok").status == "filled"


def test_limit_fills_at_a_touch_a_queue_or_beyond_by_policy():
    filled = {}
    for how in ("touch", "queue", "through"):
        scene = scene_under(FillPolicy(limit_fill=how))
        order = scene.place("buy", LOTS, type="limit", price=9_990)
        filled[how] = []
        steps = [
            {
                "last": 9_990,
                "traded": LOTS,
                "trade_side": "sell",
                "bids": ((9_990, 2 * LOTS),),
                "asks": ((10_010, LOTS),),
            },
            {
                "last": 9_990,
                "traded": 3 * LOTS,
                "trade_side": "sell",
                "bids": ((9_980, 2 * LOTS),),
                "asks": ((10_010, LOTS),),
            },
            {"last": 9_985, "traded": 0, "bids": ((9_980, LOTS),), "asks": ((9_990, LOTS // 2),)},
            {"last": 9_970, "traded": 0, "bids": ((9_960, LOTS),), "asks": ((9_980, LOTS),)},
        ]
        for step in steps:
            scene.market(step.pop("last"), came_from=9_990, low=9_000, high=11_000, **step)
            filled[how].append(order.filled_lots)
        assert all(price == 9_990 for price, _ in scene.fills(order))
    assert filled == {
        "touch": [LOTS] * 4,
        # 3 BTC ahead: the first print leaves 2, the second takes those and fills the order with the rest
        "queue": [0, LOTS, LOTS, LOTS],
        "through": [0, 0, 0, LOTS],
    }


def test_presets_are_what_they_were_when_orders_were_placed_under_them():
    """Orders without numbers in the journal fill under `realistic`: it must never change. Others carry their numbers."""
    assert policy_digest(REALISTIC) == "6adad7ed20ea"
    assert FillPolicy() == REALISTIC == PRESETS["realistic"]
    assert {each.name for each in PARAMETERS} == set(FillPolicy.__struct_fields__)
    for each in PARAMETERS:
        assert each.why.endswith(".")
        assert each.default in each.choices if each.choices else each.least <= each.default <= each.most


def test_an_order_carries_the_numbers_of_its_policy_unless_it_is_realistic():
    policy = FillPolicy(slippage_ticks=2)
    scene = scene_under(policy)
    assert scene.place("buy", LOTS).policy == policy
    assert scene_under(None).place("buy", LOTS).policy is None


@pytest.mark.parametrize(
    ("wish", "name", "policy"),
    [
        ("ideal", "ideal", PRESETS["ideal"]),
        ("realistic", "realistic", None),
        ({}, "custom", None),
        ({"slippage_ticks": 3}, "custom", FillPolicy(slippage_ticks=3)),
        ({"preset": "ideal", "limit_fill": "queue"}, "custom", FillPolicy(depth="unlimited")),
    ],
)
def test_a_policy_is_chosen_by_name_or_by_numbers(wish, name, policy):
    assert chosen_policy(wish) == (name, policy)


@pytest.mark.parametrize(
    "wish",
    [
        "perfect",
        7,
        None,
        [],
        {"preset": "perfect"},
        {"preset": 1},
        {"slippage": 1},
        {"slippage_ticks": -1},
        {"slippage_ticks": 10_001},
        {"slippage_ticks": True},
        {"slippage_ticks": 1.5},
        {"slippage_ticks": "1"},
        {"limit_fill": "maybe"},
        {"volume_cap_percent": 101},
    ],
)
def test_a_policy_that_is_none_is_refused_by_its_field(wish):
    with pytest.raises(Invalid) as refused:
        chosen_policy(wish)
    assert set(refused.value.details) == {"fill_policy"}


def test_a_stop_slips_from_the_book_as_it_stood_when_it_triggered():
    scene = scene_under(FillPolicy(slippage_ticks=3))
    order = scene.place("sell", LOTS, type="stop", stop=9_950)
    scene.market(9_900, came_from=PRICE, bids=((9_890, LOTS),), asks=((9_910, LOTS),), low=9_890, high=10_010)
    assert scene.fills(order) == [(9_937, LOTS)]  # the bid one half spread below the stop, less the slippage
    (fill,) = [event for event in scene.events if isinstance(event, OrderFilled)]
    assert (fill.reference_ticks, fill.spread_ticks) == (9_950, -10)
    assert BTC.price_text(fill.price_ticks) == "99.37"
