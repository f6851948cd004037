"""Imports a recording of a book: every message read and checked, the clock put right, the chain of diffs followed.

Runs in a worker like `markets.datasets.importing`, which hands over what is a recording by its first lines. Memory is
bounded by a batch of messages and the book itself.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
import polars as pl

from kit.clock import NS_PER_MS, NS_PER_SECOND, iso_from_ns
from kit.errors import Rejected, invalid_field
from kit.units import MONEY_DECIMALS
from markets.datasets import resampling, store
from markets.datasets.depth import storing
from markets.datasets.depth.clocks import ClockOffset
from markets.datasets.depth.formats import NO_RECORDING, DepthFormat, find_format
from markets.datasets.depth.messages import BadMessage, Message, OtherMessage
from markets.datasets.formats import BoundedStream, FileFormat, open_content
from markets.datasets.lines import MAX_LINE_BYTES, head_lines, line_batches
from markets.datasets.records import BadRow, Gap, Gaps, ImportResult, ImportSpec, Kind, Quality
from markets.datasets.refusals import TOO_MANY_BAD_ROWS, unknown_layout, unreadable, unsuitable
from markets.datasets.steps import guess_symbol, steps_of
from markets.depth.chains import Diff, Snapshot, linked
from markets.depth.following import FollowedBook
from markets.updates import INTERVALS

MAX_MESSAGES = 100_000_000
"""Messages of one data set: some days of a busy market."""
BATCH_MESSAGES = 4_096
BATCH_LEVELS = 500_000
"""Whichever is reached first ends a batch."""
MAX_EXAMPLES = 20
MAX_EXAMPLE_CHARS = 200
MAX_KIND_CHARS = 40
MAX_GAP_ITEMS = 20
MINUTE_NS = INTERVALS[store.MINUTE] * NS_PER_SECOND
TIME_FORMATS = {"raw Binance stream": "receive times in nanoseconds, venue times in milliseconds"}
BATCH_BYTES = 4 * 1024**2
"""Lines of a recording are decoded one by one, so a large batch would only cost memory."""
_READING_SHARE = 0.7
_STORING_SHARE = 0.25


class Progress(Protocol):
    """Where an import reports to; raises when the job was canceled."""

    def update(self, fraction: float, message: str = "") -> None:
        """Say how much is done, 0 to 1."""
        ...


def detect(path: Path, file_format: FileFormat, kind: Kind | None) -> DepthFormat | None:
    """The format of a recording; None for another file, or where another kind is wanted.

    Raises Rejected for what is no text in UTF-8, and for a file that is wanted as depth and is no recording.
    """
    if kind not in (None, "depth"):
        return None
    recording = None
    if file_format.content == "csv":
        with open_content(path, file_format) as stream:
            recording = find_format(head_lines(stream))
    if recording is None and kind == "depth":
        raise unknown_layout(NO_RECORDING)
    return recording


class BuiltDepth(msgspec.Struct, frozen=True):
    """A data set that is written and not published: its description, and which file gets which name, in this order."""

    result: ImportResult
    files: tuple[tuple[Path, Path], ...]


def build_depth(
    spec: ImportSpec, path: Path, file_format: FileFormat, recording: DepthFormat, work_dir: Path, progress: Progress
) -> BuiltDepth:
    """Read a recording into a work folder that the caller removes; raises Rejected or Invalid saying why not."""
    if spec.interval is not None:
        raise invalid_field("interval", "A recording of a book has none; leave it out.")
    reader = RecordingReader(recording)
    arrived, stored = work_dir / "arrived.parquet", work_dir / "stored.parquet"
    with open_content(path, file_format) as stream:
        lines = _lines(stream, progress)
        storing.write_frames(arrived, storing.ARRIVED_SCHEMA, reader.frames(lines))
    symbol = _check(spec, reader)
    digest, span, offset_ns = storing.DepthHash(), _Span(), reader.clock.estimate_ns()
    frames = storing.timed(storing.read_frames(arrived), offset_ns=offset_ns, start_ns=reader.start_ns + offset_ns)
    storing.write_frames(stored, storing.DEPTH_SCHEMA, _reported(frames, digest, span, progress, reader.messages))
    result = ImportResult(
        content_hash=digest.hexdigest(),
        symbol=symbol,
        kind="depth",
        interval=None,
        rows=reader.messages,
        from_ns=span.first_ns,
        to_ns=span.last_ns,
        price_decimals=reader.price_decimals.count,
        volume_decimals=reader.quantity_decimals.count,
        lowest_price=reader.lowest_price / 10**MONEY_DECIMALS,
        size_bytes=stored.stat().st_size,
        file_name=spec.file_name,
        quality=_quality(spec, file_format, reader, span, offset_ns),
    )
    if spec.calendar is None:
        # There is no instrument yet: a symbol that could not get one is refused before anything is stored.
        steps_of(result)
    datasets_dir = Path(spec.datasets_dir)
    minutes = (_write_minutes(stored, work_dir, result), store.minute_path(datasets_dir, result.content_hash, "depth"))
    return BuiltDepth(result, (minutes, (stored, store.data_path(datasets_dir, result.content_hash, "depth"))))


def _write_minutes(stored: Path, work_dir: Path, result: ImportResult) -> Path:
    """The one-minute candles of the trades among the messages."""
    minutes = work_dir / "minutes.parquet"
    trades = _trades(stored)
    candles = resampling.stream_candles(trades, interval_ns=MINUTE_NS, volume_decimals=result.volume_decimals)
    store.write_frames(minutes, store.CANDLE_SCHEMA, candles)
    return minutes


# Reading -----------------------------------------------------------------------------------------------------------------


class _Line(msgspec.Struct, frozen=True, gc=False):
    number: int
    text: str
    is_too_long: bool


class RecordingReader:
    """Reads lines into frames of messages; its attributes hold what was found when all have passed."""

    def __init__(self, recording: DepthFormat) -> None:
        self.recording = recording
        self.clock = ClockOffset()
        self.price_decimals = UnitDecimals()
        self.quantity_decimals = UnitDecimals()
        self.lowest_price = 0
        self.messages = 0
        self.counts = dict.fromkeys(("snapshot", "reset", "diff", "trade"), 0)
        self.others: dict[str, int] = {}
        self.bad_lines = 0
        self.bad_reasons: dict[str, int] = {}
        self.bad_examples: list[BadRow] = []
        self.blank_lines = 0
        self.out_of_order = 0
        self.missing_trades = 0
        self.start_ns = 0
        """The first time of any message, by the recorder's clock where it wrote one."""
        self.chain = ChainCheck()
        self._last_ns = 0
        self._last_trade_id: int | None = None

    def frames(self, lines: Iterator[_Line]) -> Iterator[pl.DataFrame]:
        """The messages of the lines, a frame at a time."""
        waiting: list[Message] = []
        levels = 0
        for line in lines:
            read = self._read(line)
            waiting += read
            levels += sum(len(message.bids) + len(message.asks) for message in read)
            if len(waiting) >= BATCH_MESSAGES or levels >= BATCH_LEVELS:
                yield self._frame(waiting)
                waiting, levels = [], 0
        waiting += self._taken(self.recording.finish())
        if waiting:
            yield self._frame(waiting)

    def _read(self, line: _Line) -> list[Message]:
        if not line.text and not line.is_too_long:
            self.blank_lines += 1
            return []
        try:
            if line.is_too_long:
                raise BadMessage(f"the line is longer than {MAX_LINE_BYTES:,} bytes")
            return self._taken(self.recording.read(line.text))
        except OtherMessage as other:
            kind = str(other)[:MAX_KIND_CHARS]
            if kind not in self.others and len(self.others) >= MAX_EXAMPLES:
                kind = "other kinds"
            self.others[kind] = self.others.get(kind, 0) + 1
        except BadMessage as fault:
            self._note_bad(line, str(fault))
        return []

    def _taken(self, messages: list[Message]) -> list[Message]:
        """Note the facts that hang on the order of messages."""
        for message in messages:
            self.messages += 1
            if self.messages > MAX_MESSAGES:
                raise unsuitable(f"The recording has more than {MAX_MESSAGES:,} messages: split it.")
            self.counts[message.event] += 1
            received_ns, exchange_ns = message.received_ns, message.exchange_ns
            if received_ns is not None and exchange_ns is not None:
                self.clock.add(exchange_ns=exchange_ns, received_ns=received_ns)
            time_ns = received_ns if received_ns is not None else exchange_ns
            if time_ns is not None:
                self.start_ns = self.start_ns or time_ns
                self.out_of_order += time_ns < self._last_ns
                self._last_ns = max(self._last_ns, time_ns)
            if message.event == "trade":
                self._note_trade(message.last_id)
            self.chain.take(message, self._last_ns)
        return messages

    def _note_trade(self, trade_id: int) -> None:
        if self._last_trade_id is not None and trade_id > self._last_trade_id + 1:
            self.missing_trades += trade_id - self._last_trade_id - 1
        self._last_trade_id = trade_id

    def _note_bad(self, line: _Line, reason: str) -> None:
        self.bad_lines += 1
        if reason in self.bad_reasons or len(self.bad_reasons) < MAX_EXAMPLES:
            self.bad_reasons[reason] = self.bad_reasons.get(reason, 0) + 1
        if len(self.bad_examples) < MAX_EXAMPLES:
            self.bad_examples.append(BadRow(line.number, reason, line.text[:MAX_EXAMPLE_CHARS]))

    def _frame(self, messages: Sequence[Message]) -> pl.DataFrame:
        frame = storing.frame_of(messages)
        trades = frame.filter(pl.col("event") == "trade")
        for name in ("bid_prices", "ask_prices"):
            self._note_prices(frame[name].explode(empty_as_null=False).to_numpy())
            quantities = frame[name.replace("prices", "quantities")].explode(empty_as_null=False).to_numpy()
            self.quantity_decimals.add(quantities)
        self._note_prices(trades["price"].to_numpy())
        self.quantity_decimals.add(trades["quantity"].to_numpy())
        return frame

    def _note_prices(self, prices: np.ndarray) -> None:
        self.price_decimals.add(prices)
        if len(prices):
            lowest = int(prices.min())
            self.lowest_price = min(self.lowest_price or lowest, lowest)


