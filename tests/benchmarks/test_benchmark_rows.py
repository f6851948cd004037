"""The benchmark's table: medians, ratios, targets, and the JSON for programs."""

import json
from pathlib import Path

import pytest

from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Better, Row, as_json, as_table, figure_row, ratio_row

PASSES = {"ours": [90.0, 120.0, 100.0], "peer": [50.0, 10.0, 40.0]}


def test_a_ratio_is_that_of_the_medians() -> None:
    row = ratio_row("speed", PASSES, ours="ours", peer="peer", unit="/s", target=2.0)
    assert (row.ours, row.peer, row.value, row.is_met) == (100.0, 40.0, 2.5, True)
    assert row.spread == pytest.approx(0.3)


@pytest.mark.parametrize(("better", "is_met"), [("higher", False), ("lower", True)])
def test_a_target_is_met_from_its_better_side(better: Better, is_met: bool) -> None:
    assert figure_row("time", [4.0], unit="ms", target=5.0, better=better).is_met is is_met


def test_a_row_without_a_target_is_not_judged() -> None:
    assert figure_row("time", [4.0], unit="ms").is_met is None


def test_the_json_holds_the_judged_rows_and_nothing_else_of_them() -> None:
    rows = [
        ratio_row("speed", PASSES, ours="ours", peer="peer", unit="/s", target=2.0),
        figure_row("for information", [1.0], unit="ms"),
        Row(name="absent", target=1.0, skipped="no file"),
    ]
    assert json.loads(as_json(rows)) == [
        {"name": "speed", "value": 2.5, "target": 2.0, "better": "higher"},
        {"name": "absent", "value": None, "target": 1.0, "better": "higher"},
    ]


def test_the_table_says_what_was_missed_and_why_something_was_skipped() -> None:
    text = as_table(
        [
            figure_row("slow", [12.0], unit="ms", target=10.0, better="lower", note="a busy disk"),
            Row(name="absent", target=1.0, skipped="no file"),
        ]
    )
    assert text.split("\n")[2].split() == ["slow", "12", "ms", "12", "≤", "10", "NO"]
    assert "slow: a busy disk" in text
    assert "absent: no file" in text


def test_contenders_take_turns_and_each_pass_begins_with_another(tmp_path: Path) -> None:
    order: list[str] = []
    plan = Plan(passes=2, seconds=0, quick=True, work_dir=tmp_path)

    def measured(name: str) -> int:
        order.append(name)
        return len(order)

    figures = alternate(plan, {"a": lambda: measured("a"), "b": lambda: measured("b")})
    assert order == ["a", "b", "b", "a"]
    assert figures == {"a": [1, 4], "b": [2, 3]}
