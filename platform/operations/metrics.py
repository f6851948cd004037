"""What Prometheus reads: requests, orders, fills, streams, feed, jobs and the process itself.

Requests are counted on the hot path, so they have a table of plain numbers of their own that is only turned into
metric families when somebody asks; the rest are prometheus_client's own collectors, to be used as its manual says.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from http import HTTPMethod

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    Counter,
    Gauge,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

LATENCY_BOUNDS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""From half a millisecond, where orders are, to the request timeout."""

MAX_LABEL_SETS = 500
"""Routes, methods and statuses that exist make a hundred or two; beyond this a bug or an attack makes more."""

OVERFLOW_ROUTE = "other"
UNKNOWN_METHOD = "OTHER"
_METHODS = frozenset(str(method) for method in HTTPMethod)

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each counter, which nobody asks for
REGISTRY = CollectorRegistry()
for standard in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
    REGISTRY.register(standard)

ORDERS = Counter("sandbar_orders", "Order commands by how they were answered.", ["outcome"], registry=REGISTRY)
"""`outcome`: accepted, rejected, replaced, canceled."""

FILLS = Counter("sandbar_fills", "Fills.", ["liquidity"], registry=REGISTRY)
"""`liquidity`: maker, taker."""

FEED_LAG = Gauge("sandbar_feed_lag_seconds", "How far the feed is behind its source.", registry=REGISTRY)
STREAM_CLIENTS = Gauge("sandbar_stream_clients", "Open WebSocket connections.", registry=REGISTRY)
JOBS = Counter("sandbar_jobs", "Ended jobs.", ["kind", "status"], registry=REGISTRY)


class _Row:
    """One route, method and status: how many, how long in all, how many in each bucket."""

    __slots__ = ("buckets", "count", "seconds")

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.buckets = [0] * (len(LATENCY_BOUNDS_S) + 1)


class RequestTable(Collector):
    """Requests by route, method and status, with a histogram of their latency. Written on the event loop alone."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, int], _Row] = {}

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the pattern of its path, never the path itself."""
        row = self._rows.get((route, method, status))
        if row is None:
            row = self._shared_or_new_row(route, method, status)
        row.count += 1
        row.seconds += seconds
        row.buckets[bisect_left(LATENCY_BOUNDS_S, seconds)] += 1

    def _shared_or_new_row(self, route: str, method: str, status: int) -> _Row:
        if method not in _METHODS:
            method = UNKNOWN_METHOD
        key = (route, method, status)
        if key not in self._rows and len(self._rows) >= MAX_LABEL_SETS:
            key = (OVERFLOW_ROUTE, UNKNOWN_METHOD, status)
        return self._rows.setdefault(key, _Row())

    def collect(self) -> Iterable[Metric]:
        """The table as metric families."""
        counts = CounterMetricFamily("sandbar_requests", "HTTP requests.", labels=["route", "method", "status"])
        latencies = HistogramMetricFamily(
            "sandbar_request_seconds",
            "Time from the request's entry to its answer.",
            labels=["route", "method", "status"],
        )
        for (route, method, status), row in self._rows.items():
            labels = [route, method, str(status)]
            counts.add_metric(labels, row.count)
            latencies.add_metric(labels, _cumulated(row.buckets), row.seconds)
        return [counts, latencies]


def _cumulated(buckets: list[int]) -> list[tuple[str, float]]:
    """Counts by upper bound, each with all below it, as Prometheus wants them."""
    total = 0
    cumulated: list[tuple[str, float]] = []
    for bound, count in zip((*map(str, LATENCY_BOUNDS_S), "+Inf"), buckets, strict=True):
        total += count
        cumulated.append((bound, total))
    return cumulated


REQUESTS = RequestTable()
REGISTRY.register(REQUESTS)
observe_request: Callable[[str, str, int, float], None] = REQUESTS.observe
"""Count one request: route pattern, method, status, seconds. On the event loop only; well under a microsecond."""


class Readings(Collector):
    """Gauges that are read from their owners when somebody asks, instead of being kept up to date."""

    def __init__(self) -> None:
        self._readings: list[tuple[str, str, Callable[[], float]]] = []

    def add(self, name: str, documentation: str, read: Callable[[], float]) -> None:
        """Have `read` called at each scrape, on the event loop; it must be cheap."""
        self._readings.append((name, documentation, read))

    def collect(self) -> Iterable[Metric]:
        """Every reading as it is now."""
        return [GaugeMetricFamily(name, documentation, value=read()) for name, documentation, read in self._readings]


READINGS = Readings()
REGISTRY.register(READINGS)


def exposition() -> bytes:
    """Everything in Prometheus' text format."""
    return generate_latest(REGISTRY)
