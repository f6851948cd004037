"""One journal in which all happens that can: it is verified, exported, restored from and read back."""

import csv
import io
import json
from pathlib import Path
from typing import get_args

import pytest
from django.core.management import call_command

from tests.trading.desk.bench import Bench, market_update, open_account_command
from trading.desk import Desk
from trading.journal.past import account_at
from trading.journal.reading import JournalReader
from trading.journal.stores import SqliteStore
from trading.sandbox.events import AnyEvent
from trading.sandbox.limits import EVERY_ACCOUNT, RiskLimits, TradingState
from trading.sandbox.links import ListType, Role
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import (
    CancelOrder,
    ChangeAccount,
    ForkAccount,
    Leg,
    MoveFunds,
    OpenAccount,
    OrderType,
    PlaceOrder,
    PlaceOrderList,
    ReplaceOrder,
    ResetAccount,
    SetCancelAfter,
    SetRiskLimits,
    SetRiskState,
    Side,
    Terms,
    TimeInForce,
)
from trading.sandbox.policies import FillPolicy

PRICE = 5_000_000
MS = 1_000_000
HOUR = 3_600_000 * MS


class Stage:
    """A desk whose market and clock the test moves."""

    def __init__(self, bench: Bench, desk: Desk) -> None:
        self.bench = bench
        self.desk = desk
        self._number = 0

    def move(self, price: int, *, after_ns: int = MS, came_from: int | None = None, depth: int = 100_000) -> None:
        self.bench.time_ns += after_ns
        self.desk.on_market(market_update(price, from_ticks=came_from, time_ns=self.bench.time_ns, depth=depth))

    def order(self, account: str, side: Side, kind: str, lots: int = 1_000, **more: object) -> PlaceOrder:
        self._number += 1
        at_once = kind == "market"
        return PlaceOrder(
            order_id=f"order-{self._number}",
            account_id=account,
            symbol="BTC-USDT",
            side=side,
            type=OrderType(kind),
            time_in_force=TimeInForce("ioc" if at_once else more.pop("tif", "gtc")),
            quantity_lots=lots,
            **more,
        )

    def place(self, account: str, side: Side, kind: str, lots: int = 1_000, **more: object) -> str:
        command = self.order(account, side, kind, lots, **more)
        self.desk.execute(command)
        return command.order_id


async def play(bench: Bench, desk: Desk) -> None:
    """Everything once, on three accounts; a snapshot is made in the middle."""
    stage = Stage(bench, desk)
    buy, sell = Side.BUY, Side.SELL
    terms = MarginTerms(leverage=20, funding_ppm=100, interest_ppm=50_000)
    opening = open_account_command("m", account_type="margin", allow_short=True)
    desk.execute(opening)
    desk.execute(ChangeAccount(account_id="m", margin=terms))
    slow = FillPolicy(place_latency_ms=5, replace_latency_ms=5, cancel_latency_ms=5)
    desk.execute(OpenAccount(**{**_fields(open_account_command("slow")), "fill_policy": "custom", "policy": slow}))
    stage.move(PRICE)
    # terms of every kind, and what becomes of them
    stage.place("default", buy, "market", 5_000)
    stage.place("default", sell, "trailing_stop", terms=Terms(trail_ticks=100_000))
    stage.place("default", sell, "limit", 4_000, price_ticks=PRICE + 400, terms=Terms(display_lots=500))
    stage.place(
        "default", buy, "limit", price_ticks=PRICE - 500, tif="gtd", terms=Terms(expires_ns=bench.time_ns + HOUR)
    )
    stage.place("default", buy, "stop", 100, stop_ticks=PRICE + 300)
    stage.place("default", buy, "market", 10**15)  # refused
    changed = stage.place("default", buy, "limit", price_ticks=PRICE - 600, client_order_id="mine")
    desk.execute(ReplaceOrder(account_id="default", order_id=changed, quantity_lots=900))
    stage.move(PRICE + 401, depth=600)  # more than the iceberg shows, less than all of it
    stage.move(PRICE + 450, came_from=PRICE + 401)
    # lists
    legs = (
        Leg(Role.ENTRY, stage.order("default", buy, "limit", price_ticks=PRICE + 300)),
        Leg(Role.TAKE_PROFIT, stage.order("default", sell, "limit", price_ticks=PRICE + 5_000)),
        Leg(Role.STOP_LOSS, stage.order("default", sell, "stop", stop_ticks=PRICE - 20_000)),
    )
    desk.execute(PlaceOrderList(account_id="default", type=ListType.BRACKET, legs=legs))
    stage.move(PRICE + 200, came_from=PRICE + 450)
    # latency
    first, second = (stage.place("slow", buy, "limit", price_ticks=PRICE - each) for each in (700, 800))
    stage.move(PRICE + 200, after_ns=10 * MS)
    desk.execute(ReplaceOrder(account_id="slow", order_id=first, price_ticks=PRICE - 750))
    desk.execute(ReplaceOrder(account_id="slow", order_id=second, quantity_lots=10**9))  # refused when it arrives
    stage.move(PRICE + 200, after_ns=10 * MS)
    desk.execute(CancelOrder(account_id="slow", order_id=first))
    await desk.wait_until_durable()
    desk._begin_housekeeping(desk.entries)
    await desk.wait_for_housekeeping()
    # money, risk and forks
    desk.execute(SetRiskLimits(account_id="m", limits=RiskLimits(max_drawdown_ppm=500_000)))
    desk.execute(SetRiskLimits(account_id="default", limits=RiskLimits(max_open_orders=50)))
    stage.place("m", buy, "market", 200_000)
    lessening = stage.place("m", sell, "stop", 300_000, stop_ticks=PRICE - 350_000, terms=Terms(reduce_only=True))
    assert desk.exchange.orders[lessening].quantity_lots == 200_000
    desk.execute(MoveFunds(account_id="default", asset="USDT", units=100 * 10**8))
    stage.move(PRICE + 200, after_ns=9 * HOUR)
    fork = ForkAccount(
        account_id="f", source_id="default", name="Fork", starting_balances={"USDT": 1}, with_orders=True
    )
    desk.execute(fork)
    desk.execute(SetCancelAfter(account_id="f", deadline_ns=bench.clock.now_ns() + HOUR))
    stage.move(PRICE - 400_000)  # the margin account loses what it had: liquidated
    desk.execute(SetRiskState(account_id=EVERY_ACCOUNT, state=TradingState.REDUCING, reason="A crash.", by="x"))
    desk.execute(ResetAccount(account_id="slow", balances={"USDT": 10**8}))
    await desk.wait_until_durable()