class UnitDecimals:
    """How many decimals numbers in 10**-8 need, by their greatest common divisor."""

    def __init__(self) -> None:
        self._divisor = 0

    def add(self, units: np.ndarray) -> None:
        """Look at more numbers."""
        if len(units):
            self._divisor = int(np.gcd(self._divisor, np.gcd.reduce(units)))

    @property
    def count(self) -> int:
        """The decimals of the finest number so far."""
        decimals, divisor = MONEY_DECIMALS, self._divisor
        while decimals and divisor % 10 == 0:
            decimals, divisor = decimals - 1, divisor // 10
        return decimals


class ChainCheck:
    """Follows the book through the recording, as a replay will, and notes where the chain breaks."""

    def __init__(self) -> None:
        self.followed = FollowedBook(linked, self._lost)
        self.gaps: list[Gap] = []
        self.longest_stale_ns = 0
        self.unjoined = 0
        """Diffs before the first book there was."""
        self.most_levels = 0
        self.late_at_start = 0
        """Diffs that the first book held already: they came while it was on its way."""
        self._good_ns = 0
        self._lost_ns: int | None = None
        self._reasons: list[str] = []

    @property
    def reasons(self) -> list[str]:
        """Why the book was lost, each time, the first ones."""
        return self._reasons

    def take(self, message: Message, time_ns: int) -> None:
        """Take in a message that arrived at `time_ns`."""
        if message.event == "trade":
            return
        counts = self.followed.counts
        had_book = bool(counts.snapshots)
        stands = take_in(self.followed, message)
        if not had_book:
            self.late_at_start = counts.late
        if stands:
            self._note_good(time_ns)
        elif not counts.snapshots:
            self.unjoined += message.event == "diff"

    def _note_good(self, time_ns: int) -> None:
        if self._lost_ns is not None:
            self.longest_stale_ns = max(self.longest_stale_ns, time_ns - self._good_ns)
            if len(self.gaps) < MAX_GAP_ITEMS:
                self.gaps.append(Gap(iso_from_ns(self._good_ns), iso_from_ns(time_ns), 0))
            self._lost_ns = None
        self._good_ns = time_ns
        sides = self.followed.book
        self.most_levels = max(self.most_levels, len(sides.bids.levels), len(sides.asks.levels))

    def _lost(self, reason: str) -> None:
        if not self.followed.counts.snapshots:
            return
        if self._lost_ns is None:
            self._lost_ns = self._good_ns
        if len(self._reasons) < MAX_GAP_ITEMS:
            self._reasons.append(reason)


