"""`manage.py journal`: what it says of a sound journal, of a damaged one, and that it changes nothing."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.trading.desk.bench import Bench
from trading.journal.entries import GENESIS_HASH, chain_hash
from trading.journal.stores import SqliteStore
from trading.sandbox.orders import CancelOrder, OrderType, PlaceOrder, ResetAccount, Side, TimeInForce


def order(number: int, **changes: Any) -> PlaceOrder:
    values: dict[str, Any] = {
        "order_id": f"order-{number}",
        "account_id": "default",
        "symbol": "BTC-USDT",
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "quantity_lots": 1_000,
        "price_ticks": 5_000_000,
    }
    return PlaceOrder(**{**values, **changes})


MARKET = {"type": OrderType.MARKET, "time_in_force": TimeInForce.IOC, "price_ticks": None}


@pytest.fixture
async def bench(tmp_path: Path, make_update) -> Bench:
    """A journal of 27 entries, with snapshots and a history, and its desk still running."""
    bench = Bench(lambda: SqliteStore(tmp_path / "journal.sqlite3"), tmp_path)
    bench.keep_house_every, bench.kept_ended_orders = 10, 2
    desk = await bench.started_desk()
    desk.on_market(make_update(6_000_000))
    for number in range(12):
        desk.execute(order(number, client_order_id=f"=cmd-{number}"), actor="10.0.0.1")
        if number % 2:
            desk.execute(CancelOrder(order_id=f"order-{number}", account_id="default"))
        await desk.wait_until_durable()
        await desk.wait_for_housekeeping()
    desk.execute(order(12, **MARKET))
    await desk.wait_until_durable()
    await desk.wait_for_housekeeping()
    await desk.commit([desk.execute(order(13, quantity_lots=10**15))])  # refused, and kept so
    for each in ("second", "third"):
        desk.execute(bench_account(each))
    desk.execute(order(14, account_id="second", **MARKET))
    desk.execute(ResetAccount(account_id="second", balances={"USDT": 5 * 10**8}))
    await desk.commit([desk.execute(ResetAccount(account_id="third", balances={"USDT": 7 * 10**8}))])
    await desk.wait_for_housekeeping()
    yield bench
    await desk.stop()


def bench_account(account_id: str):
    from tests.trading.desk.bench import open_account_command

    return open_account_command(account_id)


def run(bench: Bench, *arguments: str) -> str:
    out = io.StringIO()
    call_command("journal", *arguments, "--state-dir", str(bench.folder), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def content_of(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and "-shm" not in path.name
    }


async def test_a_sound_journal_is_said_to_be_so_beside_its_running_gateway(bench):
    before = content_of(bench.folder)
    desk = bench.desks[-1]
    said = run(bench, "verify").splitlines()
    assert (
        said[0]
        == f"journal: ok. {desk.entries} entries, chained and followed to the end. State hash {desk.exchange.state_hash()}."
    )
    snapshots = [line for line in said if ".snapshot: ok." in line]
    assert len(snapshots) == len(bench.snapshots()) == 2
    assert said[-1] == f"history: ok. {desk.history.count()[0]} ended orders, as the journal has them"
    assert desk.history.count()[0] > 0
    assert content_of(bench.folder) == before
    await desk.commit([desk.execute(order(99))])


def spoil(folder: Path, file: str, *statements: str) -> None:
    connection = sqlite3.connect(folder / file)
    if file.startswith("journal"):
        connection.executescript("DROP TRIGGER entries_keep_on_update; DROP TRIGGER entries_keep_on_delete;")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE entries SET body = replace(body, 'order-3', 'order-4') WHERE seq = 6",
            "at entry 6: its content is not",
        ),
        ("DELETE FROM entries WHERE seq = 8", "at entry 8: the next entry is number 9"),
        ("DELETE FROM entries WHERE seq > 20", "at entry 21: the journal once reached entry 26"),
    ],
)
async def test_the_first_entry_that_does_not_fit_is_named(bench, statement, said):
    await bench.desks[-1].stop()
    spoil(bench.folder, "journal.sqlite3", statement)
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"Not sound: journal.*docs/journal\.md"):
        call_command("journal", "verify", "--state-dir", str(bench.folder), stdout=out)
    assert f"journal: NOT OK. The journal does not fit {said}" in out.getvalue()


async def test_an_entry_forged_with_its_whole_chain_is_found_by_what_it_leads_to(bench):
    await bench.desks[-1].stop()
    connection = sqlite3.connect(bench.folder / "journal.sqlite3")
    connection.executescript("DROP TRIGGER entries_keep_on_update;")
    head = GENESIS_HASH
    for seq, written in connection.execute("SELECT seq, body FROM entries ORDER BY seq").fetchall():
        body = written.replace('order-1"', 'order-77"') if seq == 4 else written
        head = chain_hash(head, seq, body.encode())
        connection.execute("UPDATE entries SET hash = ?, body = ? WHERE seq = ?", (head, body, seq))
    connection.execute("UPDATE head SET hash = ?", (head,))
    connection.commit()
    connection.close()
    with pytest.raises(CommandError, match="Not sound: journal"):
        run(bench, "verify")


async def test_a_snapshot_and_a_history_that_do_not_agree_are_named(bench):
    await bench.desks[-1].stop()
    newest, before = bench.snapshots()
    text = before.path.read_bytes()
    before.path.write_bytes(text.replace(b'"held_units":', b'"held_units":1', 1))
    spoil(bench.folder, "history.sqlite3", "UPDATE orders SET body = replace(body, '1000', '1001')")
    out = io.StringIO()
    with pytest.raises(CommandError, match=f"Not sound: {before.path.name}, history"):
        call_command("journal", "verify", "--state-dir", str(bench.folder), stdout=out)
    assert "its checksum does not fit" in out.getvalue()
    assert f"{newest.path.name}: ok." in out.getvalue()
    assert "journal: ok." in out.getvalue()


async def test_a_snapshot_whose_state_is_not_the_journals_is_named(bench):
    from trading.journal.snapshots import SnapshotFolder, read_snapshot

    await bench.desks[-1].stop()
    newest = bench.snapshots()[0]
    head, lines = read_snapshot(newest.path)
    altered = [line.rstrip(b"\n").replace(b'"total_units":', b'"total_units":9') for line in lines]
    SnapshotFolder(bench.folder / "snapshots").write(head, altered)
    with pytest.raises(CommandError, match=f"Not sound: {newest.path.name}"):
        run(bench, "verify")


async def test_stats_count_what_is_there(bench):
    stats = json.loads(run(bench, "stats", "--json"))
    desk = bench.desks[-1]
    assert stats["entries"] == desk.entries == 26
    assert stats["entries_by_kind"] == {
        "place_order": 15, "cancel_order": 6, "open_account": 3, "reset_account": 2,
    }  # fmt: skip
    assert stats["events_by_kind"]["order_accepted"] == 14
    assert stats["events_by_kind"]["order_rejected"] == 1
    assert (stats["accounts"], stats["resets"], stats["instruments"]) == (3, 2, ["BTC-USDT"])
    assert stats["first_recorded_at"] == stats["last_recorded_at"] == "2023-11-14T22:13:20.000Z"
    assert [snapshot["entry"] for snapshot in stats["snapshots"]] == [file.seq for file in bench.snapshots()]
    assert stats["history_orders"] == desk.history.count()[0]
    text = run(bench, "stats")
    assert "entries by kind: place_order 15, cancel_order 6" in text


async def test_an_export_as_json_can_be_proved_without_sandbar(bench):
    head = GENESIS_HASH
    lines = run(bench, "export").splitlines()
    for number, line in enumerate(lines, start=1):
        entry = json.loads(line)
        body = line.partition('"entry":')[2][:-1].encode()
        head = chain_hash(head, number, body)
        assert (entry["seq"], entry["hash"]) == (number, head.hex())
    assert len(lines) == 26
    assert [json.loads(line)["seq"] for line in run(bench, "export", "--from-seq", "25").splitlines()] == [25, 26]


async def test_an_export_of_one_account_holds_nothing_of_the_others(bench):
    entries = [json.loads(line) for line in run(bench, "export", "--account", "second").splitlines()]
    assert [entry["entry"]["kind"] for entry in entries] == ["open_account", "place_order", "reset_account"]
    assert all("hash" not in entry for entry in entries)
    assert "default" not in run(bench, "export", "--account", "second")


async def test_an_export_as_csv_is_a_table_a_person_can_read(bench, tmp_path):
    output = tmp_path / "journal.csv"
    run(bench, "export", "--format", "csv", "--output", str(output))
    rows = list(csv.DictReader(io.StringIO(output.read_text())))
    placed = next(row for row in rows if row["order_id"] == "order-1")
    assert (placed["event"], placed["account"], placed["symbol"]) == ("order_accepted", "default", "BTC-USDT")
    assert (placed["quantity"], placed["price"], placed["actor"]) == ("0.01000", "50000.00", "10.0.0.1")
    assert placed["client_order_id"] == "'=cmd-1"  # or a spreadsheet would compute it
    fill = next(row for row in rows if row["event"] == "order_filled")
    assert (fill["order_id"], fill["price"], fill["liquidity"]) == ("order-12", "60000.01", "taker")
    assert float(fill["fee"]) > 0
    refused = next(row for row in rows if row["event"] == "order_rejected")
    assert refused["code"] == "INSUFFICIENT_BALANCE" and refused["reason"]
    opened = rows[0]
    assert (opened["event"], opened["balances"]) == ("account_opened", "USDT 100000")
    assert {path.name for path in tmp_path.glob("*journal.csv*")} == {"journal.csv"}


async def test_an_export_stops_where_the_journal_is_damaged(bench, tmp_path):
    await bench.desks[-1].stop()
    spoil(bench.folder, "journal.sqlite3", "UPDATE entries SET body = '{}' WHERE seq = 5")
    output = tmp_path / "journal.jsonl"
    with pytest.raises(CommandError, match="does not fit at entry 5"):
        run(bench, "export", "--output", str(output))
    assert not output.exists()


@pytest.mark.parametrize("action", ["verify", "stats", "export"])
def test_where_there_is_no_journal_it_is_said(tmp_path, action):
    with pytest.raises(CommandError, match=r"There is no journal .*journal\.sqlite3"):
        call_command("journal", action, "--state-dir", str(tmp_path))
    assert list(tmp_path.iterdir()) == []
