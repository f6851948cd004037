"""Backtests, sweeps, walks forward and resampling over REST, through the job table and real worker processes."""

import pytest

BACKTESTS = "/api/v1/backtests/"
SWEEPS = "/api/v1/backtests/sweeps/"
WALKS = "/api/v1/backtests/walk-forward/"
CROSS = {
    "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
    "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
}
TREND = {**CROSS, "parameters": {"fast": 10, "slow": 40}}
ASKED = {"symbols": ["BTC-USDT"], "interval": "1h", "strategy": TREND, "starting_cash": "10000"}


async def test_a_backtest_is_asked_for_kept_and_read(client, result_of):
    made = await result_of(BACKTESTS, name="Trend", **ASKED)
    shown = (await client.get(f"{BACKTESTS}{made['backtest_id']}/")).data
    assert (shown["name"], shown["symbols"], shown["interval"]) == ("Trend", ["BTC-USDT"], "1h")
    assert shown["spec"]["strategy"]["parameters"] == {"fast": 10, "slow": 40}
    assert shown["spec"]["fills"]["path"] == "pessimistic"
    result = shown["result"]
    assert result["bars"] == 2_400
    assert result["warm_up_bars"] == 40
    assert result["data"][0]["source"] == "live:test"
    assert result["data"][0]["from"].endswith("Z")
    figures = result["figures"]
    assert figures["trades"]["count"] == shown["trades"] > 5
    assert figures["returns"]["end_equity"] == pytest.approx(shown["final_equity"])
    assert result["overfitting"]["trials"] == 1
    assert [each["path"] for each in result["bounds"]] == ["pessimistic", "optimistic"]
    (listed,) = (await client.get(BACKTESTS)).data["items"]
    assert listed["id"] == shown["id"]
    assert (await client.get(BACKTESTS, headers={"X-Account": "other"})).data["items"] == []


async def test_jobs_say_what_they_are_about(client, result_of):
    named = await result_of(BACKTESTS, name="Trend", **ASKED)
    await result_of(BACKTESTS, **ASKED)
    await result_of("/api/v1/backtests/monte-carlo/", backtest=named["backtest_id"])
    swept = {**ASKED, "strategy": {**CROSS, "parameters": {"slow": 40}}, "parameters": {"fast": {"values": [5, 10]}}}
    await result_of(SWEEPS, **swept)
    await result_of(WALKS, name="Forward", train_bars=800, test_bars=400, **swept)
    listed = (await client.get("/api/v1/jobs/")).data["items"]
    assert [(each["kind"], each["subject"]) for each in reversed(listed)] == [
        ("backtest.run", "Trend"), ("backtest.run", "BTC-USDT 1h"), ("backtest.monte_carlo", "Trend"),
        ("backtest.sweep", "BTC-USDT 1h"), ("backtest.walk_forward", "Forward"),
    ]  # fmt: skip


async def test_trades_orders_and_equity_agree(client, result_of):
    made = await result_of(BACKTESTS, **ASKED)
    path = f"{BACKTESTS}{made['backtest_id']}/"
    trades = (await client.get(f"{path}trades/?limit=1000")).data["items"]
    orders = (await client.get(f"{path}orders/?limit=1000")).data["items"]
    equity = (await client.get(f"{path}equity/?points=200")).data
    assert len(trades) == made["figures"]["trades"]["count"]
    assert sum(each["profit"] for each in trades) == pytest.approx(
        made["figures"]["trades"]["gross_profit"] - made["figures"]["trades"]["gross_loss"]
    )
    assert {each["reason"] for each in orders} == {"signal"}
    assert orders[0]["time"] > orders[0]["signal_time"]
    assert orders[0]["price"].count(".") == 1
    assert (equity["start_equity"], equity["bars"], len(equity["points"])) == (10_000.0, 2_400, 200)
    assert equity["points"][-1]["equity"] == pytest.approx(made["figures"]["returns"]["end_equity"])
    deepest = min(each["drawdown"] for each in equity["points"])
    assert deepest == pytest.approx(made["figures"]["drawdowns"]["maximum"])
    first = (await client.get(f"{path}orders/?limit=3")).data
    second = (await client.get(f"{path}orders/?limit=3&cursor={first['next_cursor']}")).data
    assert [*first["items"], *second["items"]] == orders[:6]


