"""`manage.py import_dataset`: files in, a report for a person out."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from markets.datasets import services
from markets.services import UNIVERSE

pytestmark = pytest.mark.django_db

CANDLES = "time,open,high,low,close,volume\n" + "".join(
    f"{1546300800 + 60 * minute},2.5,4,1,3,10\n" for minute in (0, 1, 2, 5)
)


@pytest.fixture
def run(settings, tmp_path, monkeypatch):
    settings.STATE_DIR = tmp_path / "var"
    settings.UPLOAD_DIR = tmp_path / "var" / "uploads"
    # Instruments that imports make are forgotten with the test.
    monkeypatch.setattr(UNIVERSE, "_by_symbol", dict(UNIVERSE._by_symbol))

    def call(*arguments: str) -> str:
        out = StringIO()
        call_command("import_dataset", *arguments, stdout=out)
        return out.getvalue()

    return call


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(CANDLES + "oops,2.5,4,1,3,10\n")
    return path


def test_a_file_is_imported_and_reported(run, file):
    said = run(str(file), "--symbol", "CMD-USD")
    (dataset,) = services.list_datasets(symbol="CMD-USD").items
    assert "prices.csv: 4 1m candles of CMD-USD, 2019-01-01T00:00:00.000Z to 2019-01-01T00:05:00.000Z" in said
    assert f"data set {dataset.id}" in said
    assert "gaps 1 (2 bars), duplicates 0, out of order 0, bad rows 1" in said
    assert "line 6: time is not a time between 1800 and 2200 (oops, 2.5, 4, 1, 3, 10)" in said
    assert "instrument made: tick 0.1, lot 1" in said
    assert file.exists()


def test_a_second_import_says_that_the_content_was_there(run, file):
    run(str(file), "--symbol", "CMD-USD")
    assert "(was there already: the same content)" in run(str(file), "--symbol", "CMD-USD")


def test_a_refused_file_does_not_keep_the_others_from_being_imported(run, file, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("nothing\n")
    with pytest.raises(CommandError, match="2 of 3 files were not imported"):
        run(str(broken), str(tmp_path / "missing.csv"), str(file), "--symbol", "CMD-USD")
    assert len(services.list_datasets(symbol="CMD-USD").items) == 1


def test_the_column_map_is_taken(run, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c\n1546300800,5,1\n")
    run(str(path), "--symbol", "ODD-USD", "--columns", '{"time": "a", "price": "b", "quantity": "c"}')
    assert services.list_datasets(symbol="ODD-USD").items[0].kind == "trades"
