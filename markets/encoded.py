"""Answers about a market as JSON, each encoded once for every change of what it shows.

A closed candle never changes, so its row is encoded once for all who ask; a page of a thousand is then a join. What
shows the present state is kept until the next step of the market. Both are bounded.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable

import msgspec

from kit.trace import new_id
from markets.candles import CandleSeries
from markets.updates import Candle

CHUNK_CANDLES = 128
CHUNKS_KEPT = 64
"""Rows of 8,000 candles for each market, the least used forgotten first: about 1.3 MB."""

ANSWERS_KEPT = 32
"""Answers for each market between two of its steps: the ticker, and books of different depths."""

RowEncoder = Callable[[Candle], bytes]
"""Makes the JSON of one candle; always the same for a series."""


class LatestAnswers:
    """What was answered since the market's last step, by what was asked."""

    __slots__ = ("_answers",)

    def __init__(self) -> None:
        self._answers: dict[Hashable, msgspec.Raw] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def forget(self) -> None:
        """The market has changed."""
        if self._answers:
            self._answers.clear()

    def get(self, question: Hashable, make: Callable[[], bytes]) -> msgspec.Raw:
        """The answer to a question, made when it is asked for the first time since the last change."""
        answer = self._answers.get(question)
        if answer is None:
            answer = msgspec.Raw(make())
            if len(self._answers) < ANSWERS_KEPT:
                self._answers[question] = answer
        return answer


class CandleRows:
    """The rows of one market's candles as JSON."""

    __slots__ = ("_chunks", "_series", "name")

    def __init__(self, series: CandleSeries) -> None:
        self.name = new_id()
        """Names this series among all there ever were: a number of a candle means the same candle for ever."""
        self._series = series
        self._chunks: OrderedDict[tuple[str, int], tuple[int, list[bytes]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._chunks)

    def array(self, interval: str, numbers: range, encode: RowEncoder) -> bytes:
        """The JSON array of the candles of those numbers; the number behind the last closed one is the forming candle."""
        closed_end = min(numbers.stop, self._series.closed_count(interval))
        rows: list[bytes] = []
        number = numbers.start
        while number < closed_end:
            first, chunk = self._chunk(interval, number // CHUNK_CANDLES, closed_end, encode)
            rows += chunk[number - first : closed_end - first]
            number = first + len(chunk)
        forming = self._series.forming(interval) if numbers.stop > closed_end else None
        if forming is not None:
            rows.append(encode(forming))
        return b"[%b]" % b",".join(rows)

    def _chunk(self, interval: str, place: int, end: int, encode: RowEncoder) -> tuple[int, list[bytes]]:
        """The rows of one chunk and the number of the first; of the newest chunk, those before `end` at least."""
        key = (interval, place)
        kept = self._chunks.get(key)
        if kept is None:
            if len(self._chunks) >= CHUNKS_KEPT:
                self._chunks.popitem(last=False)
            chunk_end = (place + 1) * CHUNK_CANDLES
            candles = self._series.closed_candles(interval, place * CHUNK_CANDLES, chunk_end)
            first = min(chunk_end, self._series.closed_count(interval)) - len(candles)
            kept = self._chunks[key] = (first, [encode(candle) for candle in candles])
            return kept
        self._chunks.move_to_end(key)
        first, rows = kept
        known_end = first + len(rows)
        wanted_end = min(end, (place + 1) * CHUNK_CANDLES)
        if known_end < wanted_end:
            rows += map(encode, self._series.closed_candles(interval, known_end, wanted_end))
        return kept