def take_in(followed: FollowedBook, message: Message) -> bool:
    """Give a recorded message of the book to a book that follows; whether the book stands after it."""
    if message.event == "diff":
        return followed.on_diff(
            Diff(message.first_id, message.last_id, message.bids, message.asks, message.previous_id)
        )
    is_reset = message.event == "reset"
    return followed.on_snapshot(Snapshot(message.last_id, message.bids, message.asks, is_reset))


def _lines(stream: BoundedStream, progress: Progress) -> Iterator[_Line]:
    for batch in line_batches(stream, BATCH_BYTES):
        too_long = set(batch.too_long)
        texts = batch.data.decode("utf-8", "replace").split("\n")[:-1]
        for number, text in enumerate(texts, batch.first_line):
            yield _Line(number, text.strip(), number in too_long)
        progress.update(_READING_SHARE * stream.fraction(), f"{batch.first_line + len(texts) - 1:,} lines read")


# Judging and storing -----------------------------------------------------------------------------------------------------


def _check(spec: ImportSpec, reader: RecordingReader) -> str:
    """The symbol of a recording that can be used; raises Rejected or Invalid for one that cannot."""
    if reader.bad_lines > reader.messages:
        example = reader.bad_examples[0]
        raise Rejected(
            f"{reader.bad_lines:,} lines are bad and {reader.messages:,} good; a recording with more bad lines than "
            f"good ones is not imported. Line {example.line}: {example.reason}.",
            code=TOO_MANY_BAD_ROWS,
            details={"file": [f"{count:,} lines: {reason}" for reason, count in reader.bad_reasons.items()]},
        )
    if not reader.messages:
        raise unreadable("The recording holds no message about a book.")
    if len(reader.recording.symbols) > 1:
        shown = ", ".join(sorted(reader.recording.symbols)[:10])
        raise unsuitable(f"The recording holds several symbols ({shown}): split it into one file for each.")
    if not reader.counts["snapshot"] + reader.counts["reset"]:
        raise unsuitable(
            f"The recording has {reader.counts['diff']:,} diffs and no snapshot of the book that they change: "
            "put the snapshot into the same file, before or among them."
        )
    symbol = spec.symbol or guess_symbol(*reader.recording.symbols, spec.file_name)
    if symbol is None:
        raise invalid_field("symbol", "The file does not say which symbol it holds: give it, such as BTC-USDT.")
    return symbol


