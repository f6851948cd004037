"""Real market data for tests, where they are: beside the checkout, or where SHARED_DATA says."""

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def shared_file(name: str) -> Path:
    """A file of the shared data; skips the test where it is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"the shared data folder has no {path.name} here")
    return path
