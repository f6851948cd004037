"""What a start costs: nothing is loaded that the gateway does not need at once, and little memory stays taken."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.journeys.people import Trader
from tests.server import run_server

ROOT = Path(__file__).resolve().parents[2]
IDLE_LIMIT_BYTES = 200 * 1024 * 1024
NOT_AT_START = {
    "polars": "files are read in workers, and data sets when somebody asks for them",
    "numpy": "prices of the feed and the exchange are integers",
    "statsmodels": "tests of time series run in workers",
    "scipy": "the same",
    "pandas": "it comes with calendars of exchanges and with statsmodels",
    "twisted": "it belongs to Daphne, the other server",
    "daphne": "it is loaded when it serves",
    "redis": "only a configured Redis needs its client",
    "django_redis": "the same",
    "opentelemetry": "spans are only made where they are sent somewhere",
    "stamina": "what is read with retries loads it",
    "ccxt": "a live source loads the one exchange it follows",
    "aiohttp": "whoever connects to somewhere else loads it",
    "rich": "it draws the progress bars of commands",
    "reportlab": "a worker that writes a PDF loads it",
    "xlsxwriter": "the same of a workbook",
    "PIL": "what reportlab stands on",
    "matplotlib": "an oracle of tests brings it along; nothing of ours draws with it",
}


def loaded_modules(tmp_path: Path, **environment: str) -> set[str]:
    """The packages that the application has loaded once it could serve."""
    code = "import sys, gateway.asgi; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    folders = {"STATE_DIR": str(tmp_path / "var"), "LOG_DIR": str(tmp_path / "logs")}
    path = os.pathsep.join((str(ROOT), str(ROOT / "platform")))
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path} | folders | environment,
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return set(ended.stdout.split())


def test_the_gateway_loads_nothing_that_it_does_not_need_at_once(tmp_path: Path) -> None:
    loaded = loaded_modules(tmp_path)
    assert "trading" in loaded
    assert loaded & NOT_AT_START.keys() == set()


def test_a_configured_redis_has_its_client_and_keeps_nobody_waiting_for_it(tmp_path: Path) -> None:
    assert "trading" in loaded_modules(tmp_path, REDIS_URL="redis://127.0.0.1:1/0")


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
def test_an_idle_gateway_is_small(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    with run_server(tmp_path, {"GATEWAY_SERVER": kind}) as server, Trader(server.url) as trader:
        trader.wait_until("markets/", lambda markets: markets["items"])
        process = psutil.Process(server.pid)
        taken = sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
        with capsys.disabled():  # how fast it is depends on the machine: told, not judged
            print(f"\n{kind}: ready {server.ready_after_s:.2f} s after its start, {taken / 2**20:.0f} MiB when idle")
        assert taken < IDLE_LIMIT_BYTES
