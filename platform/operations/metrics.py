"""What Prometheus reads: requests, orders, fills, journal, feed, streams, jobs, cache, breakers and the process itself.

Every metric of Sandbar is declared here, or read from its owner by a reading registered here. What is counted on hot
paths has tables of plain numbers (`operations.tables`); what has an owner that knows it is only asked when somebody scrapes.
docs/observability.md says what each one means; a test holds the page to the code.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from http import HTTPMethod
from typing import Final, Literal

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from operations.tables import MAX_ROWS, OVERFLOW, CounterTable, HistogramTable, Labels, heading, label_text

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
log = logging.getLogger(__name__)

LATENCY_BOUNDS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""From half a millisecond, where orders are, to the request timeout."""
COMMIT_BOUNDS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""From memory to a disk that hangs."""
BATCH_BOUNDS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
APPLY_BOUNDS_S = (0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1)
FILL_BOUNDS_S = (0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3_600.0, 86_400.0)
"""From at once to a day: a limit order may wait long for its price."""
JOB_BOUNDS_S = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 180.0, 600.0, 3_600.0)
LAG_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

MAX_LABEL_SETS = MAX_ROWS
"""Routes, methods and statuses that exist make a hundred or two; beyond this a bug or an attack makes more."""

OVERFLOW_ROUTE = OVERFLOW
UNKNOWN_METHOD = "OTHER"
_METHODS = frozenset(str(method) for method in HTTPMethod)

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each counter, which nobody asks for
REGISTRY = CollectorRegistry()
"""For prometheus_client's own collectors, and for those that use it as its manual says."""
for standard in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
    REGISTRY.register(standard)


class RequestTable:
    """Requests by route, method and status, with a histogram of their latency."""

    def __init__(self) -> None:
        self._latencies = HistogramTable(
            "sandbar_request_seconds",
            "Time from the request's entry to its answer.",
            ("route", "method", "status"),
            LATENCY_BOUNDS_S,
            2 * MAX_LABEL_SETS,  # the bound is kept below, in a way that keeps the status
        )
        self._known: dict[tuple[str, str, int], Labels] = {}

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the pattern of its path, never the path itself."""
        labels = self._known.get((route, method, status)) or self._labels_of(route, method, status)
        self._latencies.observe(labels, seconds)

    def _labels_of(self, route: str, method: str, status: int) -> Labels:
        is_invented = method not in _METHODS
        labels = (route, UNKNOWN_METHOD if is_invented else method, str(status))
        if labels not in self._latencies.rows and len(self._latencies.rows) >= MAX_LABEL_SETS:
            return (OVERFLOW_ROUTE, UNKNOWN_METHOD, str(status))
        if not is_invented:  # invented ones would fill the memory
            self._known[route, method, status] = labels
        return labels

    def lines(self) -> Iterator[str]:
        """The requests and their latencies in Prometheus' text format."""
        latencies = self._latencies
        yield from heading("sandbar_requests_total", "HTTP requests.", "counter")
        for values, row in latencies.rows.items():
            yield f"sandbar_requests_total{label_text(latencies.labels, values)} {row.count}.0"
        yield from latencies.lines()


class Readings:
    """Figures that are read from their owners when somebody asks, instead of being kept up to date."""

    def __init__(self) -> None:
        self._readings: dict[str, tuple[str, str, Labels, Callable[[], Iterable[tuple[Labels, float]]]]] = {}
        self._broken: set[str] = set()

    def add(self, name: str, documentation: str, read: Callable[[], float], *, kind: "Kind" = "gauge") -> None:
        """Have `read` called at each scrape, on the event loop; it must be cheap. A counter's name ends in `_total`."""
        self.add_labelled(name, documentation, (), lambda: (((), read()),), kind=kind)

    def add_labelled(
        self,
        name: str,
        documentation: str,
        labels: Labels,
        read: Callable[[], Iterable[tuple[Labels, float]]],
        *,
        kind: "Kind" = "gauge",
    ) -> None:
        """The same with labels: `read` gives a number for each set of label values, of which there must be few."""
        assert kind == "gauge" or name.endswith("_total"), f"{name}: a counter's name ends in _total"
        self._readings[name] = (documentation, kind, labels, read)

    def lines(self) -> Iterator[str]:
        """Every reading as it is now, in Prometheus' text format. One that cannot be read is left out, and logged once."""
        for name, (documentation, kind, labels, read) in self._readings.items():
            try:
                rows = [(label_text(labels, values), float(number)) for values, number in read()]
            except Exception:
                if name not in self._broken:
                    self._broken.add(name)
                    log.exception("The metric %s cannot be read.", name)
                continue
            yield from heading(name, documentation, kind)
            for shown, number in rows:
                yield f"{name}{shown} {number}"


