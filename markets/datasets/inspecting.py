"""A second look at a series that is clean and stored: outliers, stuck prices, hours without volume, where it ends.

Read a row group at a time, so that memory does not grow with the file. What "unusual" means is taken from the series
itself: a return is measured in median absolute deviations of the series' own returns.

Modified score of a return r: 0.6745 × |r − median| ÷ MAD (Iglewicz and Hoaglin, "How to Detect and Handle Outliers",
1993; 0.6745 is the 75th percentile of the normal distribution). Their limit of 3.5 is meant for bell-shaped data; returns
have fat tails, so the limits here are higher and ask for what a broken feed does: a price that leaves and comes straight
back. Returns of 0 are left out of median and MAD: on a quiet market they are most, and every move were an outlier.
"""

import msgspec
import numpy as np

from kit.clock import iso_from_ns
from markets.datasets.records import Example, Kind

SPIKE_SCORE = 15.0
"""A bar whose price leaves by so much and comes back by so much with the next bar is an outlier."""
JUMP_SCORE = 40.0
"""A move of one bar that stays; also how far a high or a low may lie from its bar's open and close."""
RETURNED_SHARE = 0.5
"""Of a spike, at least this much is taken back by the next bar."""
MIN_MOVE = 0.001
"""Smaller moves are never unusual, whatever the score: with coarse ticks a MAD is one tick."""
MIN_RETURNS = 30
"""Fewer returns other than 0 say nothing about what is usual."""
SAMPLED_RETURNS = 100_000
"""Returns that median and MAD are taken from, evenly over the series: they are then known to half a percent."""
STUCK_BARS = 10
"""So many bars in a row at one single price, with volume, are no market."""
ENDED_BARS = 20
"""So many bars in a row at one single price, up to the end of the data, show that trading ended before the data do."""
MAX_OUTLIERS = 1_000_000
MAX_EXAMPLES = 5
NORMAL_QUARTILE = 0.6745


class Scale(msgspec.Struct, frozen=True):
    """What is usual: the median of the series' returns and their median absolute deviation; None deviation: unknown."""

    median: float = 0.0
    deviation: float | None = None

    def scores(self, returns: np.ndarray) -> np.ndarray:
        """Modified scores of log returns, 0 for moves that are too small to matter or where nothing is known."""
        if self.deviation is None:
            return np.zeros(len(returns))
        scores: np.ndarray = NORMAL_QUARTILE * np.abs(returns - self.median) / self.deviation
        scores[np.abs(returns) < MIN_MOVE] = 0.0
        return scores