class _Span:
    """The first and the last time that were stored."""

    def __init__(self) -> None:
        self.first_ns = 0
        self.last_ns = 0
        self.longest_ns = 0

    def note(self, times: np.ndarray) -> None:
        """Take the times of the next rows."""
        before = [self.last_ns] if self.last_ns else []
        self.first_ns = self.first_ns or int(times[0])
        steps = np.diff(np.concatenate((before, times)).astype(np.int64))
        if len(steps):
            self.longest_ns = max(self.longest_ns, int(steps.max()))
        self.last_ns = int(times[-1])


def _reported(
    frames: Iterator[pl.DataFrame], digest: storing.DepthHash, span: _Span, progress: Progress, total: int
) -> Iterator[pl.DataFrame]:
    done = 0
    for frame in frames:
        digest.add(frame)
        span.note(frame["time"].to_numpy())
        yield frame
        done += frame.height
        progress.update(_READING_SHARE + _STORING_SHARE * done / total, f"{done:,} messages stored")


def _trades(stored: Path) -> Iterator[pl.DataFrame]:
    for frame in storing.read_frames(stored, columns=["time", "event", "price", "quantity", "side"]):
        trades = storing.trades_of(frame)
        if trades.height:
            yield trades


def _quality(
    spec: ImportSpec, file_format: FileFormat, reader: RecordingReader, span: _Span, offset_ns: int
) -> Quality:
    chain = reader.chain
    counts = chain.followed.counts
    broken = counts.gaps + counts.contradictions
    return Quality(
        rows=reader.messages,
        from_=iso_from_ns(span.first_ns),
        to=iso_from_ns(span.last_ns),
        interval=None,
        gaps=Gaps(
            count=broken,
            longest_seconds=(chain.longest_stale_ns or span.longest_ns) // NS_PER_SECOND,
            items=tuple(chain.gaps),
        ),
        breaks=Gaps(),
        calendar=spec.calendar or "24/7",
        duplicates=counts.late - chain.late_at_start,
        conflicting_duplicates=0,
        out_of_order=reader.out_of_order,
        order="oldest first",
        bad_rows=reader.bad_lines,
        bad_row_reasons=reader.bad_reasons,
        bad_row_examples=tuple(reader.bad_examples),
        blank_lines=reader.blank_lines,
        zero_volume=0,
        off_grid=0,
        time_zone="UTC, as the venue stamps its messages",
        time_format=TIME_FORMATS.get(reader.recording.name, "venue times in milliseconds or microseconds"),
        file_format=f"{reader.recording.name}, {file_format.packing}" if file_format.packing else reader.recording.name,
        banner=(),
        columns={},
        ignored_columns=tuple(sorted(reader.others)),
        repairs=tuple(_repairs(reader, offset_ns)),
        notes=tuple(_notes(spec, reader, broken)),
    )


