"""A gateway under attack: the real one, over real sockets, under both servers, and proof that it took no harm."""

from collections.abc import Iterator

import pytest

from tests.faults.attacker import Attacker
from tests.server import run_server


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def attacker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacker]:
    """Somebody at 127.0.0.1 whose requests are not counted; the limit has tests of its own."""
    environment = {"GATEWAY_SERVER": request.param, "RATE_LIMIT_RPS": "0"}
    with run_server(tmp_path_factory.mktemp(request.param), environment) as server:
        attacker = Attacker(server)
        attacker.prepare()
        yield attacker
        assert "Traceback" not in attacker.log(), "no fault of ours is in the log"


@pytest.fixture
def unchanged(attacker: Attacker) -> Iterator[None]:
    """Whatever the test does: the state stays, the process lives, and the next good request is served."""
    before, pid = attacker.state(), attacker.server.pid
    yield
    assert attacker.server.process is not None
    assert (attacker.server.process.poll(), attacker.server.pid) == (None, pid)
    assert attacker.state() == before
    assert attacker.preview().status == 200
