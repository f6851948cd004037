"""Rehearsals of strategies over REST: one call plays a data set through, and what came of it stays."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kit.clock import iso_from_ns
from markets.datasets import services as datasets
from tests.admin_person import log_in
from tests.admin_worker import pages_made_elsewhere
from tests.markets.datasets.conftest import Silent
from tests.trading.rest.conftest import desk, set_price
from tests.waiting import eventually
from trading.rehearsals import services as markets_of_their_own
from trading.strategies import services
from trading.strategies.rehearsed import services as rehearsed
from trading.strategies.rehearsed import table
from trading.strategies.rehearsed.curves import MAX_POINTS, Curve
from trading.strategies.table import in_table

__all__ = ["desk", "set_price"]

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/v1/strategies/"
MINUTE_NS = 60 * 10**9
START_NS = 1_700_000_040_000_000_000 // MINUTE_NS * MINUTE_NS
BARS = 240
IN_AND_OUT = {
    "name": "In and out",
    "symbols": ["BTC-USDT"],
    "interval": "1m",
    "strategy": {
        "long_entry": "close > open",
        "long_exit": "close < open",
        "sizing": {"kind": "fixed", "quantity": "0.1"},
        "stop": {"kind": "percent", "percent": "5"},
        "parameters": {},
    },
}


def close_of(bar: int) -> float:
    """Ten minutes up, ten minutes down."""
    return 100.0 + (bar % 20 if bar % 20 < 10 else 20 - bar % 20)


def imported(folder: Path, bars: int, *, symbol: str = "BTC-USDT", minutes: int = 1, above: float = 0.0) -> str:
    """A data set of so many bars, of a minute each unless said otherwise, at prices so much higher."""
    rows, before = ["time,open,high,low,close,volume"], close_of(0) + above
    for bar in range(bars):
        close = close_of(bar) + above
        high, low = max(before, close) + 0.5, min(before, close) - 0.5
        rows.append(f"{START_NS + bar * minutes * MINUTE_NS},{before},{high},{low},{close},900")
        before = close
    file = folder / f"{symbol}-{minutes}-{bars}.csv"
    file.write_text("\n".join(rows))
    found, _ = datasets.import_local(file, Silent(), symbol=symbol)
    return str(found.id)


@pytest.fixture
def unlimited(settings: Any, desk: Any) -> None:
    """Tests ask often."""
    settings.LONG_WORK_PER_MINUTE = 0
    settings.RATE_LIMIT_RPS = 10_000


@pytest.fixture
def dataset(unlimited: None, tmp_path: Path) -> str:
    """Four hours of minutes."""
    return imported(tmp_path, BARS)


@pytest.fixture
def long_dataset(unlimited: None, tmp_path: Path) -> str:
    """As many as are not over before they are stopped."""
    return imported(tmp_path, 30_000)


@pytest.fixture
def ethers(unlimited: None, tmp_path: Path) -> str:
    """Two hours of another symbol, which begin with those."""
    return imported(tmp_path, BARS // 2, symbol="ETH-USDT", above=600.0)


@pytest.fixture
def hours(unlimited: None, tmp_path: Path) -> str:
    """Two days of hours."""
    return imported(tmp_path, 48, minutes=60)


@pytest.fixture
async def send(client: Any, desk: Any):
    """One request; its data, or the refusal as (status, code, details)."""
    await services.start()

    async def request(method: str, path: str = "", json: Any = None, **options: Any) -> Any:
        call = getattr(client, method)
        answer = await (
            call(f"{PATH}{path}", **options) if json is None else call(f"{PATH}{path}", json=json, **options)
        )
        if answer.status >= 400:
            return answer.status, answer.code, answer.details
        return answer.data if answer.body else None

    yield request
    await rehearsed.stop()
    await markets_of_their_own.end_all()
    await services.stop()


@pytest.fixture
def ended(send):
    """A rehearsal once it has ended."""

    async def wait(identity: str) -> Any:
        async def ask() -> Any:
            return await send("get", f"rehearsals/{identity}/")

        return await eventually(ask, lambda one: one["state"] != "running", 20)

    return wait


async def made(send: Any, wish: dict[str, Any]) -> str:
    answer = await send("post", json=wish)
    assert isinstance(answer, dict), answer
    return str(answer["id"])


async def test_a_data_set_is_played_through_and_what_came_of_it_stays(send, ended, client, desk, dataset):
    strategy = await made(send, IN_AND_OUT)
    begun = await send("post", f"{strategy}/rehearse/", json={"dataset": dataset, "cash": "5000"})
    assert (begun["state"], begun["version"], begun["result"]) == ("running", 1, None)
    one = await ended(begun["id"])
    assert (one["state"], one["reason"], one["progress"], one["rehearsal"]) == (
        "finished",
        "The data have ended.",
        1,
        None,
    )
    result = one["result"]
    assert (result["performance"]["start_equity"], result["bars"]) == ("5000", BARS - 1)
    assert result["performance"]["equity"] == result["equity"][-1]["equity"]
    assert float(result["max_drawdown_percent"]) > 0
    assert (await client.get("/api/v1/rehearsals/")).data["items"] == [], "its market is gone"
    orders = (await send("get", f"rehearsals/{one['id']}/orders/?limit=1000"))["items"]
    assert len(orders) == result["orders"] == result["performance"]["fills"] >= 20
    assert [order["purpose"] for order in orders[:4]] == ["entry", "exit", "entry", "exit"]
    assert [order["side"] for order in orders[:2]] == ["buy", "sell"]
    assert len({order["order_id"] for order in orders}) == len(orders)
    first = await send("get", f"rehearsals/{one['id']}/orders/?limit=3")
    rest = await send("get", f"rehearsals/{one['id']}/orders/?limit=1000&cursor={first['next_cursor']}")
    assert first["items"] + rest["items"] == orders
    [listed] = (await send("get", f"{strategy}/rehearsals/"))["items"]
    assert (listed["id"], listed["result"]["equity"]) == (one["id"], None)
    assert (await send("get", f"{strategy}/runs/"))["items"] == [], "runs are those of the main market"
    assert list(desk.published.accounts) == ["default"]


async def test_a_part_of_the_data_is_played_and_no_more(send, ended, dataset):
    strategy = await made(send, IN_AND_OUT)
    start, end = (iso_from_ns(START_NS + bar * MINUTE_NS) for bar in (40, 100))
    begun = await send("post", f"{strategy}/rehearse/", json={"dataset": dataset, "start": start, "end": end})
    one = await ended(begun["id"])
    assert (one["start"], one["end"], one["result"]["bars"]) == (start, end, 59)
    orders = (await send("get", f"rehearsals/{one['id']}/orders/?limit=1000"))["items"]
    assert start < min(order["time"] for order in orders)
    assert max(order["time"] for order in orders) < end


async def test_bars_of_before_the_start_are_no_history(send, ended, dataset):
    """A backtest from there knows nothing of them either."""
    slow = {**IN_AND_OUT, "strategy": {**IN_AND_OUT["strategy"], "long_entry": "close > sma(close, 30)"}}
    strategy = await made(send, slow)
    start, acted = (iso_from_ns(START_NS + bar * MINUTE_NS) for bar in (100, 130))
    begun = await send("post", f"{strategy}/rehearse/", json={"dataset": dataset, "start": start})
    orders = (await send("get", f"rehearsals/{(await ended(begun['id']))['id']}/orders/?limit=1000"))["items"]
    assert min(order["time"] for order in orders) >= acted


async def test_bars_as_long_as_the_strategys_are_made_of_shorter_ones(send, ended, dataset):
    hourly = await made(send, {**IN_AND_OUT, "interval": "1h"})
    one = await ended((await send("post", f"{hourly}/rehearse/", json={"dataset": dataset}))["id"])
    whole_hours = (START_NS + BARS * MINUTE_NS) // (60 * MINUTE_NS) - START_NS // (60 * MINUTE_NS)
    assert one["state"] == "finished"
    assert one["result"]["bars"] == whole_hours
    orders = (await send("get", f"rehearsals/{one['id']}/orders/"))["items"]
    hours_ns = 60 * MINUTE_NS
    opens = {iso_from_ns(START_NS // hours_ns * hours_ns + hour * hours_ns) for hour in range(6)}
    assert {order["time"] for order in orders if order["purpose"] in ("entry", "exit")} <= opens


async def test_bars_that_are_longer_are_refused(send, hours):
    strategy = await made(send, IN_AND_OUT)
    refused = await send("post", f"{strategy}/rehearse/", json={"dataset": hours})
    assert refused == (
        400,
        "VALIDATION_FAILED",
        {"dataset": ["BTC-USDT has bars of 1h; bars of 1m cannot be made of them."]},
    )


async def test_equity_is_what_the_account_was_worth_at_each_close(send, ended, dataset):
    """An entry at the open of a bar is no part of the close before it, and a bar counts with its own close."""
    rules = {"long_entry": "close > 0", "sizing": {"kind": "fixed", "quantity": "1"}}
    strategy = await made(send, {**IN_AND_OUT, "strategy": rules})
    free = {"cash": "1000", "fees": {"maker_bps": 0, "taker_bps": 0}}
    ideal = {"limit_fill": "touch", "depth": "unlimited"}
    end = iso_from_ns(START_NS + 8 * MINUTE_NS)
    wish = {"dataset": dataset, "end": end, "fill_policy": ideal, **free}
    one = await ended((await send("post", f"{strategy}/rehearse/", json=wish))["id"])
    [entry] = (await send("get", f"rehearsals/{one['id']}/orders/"))["items"]
    assert entry["time"] == iso_from_ns(START_NS + MINUTE_NS)
    paid = float(entry["price"])
    expected = [1_000.0] + [1_000.0 + close_of(bar) - paid for bar in range(1, 8)]
    equity = one["result"]["equity"]
    assert [float(point["equity"]) for point in equity] == pytest.approx(expected)
    assert [point["time"] for point in equity[:2]] == [iso_from_ns(START_NS + bar * MINUTE_NS) for bar in (1, 2)]


async def test_two_symbols_are_rehearsed_on_a_data_set_of_each(send, ended, dataset, ethers):
    strategy = await made(send, {**IN_AND_OUT, "symbols": ["BTC-USDT", "ETH-USDT"]})
    begun = await send("post", f"{strategy}/rehearse/", json={"datasets": [ethers, dataset]})
    assert (begun["dataset"], begun["datasets"]) == (dataset, [dataset, ethers])
    one = await ended(begun["id"])
    assert (one["state"], one["reason"], one["progress"]) == ("finished", "The data have ended.", 1)
    assert one["result"]["bars"] == BARS - 1 + BARS // 2 - 1
    orders = (await send("get", f"rehearsals/{one['id']}/orders/?limit=1000"))["items"]
    times = [order["time"] for order in orders]
    assert times == sorted(times)
    counts = {symbol: sum(order["symbol"] == symbol for order in orders) for symbol in ("BTC-USDT", "ETH-USDT")}
    assert counts["BTC-USDT"] > counts["ETH-USDT"] >= 10


async def test_a_pair_is_rehearsed(send, ended, dataset, ethers):
    program = {"kind": "pairs", "bars": 20, "notional": "500", "enter": "1.2", "leave": "0.2"}
    wish = {"name": "Pair", "symbols": ["BTC-USDT", "ETH-USDT"], "interval": "1m", "program": program}
    strategy = await made(send, {**wish, "allow_short": True})
    one = await ended((await send("post", f"{strategy}/rehearse/", json={"datasets": [dataset, ethers]}))["id"])
    assert one["state"] == "finished", one["reason"]
    orders = (await send("get", f"rehearsals/{one['id']}/orders/?limit=1000"))["items"]
    assert {order["symbol"] for order in orders} == {"BTC-USDT", "ETH-USDT"}
    assert {order["side"] for order in orders[:2]} == {"buy", "sell"}


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "dataset"),
        ({"dataset": "BTC-USDT", "datasets": ["BTC-USDT"]}, "dataset"),
        ({"datasets": ["BTC-USDT"]}, "datasets"),
        ({"datasets": ["BTC-USDT", "BTC-USDT"]}, "datasets"),
        ({"dataset": "ETH-USDT"}, "dataset"),
        ({"datasets": []}, "dataset"),
        ({"datasets": ["BTC-USDT", "ETH-USDT"], "start": "2030-01-01T00:00:00Z"}, "start"),
    ],
)
async def test_each_symbol_needs_one_data_set(send, dataset, ethers, wish, field):
    held = {"BTC-USDT": dataset, "ETH-USDT": ethers}
    sent = {
        name: held.get(value, value) if isinstance(value, str) else [held[each] for each in value]
        for name, value in wish.items()
    }
    strategy = await made(send, {**IN_AND_OUT, "symbols": ["BTC-USDT", "ETH-USDT"]})
    status, code, details = await send("post", f"{strategy}/rehearse/", json=sent)
    assert (status, code, list(details)) == (400, "VALIDATION_FAILED", [field]), details


async def test_the_bars_of_a_rehearsal_cannot_be_sought_in(send, client, long_dataset):
    begun = await send("post", f"{await made(send, IN_AND_OUT)}/rehearse/", json={"dataset": long_dataset})
    header = {"X-Rehearsal": begun["rehearsal"]}
    await client.put("/api/v1/feed/", json={"speed": 0.01, "paused": True}, headers=header)
    sought = await client.post(
        "/api/v1/feed/seek/", json={"time": iso_from_ns(START_NS), "confirm": True}, headers=header
    )
    assert (sought.status, sought.code) == (409, "FEED_NOT_SEEKABLE")


async def test_a_program_that_is_done_keeps_its_position_to_the_end_of_the_data(send, ended, dataset):
    program = {"kind": "twap", "side": "buy", "quantity": "1", "bars": 5}
    wish = {"name": "Five parts", "symbols": ["BTC-USDT"], "interval": "1m", "program": program}
    begun = await send("post", f"{await made(send, wish)}/rehearse/", json={"dataset": dataset})
    one = await ended(begun["id"])
    assert (one["state"], one["reason"]) == ("finished", "Done: 1.00000 of 1.00000 are traded.")
    orders = (await send("get", f"rehearsals/{one['id']}/orders/"))["items"]
    assert [(order["purpose"], order["quantity"]) for order in orders] == [("part", "0.20000")] * 5
    result = one["result"]
    assert result["to_time"] > iso_from_ns(START_NS + (BARS - 1) * MINUTE_NS)
    assert len(result["equity"]) == BARS
    assert [position["quantity"] for position in result["performance"]["positions"]] == ["1.00000"]
    grid = {"kind": "grid", "percent": "10", "lines": 5, "notional": "50"}
    wish = {"name": "Lines", "symbols": ["BTC-USDT"], "interval": "1m", "program": grid}
    begun = await send("post", f"{await made(send, wish)}/rehearse/", json={"dataset": dataset})
    one = await ended(begun["id"])
    assert (one["state"], one["reason"]) == ("finished", "The data have ended.")


async def test_one_that_goes_on_is_looked_into_and_canceled_with_what_it_did(send, client, long_dataset):
    strategy = await made(send, IN_AND_OUT)
    begun = await send("post", f"{strategy}/rehearse/", json={"dataset": long_dataset})
    header = {"X-Rehearsal": begun["rehearsal"]}
    await client.put("/api/v1/feed/", json={"speed": 0.01, "paused": True}, headers=header)
    shown = await send("get", f"rehearsals/{begun['id']}/")
    assert (shown["state"], 0 < shown["progress"] < 1) == ("running", True)
    assert await send("get", f"rehearsals/{begun['id']}/orders/") == {"items": [], "next_cursor": None}
    [run] = (await send("get", f"{strategy}/", headers=header))["runs"]
    assert run["id"] == begun["run_id"]
    assert (await send("delete", f"{strategy}/"))[:2] == (409, "STRATEGY_RUNNING")
    canceled = await send("post", f"rehearsals/{begun['id']}/cancel/")
    assert (canceled["state"], canceled["rehearsal"]) == ("canceled", None)
    assert 0 <= canceled["result"]["bars"] < 29_999
    assert (await send("post", f"rehearsals/{begun['id']}/cancel/"))[:2] == (409, "NOT_RUNNING")
    await send("delete", f"{strategy}/")
    assert (await send("get", f"rehearsals/{begun['id']}/"))[:2] == (404, "NOT_FOUND")


async def test_those_that_the_process_leaves_or_somebody_ends_are_interrupted(send, client, ended, long_dataset):
    strategy = await made(send, IN_AND_OUT)
    slow = {"json": {"speed": 0.01, "paused": True}}
    first, second, third = [
        await send("post", f"{strategy}/rehearse/", json={"dataset": long_dataset}) for _ in range(3)
    ]
    for one in (first, second, third):
        await client.put("/api/v1/feed/", **slow, headers={"X-Rehearsal": one["rehearsal"]})
    await client.delete(f"/api/v1/rehearsals/{first['rehearsal']}/")
    assert (await ended(first["id"]))["reason"] == "Its market was ended."
    record = await in_table(table.get_rehearsal, "default", second["id"])
    await rehearsed.stop()
    assert (await ended(third["id"]))["reason"] == "The server stopped meanwhile."
    await in_table(table.end_rehearsal, record, None)
    await rehearsed.start()
    shown = await send("get", f"rehearsals/{second['id']}/")
    assert (shown["state"], shown["reason"]) == ("interrupted", "The server stopped meanwhile.")
    assert (shown["rehearsal"], shown["result"]) == (None, None)


async def test_the_oldest_go(send, ended, monkeypatch, dataset):
    monkeypatch.setattr(table, "KEPT_OF_STRATEGY", 1)
    strategy, ids = await made(send, IN_AND_OUT), []
    for _ in range(3):
        begun = await send(
            "post", f"{strategy}/rehearse/", json={"dataset": dataset, "end": iso_from_ns(START_NS + 9 * MINUTE_NS)}
        )
        ids.append((await ended(begun["id"]))["id"])
    kept = [one["id"] for one in (await send("get", f"{strategy}/rehearsals/"))["items"]]
    assert kept == [ids[2], ids[1]], "one that had ended when the last one began, and that one"


@pytest.mark.parametrize(
    ("wish", "status", "field"),
    [
        ({"dataset": "none"}, 404, None),
        ({"start": "2030-01-01T00:00:00Z"}, 400, "start"),
        ({"end": "2020-01-01T00:00:00Z"}, 400, "end"),
        ({"version": 7}, 404, None),
        ({"parameters": {"slow": 3}}, 400, "parameters.slow"),
        ({"fill_policy": "generous"}, 400, "fill_policy"),
    ],
)
async def test_what_cannot_be_rehearsed_is_refused_and_leaves_nothing(send, client, dataset, wish, status, field):
    strategy = await made(send, IN_AND_OUT)
    found = await send("post", f"{strategy}/rehearse/", json={"dataset": dataset, **wish})
    assert found[0] == status, found
    assert field is None or field in found[2], found
    assert (await client.get("/api/v1/rehearsals/")).data["items"] == []
    assert (await send("get", f"{strategy}/rehearsals/"))["items"] == []


async def test_the_data_must_be_of_what_the_strategy_trades_and_of_its_owner(send, client, dataset):
    other = await made(send, {**IN_AND_OUT, "symbols": ["ETH-USDT"]})
    refused = await send("post", f"{other}/rehearse/", json={"dataset": dataset})
    assert refused == (
        400,
        "VALIDATION_FAILED",
        {"dataset": ["It holds BTC-USDT; the strategy trades ETH-USDT."]},
    )
    await client.post("/api/v1/accounts/", json={"id": "b", "name": "b"})
    theirs = {"headers": {"X-Account": "b"}}
    mine = await made(send, IN_AND_OUT)
    begun = await send("post", f"{mine}/rehearse/", json={"dataset": dataset})
    for method, path, body in (
        ("post", f"{mine}/rehearse/", {"dataset": dataset}),
        ("get", f"{mine}/rehearsals/", None),
        ("get", f"rehearsals/{begun['id']}/", None),
        ("get", f"rehearsals/{begun['id']}/orders/", None),
        ("post", f"rehearsals/{begun['id']}/cancel/", None),
    ):
        assert (await send(method, path, json=body, **theirs))[:2] == (404, "NOT_FOUND"), path


async def test_the_admin_shows_them(send, ended, client, dataset, monkeypatch):
    strategy = await made(send, IN_AND_OUT)
    one = await ended((await send("post", f"{strategy}/rehearse/", json={"dataset": dataset}))["id"])
    for _ in pages_made_elsewhere(monkeypatch):
        owner = await log_in(client, "olga", is_superuser=True)
        (row,) = (await owner.open("/admin/strategies/strategyrehearsalrow/")).rows
        assert "finished" in row["state_shown"]
        page = await owner.open(f"/admin/strategies/strategyrehearsalrow/{one['id']}/change/")
        assert "The data have ended." in page.text


def test_a_curve_keeps_few_points_and_the_largest_fall_of_all():
    curve = Curve()
    assert (curve.whole(), curve.max_drawdown_ppm) == ([], None)
    for bar in range(5_000):
        curve.add(bar, 50 if bar == 3_333 else 100 + bar)
    assert curve.max_drawdown_ppm == round((1 - 50 / 3_432) * 10**6)
    points = curve.whole()
    assert len(points) <= MAX_POINTS + 1
    assert [points[0].time_ns, points[-1].time_ns] == [0, 4_999]
    gaps = {later.time_ns - sooner.time_ns for sooner, later in pairwise(points[:-1])}
    assert len(gaps) == 1, "evenly spread"
