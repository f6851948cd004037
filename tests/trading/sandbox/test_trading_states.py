"""What an account may do when it is active, may only reduce, or is halted; how it comes there, and the kill switch."""

import pytest

from kit.errors import NotFound, Rejected
from tests.trading.sandbox.scene import UNIT, Scene, replayed
from trading.sandbox.events import RiskMarked, RiskStateSet
from trading.sandbox.limits import ACTIVE, EVERY_ACCOUNT, HALTED, REDUCING, RiskLimits
from trading.sandbox.orders import (
    CancelAllOrders,
    CancelOrder,
    ReplaceOrder,
    ResetAccount,
    SetRiskLimits,
    SetRiskState,
)
from trading.sandbox.risk import OrderLimits

PRICE = 100_000
PERCENT = 10_000


def put_into(scene: Scene, state: str, account: str = "a", **options: bool) -> list:
    command = SetRiskState(account_id=account, state=state, reason="Too hot.", by="127.0.0.1", **options)
    return scene.keep(scene.exchange.apply(command, scene.time_ns))


def long_scene(**options: object) -> Scene:
    """A margin account that is long 10,000 lots with an order open on each side."""
    scene = Scene(account_type="margin", allow_short=True)
    scene.market(PRICE)
    scene.place("buy", 10_000)
    scene.place("buy", 1_200, type="limit", price=PRICE // 2)
    scene.place("sell", 1_000, type="limit", price=PRICE * 2)
    return scene


def open_order(scene: Scene, side: str) -> str:
    return next(order.id for order in scene.exchange.accounts["a"].open_orders.values() if order.side == side)


def outcome(scene: Scene, command: str) -> str:
    """What becomes of a command: `done`, or the code of its refusal."""
    try:
        if command == "shrink":
            change = ReplaceOrder(account_id="a", order_id=open_order(scene, "buy"), quantity_lots=1_100)
            scene.keep(scene.exchange.apply(change, scene.time_ns))
        elif command == "grow":
            change = ReplaceOrder(account_id="a", order_id=open_order(scene, "buy"), quantity_lots=1_300)
            scene.keep(scene.exchange.apply(change, scene.time_ns))
        elif command == "cancel":
            cancel = CancelOrder(account_id="a", order_id=open_order(scene, "buy"))
            scene.keep(scene.exchange.apply(cancel, scene.time_ns))
        elif command == "cancel all":
            assert len(scene.keep(scene.exchange.apply(CancelAllOrders(account_id="a"), scene.time_ns))) == 2
        else:
            side, lots, is_closing = {
                "add": ("buy", 1_000, False),
                "reduce": ("sell", 9_000, False),
                "turn": ("sell", 9_001, False),
                "close": ("sell", 10_000, True),
            }[command]
            if scene.place(side, lots, is_closing=is_closing).status == "rejected":
                return scene.events[-1].code
    except Rejected as refusal:
        return refusal.code
    return "done"


@pytest.mark.parametrize(
    ("command", "active", "reducing", "halted"),
    [
        ("add", "done", "RISK_REDUCING_ONLY", "TRADING_HALTED"),
        ("reduce", "done", "done", "TRADING_HALTED"),
        ("turn", "done", "RISK_REDUCING_ONLY", "TRADING_HALTED"),
        ("close", "done", "done", "TRADING_HALTED"),
        ("shrink", "done", "done", "TRADING_HALTED"),
        ("grow", "done", "RISK_REDUCING_ONLY", "TRADING_HALTED"),
        ("cancel", "done", "done", "done"),
        ("cancel all", "done", "done", "done"),
    ],
)
@pytest.mark.parametrize("scope", ["a", EVERY_ACCOUNT])
def test_each_state_allows_what_it_is_for(command, active, reducing, halted, scope):
    for state, expected in ((ACTIVE, active), (REDUCING, reducing), (HALTED, halted)):
        scene = long_scene()
        put_into(scene, state, scope)
        assert outcome(scene, command) == expected, state


def test_a_refusal_names_who_when_why_and_the_way_out():
    scene = long_scene()
    put_into(scene, HALTED)
    order = scene.place("buy", 1_000)
    assert order.status_reason == (
        "Trading of the account a was halted by 127.0.0.1 at 1970-01-01T00:00:00.000002Z: Too hot. "
        "Orders can be canceled; POST risk/resume/ with scope account lets it trade again."
    )
    assert scene.events[-1].details == {
        "scope": "account", "state": "HALTED", "since": "1970-01-01T00:00:00.000002Z", "by": "127.0.0.1",
        "reason": "Too hot.",
    }  # fmt: skip
    put_into(scene, ACTIVE)
    put_into(scene, REDUCING, EVERY_ACCOUNT)
    assert "all accounts was restricted" in scene.place("buy", 1_000).status_reason


def test_in_a_cash_account_a_sell_always_reduces():
    scene = Scene(USDT=1_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    put_into(scene, REDUCING)
    assert scene.place("sell", 50_000).status == "filled"
    assert scene.place("buy", 1_000).status == "rejected"


def test_the_stricter_of_the_own_state_and_everybodys_holds():
    scene = long_scene()
    put_into(scene, REDUCING)
    put_into(scene, HALTED, EVERY_ACCOUNT)
    assert scene.exchange.accounts["a"].trading_state is HALTED
    put_into(scene, ACTIVE, EVERY_ACCOUNT)
    assert scene.exchange.accounts["a"].trading_state is REDUCING
    put_into(scene, ACTIVE)
    assert scene.exchange.accounts["a"].trading_state is ACTIVE
    assert scene.exchange.accounts["a"].guard is None


def test_accounts_that_are_opened_later_are_halted_with_everybody():
    scene = long_scene()
    put_into(scene, HALTED, EVERY_ACCOUNT)
    scene.open_account("late")
    assert scene.place("buy", 1_000, account="late").status == "rejected"


def test_a_halt_may_cancel_and_close_everything_of_everybody_at_once():
    scene = long_scene()
    scene.open_account("b")
    scene.place("buy", 2_000, account="b")
    events = put_into(scene, HALTED, EVERY_ACCOUNT, cancels_orders=True, closes_positions=True)
    for account in scene.exchange.accounts.values():
        assert not account.open_orders
        assert not account.positions["BTC-USDT"].quantity_lots
    closing = [event.order_id for event in events if type(event).__name__ == "OrderAccepted"]
    assert len(set(closing)) == 2
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_a_canceled_order_says_that_it_was_the_halt():
    scene = long_scene()
    order = scene.exchange.orders[open_order(scene, "buy")]
    put_into(scene, HALTED, cancels_orders=True)
    assert (order.status, order.status_reason) == ("canceled", "Canceled because trading was halted: Too hot.")


def test_orders_that_reduce_stay_when_only_reducing_is_allowed():
    scene = long_scene()
    scene.place("sell", 9_500, type="limit", price=PRICE * 2)
    put_into(scene, REDUCING, cancels_orders=True)
    left = [(order.side, order.quantity_lots) for order in scene.exchange.accounts["a"].open_orders.values()]
    assert left == [("sell", 1_000)]


def test_what_is_so_already_is_no_event_but_its_orders_are_still_canceled():
    scene = long_scene()
    put_into(scene, HALTED)
    assert put_into(scene, HALTED) == []
    assert len(put_into(scene, HALTED, cancels_orders=True)) == 2


def test_a_position_whose_market_is_closed_stays_and_its_refusal_is_kept():
    scene = long_scene()
    scene.exchange.close_market("BTC-USDT")
    put_into(scene, HALTED, closes_positions=True)
    assert (scene.events[-1].code, scene.exchange.accounts["a"].positions["BTC-USDT"].quantity_lots) == (
        "NO_MARKET_PRICE",
        10_000,
    )


def test_there_is_no_state_of_an_account_that_is_not_there():
    with pytest.raises(NotFound):
        put_into(Scene(), HALTED, "nobody")


# ---- the kill switch


def limited(**limits: object) -> Scene:
    """0.1 BTC long with an order open, and limits."""
    scene = Scene(USDT=300 * UNIT)
    scene.market(PRICE, asks=((PRICE, 10**9),))
    scene.place("buy", 10_000)
    scene.place("buy", 10_000, type="limit", price=PRICE // 2)
    scene.keep(scene.exchange.apply(SetRiskLimits(account_id="a", limits=RiskLimits(**limits)), scene.time_ns))
    return scene


def test_a_broken_limit_halts_and_cancels_in_the_same_step_of_the_price():
    scene = limited(max_daily_loss_units=10 * UNIT)
    scene.market(89_000)
    account = scene.exchange.accounts["a"]
    assert (account.trading_state, account.open_orders) == (HALTED, {})
    assert (account.risk.by, account.positions["BTC-USDT"].quantity_lots) == ("limit:max_daily_loss", 10_000)
    assert account.risk.reason == "11 USDT was lost since the day began; 10 USDT may be."
    assert [event.state for event in scene.events if isinstance(event, RiskStateSet)] == [HALTED]


def test_it_closes_what_is_held_when_that_is_wished():
    scene = limited(max_drawdown_ppm=3 * PERCENT, closes_on_breach=True)
    scene.market(89_000)
    account = scene.exchange.accounts["a"]
    assert account.trading_state is HALTED
    assert account.positions["BTC-USDT"].quantity_lots == 0
    assert "3% may be" in account.risk.reason
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_who_resumes_counts_from_the_equity_there_is_then():
    scene = limited(max_daily_loss_units=10 * UNIT)
    scene.market(89_000)
    put_into(scene, ACTIVE)
    scene.market(88_000)
    assert scene.exchange.accounts["a"].trading_state is ACTIVE
    scene.market(78_000)
    assert scene.exchange.accounts["a"].trading_state is HALTED


def test_a_halted_account_is_not_slowed_down_by_a_limit_and_a_slowed_one_is_halted():
    scene = limited(max_daily_loss_units=10 * UNIT, on_breach=REDUCING)
    put_into(scene, HALTED)
    scene.market(89_000)
    assert scene.exchange.accounts["a"].risk.by == "127.0.0.1"
    scene = limited(max_daily_loss_units=10 * UNIT)
    put_into(scene, REDUCING)
    scene.market(89_000)
    assert scene.exchange.accounts["a"].risk.by == "limit:max_daily_loss"


def test_a_limit_of_the_installation_watches_every_account():
    scene = Scene(USDT=300 * UNIT)
    scene.exchange.set_limits(OrderLimits(risk=RiskLimits(max_drawdown_ppm=PERCENT)))
    scene.market(PRICE)
    scene.place("buy", 10_000)
    scene.market(PRICE)
    scene.market(PRICE - 4_000)
    assert scene.exchange.accounts["a"].trading_state is HALTED


def test_a_price_of_what_is_not_held_is_not_looked_at():
    scene = limited(max_daily_loss_units=10 * UNIT)
    before = len(scene.events)
    scene.market(300_000, symbol="ETH-USDT")
    assert len(scene.events) == before


def test_a_reset_keeps_limits_and_state_and_forgets_what_was_lost():
    scene = limited(max_daily_loss_units=10 * UNIT)
    scene.market(89_000)
    scene.keep(scene.exchange.apply(ResetAccount(account_id="a", balances={"USDT": UNIT}), scene.time_ns))
    risk = scene.exchange.accounts["a"].risk
    assert (risk.state, risk.limits.max_daily_loss_units, risk.peak_units) == (HALTED, 10 * UNIT, None)
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_a_rising_market_is_no_flood_of_events():
    scene = limited(max_drawdown_ppm=PERCENT)
    for ticks in range(PRICE, PRICE + 2_000, 10):
        scene.market(ticks)
    marks = [event for event in scene.events if isinstance(event, RiskMarked)]
    assert 3 <= len(marks) <= 10
