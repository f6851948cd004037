#!/usr/bin/env python
"""Runs the gateway under a steady mix of orders, reads and sockets at half of its peak, and fails when it is not flat.

    .venv/bin/python benchmarks/soak.py                  # ten minutes
    .venv/bin/python benchmarks/soak.py --minutes 120

Memory, descriptors, threads and tasks are sampled; each must not rise over the run. An order stays readable for ever, so
what an order keeps is no leak: that much memory for each order placed is taken off, and said.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:1] = [str(ROOT), str(ROOT / "platform")]
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])

import uvloop  # noqa: E402 - the path comes first

from benchmarks.tools.environment import CLIENT_CORE, ensure_two_cores, machine  # noqa: E402
from benchmarks.tools.mixed_load import ACCOUNT, PLENTY, MixedLoad  # noqa: E402
from benchmarks.tools.samples import Sample, judge, take_sample  # noqa: E402
from benchmarks.tools.servers import Gateway, WatchedGateway, fresh_gateway  # noqa: E402

WORK_DIR = Path(__file__).resolve().parent / ".work"
PEAK_SECONDS = 5.0
SETTLE_SHARE = 0.2
"""The first part of a run is not judged: caches, pools and the allocator fill up."""

SAMPLES = 120


def main() -> int:
    """Soak and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="how long, 10 if not said")
    minutes = parser.parse_args().minutes
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that the gateway is ended too
    ensure_two_cores()
    WORK_DIR.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK_DIR) as folder:
        environment = {"HTTP_REQUEST_TIMEOUT_SECS": "30"}
        with fresh_gateway(Path(folder), environment, WatchedGateway) as gateway:
            os.sched_setaffinity(0, {CLIENT_CORE})
            gateway.lift_order_limit()
            gateway.call("POST", "/api/v1/accounts/", {"id": ACCOUNT, "name": "Soak", "balances": PLENTY})
            samples, load = uvloop.run(_soak(gateway, minutes * 60))
    print(f"{machine()}; {minutes:g} minutes at {load.rate_per_s:,.0f} requests a second, half of the peak.")
    done = f"{load.answered:,} answers, {load.placed:,} orders placed, {load.sockets_opened:,} sockets opened"
    print(f"{done}; {load.faults.total():,} faults.")
    verdicts = judge(samples[int(len(samples) * SETTLE_SHARE) :])
    for verdict in verdicts:
        print(verdict.text)
    for fault, times in load.faults.most_common():
        print(f"  fault, {times:,} times: {fault}")
    return 0 if not load.faults and all(verdict.is_flat for verdict in verdicts) else 1


async def _soak(gateway: Gateway, seconds: float) -> tuple[list[Sample], MixedLoad]:
    """Find the peak, then keep half of it while samples are taken."""
    load = MixedLoad(gateway.port)
    peak_per_s = await load.find_peak(PEAK_SECONDS)
    running = asyncio.create_task(load.run(peak_per_s / 2))
    samples: list[Sample] = []
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + seconds
    try:
        while loop.time() < ends_s and not running.done():
            await asyncio.sleep(seconds / SAMPLES)
            samples.append(await take_sample(gateway, load.placed))
            print(samples[-1], file=sys.stderr, flush=True)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return samples, load


if __name__ == "__main__":
    sys.exit(main())
