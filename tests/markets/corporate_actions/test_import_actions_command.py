"""Splits and dividends from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from markets.corporate_actions.services import actions_of

pytestmark = pytest.mark.django_db


def run(*paths):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_corporate_actions", *map(str, paths), stdout=out, stderr=err)
        return out.getvalue(), err.getvalue(), None
    except CommandError as refusal:
        return out.getvalue(), err.getvalue(), str(refusal)


def test_files_are_imported_and_told(tmp_path):
    path = tmp_path / "actions.csv"
    path.write_text(
        "symbol,ex_date,kind,ratio,amount\nAAPL-USD,2020-08-31,split,4:1,\nAAPL-USD,2020-08-07,dividend,,0.82\n"
    )
    assert run(path) == (f"{path}: 2 added, 0 replaced, 0 unchanged\n", "", None)
    assert run(path)[0] == f"{path}: 0 added, 0 replaced, 2 unchanged\n"
    assert [action.kind for action in actions_of("AAPL-USD")] == ["dividend", "split"]


def test_a_refused_file_is_told_and_the_others_are_imported(tmp_path):
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text("symbol,ex_date,kind,ratio\nAAPL-USD,2020-08-31,split,0\n")
    good.write_text("symbol,ex_date,kind,ratio\nAAPL-USD,2020-08-31,split,4:1\n")
    out, err, refusal = run(bad, good, tmp_path / "none.csv")
    assert "1 added" in out
    assert "Line 2: ratio" in err and "none.csv" in err
    assert refusal == "2 of 3 files were not imported."
