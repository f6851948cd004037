"""Values of factors: computed together, kept by expression and data, and compared with what was known at the time."""

import os

import numpy as np
import pytest

from analytics.factors import values as kept
from analytics.factors.alpha158 import alpha158
from analytics.factors.panels import Columns
from analytics.factors.records import Factor
from analytics.factors.values import bind, check_truncation, compute, make_room
from quant.expressions.evaluating import Workspace

HOUR = 3_600 * 10**9


def panel(bars: int = 220, symbols: int = 4) -> Columns:
    """Seeded bars, with a symbol that is listed late and has a gap."""
    rng = np.random.default_rng(11)
    close = 100 * np.cumprod(1 + rng.normal(0, 0.01, (bars, symbols)), axis=0)
    opens = np.vstack((close[:1], close[:-1]))
    columns = {
        "open": opens,
        "high": np.maximum(opens, close) * 1.001,
        "low": np.minimum(opens, close) * 0.999,
        "close": close,
        "volume": rng.integers(1, 100, (bars, symbols)).astype(float),
    }
    for column in columns.values():
        column[:30, 1] = np.nan
        column[150:155, 1] = np.nan
    return Columns(tuple("ABCDEFGH"[:symbols]), HOUR * np.arange(bars), columns, {})


def test_values_are_kept_and_found_again(tmp_path):
    columns, factor = panel(), Factor("momentum", "close / delay(close, p.n) - 1", {"n": 5})
    (first,) = compute([factor], columns, tmp_path)
    (second,) = compute([factor], columns, tmp_path)
    assert (first.was_cached, second.was_cached) == (False, True)
    np.testing.assert_array_equal(first.values, second.values)
    np.testing.assert_allclose(
        first.values[5:, 0], columns.columns["close"][5:, 0] / columns.columns["close"][:-5, 0] - 1
    )
    (other,) = compute([Factor("momentum", "close / delay(close, p.n) - 1", {"n": 6})], columns, tmp_path)
    assert not other.was_cached
    (same,) = compute([Factor("renamed", "close/delay(close, 5)  - 1")], columns, tmp_path)
    assert same.was_cached


def test_a_damaged_file_is_computed_anew(tmp_path):
    columns, factor = panel(), Factor("mean", "ts_mean(close, 5)")
    (first,) = compute([factor], columns, tmp_path)
    (file,) = tmp_path.glob("*.npy")
    file.write_bytes(file.read_bytes()[:200])
    (second,) = compute([factor], columns, tmp_path)
    assert not second.was_cached
    np.testing.assert_array_equal(first.values, second.values)


def test_no_factor_of_alpha158_changes_when_later_bars_are_cut_off(tmp_path):
    columns = panel()
    computed = list(compute([Factor(name, text) for name, text in alpha158().items()], columns, tmp_path))
    checks = check_truncation(computed, columns, cuts=3)
    assert len({each.key for each in computed}) == len(checks) == 158
    assert all(check.passed and check.compared > 500 for check in checks.values())


def test_a_factor_that_knows_of_later_bars_is_caught(tmp_path, monkeypatch):
    columns, factor = panel(), Factor("mean", "ts_mean(close, 5)")
    true_value = Workspace.value

    def centered(self, node):
        values = true_value(self, node)
        shifted = np.full_like(values, np.nan)
        shifted[:-2] = values[2:]
        return shifted

    monkeypatch.setattr(Workspace, "value", centered)
    (computed,) = compute([factor], columns, tmp_path)
    check = check_truncation([computed], columns)[computed.key]
    assert not check.passed
    assert check.first_difference is not None
    assert check.first_difference["symbol"] in columns.symbols
    assert check.first_difference["without"] is None


def test_the_oldest_values_make_room(tmp_path, monkeypatch):
    columns = panel()
    folder = tmp_path / "data"
    names = [bind(Factor("mean", f"ts_mean(close, {n})")).key for n in range(2, 8)]
    for n in range(2, 8):
        list(compute([Factor("mean", f"ts_mean(close, {n})")], columns, folder))
    for age, name in enumerate(names):
        os.utime(folder / f"{name}.npy", (1_000 + age, 1_000 + age))
    size = (folder / f"{names[0]}.npy").stat().st_size
    monkeypatch.setattr(kept, "KEPT_BYTES", 2 * size)
    make_room(tmp_path, now_s=0.0)
    assert {path.stem for path in folder.glob("*.npy")} == set(names[-2:])


def test_folders_that_have_long_been_without_values_go(tmp_path):
    for name, values in (("failed", 0), ("computed", 1)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bars.json").write_text("{}")
        for place in range(values):
            np.save(tmp_path / name / f"{place}.npy", np.zeros(3))
    made_s = (tmp_path / "failed" / "bars.json").stat().st_mtime
    make_room(tmp_path, now_s=made_s + 6 * 86_400)
    assert {each.name for each in tmp_path.iterdir()} == {"failed", "computed"}
    make_room(tmp_path, now_s=made_s + 8 * 86_400)
    assert {each.name for each in tmp_path.iterdir()} == {"computed"}


@pytest.mark.parametrize("bars", [1, 2, 3, 40])
def test_few_bars_are_compared_where_that_is_possible(tmp_path, bars):
    columns = panel(bars)
    (computed,) = compute([Factor("mean", "ts_mean(close, 20)")], columns, tmp_path)
    checks = check_truncation([computed], columns)
    assert (computed.key in checks) == (bars > 1)
