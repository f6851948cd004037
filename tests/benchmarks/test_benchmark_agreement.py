"""No time is printed before both did the same: trades, equity and factor values that differ are found and named."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.ours import backtests, factors
from benchmarks.peers import numba_loop
from benchmarks.tools import environment, timing
from benchmarks.tools.alpha158 import COUNT, compare_factors, write_factors
from benchmarks.tools.bars import read, write_seeded_minutes, write_seeded_panel
from benchmarks.tools.environment import ToolMissing, ensure_peers
from benchmarks.tools.sma_cross import STARTING_CASH, Disagreement, Trades, check_equal, read_trades
from benchmarks.tools.timing import time_calls

TRADES = Trades(
    entry_bar=np.array([3, 20, 41]),
    exit_bar=np.array([9, 30, 50]),
    side=np.ones(3, np.int64),
    entry_price=np.array([100.0, 101.0, 99.0]),
    exit_price=np.array([102.0, 100.0, 98.0]),
    final_equity=STARTING_CASH + 1_000.0,
)


def other(**changes: object) -> Trades:
    return replace(TRADES, **changes)


def test_what_is_equal_within_the_tolerances_passes() -> None:
    near = other(exit_price=TRADES.exit_price * (1 + 1e-10), final_equity=TRADES.final_equity + 1e-4)
    assert check_equal(TRADES, near, "peer") == "3 equal trades"


@pytest.mark.parametrize(
    ("peer", "text"),
    [
        (other(exit_price=TRADES.exit_price * (1 + 1e-8)), "entry at 3: exits at 9 and 9, prices 102 and 102.000001"),
        (other(exit_bar=np.array([9, 31, 50])), "entry at 20: exits at 30 and 31"),
        (other(entry_bar=np.array([3, 21, 41])), "an entry at bar 21 of one alone"),
        (other(side=-TRADES.side), "entry at 3"),
        (other(final_equity=TRADES.final_equity + 0.01), "a gain of 1000.000000 and 1000.010000"),
    ],
)
def test_what_differs_is_named_and_stops_the_comparison(peer: Trades, text: str) -> None:
    with pytest.raises(Disagreement, match=text.replace(".", r"\.")):
        check_equal(TRADES, peer, "peer")


def test_a_trade_that_one_alone_has_is_found() -> None:
    fewer = other(**{name: getattr(TRADES, name)[:2] for name in vars(TRADES) if name != "final_equity"})
    with pytest.raises(Disagreement, match="3 and 2 trades"):
        check_equal(TRADES, fewer, "peer")


@pytest.fixture
def minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Seeded minutes drawn from a made-up month."""
    monkeypatch.setattr(timing, "ENOUGH_S", 0.0)
    chance, real, path = np.random.default_rng(3), str(tmp_path / "real.npz"), str(tmp_path / "minutes.npz")
    close = 40_000 * np.exp(np.cumsum(chance.normal(0, 0.002, 2_000)))
    first = np.concatenate(([40_000.0], close[:-1]))
    high, low = np.maximum(first, close) * 1.0005, np.minimum(first, close) * 0.9995
    np.savez(real, time_ns=np.arange(2_000), open=first, high=high, low=low, close=close, volume=np.ones(2_000))
    write_seeded_minutes(path=path, real_path=real, bars=5_000)
    return path


def test_seeded_minutes_are_bars_that_can_be_true(minutes: str) -> None:
    bars = read(minutes)
    assert len(bars["close"]) == 5_000
    assert (bars["high"] >= np.maximum(bars["open"], bars["close"])).all()
    assert (bars["low"] <= np.minimum(bars["open"], bars["close"])).all()
    assert (bars["low"] > 0).all()


@pytest.mark.parametrize("has_stops", [False, True])
def test_our_backtest_and_the_loop_by_hand_do_the_same(minutes: str, tmp_path: Path, has_stops: bool) -> None:
    """In minutes whose first bars of trades are within the stops, as those of the benchmark are."""
    results = []
    for module in (backtests, numba_loop):
        path = tmp_path / f"{module.__name__}.npz"
        assert len(module.measure(path=minutes, result_path=str(path), has_stops=has_stops)["times_s"]) >= 5
        results.append(read_trades(path))
    assert len(results[0]) > 30
    assert results[0].differing(results[1]) == []


