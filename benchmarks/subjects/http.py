"""REST: the whole order path and two reads against FastAPI, stock Django and a bare ASGI function.

Every pass starts every server anew, so that each begins with the same state and the machine's memory is alike.
"""

import sqlite3
import statistics
from collections.abc import Mapping
from pathlib import Path

from benchmarks.tools.child import run_in_child
from benchmarks.tools.disk import measure_disk
from benchmarks.tools.environment import CLIENT_CORE, ensure_open_model, ensure_peers, ensure_two_cores
from benchmarks.tools.loads import CONNECTIONS, ensure_wrk, flood, pace
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row
from benchmarks.tools.servers import Gateway, cpu_seconds, fresh_gateway, peer_server

Figures = Mapping[str, float]
ACCOUNT = "bench"
PLENTY = "10000000000"
"""More money than the orders of a run can hold."""

WINDOW = 256
"""Orders under way on the socket: as many as the gateway takes before it reads on."""

MOST_MESSAGES = "100000"
"""Messages a second of one socket: the highest that the gateway takes, so the limit stays in the path."""

WARMUP_S = 1.0
LATENCY_TARGET_MS = 10.0
ORDERS = "/api/v1/orders/"
TICKER = "/api/v1/markets/BTC-USDT/ticker/"
CANDLES = "/api/v1/markets/BTC-USDT/candles/?interval=1m&limit=1000"


def run(plan: Plan) -> list[Row]:
    """Measure and judge."""
    ensure_two_cores()
    ensure_wrk()
    ensure_open_model()
    ensure_peers()
    figures = alternate(
        plan,
        {
            "gateway": lambda: _measure_gateway(plan),
            "socket": lambda: _measure_socket(plan),
            "no journal": lambda: _measure_without_journal(plan),
            "fastapi": lambda: _measure_peer(plan, "fastapi_http", ("orders", "ticker", "candles")),
            "django": lambda: _measure_peer(plan, "django_http", ("orders",)),
            "bare": lambda: _measure_peer(plan, "bare_http", ("orders", "ticker", "candles")),
        },
    )
    return _rows(figures)


def _measure_gateway(plan: Plan) -> Figures:
    """Orders, reads, then orders at half of the rate just seen, on the gateway as it ships."""
    disk = measure_disk(plan.work_dir)
    with fresh_gateway(plan.work_dir) as gateway:
        _open_account(gateway)
        warm = flood(gateway.url + ORDERS, seconds=WARMUP_S, orders=True, account=ACCOUNT)
        before_mb = gateway.resident_mb()
        figures = _flooded("orders", gateway.pid, gateway.url + ORDERS, plan.seconds, True)
        grown_mb = gateway.resident_mb() - before_mb
        rate = figures["orders"] / 2
        paced = pace(
            gateway.url + ORDERS, rate=rate, seconds=plan.seconds, warmup_s=WARMUP_S, orders=True, account=ACCOUNT
        )
        flood(gateway.url + TICKER, seconds=WARMUP_S)
        figures |= _flooded("ticker", gateway.pid, gateway.url + TICKER, plan.seconds)
        flood(gateway.url + CANDLES, seconds=WARMUP_S)
        figures |= _flooded("candles", gateway.pid, gateway.url + CANDLES, plan.seconds)
        gateway.stop()
        _check_journal(gateway.state_dir / "journal.sqlite3", at_least=warm.requests + int(figures["orders count"]))
    return {
        **figures,
        "half rate": rate,
        "half p50": paced.p50_ms,
        "half p99": paced.p99_ms,
        "beyond disk": paced.p99_ms - disk.median_ms,
        "disk": disk.median_ms,
        "order bytes": grown_mb * 1e6 / figures["orders count"],
    }


def _measure_socket(plan: Plan) -> Figures:
    """The same orders over one WebSocket, without waiting for an answer before the next is sent."""
    with fresh_gateway(plan.work_dir, {"SOCKET_MESSAGES_PER_SECOND": MOST_MESSAGES}) as gateway:
        _open_account(gateway)
        before_s = cpu_seconds(gateway.pid)
        seen = run_in_child(
            "benchmarks.tools.sockets:pipeline_orders", core=CLIENT_CORE, port=gateway.port,
            path=f"/ws?account={ACCOUNT}", window=WINDOW, warmup_s=WARMUP_S, seconds=plan.seconds,
        )  # fmt: skip
        spent_s = cpu_seconds(gateway.pid) - before_s
        assert not seen["refused"], f"{seen['refused']} of {seen['answered']} orders were refused"
        gateway.stop()
        _check_journal(gateway.state_dir / "journal.sqlite3", at_least=int(seen["answered"]))
    return {"orders": seen["per_s"], "orders cpu": spent_s / seen["answered"] * 1e6}


