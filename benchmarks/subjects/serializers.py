"""The compiled serializer base against DRF on the same fields."""

from typing import Any

from benchmarks.tools.child import run_in_child
from benchmarks.tools.environment import SERVER_CORE
from benchmarks.tools.passes import Plan, alternate
from benchmarks.tools.rows import Row, ratio_row


def run(plan: Plan) -> list[Row]:
    """Measure and judge; how many times faster, hence DRF's time over ours."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "gateway.settings",
        "STATE_DIR": str(plan.work_dir / "state"),
        "LOG_DIR": str(plan.work_dir / "logs"),
    }

    def measure() -> Any:
        return run_in_child(
            "benchmarks.ours.serializers:measure", core=SERVER_CORE, environment=environment, seconds=plan.seconds
        )

    # one process holds all contenders: they alternate inside of it, twenty times a second
    passes = alternate(plan, {"serializers": measure})["serializers"]
    times = {name: [each[name] for each in passes] for name in passes[0]}
    return [
        _speedup("compiled serializer in: DRF's time ÷ ours", times, "in", 35.0),
        _speedup("compiled serializer out: DRF's time ÷ ours", times, "out", 30.0),
        ratio_row("compiled in ÷ hand-written msgspec", times, ours="compiled in", peer="msgspec in", unit="µs"),
        ratio_row("compiled out ÷ hand-written msgspec", times, ours="compiled out", peer="msgspec out", unit="µs"),
    ]


def _speedup(name: str, times: dict[str, list[float]], way: str, target: float) -> Row:
    speeds = {each: [1 / time for time in figures] for each, figures in times.items()}
    row = ratio_row(name, speeds, ours=f"compiled {way}", peer=f"drf {way}", unit="calls/µs", target=target)
    return Row(
        name=name, value=row.value, target=target, ours=1 / (row.ours or 1), peer=1 / (row.peer or 1), unit="µs",
        spread=row.spread, note="the order of POST /orders/: six fields in, 23 out; hand-written msgspec checks no rules",
    )  # fmt: skip