class ReturnSample:
    """Log returns other than 0, evenly over a series of known length."""

    def __init__(self, rows: int) -> None:
        self._stride = -(-rows // SAMPLED_RETURNS)
        self._parts: list[np.ndarray] = []
        self._last: float | None = None

    def add(self, prices: np.ndarray) -> None:
        """Take the next prices (above 0)."""
        logs = np.log(prices)
        if self._last is not None:
            logs = np.concatenate(([self._last], logs))
        self._last = float(logs[-1])
        returns = np.diff(logs)[:: self._stride]
        self._parts.append(returns[returns != 0])

    def scale(self) -> Scale:
        """Median and MAD of what was taken; unknown when that was too little, or all moves are equal."""
        returns = np.concatenate(self._parts) if self._parts else np.empty(0)
        if len(returns) < MIN_RETURNS:
            return Scale()
        median = float(np.median(returns))
        deviation = float(np.median(np.abs(returns - median)))
        return Scale(median, deviation if deviation > 0 else None)


class Runs:
    """Rows in a row for which something holds, over any number of frames; keeps count and the longest."""

    def __init__(self, shortest: int = 1) -> None:
        self._shortest = shortest
        self.runs = 0
        self.rows = 0
        self._longest: list[tuple[int, int, int]] = []
        self._open: tuple[int, int, int] | None = None
        """First row, its time and length of the run that reaches the end of what was seen."""

    def add(self, holds: np.ndarray, times: np.ndarray, first_row: int) -> None:
        """Look at the next rows."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], holds, [False])).astype(np.int8)))
        starts, ends = edges[::2], edges[1::2]
        before, self._open = self._open, None
        if before is not None and not (len(starts) and starts[0] == 0):
            self._close(before)
            before = None
        for start, end in self._worth_a_look(starts, ends, len(holds)):
            run = (first_row + start, int(times[start]), end - start)
            if start == 0 and before is not None:
                run = (before[0], before[1], before[2] + end)
            if end == len(holds):
                self._open = run
            else:
                self._close(run)

    def _worth_a_look(self, starts: np.ndarray, ends: np.ndarray, rows: int) -> list[tuple[int, int]]:
        """The runs that are long enough, or may be because they touch an edge of the frame."""
        keep = (ends - starts >= self._shortest) | (starts == 0) | (ends == rows)
        return list(zip(starts[keep].tolist(), ends[keep].tolist(), strict=True))

    @property
    def last_run(self) -> tuple[int, int, int] | None:
        """First row, its time and length of the run that reaches the last row."""
        return self._open

    def finish(self) -> None:
        """All rows were seen."""
        if self._open is not None:
            self._close(self._open)

    @property
    def longest(self) -> int:
        """Rows of the longest run."""
        return max((length for length, _, _ in self._longest), default=0)

    def examples(self) -> tuple[Example, ...]:
        """The longest runs, oldest first."""
        oldest_first = sorted((row, time, length) for length, row, time in self._longest)
        return tuple(
            Example(time=iso_from_ns(time), row=row, text=f"{length:,} rows") for row, time, length in oldest_first
        )

    def _close(self, run: tuple[int, int, int]) -> None:
        row, time, length = run
        if length < self._shortest:
            return
        self.runs += 1
        self.rows += length
        self._longest = sorted([*self._longest, (length, row, time)], key=lambda one: (-one[0], one[1]))[:MAX_EXAMPLES]


class Hits:
    """Single rows that stand out: how many, and the first few."""

    def __init__(self) -> None:
        self.count = 0
        self.examples: tuple[Example, ...] = ()

    def add(self, rows: np.ndarray, times: np.ndarray, texts: list[str]) -> None:
        """Take rows (numbered from 1) with their times; `texts` for as many as are still wanted."""
        self.count += len(rows)
        found = zip(rows.tolist(), times.tolist(), texts, strict=False)
        wanted = MAX_EXAMPLES - len(self.examples)
        self.examples += tuple(Example(time=iso_from_ns(time), row=row, text=text) for row, time, text in found)[
            :wanted
        ]


class Block(msgspec.Struct, frozen=True):
    """Rows of a stored series as plain arrays. `open high low volume` are None for trades and quotes."""

    times: np.ndarray
    close: np.ndarray
    open: np.ndarray | None = None
    high: np.ndarray | None = None
    low: np.ndarray | None = None
    volume: np.ndarray | None = None
    filled: np.ndarray | None = None
    """Bars that a repair made up: they are flat and without volume, and no finding."""


class Inspection:
    """What was found in a series, block by block; read its parts after `finish`."""

    def __init__(self, kind: Kind, scale: Scale, *, has_volume: bool) -> None:
        self._kind = kind
        self._scale = scale
        self._has_volume = has_volume
        self._before: Block | None = None
        self._seen = 0
        self.outliers, self.jumps = Hits(), Hits()
        self.outlier_ns: list[np.ndarray] = []
        """Times of the outliers, up to about MAX_OUTLIERS of them."""
        self.zero_volume = Runs()
        self.stuck = Runs(STUCK_BARS)
        self.ended = Runs(ENDED_BARS)

    def add(self, block: Block) -> None:
        """Look at the next rows."""
        if self._kind == "candles":
            self._look_at_bars(block)
        self._look_at_moves(block)
        self._seen += len(block.times)

    def finish(self) -> None:
        """All rows were seen."""
        for runs in (self.zero_volume, self.stuck, self.ended):
            runs.finish()

    def _look_at_bars(self, block: Block) -> None:
        assert block.open is not None and block.high is not None and block.low is not None and block.volume is not None
        before = block.close[:1] if self._before is None else self._before.close[-1:]
        previous = np.concatenate((before, block.close[:-1]))
        is_flat = (block.high == block.low) & (block.close == previous)
        is_real = np.ones(len(block.times), dtype=bool) if block.filled is None else ~block.filled
        traded = block.volume > 0 if self._has_volume else True
        first_row = self._seen + 1
        self.stuck.add(is_flat & is_real & traded, block.times, first_row)
        self.ended.add(is_flat & is_real, block.times, first_row)
        if self._has_volume:
            self.zero_volume.add((block.volume == 0) & is_real, block.times, first_row)

    def _look_at_moves(self, block: Block) -> None:
        """Judge every row whose next row is known: two rows are carried over from block to block."""
        times, close, joined = self._with_carried(block)
        self._before = Block(times[-2:], close[-2:], *(None if one is None else one[-2:] for one in joined))
        returns = np.diff(np.log(close))
        carried = len(times) - len(block.times)
        first_row = self._seen + 1 - carried
        scores = self._scale.scores(returns)
        leaves = (scores[:-1] > SPIKE_SCORE) & (scores[1:] > SPIKE_SCORE)
        comes_back = np.abs(returns[:-1] + returns[1:]) < (1 - RETURNED_SHARE) * np.abs(returns[:-1])
        spikes = np.zeros(len(times), dtype=bool)
        spikes[1:-1] = leaves & comes_back
        jumps = np.zeros(len(times), dtype=bool)
        jumps[1:-1] = (scores[:-1] > JUMP_SCORE) & ~spikes[1:-1] & ~spikes[:-2]
        wicks = self._wicks(joined, close)
        # The first carried row was judged before, the last row waits for its next one.
        judged = slice(1 if carried == 2 else 0, len(times) - 1)
        self._note(self.outliers, spikes | wicks, judged, times, close, first_row)
        self._note(self.jumps, jumps & ~wicks, judged, times, close, first_row)
        if self.outliers.count <= MAX_OUTLIERS:
            self.outlier_ns.append(times[judged][(spikes | wicks)[judged]])

    def _with_carried(self, block: Block) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray | None, ...]]:
        before = self._before
        bars = (block.open, block.high, block.low)
        if before is None:
            return block.times, block.close, bars
        carried = (before.open, before.high, before.low)
        joined = tuple(
            None if now is None or then is None else np.concatenate((then, now))
            for then, now in zip(carried, bars, strict=True)
        )
        return np.concatenate((before.times, block.times)), np.concatenate((before.close, block.close)), joined

    def _wicks(self, bars: tuple[np.ndarray | None, ...], close: np.ndarray) -> np.ndarray:
        """Bars whose high or low lies far outside of their open and close."""
        first, high, low = bars
        if first is None or high is None or low is None or self._scale.deviation is None:
            return np.zeros(len(close), dtype=bool)
        above = np.log(high / np.maximum(first, close))
        below = np.log(np.minimum(first, close) / low)
        return np.asarray(np.maximum(self._scale.scores(above), self._scale.scores(below)) > JUMP_SCORE)

    def _note(
        self, hits: Hits, holds: np.ndarray, judged: slice, times: np.ndarray, close: np.ndarray, first_row: int
    ) -> None:
        places = np.flatnonzero(holds[judged]) + judged.start
        if len(places):
            texts = [f"{close[place - 1]:g}, then {close[place]:g}" for place in places[:MAX_EXAMPLES].tolist()]
            hits.add(first_row + places, times[places], texts)
