"""Random candles and trades written in random layouts come back as they were, to the last bit."""

import csv
import io
from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

STEPS_S = {"1m": 60, "5m": 300, "15m": 900, "1h": 3_600, "4h": 14_400, "1d": 86_400}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

prices = st.floats(min_value=1e-6, max_value=1e9, allow_nan=False).map(lambda value: float(repr(value)))
volumes = st.floats(min_value=0, max_value=1e12, allow_nan=False)
quantities = st.floats(min_value=1e-8, max_value=1e9, allow_nan=False)


@st.composite
def candles(draw):
    """Candles of one interval with gaps, sorted."""
    interval = draw(st.sampled_from(sorted(STEPS_S)))
    step_s = STEPS_S[interval]
    start = draw(st.integers(min_value=1_000_000_000 // step_s, max_value=1_700_000_000 // step_s))
    places = sorted(draw(st.sets(st.integers(0, 60), min_size=1, max_size=30)))
    rows = []
    for place in places:
        four = sorted(draw(st.tuples(prices, prices, prices, prices)))
        first, last = draw(st.permutations(four[1:3]))
        rows.append(((start + place) * step_s, first, four[3], four[0], last, draw(volumes)))
    return interval, rows


WRITINGS = {
    "epoch s": str,
    "epoch ms": lambda time_s: str(time_s * 1_000),
    "epoch us": lambda time_s: str(time_s * 1_000_000),
    "epoch ns": lambda time_s: str(time_s * 1_000_000_000),
    "iso": lambda time_s: (EPOCH + timedelta(seconds=time_s)).isoformat(),
    "naive": lambda time_s: f"{EPOCH + timedelta(seconds=time_s):%Y-%m-%d %H:%M:%S}",
    "american": lambda time_s: f"{EPOCH + timedelta(seconds=time_s):%b %d, %Y %I:%M %p}",
    "german": lambda time_s: f"{EPOCH + timedelta(seconds=time_s):%d.%m.%Y %H:%M}",
    "compact": lambda time_s: f"{EPOCH + timedelta(seconds=time_s):%Y%m%d%H%M%S}",
}
HEADERS = [
    ["time", "open", "high", "low", "close", "volume"],
    ["Date", "Open", "High", "Low", "Close", "Volume"],
    ["", "OPEN", "HIGH", "LOW", "CLOSE", "VOL"],
    ["unix", "o", "h", "l", "c", "Volume BTC"],
]


@SETTINGS
@given(
    series=candles(),
    writing=st.sampled_from(sorted(WRITINGS)),
    header=st.sampled_from(HEADERS),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    order=st.randoms(use_true_random=False),
    shuffled=st.booleans(),
    banner=st.booleans(),
)
def test_candles_in_any_layout_come_back_as_they_were(
    importer, series, writing, header, separator, quoting, line_end, order, shuffled, banner
):
    interval, rows = series
    written = list(rows)
    if shuffled:
        order.shuffle(written)
    # German and American dates separate their parts with what could be a separator of columns.
    if separator == "," and writing == "american":
        quoting = csv.QUOTE_ALL
    buffer = io.StringIO()
    if banner:
        buffer.write(f"Prices by a vendor{line_end}")
    writer = csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows([WRITINGS[writing](row[0]), *map(repr, row[1:])] for row in written)
    imported = importer(buffer.getvalue(), interval=interval)
    assert imported.rows() == [(row[0] * 10**9, *row[1:]) for row in rows]
    assert imported.quality.bad_rows == 0
    assert imported.result.interval == interval


@SETTINGS
@given(
    rows=st.lists(
        st.tuples(st.integers(10**18, 2 * 10**18), prices, quantities, st.sampled_from(["buy", "sell"])),
        min_size=1,
        max_size=40,
    ),
    as_table=st.booleans(),
)
def test_trades_come_back_as_they_were_those_of_one_time_in_the_order_of_the_file(importer, rows, as_table):
    rows.sort(key=lambda row: row[0])
    if as_table:
        buffer = io.BytesIO()
        pl.DataFrame(rows, schema=["ts", "px", "qty", "side"], orient="row").write_parquet(buffer)
        content: bytes | str = buffer.getvalue()
    else:
        content = "ts,px,qty,side\n" + "".join(f"{t},{p!r},{q!r},{s}\n" for t, p, q, s in rows)
    imported = importer(content)
    assert imported.rows() == rows
    assert imported.quality.duplicates == 0
