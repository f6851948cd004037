"""Research on a cluster: a data set imported and swept by two workers comes to what the gateway's own processes find."""

from pathlib import Path
from typing import Any

import pytest

from tests.jobs.cluster_scene import ClusterScene
from tests.journeys.people import Trader
from tests.server import compile_kernels, run_server

MINUTES = 3_000
ENVIRONMENT = {"RATE_LIMIT_RPS": "10000", "LONG_WORK_PER_MINUTE": "0"}
SWEEP = {
    "symbols": ["NEW-USD"],
    "interval": "1m",
    "strategy": {
        "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
        "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
    },
    "parameters": {"fast": {"from": 3, "to": 12}, "slow": {"from": 20, "to": 60, "step": 5}},
}


def candles() -> str:
    """Minutes of a price that swings, so that averages cross."""
    rows = []
    for minute in range(MINUTES):
        close = 100 + (minute * 7 % 41) / 4 + abs(minute % 200 - 100) / 10
        rows.append(f"{1_546_300_800 + 60 * minute},{close},{close + 1},{close - 1},{close},10\n")
    return "time,open,high,low,close,volume\n" + "".join(rows)


def found_by(person: Trader, file: Path) -> dict[str, Any]:
    """Import the candles and sweep them; what came of it, without its id."""
    person.import_file(file, symbol="NEW-USD", interval="1m", kind="candles")
    result: dict[str, Any] = person.result_of(person.call("POST", "backtests/sweeps/", json=SWEEP))
    assert result.pop("sweep_id")
    for each in result["data"]:
        each.pop("source")  # names the data set, which is another one in another gateway
    return result


@pytest.mark.timeout(300)
def test_two_workers_find_what_the_gateway_finds_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "candles.csv"
    file.write_text(candles())
    compile_kernels()
    alone = tmp_path / "alone"
    alone.mkdir()
    with run_server(alone, ENVIRONMENT) as server, Trader(server.url) as person:
        expected = found_by(person, file)
    together = tmp_path / "together"
    together.mkdir()
    scene = ClusterScene(together, settings="gateway.settings")
    try:
        scene.start_scheduler()
        workers = [scene.start_worker(name) for name in ("one", "two")]
        for worker in workers:
            worker.wait_for("serves")
        environment = {**ENVIRONMENT, "DASK_SCHEDULER": scene.address}
        with run_server(together, environment) as server, Trader(server.url) as person:
            assert found_by(person, file) == expected
            first, second = (
                person.call("POST", "backtests/sweeps/", params={"wait": 0}, json={**SWEEP, "seed": seed})
                for seed in (1, 2)
            )
            assert person.result_of(first)["best"] == person.result_of(second)["best"] == expected["best"]
    finally:
        scene.close()
    assert expected["combinations"] == 90
    assert expected["best"]["trades"] > 5
