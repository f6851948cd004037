"""Imports small made-up files, and finds the shared real ones."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import polars as pl
import pytest

from kit.errors import Rejected
from markets.datasets import store
from markets.datasets.importing import import_file
from markets.datasets.records import Columns, ImportResult, ImportSpec, Quality

SHARED_DATA = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
"""Beside the checkout, or where the variable says."""


class Silent:
    """Progress that nobody watches."""

    def __init__(self) -> None:
        self.fractions: list[float] = []

    def update(self, fraction: float, message: str = "") -> None:
        self.fractions.append(fraction)


@dataclass
class Imported:
    """What came of an import: the result, and the stored rows."""

    result: ImportResult
    frame: pl.DataFrame

    @property
    def quality(self) -> Quality:
        return self.result.quality

    def rows(self) -> list[tuple]:
        return self.frame.rows()


class Importer:
    """Imports a text, bytes or a file into a folder of its own; a symbol is given unless said otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.datasets_dir = folder / "datasets"
        self.progress = Silent()

    def __call__(self, content: str | bytes | Path, name: str = "upload", **wishes: object) -> Imported:
        path = self.path_of(content)
        columns = wishes.pop("columns", None)
        spec = ImportSpec(
            path=str(path),
            file_name=name,
            datasets_dir=str(self.datasets_dir),
            columns=msgspec.convert(columns, Columns) if columns else None,
            **{"symbol": "BTC-USDT", **wishes},
        )
        result = import_file(spec, self.progress)
        return Imported(result, pl.read_parquet(store.data_path(self.datasets_dir, result.content_hash, result.kind)))

    def path_of(self, content: str | bytes | Path) -> Path:
        if isinstance(content, Path):
            return content
        path = self.folder / "given"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def refusal(self, content: str | bytes | Path, **wishes: object) -> Rejected:
        """The refusal of a file that must not be imported; nothing may be left of it."""
        with pytest.raises(Rejected) as refused:
            self(content, **wishes)
        assert self.leftovers() == []
        return refused.value

    def leftovers(self) -> list[Path]:
        return [path for path in self.datasets_dir.rglob("*") if path.is_file() or path.parent.name == ".work"]

    def minutes(self, imported: Imported) -> pl.DataFrame:
        return pl.read_parquet(store.minute_path(self.datasets_dir, imported.result.content_hash, imported.result.kind))


@pytest.fixture
def importer(tmp_path: Path) -> Importer:
    return Importer(tmp_path)


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """A file of the shared real data; skips the test where the folder is absent."""

    def find(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"the shared data folder has no {name} here")
        return path

    return find
