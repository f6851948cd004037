"""The application's tables in a Postgres of the test's own: written out, put back, and what goes wrong."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.errors import Unavailable
from operations.backups import postgres
from operations.backups.postgres import dump_tables, restore_tables
from tests.postgres import USER, PostgresServer, run_postgres
from tests.server import Server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with run_postgres() as server:
        yield server


def settings_of(server: PostgresServer, name: str) -> dict[str, str]:
    return {"NAME": name, "USER": USER, "PASSWORD": "", "HOST": "127.0.0.1", "PORT": str(server.port)}


def test_tables_are_put_back_as_they_were(server: PostgresServer, tmp_path: Path) -> None:
    for name in ("source", "target"):
        server.make_database(name)
    server.query("source", "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
    server.query("source", "INSERT INTO t (text) SELECT 'row ' || n FROM generate_series(1, 1000) n")
    dump_tables(settings_of(server, "source"), tmp_path / "dump")
    server.query("source", "DELETE FROM t")
    restore_tables(settings_of(server, "target"), tmp_path / "dump")
    assert server.query("target", "SELECT count(*), max(text) FROM t") == "1000|row 999"
    server.query("target", "INSERT INTO t (text) VALUES ('next')")
    assert server.query("target", "SELECT max(id) FROM t") == "1001", "numbers go on where they were"


def test_a_restore_that_fails_leaves_nothing(server: PostgresServer, tmp_path: Path) -> None:
    for name in ("two_tables", "half_full"):
        server.make_database(name)
    server.query("two_tables", "CREATE TABLE a (n int); CREATE TABLE b (n int)")
    dump_tables(settings_of(server, "two_tables"), tmp_path / "dump")
    server.query("half_full", "CREATE TABLE b (n int)")
    with pytest.raises(Unavailable, match="pg_restore failed") as refusal:
        restore_tables(settings_of(server, "half_full"), tmp_path / "dump")
    assert refusal.value.code == "BACKUP_FAILED"
    assert server.query("half_full", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == "b"


def test_a_database_that_is_not_there_is_named(server: PostgresServer, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r'pg_dump failed: .*database "nowhere" does not exist'):
        dump_tables(settings_of(server, "nowhere"), tmp_path / "dump")


def test_a_missing_program_is_named(server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="pg_dump is not on the PATH; install Postgres' client programs"):
        dump_tables(settings_of(server, "nowhere"), tmp_path / "dump")


def test_a_password_is_not_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, said = tmp_path / "pg_dump", tmp_path / "said"
    program.write_text(f'#!/bin/sh\necho "$@" >{said}\necho "$PGPASSWORD" >>{said}\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    database = {"NAME": "db", "USER": "u", "PASSWORD": "hidden", "HOST": "", "PORT": ""}
    postgres.dump_tables(database, tmp_path / "dump")
    arguments, password = said.read_text().splitlines()
    assert "hidden" not in arguments
    assert password == "hidden"


def test_an_installation_on_postgres_is_put_back_on_another_database(server: PostgresServer, tmp_path: Path) -> None:
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("Django's driver of Postgres is not installed: pip install psycopg")
    here = installation(tmp_path / "here", server.make_database("here"))
    here.migrate()
    assert here.run_command("key", "add", "kept", "--scope", "admin").returncode == 0
    here.state_dir.joinpath("strategies").mkdir(parents=True, exist_ok=True)
    here.state_dir.joinpath("strategies", "mine.py").write_text("# mine\n")
    made = here.run_command("backup", str(tmp_path / "backup"))
    assert made.returncode == 0, made.stderr
    assert "There is no journal in it" in made.stdout

    there = installation(tmp_path / "there", server.make_database("there"))
    restored = there.run_command("restore", str(tmp_path / "backup"))
    assert restored.returncode == 0, restored.stderr
    assert "kept" in there.run_command("key", "list").stdout
    assert (there.state_dir / "strategies" / "mine.py").read_text() == "# mine\n"
    refused = installation(tmp_path / "third", server.url("there")).run_command("restore", str(tmp_path / "backup"))
    assert refused.returncode != 0
    assert "put back in an empty place only" in refused.stderr
    elsewhere = installation(tmp_path / "fourth", "").run_command("restore", str(tmp_path / "backup"))
    assert "The backup's tables are of postgres, and DATABASE_URL names sqlite" in elsewhere.stderr


def installation(folder: Path, database_url: str) -> Server:
    folder.mkdir()
    environment = {"DATABASE_URL": database_url, "SANDBOX_JOURNAL": "off"}
    if "PYTHONPATH" in os.environ:  # where a driver may be that is not among the pinned packages
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return Server(folder, environment)