def _measure_without_journal(plan: Plan) -> Figures:
    with fresh_gateway(plan.work_dir, {"SANDBOX_JOURNAL": "off"}) as gateway:
        _open_account(gateway)
        flood(gateway.url + ORDERS, seconds=WARMUP_S, orders=True, account=ACCOUNT)
        return _flooded("orders", gateway.pid, gateway.url + ORDERS, plan.seconds, True)


def _flooded(name: str, pid: int, url: str, seconds: float, is_write: bool = False) -> dict[str, float]:
    """Requests a second, and the microseconds of processor time that the server spent on one."""
    before_s = cpu_seconds(pid)
    seen = flood(url, seconds=seconds, orders=is_write, account=ACCOUNT)
    return {
        name: seen.per_s,
        f"{name} count": seen.requests,
        f"{name} cpu": (cpu_seconds(pid) - before_s) / seen.requests * 1e6,
    }


def _measure_peer(plan: Plan, module: str, paths: tuple[str, ...]) -> Figures:
    figures: dict[str, float] = {}
    with peer_server(f"{module}:application", plan.work_dir) as peer:
        for path in paths:
            url, is_write = f"{peer.url}/{path}", path == "orders"
            flood(url, seconds=WARMUP_S, orders=is_write)
            figures |= _flooded(path, peer.pid, url, plan.seconds, is_write)
    return figures


def _open_account(gateway: Gateway) -> None:
    gateway.lift_order_limit()
    gateway.call("POST", "/api/v1/accounts/", {"id": ACCOUNT, "name": "Benchmark", "balances": {"USDT": PLENTY}})


def _check_journal(path: Path, *, at_least: int) -> None:
    """Every answered order has its entry: the figure is not met by leaving work out."""
    journal = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    (entries,) = journal.execute("SELECT max(seq) FROM entries").fetchone()
    journal.close()
    assert entries > at_least, f"the journal has {entries} entries for {at_least} answered orders"


def _rows(figures: Mapping[str, list[Figures]]) -> list[Row]:
    orders, ticker, candles = (_of(figures, name) for name in ("orders", "ticker", "candles"))
    ours = figures["gateway"]
    rate, disk_ms = _median(ours, "half rate"), _median(ours, "disk")
    cpu_us = {name: _median(passes, "orders cpu") for name, passes in figures.items()}
    post = f"POST /orders/, {CONNECTIONS} connections"
    return [
        ratio_row(f"{post} ÷ FastAPI echo", orders, ours="gateway", peer="fastapi", unit="/s", target=1.0,
                  note="ours: all middleware, risk, match, journal, envelope; the peer validates, echoes and renders; "
                  "processor time a request, µs: " + ", ".join(f"{name} {each:.0f}" for name, each in cpu_us.items())),
        ratio_row(f"{post} ÷ stock Django ASGI + DRF", orders, ours="gateway", peer="django", unit="/s", target=10.0),
        ratio_row(f"{post} ÷ a bare ASGI echo", orders, ours="gateway", peer="bare", unit="/s"),
        ratio_row(f"orders over one WebSocket, pipelined ÷ {post}", orders, ours="socket", peer="gateway", unit="/s",
                  target=2.0, note=f"{WINDOW} under way; every answer is counted, and the journal afterwards"),
        figure_row("POST /orders/ at half of the peak, p99 beyond the disk", [each["beyond disk"] for each in ours],
                   unit="ms", target=LATENCY_TARGET_MS, better="lower",
                   note=f"{rate:,.0f} a second in an open model; p50 {_median(ours, 'half p50'):.2f} ms, p99 "
                   f"{_median(ours, 'half p99'):.2f} ms; a 4 KB fdatasync took {disk_ms:.2f} ms"),
        ratio_row("GET ticker ÷ FastAPI", ticker, ours="gateway", peer="fastapi", unit="/s", target=1.5),
        ratio_row("GET ticker ÷ bare ASGI", ticker, ours="gateway", peer="bare", unit="/s"),
        ratio_row("GET 1,000 candles ÷ FastAPI", candles, ours="gateway", peer="fastapi", unit="/s", target=1.5),
        ratio_row("GET 1,000 candles ÷ bare ASGI", candles, ours="gateway", peer="bare", unit="/s"),
        ratio_row("journal on ÷ off, POST /orders/", orders, ours="gateway", peer="no journal", unit="/s", target=0.9),
        figure_row("gateway's memory an open order", [each["order bytes"] for each in ours], unit="B", better="lower",
                   note="resident memory over the orders of the flood: exchange, published state, journal buffers"),
    ]  # fmt: skip


def _of(figures: Mapping[str, list[Figures]], key: str) -> dict[str, list[float]]:
    """One figure of every contender that has it, pass by pass."""
    return {name: [each[key] for each in passes] for name, passes in figures.items() if key in passes[0]}


def _median(passes: list[Figures], key: str) -> float:
    return statistics.median(each[key] for each in passes)
