"""docs/faults.md names a test for whatever it promises; each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "faults.md"
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_test_that_the_page_names_exists() -> None:
    named = PROOF.findall(PAGE.read_text())
    assert len(named) > 50
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists() or not re.search(rf"def {name}\(", (ROOT / file).read_text())
    ]
    assert missing == []


def test_every_row_has_its_proof() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if re.match(r"\| *\d* \|", line)]
    assert [row for row in rows if not PROOF.search(row)] == []
