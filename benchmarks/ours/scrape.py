"""A scrape of /metrics with everything on: every table filled as far as a busy installation would."""

import statistics
import time
from collections.abc import Callable
from itertools import product

SCRAPES = 50
ROUTES, METHODS, STATUSES = 40, ("GET", "POST", "DELETE"), (200, 404)


def measure() -> dict[str, float]:
    """The median time of a scrape in milliseconds, its size, and what counting costs in nanoseconds."""
    import gateway.asgi  # noqa: F401 - registers every reading
    from operations import metrics

    for route, method, status in product(range(ROUTES), METHODS, STATUSES):
        metrics.observe_request(f"/api/v1/route-{route}/{{id}}", method, status, 0.001)
    for outcome, side, kind in product(
        ("accepted", "filled", "canceled"), ("buy", "sell"), ("market", "limit", "stop")
    ):
        metrics.ORDERS.add((outcome, side, kind))
        metrics.FILL_MARKET.observe((kind,), 0.1)
        metrics.FILL_WALL.observe((kind,), 0.1)
    for number in range(20):
        metrics.JOB_RUN.observe((f"kind.{number}", "succeeded"), 1.0)
    times_s = []
    for _ in range(SCRAPES):
        started_s = time.perf_counter()
        size = len(metrics.exposition())
        times_s.append(time.perf_counter() - started_s)
    return {
        "ms": statistics.median(times_s) * 1e3,
        "bytes": float(size),
        "count_ns": _cost_ns(lambda: metrics.ORDERS.add(("accepted", "buy", "limit"))),
        "observe_ns": _cost_ns(lambda: metrics.FILL_MARKET.observe(("limit",), 0.1)),
    }


def _cost_ns(count: Callable[[], None], times: int = 200_000) -> float:
    started_ns = time.perf_counter_ns()
    for _ in range(times):
        count()
    return (time.perf_counter_ns() - started_ns) / times