def _fields(command: OpenAccount) -> dict[str, object]:
    return {name: getattr(command, name) for name in command.__struct_fields__}


@pytest.fixture
async def bench(tmp_path: Path) -> Bench:
    bench = Bench(lambda: SqliteStore(tmp_path / "journal.sqlite3"), tmp_path)
    bench.kept_ended_orders = 2
    desk = await bench.started_desk()
    await play(bench, desk)
    yield bench
    await bench.desks[-1].stop()


def run(bench: Bench, *arguments: str) -> str:
    out = io.StringIO()
    call_command("journal", *arguments, "--state-dir", str(bench.folder), stdout=out, stderr=io.StringIO())
    return out.getvalue()


async def test_every_kind_of_event_is_in_it_and_each_is_exported(bench):
    kinds = {event.__struct_config__.tag for event in get_args(AnyEvent)}
    entries = [json.loads(line)["entry"] for line in run(bench, "export").splitlines()]
    assert {event["event"] for entry in entries for event in entry["events"]} == kinds
    rows = list(csv.DictReader(io.StringIO(run(bench, "export", "--format", "csv"))))
    assert {row["event"] for row in rows} == kinds
    assert len({row["order_list_id"] for row in rows if row["order_list_id"]}) == 2  # the bracket and its copy
    (restricted,) = [row for row in rows if row["event"] == "risk_state_set"]
    assert restricted["reason"] == "REDUCING: A crash."


async def test_it_is_sound(bench):
    said = run(bench, "verify").splitlines()
    assert said[0].startswith("journal: ok."), said
    assert any(".snapshot: ok." in line for line in said), said
    assert said[-1].startswith("history: ok."), said


async def test_a_restart_gives_the_same_state_and_shows_the_same(bench):
    before = bench.desks[-1]
    state_hash = before.exchange.state_hash()
    images = {name: account.account.risk for name, account in before.published.accounts.items()}
    after = await bench.restarted()
    assert after.exchange.state_hash() == state_hash
    assert {name: account.account.risk for name, account in after.published.accounts.items()} == images
    assert {name: account.risk for name, account in after.exchange.accounts.items()} == images


async def test_an_account_of_the_past_has_its_orders_as_they_were(bench):
    desk = bench.desks[-1]
    await desk.wait_until_durable()
    reader = JournalReader(bench.folder / "journal.sqlite3")
    try:
        past = account_at(reader.read_from(1), "default", desk.entries, desk.instrument)
    finally:
        reader.close()
    now = desk.exchange.accounts["default"]
    assert past is not None
    assert [past.open_orders[each] for each in now.open_orders] == [
        desk.exchange.present(order) for order in now.open_orders.values()
    ]
    assert past.risk == now.risk
    assert {symbol: each.quantity_lots for symbol, each in past.positions.items()} == {
        symbol: each.quantity_lots for symbol, each in now.positions.items()
    }
