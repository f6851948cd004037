"""Settings: what the environment may say, and that a wrong value stops the start with its name."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gateway import environment as env

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path, command="check", **changes):
    """Run a command of manage.py with a small environment of its own."""
    environment = {"PATH": os.environ["PATH"], "STATE_DIR": str(tmp_path / "var"), "LOG_DIR": str(tmp_path / "logs")}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), command],
        env=environment | changes, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_PORT", "eighty"),
        ("GATEWAY_PORT", "70000"),
        ("GATEWAY_SERVER", "gunicorn"),
        ("DISABLE_AUTH", "maybe"),
        ("DISABLE_AUTH", "0"),
        ("PERSONAL_API_KEY_ENABLED", "perhaps"),
        ("RATE_LIMIT_RPS", "-1"),
        ("RATE_LIMIT_RPS", "0.0001"),
        ("HTTP_REQUEST_TIMEOUT_SECS", "nan"),
        ("SANDBOX_JOURNAL", "sometimes"),
        ("LOG_LEVEL", "LOUD"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_ORIGINS", "desk.example.org"),
        ("TRUSTED_PROXIES", "proxy"),
        ("DATABASE_URL", "mysql://somewhere/else"),
        ("STATE_DIR", "/proc/nowhere"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318"),
        ("JOB_WORKERS", "all"),
        ("JOB_MEMORY_MIB", "-1"),
        ("DASK_SCHEDULER", "localhost:8786"),
        ("DASK_SCHEDULER", "tcp://somewhere"),
        ("DASK_SCHEDULER", "tcp://somewhere:70000"),
        ("DASK_SCHEDULER", "tcp://user:word@somewhere:8786"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name(tmp_path, name, value):
    ended = start(tmp_path, **{name: value})
    assert ended.returncode != 0
    assert name in ended.stderr.strip().splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_the_defaults_pass_djangos_checks(tmp_path):
    ended = start(tmp_path)
    assert ended.returncode == 0, ended.stderr


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    file = tmp_path / "secret_key"
    first = env.secret("UNSET_SECRET", file)
    assert len(first) >= 48
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert env.secret("UNSET_SECRET", file) == first


def test_a_secret_file_that_lost_its_content_is_not_taken(tmp_path):
    file = tmp_path / "secret_key"
    file.write_text("")
    with pytest.raises(ImproperlyConfigured, match="secret_key"):
        env.secret("UNSET_SECRET", file)


def test_the_secret_is_in_no_message(tmp_path):
    ended = start(tmp_path, SECRET_KEY="hush-hush", GATEWAY_PORT="x")
    assert "hush-hush" not in ended.stderr + ended.stdout


def test_state_folders_are_closed_to_others(tmp_path):
    folder = env.folder("UNSET_FOLDER", tmp_path / "var")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("value", ["1", "true", "YES", "on"])
def test_yes_in_its_spellings(monkeypatch, value):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", default=False) is True


@pytest.mark.parametrize("value", ["0", "false", "No", "OFF"])
def test_no_in_its_spellings(monkeypatch, value):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", default=True) is False


def test_an_empty_variable_is_an_unset_one(monkeypatch):
    monkeypatch.setenv("A_NUMBER", "")
    assert env.number("A_NUMBER", 20, minimum=0, maximum=100) == 20


def test_the_database_is_a_file_that_waits_for_its_lock(tmp_path):
    database = env.database("UNSET_DATABASE", tmp_path / "sandbar.sqlite3")
    options = database["OPTIONS"]
    assert database["CONN_MAX_AGE"] == 60
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 5
    assert "journal_mode=PERSIST" in options["init_command"]


def test_a_large_commit_does_not_leave_its_journal_on_the_disk(tmp_path):
    path = tmp_path / "sandbar.sqlite3"
    options = env.database("UNSET_DATABASE", path)["OPTIONS"]
    with closing(sqlite3.connect(path)) as tables:
        tables.executescript(options["init_command"])
        tables.execute("CREATE TABLE held (text)")
        tables.executemany("INSERT INTO held VALUES (?)", [("x" * 1000,)] * 3_000)
        tables.commit()
        tables.execute("UPDATE held SET text = 'y' || text")
        tables.commit()
        assert 0 < path.with_name("sandbar.sqlite3-journal").stat().st_size <= env.SQLITE_JOURNAL_BYTES


def test_sqlite_by_url(monkeypatch, tmp_path):
    monkeypatch.setenv("A_DATABASE", f"sqlite:///{tmp_path}/other.sqlite3")
    assert env.database("A_DATABASE", tmp_path)["NAME"] == Path(f"/{tmp_path}/other.sqlite3")


def test_postgres_without_its_driver_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("A_DATABASE", "postgres://trader:secret@db.example.org:5433/sandbar")
    monkeypatch.setattr(env.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"A_DATABASE.*pip install psycopg") as refusal:
        env.database("A_DATABASE", tmp_path)
    assert "secret" not in str(refusal.value)


def test_postgres_with_its_driver_is_djangos_backend(monkeypatch, tmp_path):
    monkeypatch.setenv("A_DATABASE", "postgres://trader:p%40ss@db.example.org:5433/sandbar")
    monkeypatch.setattr(env.importlib.util, "find_spec", lambda name: object())
    database = env.database("A_DATABASE", tmp_path)
    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "sandbar",
        "USER": "trader",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "5433",
    }


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("::", False),
        ("example.org", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches(host, expected):
    assert env.is_loopback(host) is expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_without_authentication_an_open_address_is_refused(tmp_path, host):
    ended = start(tmp_path, "serve", GATEWAY_HOST=host)
    assert ended.returncode != 0
    assert "DISABLE_AUTH" in ended.stderr and "GATEWAY_HOST" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_variable_of_the_settings_is_in_the_example(monkeypatch):
    import re

    source = (ROOT / "platform/gateway/settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    example = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^#?\s?([A-Z_]+)=", example, re.M))
    assert names == listed
