"""The folder platform/ must not hide Python's own `platform` module, however Sandbar is entered."""

import json
import multiprocessing
import os
import platform
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.server import run_server

ROOT = Path(__file__).resolve().parents[1]
VERSION = ".".join(str(part) for part in sys.version_info[:3])


def seen_by_a_worker(_: int) -> tuple[str, str]:
    """What a spawned process finds under the name."""
    return platform.python_version(), str(platform.__file__)


def is_pythons_own(version: str, file: str) -> bool:
    return version == VERSION and Path(file).resolve() == Path(os.__file__).resolve().with_name("platform.py")


def test_the_folder_is_no_package():
    assert (ROOT / "platform").is_dir()
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_pytest_sees_pythons_module():
    assert is_pythons_own(platform.python_version(), platform.__file__)


def test_a_spawned_worker_sees_pythons_module():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert is_pythons_own(*pool.apply(seen_by_a_worker, (0,)))


@pytest.mark.parametrize("folder", [ROOT, ROOT / "platform"], ids=["root", "platform"])
def test_manage_py_sees_pythons_module_from_any_folder(tmp_path, folder):
    environment = {"PATH": os.environ["PATH"], "STATE_DIR": str(tmp_path / "var"), "LOG_DIR": str(tmp_path / "logs")}
    code = "import platform; print(platform.python_version(), platform.__file__)"
    ended = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "--command", code],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert is_pythons_own(*ended.stdout.split())


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
def test_a_server_sees_pythons_module(tmp_path, kind):
    settings = {"DJANGO_SETTINGS_MODULE": "tests.gateway.served_settings", "GATEWAY_SERVER": kind}
    with run_server(tmp_path, settings) as server, urllib.request.urlopen(f"{server.url}/platform-name/") as answer:
        seen = json.loads(answer.read())
    assert is_pythons_own(seen["version"], seen["file"])