def _repairs(reader: RecordingReader, offset_ns: int) -> Iterator[str]:
    """What was changed on the way from the file to the data set."""
    if offset_ns:
        yield (
            f"The recorder's clock was {offset_ns / NS_PER_MS:,.1f} ms behind the venue's (by the quickest message, "
            "outliers left out); times are the receive times put right by that, both times as written are kept."
        )
    if reader.out_of_order:
        yield f"{reader.out_of_order:,} messages were stamped earlier than one before them; they keep their place."
    if reader.bad_lines:
        yield f"{reader.bad_lines:,} bad lines were left out."
    for kind, count in sorted(reader.others.items()):
        yield f"{count:,} lines of {kind} were left out: the book itself says what they say."


def _notes(spec: ImportSpec, reader: RecordingReader, broken: int) -> Iterator[str]:
    """What a reader of the data set should know."""
    counts, chain = reader.counts, reader.chain
    followed = chain.followed.counts
    yield (
        f"Books: {counts['snapshot'] + counts['reset']:,}, diffs: {counts['diff']:,}, trades: {counts['trade']:,}; up to "
        f"{chain.most_levels:,} levels a side."
    )
    if chain.unjoined:
        yield f"Diffs before the first book, which wait for it: {chain.unjoined:,}."
    yield f"Gaps in the chain of diffs: {broken:,}." if broken else "The chain of diffs is unbroken."
    yield from (f"Gap: {reason}." for reason in chain.reasons)
    if chain.followed.is_stale:
        yield "The book is stale at the end: no snapshot came after the last gap."
    if followed.crossed_levels:
        yield f"{followed.crossed_levels:,} older levels were crossed by newer ones and are left out of the book."
    if reader.missing_trades:
        yield f"{reader.missing_trades:,} trades are missing by their ids."
    if not counts["trade"]:
        yield "There are no trades: the last price is the middle of the book, and there are no candles."
    stated = guess_symbol(*reader.recording.symbols)
    if stated and spec.symbol and stated.replace("-", "") != spec.symbol.replace("-", ""):
        yield f"The file itself says {', '.join(sorted(reader.recording.symbols))}; it was imported as {spec.symbol}."