def test_our_sweep_has_the_figures_of_the_single_backtest(minutes: str, tmp_path: Path) -> None:
    path, single = str(tmp_path / "sweep.npz"), tmp_path / "single.npz"
    backtests.measure_sweep(path=minutes, result_path=path, fast=[10, 20], slow=[50, 60])
    backtests.measure(path=minutes, result_path=str(single), has_stops=False)
    swept, trades = read(path), read_trades(single)
    place = int(np.flatnonzero((swept["fast"] == 20) & (swept["slow"] == 50))[0])
    assert swept["figures"][place, 0] == pytest.approx(trades.final_equity / STARTING_CASH - 1, rel=1e-9)
    assert swept["figures"][place, 3] == len(trades)


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, dict]:
    """Our own factors of a small panel, and the panel."""
    monkeypatch.setattr(timing, "ENOUGH_S", 0.0)
    panel, result = str(tmp_path / "panel.npz"), tmp_path / "ours.npy"
    write_seeded_panel(path=panel, symbols=3, days=150)
    factors.measure(path=panel, result_path=str(result))
    return result, read(panel)


def changed(ours: Path, factor: str, value: float) -> str:
    """A peer's file with one other value in it."""
    names = ours.with_suffix(".txt").read_text().split("\n")
    values = np.load(ours).transpose(1, 2, 0)
    values[1, 100, names.index(factor)] = value
    path = ours.with_name("peer.npy")
    write_factors(str(path), names, values)
    return str(path)


def test_equal_factors_are_equal(ours: tuple[Path, dict]) -> None:
    compared = compare_factors(str(ours[0]), str(ours[0]), ours[1])
    assert (compared.differing, compared.wrong_in_peer) == ({}, {})
    assert compared.compared == 3 * (150 - 60) * COUNT


@pytest.mark.parametrize("value", [2.0, float("nan")])
def test_another_value_of_a_factor_is_found(ours: tuple[Path, dict], value: float) -> None:
    compared = compare_factors(str(ours[0]), changed(ours[0], "MA20", value), ours[1])
    assert compared.differing == {"MA20": 1}


@pytest.mark.parametrize("factor", ["STD10", "WVMA5", "RSQR20", "CORR30", "CORD60"])
def test_of_two_correlations_the_window_itself_decides(ours: tuple[Path, dict], factor: str) -> None:
    path, panel = ours
    wrong = changed(path, factor, 0.987)
    peer_is_wrong = compare_factors(str(path), wrong, panel)
    assert (peer_is_wrong.differing, peer_is_wrong.wrong_in_peer) == ({}, {factor: 1})
    ours_is_wrong = compare_factors(wrong, str(path), panel)
    assert (ours_is_wrong.differing, ours_is_wrong.wrong_in_peer) == ({factor: 1}, {})


def test_one_new_bar_gives_every_factor(tmp_path: Path) -> None:
    path = str(tmp_path / "panel.npz")
    write_seeded_panel(path=path, symbols=2, days=130)
    assert len(factors.measure_live(path=path, bars=5)["times_s"]) == 5


def test_a_slow_call_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LONG_S", 1e-9)
    calls: list[str] = []
    times_s, result = time_calls(lambda: calls.append("slow") or len(calls), warm_up=lambda: calls.append("warm"))
    assert (len(times_s), result, calls) == (1, 2, ["warm", "slow"])


def test_peers_that_cannot_be_installed_are_a_reason_and_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements-absent.txt").write_text("absent==1\n")
    monkeypatch.setattr(environment, "BENCHMARKS", tmp_path)

    def fail(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command[0])

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(ToolMissing, match=r"requirements-absent\.txt could not be installed"):
        ensure_peers("absent")
