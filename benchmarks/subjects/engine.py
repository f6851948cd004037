"""The exchange alone: speed, memory of an open order, and whether either grows with orders or accounts."""

import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import SERVER_CORE
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row

ACCOUNTS = 100
FEW_ORDERS, MANY_ORDERS = 1_000, 1_000_000
FEW_ACCOUNTS, MANY_ACCOUNTS = 1, 10_000
STEADY_ORDERS = 10_000
FLAT_RATIO = 1.5
"""What still counts as flat: the caches of the processor cost some; a cost that grew with log n would double."""

MAX_BYTES = 1_536
STOPS = RESTING = 10_000
MAX_TICK_US = 50


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    many_orders, many_accounts = plan.size(MANY_ORDERS, 100_000), plan.size(MANY_ACCOUNTS, 1_000)
    contenders = {
        "mix": lambda: _ours(plan, open_orders=STEADY_ORDERS, accounts=ACCOUNTS),
        "book": lambda: _bare_book(plan),
        "few orders": lambda: _ours(plan, open_orders=FEW_ORDERS, accounts=ACCOUNTS),
        "many orders": lambda: _ours(plan, open_orders=many_orders, accounts=ACCOUNTS),
        "few accounts": lambda: _ours(plan, open_orders=STEADY_ORDERS, accounts=FEW_ACCOUNTS),
        "many accounts": lambda: _ours(plan, open_orders=STEADY_ORDERS, accounts=many_accounts),
    }
    figures = alternate(plan, contenders)
    ticks = alternate(plan, {"no stops": lambda: _ticks(plan, 0), "stops": lambda: _ticks(plan, STOPS)})
    tick_us = _of(ticks, "us_a_tick")
    queues = alternate(plan, {"no limits": lambda: _queues(plan, 0), "limits": lambda: _queues(plan, RESTING)})
    queue_us, print_us = _of(queues, "us_a_tick"), _of(queues, "us_a_print")
    speeds = _of(figures, "per_s")
    times = _of(figures, "us_each")
    memory = statistics.median(each["bytes_each"] for each in figures["many orders"])
    return [
        figure_row("exchange alone, commands a second", speeds["mix"], unit="/s", target=200_000,
                   note="one thread; 33 % cancels, 33 % of the orders fill; accounts, holds, risk and events"),
        ratio_row("exchange alone ÷ a bare price-time book", speeds, ours="mix", peer="book", unit="/s",
                  note="the book has no accounts, money, risk or events"),
        Row(name="memory of an open order", value=memory, target=MAX_BYTES, better="lower", ours=memory, unit="B",
            note=f"resident memory over {many_orders:,} open orders"),
        ratio_row(f"time a command, {many_orders:,} ÷ {FEW_ORDERS:,} open orders", times, ours="many orders",
                  peer="few orders", unit="µs", target=FLAT_RATIO, better="lower"),
        ratio_row(f"time a command, {many_accounts:,} ÷ {FEW_ACCOUNTS} accounts", times, ours="many accounts",
                  peer="few accounts", unit="µs", target=FLAT_RATIO, better="lower"),
        figure_row(f"a tick with {STOPS:,} stop and trailing orders waiting", tick_us["stops"], unit="µs",
                   target=MAX_TICK_US, better="lower",
                   note=f"half of them move at every other tick; {statistics.median(tick_us['no stops']):.1f} µs without"),
        figure_row(f"a tick at whose best price {RESTING:,} limits rest while its size changes", queue_us["limits"],
                   unit="µs", target=MAX_TICK_US, better="lower",
                   note=f"{statistics.median(queue_us['no limits']):.1f} µs without"),
        figure_row(f"a trade at whose price {RESTING:,} limits wait behind others", print_us["limits"], unit="µs",
                   target=MAX_TICK_US, better="lower",
                   note=f"{statistics.median(print_us['no limits']):.1f} µs without"),
    ]  # fmt: skip


def _ours(plan: Plan, *, open_orders: int, accounts: int) -> Mapping[str, float]:
    figures: dict[str, float] = run_in_child(
        "benchmarks.ours.engine:measure",
        core=SERVER_CORE,
        seconds=plan.seconds,
        open_orders=open_orders,
        accounts=accounts,
    )
    return figures


def _ticks(plan: Plan, stops: int) -> Mapping[str, float]:
    figures: dict[str, float] = run_in_child(
        "benchmarks.ours.engine:measure_ticks", core=SERVER_CORE, seconds=plan.seconds, stops=stops
    )
    return figures


def _queues(plan: Plan, resting: int) -> Mapping[str, float]:
    figures: dict[str, float] = run_in_child(
        "benchmarks.ours.engine:measure_queues", core=SERVER_CORE, seconds=plan.seconds, resting=resting
    )
    return figures


def _bare_book(plan: Plan) -> Mapping[str, float]:
    figures: dict[str, float] = run_in_child(
        "benchmarks.peers.price_time_book:measure", core=SERVER_CORE, seconds=plan.seconds, open_orders=STEADY_ORDERS
    )
    return figures


def _of(figures: Mapping[str, list[Mapping[str, Any]]], key: str) -> dict[str, list[float]]:
    """One of the figures of every contender, pass by pass."""
    return {name: [float(each[key]) for each in passes if key in each] for name, passes in figures.items()}
