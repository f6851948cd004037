"""Too many requests: the usual limit, by the address of the socket, whatever a header claims."""

from collections.abc import Iterator

import pytest

from tests.faults.attacker import GOOD, Attacker
from tests.server import run_server
from tests.waiting import eventually

RATE_PER_S = 20
BURST = 40
REQUESTS = 200


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def hasty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacker]:
    """Somebody whose requests are counted."""
    with run_server(tmp_path_factory.mktemp(request.param), {"GATEWAY_SERVER": request.param}) as server:
        yield Attacker(server)


def test_an_invented_forwarded_address_helps_nobody_and_another_address_is_served(hasty: Attacker) -> None:
    answers = []
    for number in range(REQUESTS):
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"198.51.100.{number}", "X-Trace-Id": "hasty"}
        answers.append(hasty.ask("GET", "/api/v1/orders/", headers=headers))
    refused = [answer for answer in answers if answer.status == 429]
    assert [answer.status for answer in answers[:BURST]] == [200] * BURST
    assert len(refused) + len([answer for answer in answers if answer.status == 200]) == REQUESTS
    assert refused
    for answer in refused:
        assert answer.code == "RATE_LIMITED"
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["ratelimit-policy"] == f'"default";q={BURST};w={BURST // RATE_PER_S}'
        assert answer.headers["ratelimit"].startswith('"default";r=0;t=')
    neighbour = Attacker(hasty.server, address="127.0.0.9")
    assert neighbour.get("orders/").status == 200
    assert neighbour.get("orders/").headers["ratelimit"] == f'"default";r={BURST - 2};t=0'


async def test_the_log_names_the_address_of_the_socket(hasty: Attacker) -> None:
    trace_id = f"logged-{hasty.server.port}"
    hasty.ask("GET", "/api/v1/orders/", headers={"X-Forwarded-For": "203.0.113.5", "X-Trace-Id": trace_id})

    async def clients() -> list[str]:
        return [line["client"] for line in hasty.server.log_lines(trace_id) if "client" in line]

    assert await eventually(clients) == ["127.0.0.1"]


async def test_a_write_that_came_too_fast_is_executed_when_it_comes_again(hasty: Attacker) -> None:
    slipped = 0
    while True:
        while hasty.get("orders/").status != 429:
            pass
        key = {"Idempotency-Key": f"hasty-{hasty.server.port}-{slipped}"}
        first = hasty.post("orders/", GOOD, key)
        if first.status == 429:
            break
        slipped += 1  # a machine so busy that a token came in between
    assert first.code == "RATE_LIMITED"

    async def place_again() -> int:
        return hasty.post("orders/", GOOD, key).status

    assert await eventually(place_again, lambda status: status != 429) == 201
    neighbour = Attacker(hasty.server, address="127.0.0.10")
    assert len(neighbour.orders()) == slipped + 1


def test_pages_and_probes_are_not_counted(hasty: Attacker) -> None:
    while hasty.get("orders/").status != 429:
        pass
    for path in ("/readyz", "/metrics", "/api/schema/", "/api/docs/", "/static/admin/css/base.css"):
        assert hasty.ask("GET", path).status == 200
