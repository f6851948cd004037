"""`manage.py audit`: proves, exports, closes and drops; and `record_change`, which commands record with."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kit.trail import begin_trail
from operations.audit import services, sources
from operations.audit.index import BLOCK_ENTRIES, AuditIndex
from operations.audit.indexer import Indexer
from operations.audit.places import AuditPlace, SharedChain
from operations.audit.store import AuditStore
from tests.operations.audit.conftest import entries, entry


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, place: AuditPlace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything lies that is in files; without a journal, and without what other tests wrote."""
    monkeypatch.setattr(sources, "_finders", [])
    settings.STATE_DIR = tmp_path
    settings.SANDBOX_TRADING = False
    if isinstance(place, SharedChain):
        settings.JOURNAL_URL, settings.GATEWAY_NAME = place.url, place.gateway
    return tmp_path


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def test_a_sound_audit_is_proved_with_its_index(store: AuditStore) -> None:
    store.append(entries(BLOCK_ENTRIES * 2))
    index = AuditIndex(services.index_path())
    index.open()
    Indexer(index, sources.registered, rest_s=0).catch_up()
    index.close()
    told = run("verify")
    assert "chained to the end" in told
    assert "journal: 0 entries" in told
    assert "index: everything is found by it." in told


def test_an_index_that_hides_something_is_named(store: AuditStore) -> None:
    store.append(entries(BLOCK_ENTRIES * 2))
    index = AuditIndex(services.index_path())
    index.open()
    Indexer(index, sources.registered, rest_s=0).catch_up()
    index.close()
    connection = sqlite3.connect(services.index_path())
    connection.execute("DELETE FROM keys WHERE place IN (SELECT place FROM keys LIMIT 1)")
    connection.commit()
    connection.close()
    with pytest.raises(CommandError, match=r"The index hides entries of block \d of the audit"):
        run("verify")


def test_a_damaged_audit_ends_with_an_error_that_names_the_entry(
    store: AuditStore, tamper: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    store.append(entries(5))
    tamper("UPDATE entries SET body = replace(body, '10.0.0.1', '10.0.0.9') WHERE seq = 3")
    out = io.StringIO()
    with pytest.raises(CommandError, match="Not sound"):
        call_command("audit", "verify", stdout=out)
    assert "audit: NOT OK at entry 3: its content is not what was written" in out.getvalue()


def test_segments_are_closed_exported_and_dropped(store: AuditStore, folder: Path) -> None:
    store.append(entries(5))
    assert run("segments").startswith("segment 1: entries 1, since 2023-11-14T22:13:20.000Z, open")
    run("close")
    with pytest.raises(CommandError, match="Export it first"):
        run("drop", "1")
    run("export", "--segment", "1", "--output", str(folder / "one.jsonl"))
    assert [json.loads(line)["seq"] for line in (folder / "one.jsonl").read_text().splitlines()] == [1, 2, 3, 4, 5]
    run("drop", "1", "--exported")
    assert "segment 1, entries 1 to 5, dropped by system:manage.py (" in run("verify")
    with pytest.raises(CommandError, match="it was dropped"):
        run("export", "--segment", "1")
    with pytest.raises(CommandError, match="There is no segment 9"):
        run("drop", "9", "--exported")


def test_an_export_is_filtered_and_has_no_formulas(store: AuditStore) -> None:
    store.append([*entries(3), entry(9, actor="=cmd()", action="-danger", input={"note": "@x"}, status=404)])
    lines = [json.loads(line) for line in run("export", "--object", "thing-1").splitlines()]
    assert [line["trace_id"] for line in lines] == ["trace-1"]
    assert lines[0]["time"] == "2023-11-14T22:13:20.000000001Z"
    (row,) = csv.DictReader(io.StringIO(run("export", "--format", "csv", "--trace-id", "trace-9")))
    assert (row["actor"], row["action"], row["status"], row["seq"]) == ("'=cmd()", "'-danger", "404", "4")
    assert run("export", "--from", "2030-01-01", "--to", "2031-01-01") == ""
    with pytest.raises(CommandError, match="--from must be a time"):
        run("export", "--from", "yesterday")


def test_an_export_that_fails_leaves_no_half_of_a_file(
    store: AuditStore, folder: Path, tamper: Callable[..., None]
) -> None:
    store.append(entries(5))
    tamper("UPDATE entries SET body = '{}' WHERE seq = 3")
    with pytest.raises(CommandError, match="cannot be read further"):
        run("export", "--output", str(folder / "out.jsonl"))
    assert not list(folder.glob("*out.jsonl*"))


def test_a_change_made_by_a_command_is_on_disk_when_it_is_recorded(store: AuditStore) -> None:
    services.record_change(
        "keys.create",
        subject=("key", "01a2"),
        after={"name": "bot", "token": "sbk_secret"},
        actor="system:manage.py key",
    )
    (line,) = run("export").splitlines()
    shown = json.loads(line)
    assert (shown["action"], shown["actor"], shown["objects"]) == (
        "keys.create", "system:manage.py key", [{"kind": "key", "id": "01a2"}],
    )  # fmt: skip
    assert shown["after"] == {"name": "bot", "token": "***"}


async def test_a_change_made_within_a_request_is_left_to_its_record(store: AuditStore) -> None:
    trail = begin_trail()
    services.record_change("config.update", subject=("config", "fees"), before=1, after=2)
    assert [(each.action, each.subject, each.before, each.after) for each in trail.changes] == [
        ("config.update", ("config", "fees"), 1, 2)
    ]
    trail.is_over = True
    assert services.count_entries().by_source["audit"] == 0
