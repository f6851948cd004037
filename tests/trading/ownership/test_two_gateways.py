"""Two gateways on one database of journals: each answers for its accounts, and stands in for the other when it is gone."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.journeys.people import Refused, Trader, Watcher
from tests.postgres import PostgresServer
from tests.server import Server, ServerFailed
from tests.shared_journal import gateway_of, run_shared_postgres
from tests.waiting import until

BUY = {"symbol": "BTC-USDT", "side": "buy", "type": "market", "quantity": "0.01"}
LOW = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "1000"}
TAKEN_OVER_WITHIN_S = 20.0


class Pair:
    """The two of them and their database."""

    def __init__(self, postgres: PostgresServer, first: Server, second: Server) -> None:
        self.postgres, self.first, self.second = postgres, first, second


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    with run_shared_postgres() as postgres, ExitStack() as stack:
        url = postgres.make_database("journals")
        gateways = [gateway_of(folder, name, url) for name in ("first", "second")]
        for gateway in gateways:
            stack.callback(gateway.stop)
            gateway.start()
        yield Pair(postgres, *gateways)


def end_sessions(pair: Pair) -> None:
    """Every session of both of them ends, as when Postgres is started anew."""
    pair.postgres.query(
        "journals",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sandbar journal'",
    )


def opens_accounts(gateway: Server) -> bool:
    """Whether it writes down whose an account is."""
    name = f"probe-{gateway.environment['GATEWAY_NAME']}"
    return ask(gateway, "POST", "accounts/", name, json={"id": name, "name": name}).status_code in (201, 409)


def opened(gateway: Server, account: str) -> Trader:
    """A trader with a new account on a gateway."""
    trader = Trader(gateway.url, account)
    trader.call("POST", "accounts/", json={"id": account, "name": account})
    trader.wait_until("markets/", lambda markets: any(m["symbol"] == "BTC-USDT" for m in markets["items"]))
    return trader


def ask(gateway: Server, method: str, path: str, account: str, **more: Any) -> httpx.Response:
    headers = {"X-Account": account, **more.pop("headers", {})}
    return httpx.request(method, f"{gateway.url}/api/v1/{path}", headers=headers, timeout=30, **more)


def shown_by(gateway: Server, account: str) -> Any:
    """The orders and balances of an account; None while the gateway does not answer for it."""
    answers = [ask(gateway, "GET", path, account) for path in ("orders/?status=all", "balances/")]
    if any(answer.status_code != 200 for answer in answers):
        return None
    orders, balances = (answer.json()["data"]["items"] for answer in answers)
    return orders, [{name: value for name, value in each.items() if name != "worth"} for each in balances]


def said_of_ownership(gateway: Server) -> list[str]:
    """What a gateway's health says of whom it answers for."""
    checks = httpx.get(f"{gateway.url}/health").json()["data"]["checks"]
    return [check["detail"] for check in checks if check["name"] == "ownership"]


def test_the_account_that_everybody_starts_with_is_with_one_of_them(pair: Pair) -> None:
    statuses = [ask(gateway, "GET", "balances/", "default").status_code for gateway in (pair.first, pair.second)]
    assert sorted(statuses) == [200, 421]


def test_a_gateway_names_the_owner_of_an_account_that_is_not_its_own(pair: Pair) -> None:
    with opened(pair.first, "named"):
        refused = ask(pair.second, "POST", "orders/", "named", json=BUY)
        assert refused.status_code == 421
        assert refused.json()["error"] == {"code": "MISDIRECTED", "details": {"account": "named", "owner": "first"}}
        assert refused.headers["x-account-owner"] == "first"
        by_path = httpx.get(f"{pair.second.url}/api/v1/accounts/named/")
        assert (by_path.status_code, by_path.headers["x-account-owner"]) == (421, "first")
        assert ask(pair.first, "GET", "orders/?status=all", "named").json()["data"]["items"] == []


def test_an_account_is_opened_once_whomever_one_asks(pair: Pair) -> None:
    with opened(pair.first, "once"):
        again = ask(pair.second, "POST", "accounts/", "default", json={"id": "once", "name": "Again"})
        assert (again.status_code, again.headers["x-account-owner"]) == (421, "first")
        again = ask(pair.first, "POST", "accounts/", "default", json={"id": "once", "name": "Again"})
        assert (again.status_code, again.json()["error"]["code"]) == (409, "ACCOUNT_EXISTS")


def test_an_account_that_nobody_has_is_not_found(pair: Pair) -> None:
    for gateway in (pair.first, pair.second):
        answer = ask(gateway, "GET", "balances/", "nobody")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "UNKNOWN_ACCOUNT")