Kind = Literal["gauge", "counter"]

REQUESTS = RequestTable()
observe_request: Callable[[str, str, int, float], None] = REQUESTS.observe
"""Count one request: route pattern, method, status, seconds. On the event loop only; well under a microsecond."""

READINGS = Readings()

RATE_LIMITED = CounterTable("sandbar_rate_limited", "What a rate limit refused, by the limit.", ("limit",))
"""`limit`: requests, long_work, socket_messages, login."""

ORDERS = CounterTable("sandbar_orders", "What became of orders, by side and type.", ("outcome", "side", "type"))
"""`outcome`: accepted, rejected, replaced, triggered, filled, canceled, expired."""

FILLS = CounterTable("sandbar_fills", "Fills.", ("liquidity", "side"))
"""`liquidity`: maker, taker."""

FILL_MARKET = HistogramTable(
    "sandbar_fill_market_seconds", "From an order to its first fill, by the market's clock.", ("type",), FILL_BOUNDS_S
)
FILL_WALL = HistogramTable(
    "sandbar_fill_wall_seconds", "From an order to its first fill, by the machine's clock.", ("type",), FILL_BOUNDS_S
)
EXCHANGE_APPLY = HistogramTable(
    "sandbar_exchange_apply_seconds", "What the exchange takes for a command.", ("command",), APPLY_BOUNDS_S
)
JOURNAL_COMMIT = HistogramTable(
    "sandbar_journal_commit_seconds", "Writing one batch, to the disk's acknowledgement.", (), COMMIT_BOUNDS_S
)
JOURNAL_BATCH = HistogramTable("sandbar_journal_batch_size", "Appends of one batch.", (), BATCH_BOUNDS)
JOURNAL_FAILURES = CounterTable("sandbar_journal_failures", "Times the journal could not be written.", ())
JOBS = CounterTable("sandbar_jobs", "Ended jobs.", ("kind", "status"))
JOB_RUN = HistogramTable("sandbar_job_seconds", "From a job's start to its end.", ("kind", "status"), JOB_BOUNDS_S)
JOB_WAIT = HistogramTable("sandbar_job_wait_seconds", "From a job's submission to its start.", ("kind",), JOB_BOUNDS_S)
SOCKET_OPERATIONS = HistogramTable(
    "sandbar_socket_operation_seconds",
    "Operations of sockets, from their message to their answer.",
    ("operation", "status"),
    LATENCY_BOUNDS_S,
)
LOOP_LAG = HistogramTable(
    "sandbar_event_loop_lag_seconds", "How late the event loop was when it was looked at.", (), LAG_BOUNDS_S
)

TABLES: Final = (
    REQUESTS,
    RATE_LIMITED,
    ORDERS,
    FILLS,
    FILL_MARKET,
    FILL_WALL,
    EXCHANGE_APPLY,
    JOURNAL_COMMIT,
    JOURNAL_BATCH,
    JOURNAL_FAILURES,
    JOBS,
    JOB_RUN,
    JOB_WAIT,
    SOCKET_OPERATIONS,
    LOOP_LAG,
    READINGS,
)


def exposition() -> bytes:
    """Everything in Prometheus' text format."""
    lines = [line for table in TABLES for line in table.lines()]
    return generate_latest(REGISTRY) + "\n".join(lines).encode() + b"\n"
