"""Clients that close right after they sent an order: each order is absent or whole, and nothing of them is left behind."""

import json
import socket
import struct
import time

import psutil
import pytest

from tests.journeys.people import Trader
from tests.server import Server, run_server
from trading.audit import audit
from trading.journal.snapshots import SnapshotFolder

CLIENTS = 100
DEADLINE_S = 30
CLOSE_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: the close is a reset, and what was not sent is dropped
ORDER = {"symbol": "BTC-USDT", "side": "buy", "type": "limit", "quantity": "0.001", "price": "15000"}


def order_of(number: int) -> bytes:
    """The body of one client's order."""
    return json.dumps({**ORDER, "client_order_id": f"leaver-{number}"}).encode()


def leave(server: Server, number: int) -> None:
    """Send an order, or all but its last byte, and hang up: politely, or with a reset."""
    body = order_of(number)
    head = (
        f"POST /api/v1/orders/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nIdempotency-Key: leaver-{number}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        if number % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CLOSE_AT_ONCE)
        connection.sendall(head.encode() + (body[:-1] if number % 5 == 4 else body))


def wait_until_they_are_gone(process: psutil.Process) -> None:
    """Return when only one client, the one that stays, is connected."""
    deadline_s = time.monotonic() + DEADLINE_S
    while sum(each.status == psutil.CONN_ESTABLISHED for each in process.net_connections()) > 1:
        assert time.monotonic() < deadline_s, process.net_connections()


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
def test_a_hundred_clients_that_close_right_after_their_order(tmp_path, kind):
    with run_server(tmp_path, {"RATE_LIMIT_RPS": "0", "GATEWAY_SERVER": kind}) as server:
        with Trader(server.url) as trader:
            trader.get("orders/")
            process = psutil.Process(server.pid)
            descriptors, threads = process.num_fds(), process.num_threads()
            for number in range(CLIENTS):
                leave(server, number)
            wait_until_they_are_gone(process)
            whole = [trader.place(**ORDER, client_order_id=f"stayer-{number}")["id"] for number in range(20)]
            orders = trader.everything("orders/")
            listed = [order["client_order_id"] for order in orders]
            assert len(listed) == len(set(listed))
            assert {order["id"] for order in orders} >= set(whole)
            assert all((order["status"], order["quantity"]) == ("open", "0.00100") for order in orders)
            assert not any(name == f"leaver-{number}" for number in range(4, CLIENTS, 5) for name in listed)
            held = trader.get("balances/")["items"][0]["held"]
            assert float(held) == pytest.approx(15.0075 * len(orders))
            assert process.num_fds() <= descriptors + 1
            assert process.num_threads() <= threads + 8  # a pool of the server's may have grown, once
            for number in range(CLIENTS):
                if f"leaver-{number}" in listed:
                    headers = {"Idempotency-Key": f"leaver-{number}", "Content-Type": "application/json"}
                    again = trader.client.post("orders/", content=order_of(number), headers=headers)
                    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
            assert trader.everything("orders/") == orders
        server.kill()
        (journal,) = audit(server.state_dir / "journal.sqlite3", SnapshotFolder(server.state_dir / "snapshots"), None)
        assert journal.is_sound, journal.text
        server.start()
        with Trader(server.url) as trader:
            assert trader.everything("orders/") == orders
            assert trader.get("balances/")["items"][0]["held"] == held
