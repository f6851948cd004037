"""Each workload of the benchmarks runs, does the work it says, and hands its figures over; the figures are not judged."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.ours import candle_store, engine, journal
from benchmarks.peers import plain_file, price_time_book
from benchmarks.tools.child import ChildFailed, run_in_child
from benchmarks.tools.disk import measure_disk
from trading.sandbox.orders import OrderStatus

RUN = Path(__file__).resolve().parents[2] / "benchmarks" / "run.py"


def test_a_round_of_the_engine_rests_cancels_and_fills() -> None:
    scene = engine.Scene(accounts=2)
    for number in range(4):
        for command in scene.round_of(number):
            scene.exchange.apply(command, scene.time_ns)
    scene.move(engine.MIDDLE_TICKS, engine.MIDDLE_TICKS - engine.MOVE_TICKS)
    scene.move(engine.MIDDLE_TICKS - engine.MOVE_TICKS, engine.MIDDLE_TICKS + engine.MOVE_TICKS)
    statuses = [order.status for order in scene.exchange.orders.values()]
    assert statuses.count(OrderStatus.CANCELED) == 12
    assert statuses.count(OrderStatus.FILLED) == 12
    assert len(statuses) == 24


def test_the_engine_ends_with_the_orders_it_began_with() -> None:
    figures = engine.measure(seconds=0.01, open_orders=200, accounts=3)
    assert figures["per_s"] > 0
    assert figures["us_each"] == pytest.approx(1e6 / figures["per_s"])


def test_the_queue_at_the_best_price_ends_with_the_orders_it_began_with() -> None:
    for resting in (0, 30):
        figures = engine.measure_queues(seconds=0.01, resting=resting)
        assert min(figures["us_a_tick"], figures["us_a_print"]) > 0


def test_the_bare_book_ends_with_the_orders_it_began_with() -> None:
    assert price_time_book.measure(seconds=0.01, open_orders=200)["per_s"] > 0


def test_the_journal_and_the_plain_file_acknowledge_and_tidy_up(tmp_path: Path) -> None:
    ours = journal.measure(folder=str(tmp_path), seconds=0.05, producers=4)
    plain = plain_file.measure(folder=str(tmp_path), seconds=0.05, producers=4, line_bytes=400)
    assert min(ours["per_s"], ours["batches"], plain["per_s"]) > 0
    assert measure_disk(tmp_path, writes=3).median_ms > 0
    assert list(tmp_path.glob("*.sqlite3*")) == list(tmp_path.glob("*.log")) == []


def test_the_candle_store_is_filled_and_read_as_it_is_measured(tmp_path: Path) -> None:
    candle_store.write(folder=str(tmp_path), minutes=3_000)
    figures = candle_store.read(folder=str(tmp_path), minutes=3_000, reads=2, candles=1_000)
    assert min(figures.values()) > 0


def test_a_child_hands_over_what_its_function_returns() -> None:
    figures = run_in_child("benchmarks.peers.price_time_book:measure", core=0, seconds=0.01, open_orders=10)
    assert figures["per_s"] > 0


def test_a_child_that_fails_says_why() -> None:
    with pytest.raises(ChildFailed, match="unexpected keyword argument 'wrong'"):
        run_in_child("benchmarks.peers.price_time_book:measure", wrong=1)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(["speed"], "there is no subject speed"), (["--passes", "2"], "--passes must be at least 5")],
)
def test_the_command_line_refuses_what_it_cannot_do(arguments: list[str], reason: str) -> None:
    done = subprocess.run(
        [sys.executable, str(RUN), *arguments], env=os.environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert reason in done.stderr