async def test_the_lines_of_trades_are_their_rows_as_columns(client, result_of):
    made = await result_of(BACKTESTS, **ASKED)
    path = f"{BACKTESTS}{made['backtest_id']}/"
    trades = (await client.get(f"{path}trades/?limit=1000")).data["items"]
    lines = (await client.get(f"{path}trade-lines/")).data
    assert (lines["count"], lines["every"], set(lines["symbols"])) == (len(trades), 1, {0})
    for column, name in (
        ("sides", "side"),
        ("entry_times", "entry_time"),
        ("exit_times", "exit_time"),
        ("entry_prices", "entry_price"),
        ("exit_prices", "exit_price"),
        ("profits", "profit"),
    ):
        assert lines[column] == [each[name] for each in trades]
    other = await client.get(f"{path}trade-lines/", headers={"X-Account": "other"})
    assert other.status == 404


async def test_of_very_many_trades_lines_are_drawn_evenly(client, result_of, monkeypatch):
    made = await result_of(BACKTESTS, **ASKED)
    path = f"{BACKTESTS}{made['backtest_id']}/"
    trades = (await client.get(f"{path}trades/?limit=1000")).data["items"]
    monkeypatch.setattr("analytics.backtests.services.MAX_LINES", 5)
    lines = (await client.get(f"{path}trade-lines/")).data
    every = -(-len(trades) // 5)
    assert (lines["count"], lines["every"]) == (len(trades), every)
    assert lines["profits"] == [each["profit"] for each in trades[::every]]


async def test_what_was_asked_can_be_asked_again_as_it_is_shown(client, result_of):
    free = await result_of(BACKTESTS, **ASKED, fees={"maker_bps": "0", "taker_bps": "0"})
    assert free["figures"]["costs"]["fees"] == 0
    shown = (await client.get(f"{BACKTESTS}{free['backtest_id']}/")).data["spec"]
    again = await result_of(BACKTESTS, **shown)
    assert again["figures"] == free["figures"]
    assert (await client.get(f"{BACKTESTS}{again['backtest_id']}/")).data["spec"] == shown


async def test_two_symbols_share_one_purse(result_of):
    made = await result_of(BACKTESTS, **{**ASKED, "symbols": ["BTC-USDT", "ETH-USDT"]})
    assert [each["symbol"] for each in made["data"]] == ["BTC-USDT", "ETH-USDT"]
    assert made["refusals"]["no_cash"] > 0
    assert made["figures"]["benchmark"] is None


async def test_it_can_be_named_and_deleted(client, result_of, settings):
    made = await result_of(BACKTESTS, **ASKED)
    path = f"{BACKTESTS}{made['backtest_id']}/"
    changed = await client.patch(path, json={"notes": "Too good?"})
    assert (changed.data["notes"], changed.data["name"]) == ("Too good?", "")
    assert (await client.patch(path, json={})).status == 400
    assert (await client.delete(path)).status == 204
    assert (await client.get(path)).status == 404
    assert list((settings.STATE_DIR / "backtests").iterdir()) == []


async def test_what_was_asked_can_be_asked_again_as_the_result_says_it(client, result_of):
    made = await result_of(BACKTESTS, **{**ASKED, "fees": {"maker_bps": "0", "taker_bps": "0"}})
    spec = (await client.get(f"{BACKTESTS}{made['backtest_id']}/")).data["spec"]
    again = await result_of(BACKTESTS, **spec)
    assert again["figures"]["costs"]["fees"] == 0
    assert again["figures"]["returns"] == made["figures"]["returns"]


async def test_a_sweep_names_its_best_and_what_chance_would_have_found(client, result_of):
    made = await result_of(
        SWEEPS,
        **{**ASKED, "strategy": CROSS},
        parameters={"fast": {"from": 5, "to": 25, "step": 5}, "slow": {"values": [30, 60, 90]}},
        rising=[["fast", "slow"]],
        metric="total_return",
    )
    assert made["combinations"] == 15
    assert len(made["top"]) == 15
    returns = [each["total_return"] for each in made["top"]]
    assert returns == sorted(returns, reverse=True)
    assert made["best"] == made["top"][0]
    assert made["robustness"]["neighbours"] in (3, 5, 8)
    assert 0 <= made["overfitting"]["probability"] <= 1
    assert made["deflated_sharpe"]["trials"] == 15
    shown = (await client.get(f"{SWEEPS}{made['sweep_id']}/")).data
    assert shown["result"]["best"] == made["best"]
    tried = (await client.get(f"{SWEEPS}{made['sweep_id']}/combinations/?limit=8")).data
    rest = (await client.get(f"{SWEEPS}{made['sweep_id']}/combinations/?limit=8&cursor={tried['next_cursor']}")).data
    everything = sorted([*tried["items"], *rest["items"]], key=lambda each: -each["total_return"])
    assert [each["number"] for each in everything] == [each["number"] for each in made["top"]]
    assert everything[0] == made["best"]
    assert (await client.get(f"{SWEEPS}unknown/combinations/")).status == 404
    # The best by itself is the same backtest, and what was tried before is counted for it.
    alone = await result_of(BACKTESTS, **{**ASKED, "strategy": {**CROSS, "parameters": made["best"]["parameters"]}})
    assert alone["figures"]["returns"]["total_return"] == pytest.approx(made["best"]["total_return"], rel=1e-12)
    assert alone["figures"]["trades"]["count"] == made["best"]["trades"]
    assert alone["overfitting"]["trials"] == 16


async def test_combinations_are_listed_with_the_values_they_were_tried_with(client, result_of):
    axes = {"slow": {"values": [30, 60, 90]}, "fast": {"from": 5, "to": 20, "step": 5}}  # a table may keep fast first
    made = await result_of(SWEEPS, **{**ASKED, "strategy": CROSS}, parameters=axes, metric="total_return")
    listed = (await client.get(f"{SWEEPS}{made['sweep_id']}/combinations/")).data["items"]
    assert sorted(listed, key=lambda each: -each["total_return"]) == made["top"]
    assert [each["parameters"] for each in listed[:2]] == [{"slow": 30, "fast": 5}, {"slow": 30, "fast": 10}]


async def test_a_sweep_varies_a_distance_and_draws_its_combinations(result_of):
    made = await result_of(
        SWEEPS,
        **{**ASKED, "strategy": {**CROSS, "stop": {"kind": "percent", "percent": "1"}, "parameters": {"slow": 60}}},
        parameters={"fast": {"from": 2, "to": 40}, "stop": {"values": [0.5, 1, 2, 4]}},
        samples=20,
        seed=7,
    )
    assert made["combinations"] == 20
    assert {each["parameters"]["stop"] for each in made["top"]} <= {0.5, 1, 2, 4}
    assert len({each["total_return"] for each in made["top"]}) > 10


async def test_a_walk_forward_trades_what_the_past_chose(client, result_of):
    made = await result_of(
        "/api/v1/backtests/walk-forward/",
        **{**ASKED, "strategy": CROSS},
        parameters={"fast": {"values": [5, 10, 20]}, "slow": {"values": [30, 60]}},
        train_bars=800,
        test_bars=400,
    )
    windows = made["windows"]
    assert len(windows) == 4
    assert all(each["train_to_ns"] < each["test_from_ns"] for each in windows)
    assert made["figures"]["returns"]["start_equity"] == 10_000.0
    shown = await client.get(f"/api/v1/backtests/walk-forward/{made['walk_forward_id']}/")
    assert shown.data["result"]["windows"][0]["test_from"].endswith("Z")


@pytest.mark.parametrize("path", [SWEEPS, WALKS])
async def test_searches_are_read_and_deleted_where_they_belong_and_leave_no_file(client, result_of, settings, path):
    made = await result_of(
        path,
        **{**ASKED, "strategy": CROSS},
        parameters={"fast": {"values": [5, 10]}, "slow": {"values": [30]}},
        **({"train_bars": 800, "test_bars": 400} if path == WALKS else {}),
    )
    identity = made["sweep_id" if path == SWEEPS else "walk_forward_id"]
    elsewhere = WALKS if path == SWEEPS else SWEEPS
    assert (await client.get(f"{elsewhere}{identity}/")).status == 404
    assert (await client.delete(f"{elsewhere}{identity}/")).status == 404
    assert (await client.delete(f"{path}{identity}/", headers={"X-Account": "other"})).status == 404
    assert len(list((settings.STATE_DIR / "backtests").iterdir())) == 1
    assert (await client.delete(f"{path}{identity}/")).status == 204
    assert (await client.get(f"{path}{identity}/")).status == 404
    assert list((settings.STATE_DIR / "backtests").iterdir()) == []


async def test_an_account_that_keeps_too_many_sweeps_is_asked_to_delete_some(client, result_of, monkeypatch):
    monkeypatch.setattr("analytics.backtests.services.MAX_SEARCHES_KEPT", 1)
    asked = {**ASKED, "strategy": CROSS, "parameters": {"fast": {"values": [5]}, "slow": {"values": [30]}}}
    await result_of(SWEEPS, **asked)
    refused = await client.post(SWEEPS, json=asked)
    assert (refused.status, refused.code) == (409, "TOO_MANY_SEARCHES")


async def test_a_backtest_is_drawn_anew(client, result_of):
    backtest = (await result_of(BACKTESTS, **ASKED))["backtest_id"]
    for what in ("trades", "returns"):
        drawn = await result_of("/api/v1/backtests/monte-carlo/", backtest=backtest, what=what, draws=300)
        found = drawn["resampled"]
        assert found["draws"] == 300
        assert found["max_drawdown"]["quantiles"] == sorted(found["max_drawdown"]["quantiles"])
    answer = await client.post("/api/v1/backtests/monte-carlo/", json={"backtest": "none"})
    assert answer.status == 404


async def test_a_backtest_that_is_deleted_before_it_is_drawn_anew_is_missed_by_name(client, result_of, settings):
    backtest = (await result_of(BACKTESTS, **ASKED))["backtest_id"]
    (settings.STATE_DIR / "backtests" / f"{backtest}.npz").unlink()
    answer = await client.post("/api/v1/backtests/monte-carlo/?wait=25", json={"backtest": backtest})
    assert (answer.data["status"], answer.data["error"]["code"]) == ("failed", "ARRAYS_GONE")


HALF_A_LOT = {"kind": "fixed", "quantity": "0.000000000005"}


def changed(**changes):
    return {**ASKED, **changes}


def strategy(**changes):
    return changed(strategy={**TREND, **changes})


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (strategy(long_entry="close > opne"), 422, "INVALID_EXPRESSION", "strategy.long_entry"),
        (strategy(long_entry="close"), 422, "INVALID_EXPRESSION", "strategy.long_entry"),
        (strategy(long_entry="delay(close, -1) > 2"), 422, "INVALID_EXPRESSION", "strategy.long_entry"),
        (strategy(parameters={"fast": 10}), 422, "INVALID_EXPRESSION", "strategy.long_entry"),
        (strategy(parameters={"fast": 10, "slow": 40, "no": 1}), 422, "INVALID_EXPRESSION", "strategy.parameters.no"),
        (strategy(parameters={"fast": 2.5, "slow": 40}), 422, "INVALID_EXPRESSION", "strategy.long_entry"),
        (strategy(long_entry=None), 422, "INVALID_EXPRESSION", "strategy.long_entry"),
        (strategy(stop={"kind": "percent", "percent": "100"}), 400, "VALIDATION_FAILED", "strategy.stop.percent"),
        (strategy(stop={"kind": "percent"}), 400, "VALIDATION_FAILED", "strategy.stop.percent"),
        (strategy(stop={"kind": "fixed", "amount": "0.001"}), 400, "VALIDATION_FAILED", "strategy.stop.amount"),
        (strategy(target={"kind": "percent", "amount": "1"}), 400, "VALIDATION_FAILED", "strategy.target.amount"),
        (strategy(parameters={"fast": "10", "slow": 40}), 400, "VALIDATION_FAILED", "strategy.parameters.fast"),
        (strategy(sizing=HALF_A_LOT), 400, "VALIDATION_FAILED", "strategy.sizing.quantity"),
        (strategy(long_exit="neutralize(close, sector) > 0"), 422, "INVALID_EXPRESSION", "strategy.long_exit"),
        (strategy(sizing={"kind": "fixed", "quantity": "0"}), 400, "VALIDATION_FAILED", None),
        (strategy(short_entry="close < open"), 400, "VALIDATION_FAILED", "strategy.short_entry"),
        (changed(symbols=[]), 400, "VALIDATION_FAILED", "symbols"),
        (changed(symbols=["NOPE-USDT"]), 404, "UNKNOWN_SYMBOL", None),
        (changed(symbols=["SOL-USDT"]), 404, "NO_DATA", "symbols"),
        (changed(datasets=["none"], symbols=None), 404, "NOT_FOUND", None),
        (changed(interval="1m"), 404, "NO_DATA", "symbols"),
        (changed(interval="soon"), 400, "VALIDATION_FAILED", "interval"),
        (changed(**{"from": "2030-01-01T00:00:00Z"}), 400, "NO_DATA", "from"),
        (changed(**{"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}), 400, "VALIDATION_FAILED", "from"),
        (changed(starting_cash="1000000000000"), 400, "VALIDATION_FAILED", "starting_cash"),
        (changed(leverage=0), 400, "VALIDATION_FAILED", "leverage"),
        (changed(unknown=1), 400, "VALIDATION_FAILED", "unknown"),
    ],
)
async def test_what_cannot_be_back_tested_is_refused_at_once_by_its_field(client, body, status, code, field):
    answer = await client.post(BACKTESTS, json=body)
    assert (answer.status, answer.code) == (status, code), answer.json()
    assert field is None or field in answer.details


@pytest.mark.parametrize(
    ("parameters", "rising", "field"),
    [
        ({"fast": {"from": 5, "to": 1}}, None, "parameters.fast"),
        ({"fast": {"from": 1, "to": 400}, "slow": {"from": 1, "to": 400}}, None, "parameters"),
        ({"fast": {"values": [1]}, "slow": {"values": [2]}}, [["fast"]], "rising"),
        ({"fast": {"values": [1]}, "slow": {"values": [2]}, "stop": {"values": [1]}}, None, "parameters.stop"),
        ({"fast": 3, "slow": {"values": [2]}}, None, "parameters.fast"),
        ([], None, "parameters"),
    ],
)
async def test_a_space_that_makes_no_sense_is_refused_at_once(client, parameters, rising, field):
    answer = await client.post(SWEEPS, json={**ASKED, "strategy": CROSS, "parameters": parameters, "rising": rising})
    assert (answer.status, field in answer.details) == (400, True), answer.json()


@pytest.mark.parametrize(
    ("stop", "varied", "status", "field"),
    [
        ({"kind": "percent", "percent": "1"}, {"stop": {"values": [1, 100]}}, 400, "parameters.stop"),
        ({"kind": "percent", "percent": "1"}, {"stop": {"values": [0, 1]}}, 400, "parameters.stop"),
        ({"kind": "fixed", "amount": "1"}, {"stop": {"values": [1, 1.001, 2]}}, 400, "parameters.stop"),
        ({"kind": "atr", "multiple": "2"}, {"fast": {"values": [5, 6.5, 7]}}, 422, "strategy.long_entry"),
    ],
)
async def test_every_value_of_a_sweep_is_looked_at_before_it_begins(client, stop, varied, status, field):
    asked = {**ASKED, "strategy": {**CROSS, "stop": stop, "parameters": {"slow": 40}}}
    answer = await client.post(SWEEPS, json={**asked, "parameters": {"fast": {"values": [5]}, **varied}})
    assert (answer.status, field in answer.details) == (status, True), answer.json()


async def test_one_bar_and_no_money_have_an_answer(result_of, client):
    one = await result_of(BACKTESTS, **changed(to="2023-11-14T01:00:00Z"))
    assert one["bars"] == 1
    assert one["figures"]["risk"]["sharpe"] is None
    broke = await client.post(BACKTESTS, json=changed(starting_cash="0"))
    assert (broke.status, list(broke.details)) == (400, ["starting_cash"])
    poor = await result_of(BACKTESTS, **changed(starting_cash="0.01"))
    assert poor["figures"]["trades"]["count"] == 0
    assert set(poor["refusals"]) <= {"below_lot", "below_minimum", "no_cash"}
