"""The journal alone, with producers that wait until what they appended is durable."""

from typing import Any

import msgspec

from benchmarks.tools.child import run_in_child
from benchmarks.tools.disk import measure_disk
from benchmarks.tools.environment import ensure_peers
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, figure_row, ratio_row

PRODUCERS = 32


def run(plan: Plan) -> list[Row]:
    """Measure and judge. The disk is measured in every pass, too."""
    peers = ensure_peers()
    common: dict[str, Any] = {"folder": str(plan.work_dir), "seconds": plan.seconds}
    shared = {**common, "producers": PRODUCERS, "line_bytes": _entry_bytes()}

    def ours(producers: int) -> Any:
        return run_in_child("benchmarks.ours.journal:measure", **common, producers=producers)

    figures = alternate(
        plan,
        {
            "ours": lambda: ours(PRODUCERS),
            "file": lambda: run_in_child("benchmarks.peers.plain_file:measure", python=peers, **shared),
            "acreate": lambda: run_in_child("benchmarks.peers.django_acreate:measure", python=peers, **shared),
            "one": lambda: ours(1),
            "disk": lambda: msgspec.to_builtins(measure_disk(plan.work_dir)),
        },
    )
    speeds = {name: [each["per_s"] for each in passes] for name, passes in figures.items() if name != "disk"}
    sync_ms = [each["median_ms"] for each in figures["disk"]]
    size = f"{shared['line_bytes']}-byte entries, SQLite WAL with synchronous FULL, hash chain"
    return [
        figure_row("the disk's own 4 KB fdatasync", sync_ms, unit="ms", better="lower"),
        ratio_row(f"journal, {PRODUCERS} producers ÷ plain file with fdatasync", speeds, ours="ours", peer="file",
                  unit="/s", target=0.5, note=size),
        ratio_row(f"journal, {PRODUCERS} producers ÷ Django acreate", speeds, ours="ours", peer="acreate", unit="/s",
                  target=14.0),
        figure_row(f"journal, {PRODUCERS} producers, p99 of an append", [each["p99_ms"] for each in figures["ours"]],
                   unit="ms", better="lower"),
        figure_row("journal, 1 producer, p99 of an append", [each["p99_ms"] for each in figures["one"]], unit="ms",
                   better="lower"),
    ]  # fmt: skip


def _entry_bytes() -> int:
    """The size of an entry of ours, so that the peers write as much."""
    from benchmarks.ours.journal import make_entry

    return len(msgspec.json.encode(make_entry(1, 1)))