def test_a_key_that_was_turned_away_can_be_used_where_it_belongs(pair: Pair) -> None:
    with opened(pair.second, "keyed"):
        headers = {"Idempotency-Key": "one-order"}
        assert ask(pair.first, "POST", "orders/", "keyed", json=BUY, headers=headers).status_code == 421
        placed = [ask(pair.second, "POST", "orders/", "keyed", json=BUY, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in placed] == [201, 201]
        assert placed[0].content == placed[1].content
        assert ask(pair.first, "POST", "orders/", "keyed", json=BUY, headers=headers).status_code == 421


def test_a_socket_is_turned_away_at_its_handshake(pair: Pair) -> None:
    with opened(pair.first, "listened"):
        with pytest.raises(InvalidStatus) as refusal, connect(f"{pair.second.websocket_url}?account=listened"):
            pytest.fail("it was let in")
        answer = refusal.value.response
        assert (answer.status_code, answer.headers["x-account-owner"]) == (421, "first")
        assert answer.body is not None
        assert json.loads(answer.body)["error"]["code"] == "MISDIRECTED"
        with Watcher(pair.first.websocket_url, ["orders"], "listened") as watcher:
            assert watcher.acknowledged["type"] == "ack"


def test_a_fork_belongs_to_the_gateway_of_its_source(pair: Pair) -> None:
    with opened(pair.first, "forked") as trader, opened(pair.second, "taken"):
        trader.place(**BUY)
        sequence = trader.call("POST", "accounts/forked/fork/", json={"id": "fork-now"})
        assert sequence["id"] == "fork-now"
        entries = ask(
            pair.first, "POST", "accounts/forked/fork/", "forked", json={"id": "then", "from_sequence": 10**9}
        )
        assert entries.status_code == 400
        assert ask(pair.second, "GET", "balances/", "fork-now").status_code == 421
        refused = ask(pair.first, "POST", "accounts/forked/fork/", "forked", json={"id": "taken"})
        assert refused.status_code == 421


def test_a_second_gateway_of_the_same_name_does_not_start(pair: Pair) -> None:
    namesake = Server(pair.first.folder.parent, dict(pair.first.environment))
    namesake.environment |= {"GATEWAY_PORT": str(namesake.port), "STATE_DIR": str(namesake.state_dir)}
    with pytest.raises(ServerFailed, match="Another gateway named first holds the journal of that name"):
        namesake.start()


def test_the_journal_command_reads_the_shard(pair: Pair) -> None:
    with opened(pair.first, "verified") as trader:
        trader.place(**BUY)
    verified = pair.first.run_command("journal", "verify")
    assert verified.returncode == 0, verified.stderr
    assert "journal: ok" in verified.stdout
    assert "shared journal, first" in pair.first.run_command("journal", "stats").stdout


def test_a_session_that_was_lost_stops_no_more_than_a_moment(pair: Pair) -> None:
    with opened(pair.first, "cut-off") as trader:
        before = trader.place(**LOW)
        end_sessions(pair)
        statuses: list[int] = []

        def goes_on() -> bool:
            statuses.append(ask(pair.first, "POST", "orders/", "cut-off", json=LOW).status_code)
            return statuses[-1] == 201

        until(goes_on, TAKEN_OVER_WITHIN_S)
        assert set(statuses) <= {201, 503}
        assert 503 in statuses
        orders = trader.everything("orders/")
        assert before["id"] in [order["id"] for order in orders]
        assert len(orders) == 2
    for gateway in (pair.first, pair.second):  # each session is opened anew at its next use
        until(partial(opens_accounts, gateway), TAKEN_OVER_WITHIN_S)


def test_a_gateway_that_writes_nothing_notices_that_its_session_was_lost(pair: Pair) -> None:
    with opened(pair.second, "idle"):
        before = shown_by(pair.second, "idle")
        pair.second.suspend()  # so that it notices nothing before the other has taken its accounts over
        try:
            end_sessions(pair)
            until(lambda: shown_by(pair.first, "idle") is not None, TAKEN_OVER_WITHIN_S)
            assert shown_by(pair.first, "idle") == before
        finally:
            pair.second.resume()
        until(lambda: ask(pair.first, "GET", "balances/", "idle").status_code == 421, TAKEN_OVER_WITHIN_S)
        until(lambda: shown_by(pair.second, "idle") == before, TAKEN_OVER_WITHIN_S)
        assert ask(pair.second, "POST", "orders/", "idle", json=LOW).status_code == 201


def test_the_accounts_of_a_killed_gateway_come_back_on_the_other_and_go_home_again(pair: Pair) -> None:
    with opened(pair.first, "moved") as trader:
        filled, resting = trader.place(**BUY), trader.place(**LOW)
        headers = {"Idempotency-Key": "before-the-kill"}
        first_answer = ask(pair.first, "POST", "orders/", "moved", json=LOW, headers=headers)
        before = shown_by(pair.first, "moved")
        pair.first.kill()
        until(lambda: shown_by(pair.second, "moved") is not None, TAKEN_OVER_WITHIN_S)
    assert shown_by(pair.second, "moved") == before
    assert {filled["id"], resting["id"]} <= {order["id"] for order in before[0]}
    again = ask(pair.second, "POST", "orders/", "moved", json=LOW, headers=headers)
    assert again.content == first_answer.content
    until(lambda: "Standing in for first." in said_of_ownership(pair.second))  # a report is kept for a second
    kept_elsewhere = ask(pair.second, "GET", "alerts/", "moved")
    assert kept_elsewhere.status_code == 503
    assert "The gateway first keeps this and is away" in kept_elsewhere.json()["message"]
    with Trader(pair.second.url, "moved") as trader, Watcher(pair.second.websocket_url, ["orders"], "moved") as watcher:
        canceled = trader.call("DELETE", f"orders/{resting['id']}/")
        placed = trader.place(**BUY)
        watcher.wait_for(lambda frames: len(frames["orders"]) > 2)
        assert [update["id"] for update in watcher.updates("orders")][:2] == [canceled["id"], placed["id"]]
        there = shown_by(pair.second, "moved")
        pair.first.start()
        # While it is handed back, nobody answers for it for a moment.
        until(lambda: ask(pair.second, "GET", "balances/", "moved").status_code != 503, TAKEN_OVER_WITHIN_S)
        with pytest.raises(Refused) as gone:
            trader.get("balances/")
        assert (gone.value.status, gone.value.details["owner"]) == (421, "first")
        watcher.wait_for(lambda frames: frames["error"])
        assert watcher.frames["error"][0]["code"] == "MISDIRECTED"
    assert shown_by(pair.first, "moved") == there
    verified = pair.first.run_command("journal", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
