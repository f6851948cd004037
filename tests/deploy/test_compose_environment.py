"""A gateway in the environment that compose.yml gives it, but for its folders and the services beside it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from tests.server import ROOT, Server, run_server

SERVICE = yaml.safe_load((ROOT / "deploy" / "compose.yml").read_text())["services"]["gateway-1"]
BESIDE = {"DATABASE_URL", "JOURNAL_URL", "MARKET_SOURCE", "REDIS_URL", "DASK_SCHEDULER", "STATE_DIR", "LOG_DIR"}
HOST = "desk.example.org"
FOR_PROMETHEUS = {"Host": "gateway-1:8080"}


def filled(value: str) -> str:
    """A value as compose makes it."""
    return re.sub(r"\$\{SANDBAR_HOST[^}]*\}", HOST, value)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environment = {name: filled(value) for name, value in SERVICE["environment"].items() if name not in BESIDE}
    assert environment["DISABLE_AUTH"] == "0"
    with run_server(tmp_path_factory.mktemp("composed"), environment) as server:
        yield server


def test_prometheus_reads_the_figures_with_a_key_that_may_do_nothing_else(server: Server) -> None:
    key = server.add_key("prometheus", "--scope", "read")
    with httpx.Client(base_url=server.url, headers=FOR_PROMETHEUS, timeout=30) as client:
        assert client.get("/metrics").status_code == 401
        authorized = {"Authorization": f"Bearer {key}"}
        for _ in range(100):  # a running gateway looks for new keys every two seconds
            answer = client.get("/metrics", headers=authorized)
            if answer.status_code == 200:
                break
            assert answer.status_code in (401, 429), answer.text
            server_process = server.process
            assert server_process is not None
            with pytest.raises(subprocess.TimeoutExpired):
                server_process.wait(0.1)
        assert "sandbar_journal_writable 1" in answer.text
        order = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}
        assert client.post("/api/v1/orders/", json=order, headers=authorized).status_code == 403


def test_people_come_by_the_installations_name_and_by_no_other(server: Server) -> None:
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {server.key}"}, timeout=30) as client:
        assert client.get("/api/v1/accounts/", headers={"Host": HOST}).status_code == 200
        assert client.get("/api/v1/accounts/", headers={"Host": "localhost:8081"}).status_code == 200
        assert client.get("/api/v1/accounts/", headers={"Host": "evil.example"}).status_code == 400


def test_the_health_check_of_the_container_says_whether_it_is_ready(server: Server, tmp_path: Path) -> None:
    test = SERVICE["healthcheck"]["test"]
    assert test[:3] == ["CMD", "python", "-c"]
    code = test[3].replace(":8080", f":{server.port}")
    assert code != test[3]
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    elsewhere = test[3].replace(":8080", ":1")
    assert subprocess.run([sys.executable, "-c", elsewhere], check=False, stderr=subprocess.DEVNULL).returncode != 0
