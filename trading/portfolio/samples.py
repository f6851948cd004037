"""Samples of equity on disk: a row for each account and minute of the market's clock in which its worth changed.

They are kept because they cannot be made anew: the journal has what happened, but not the prices in between. After a crash
the samples of the last moments may be missing; the money that came and went is in the journal and in every later sample,
so profit stays right.

Older samples are thinned out: minutes are kept for a week, the first of each hour for a year, the first of each day and
those at deposits and withdrawals for ever. When the market's clock is set back a new `run` begins; the last ones are kept.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from trading.journal.entries import GENESIS_HASH, Head
from trading.journal.errors import StoreFailed
from trading.portfolio.series import Sample
from trading.side_files import SideFile

FORMAT_VERSION = 1
DAY_NS = 86_400 * 10**9
HOUR_NS = 3_600 * 10**9
MINUTES_KEPT_NS = 7 * DAY_NS
HOURS_KEPT_NS = 366 * DAY_NS
RUNS_KEPT = 20
THIN_EVERY_ROWS = 2_000

FOR_A_WEEK, FOR_A_YEAR, FOR_EVER = 0, 1, 2
"""How long a sample is kept."""

_SCHEMA = """
CREATE TABLE about (
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL, run INTEGER NOT NULL,
    last_ns INTEGER NOT NULL
) STRICT;
CREATE TABLE samples (
    account TEXT NOT NULL, epoch INTEGER NOT NULL, run INTEGER NOT NULL, time_ns INTEGER NOT NULL,
    equity_units TEXT NOT NULL, deposit_units TEXT NOT NULL, kept INTEGER NOT NULL,
    PRIMARY KEY (account, epoch, run, time_ns)
) STRICT, WITHOUT ROWID;
"""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A sample with its place; `kept` says for how long."""

    account_id: str
    epoch: int
    run: int
    sample: Sample
    kept: int


class SamplesFailed(StoreFailed):
    """The samples on disk could not be read or written. Trading does not depend on them."""


class Samples(SideFile):
    """The samples of one journal. Without a path they end with the process. Used by one thread at a time."""

    short_name = "samples"
    long_name = "samples of equity"
    closed_text = "The samples of equity are not open."
    schema = _SCHEMA
    format_version = FORMAT_VERSION
    failure = SamplesFailed

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path)
        self._rows_since_thinned = 0
        self.head = Head()
        """A journal entry that was there when the last samples were written."""
        self.run = 1
        self.last_ns = 0
        """The market time of the last sample."""

    def add(self, rows: Sequence[Row], *, head: Head, run: int, last_ns: int) -> None:
        """Keep rows; one of the same moment gives way. Raises SamplesFailed."""
        values = [
            (
                row.account_id,
                row.epoch,
                row.run,
                row.sample.time_ns,
                str(row.sample.equity_units),
                str(row.sample.deposit_units),
                row.kept,
            )
            for row in rows
        ]
        with self._use() as connection:
            connection.execute("BEGIN")
            connection.executemany("INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            connection.execute(
                "UPDATE about SET seq = ?, hash = ?, run = ?, last_ns = ?", (head.seq, head.hash, run, last_ns)
            )
            self._rows_since_thinned += len(rows)
            if self._rows_since_thinned >= THIN_EVERY_ROWS:
                self._thin(connection, run, last_ns)
            connection.execute("COMMIT")
        self.head, self.run, self.last_ns = head, run, last_ns

    def read(self, account_id: str, epoch: int, *, since_ns: int) -> tuple[int, list[Sample]]:
        """The newest run of an epoch with its samples from `since_ns` on and the one before; run 0 and none without any.

        Raises SamplesFailed.
        """
        place = (account_id, epoch)
        with self._use() as connection:
            (run,) = connection.execute(
                "SELECT max(run) FROM samples WHERE account = ? AND epoch = ?", place
            ).fetchone()
            if run is None:
                return 0, []
            where = "FROM samples WHERE account = ? AND epoch = ? AND run = ?"
            rows = connection.execute(
                f"SELECT * FROM (SELECT time_ns, equity_units, deposit_units {where} AND time_ns < ? "  # noqa: S608
                f"ORDER BY time_ns DESC LIMIT 1) UNION ALL "
                f"SELECT * FROM (SELECT time_ns, equity_units, deposit_units {where} AND time_ns >= ? ORDER BY time_ns)",
                (*place, run, since_ns, *place, run, since_ns),
            ).fetchall()
        return run, [Sample(time_ns, int(equity), int(deposits)) for time_ns, equity, deposits in rows]

    def count(self) -> int:
        """How many samples there are."""
        with self._use() as connection:
            (count,) = connection.execute("SELECT count(*) FROM samples").fetchone()
        return int(count)

    def _thin(self, connection: sqlite3.Connection, run: int, last_ns: int) -> None:
        self._rows_since_thinned = 0
        connection.execute("DELETE FROM samples WHERE run <= ?", (run - RUNS_KEPT,))
        for kept, age_ns in ((FOR_A_WEEK, MINUTES_KEPT_NS), (FOR_A_YEAR, HOURS_KEPT_NS)):
            connection.execute(
                "DELETE FROM samples WHERE run = ? AND kept = ? AND time_ns < ?", (run, kept, last_ns - age_ns)
            )

    def _begin(self, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO about VALUES (1, 0, ?, 1, 0)", (GENESIS_HASH,))

    def _look_around(self, connection: sqlite3.Connection) -> None:
        seq, digest, self.run, self.last_ns = connection.execute("SELECT seq, hash, run, last_ns FROM about").fetchone()
        self.head = Head(seq, digest)
