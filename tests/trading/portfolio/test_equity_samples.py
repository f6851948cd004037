"""The samples on disk: read back by run, thinned out with age, begun anew for another journal."""

import pytest

from trading.journal.entries import Head
from trading.portfolio.samples import (
    DAY_NS,
    FOR_A_WEEK,
    FOR_A_YEAR,
    FOR_EVER,
    THIN_EVERY_ROWS,
    Row,
    Samples,
    SamplesFailed,
)
from trading.portfolio.series import Sample


@pytest.fixture
def samples(tmp_path):
    kept = Samples(tmp_path / "portfolio.sqlite3")
    kept.open()
    yield kept
    kept.close()


def row(time_ns: int, *, run: int = 1, kept: int = FOR_A_WEEK, equity: int = 5) -> Row:
    return Row("a", 1, run, Sample(time_ns, equity, 0), kept)


def add(samples: Samples, *rows: Row, run: int = 1, last_ns: int = 0) -> None:
    samples.add(rows, head=Head(7, b"x" * 32), run=run, last_ns=last_ns or rows[-1].sample.time_ns)


def times(samples: Samples, since_ns: int = 0) -> list[int]:
    return [each.time_ns for each in samples.read("a", 1, since_ns=since_ns)[1]]


def test_a_read_begins_with_the_sample_before(samples):
    add(samples, row(10), row(20), row(30))
    assert times(samples, 25) == [20, 30]
    assert times(samples, 20) == [10, 20, 30]
    assert samples.read("b", 1, since_ns=0) == (0, [])


def test_a_file_goes_on_where_it_ended(samples, tmp_path):
    add(samples, row(10), run=3)
    samples.close()
    again = Samples(tmp_path / "portfolio.sqlite3")
    again.open()
    assert (again.run, again.last_ns, again.head) == (3, 10, Head(7, b"x" * 32))
    again.close()


def test_only_the_run_since_the_clock_was_set_back_is_read(samples):
    add(samples, row(10), row(900))
    add(samples, row(20, run=2), run=2)
    assert samples.read("a", 1, since_ns=0) == (2, [Sample(20, 5, 0)])


def test_worths_beyond_64_bits_are_kept_exactly(samples):
    add(samples, row(1, equity=10**25 + 1))
    assert samples.read("a", 1, since_ns=0)[1][0].equity_units == 10**25 + 1


def test_old_samples_are_thinned_out(samples):
    now = 1_000 * DAY_NS
    add(
        samples,
        row(now - 8 * DAY_NS),
        row(now - 8 * DAY_NS + 1, kept=FOR_A_YEAR),
        row(now - 400 * DAY_NS, kept=FOR_A_YEAR),
        row(now - 400 * DAY_NS + 1, kept=FOR_EVER),
        last_ns=now,
    )
    add(samples, *(row(now - number) for number in range(THIN_EVERY_ROWS)), last_ns=now)
    assert samples.count() == THIN_EVERY_ROWS + 2
    assert times(samples)[:2] == [now - 400 * DAY_NS + 1, now - 8 * DAY_NS + 1]


def test_a_file_that_holds_something_else_is_thrown_away(tmp_path):
    path = tmp_path / "portfolio.sqlite3"
    path.write_bytes(b"not a database, and long enough to be looked at" * 100)
    kept = Samples(path)
    kept.open()
    assert kept.count() == 0
    kept.close()


def test_closed_samples_say_so(samples):
    samples.close()
    with pytest.raises(SamplesFailed, match="not open"):
        samples.count()
