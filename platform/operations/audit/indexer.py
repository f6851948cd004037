"""Fills the index behind the sources, in a thread of its own and in small pieces: the event loop is never held for long.

A block is some 256 entries and takes about two milliseconds; then the thread rests. So it takes a twentieth of a core at the
rate at which orders come, and keeps up with several times that rate.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from itertools import count

from kit.chain import ChainBroken, Head
from kit.errors import Unavailable
from operations.audit.index import BLOCK_ENTRIES, AuditIndex, Block, bounds_of, is_of, summarize
from operations.audit.sources import Source

LOOK_EVERY_S = 1.0
LOOKS_PER_FOUND = 10
"""Sources that come and go are looked at so many times more rarely: each look is a connection, and there may be many."""

REST_S = 0.004
"""Pause after each block: at most some 40,000 entries a second are taken in."""

BLOCKS_AT_ONCE = 16
"""Blocks of one transaction: what is written at once shares its pages."""

log = logging.getLogger(__name__)


class Indexer:
    """Keeps one index close behind its sources."""

    def __init__(
        self,
        index: AuditIndex,
        sources: Callable[[], Sequence[Source]],
        *,
        found: Callable[[], Sequence[Source]] = tuple,
        rest_s: float = REST_S,
    ) -> None:
        """`found` are sources that come and go."""
        self._index = index
        self._sources = sources
        self._found = found
        self._rest_s = rest_s
        self._end = threading.Event()
        self._fitting: set[str] = set()
        """The sources of which it is known that what was indexed is of them."""
        self._thread: threading.Thread | None = None
        self.trouble: str | None = None
        """Why the index is not filled at present; entries are found all the same, only slower."""

    def start(self) -> None:
        """Open the index and begin; an index that cannot be opened is done without."""
        try:
            self._index.open()
            self._fitting.clear()
            for source in self._sources():
                self._require_fit(source)
        except (Unavailable, ChainBroken) as fault:
            self._note(str(fault))
        self._end.clear()
        self._thread = threading.Thread(target=self._run, name="audit-indexer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the piece at hand."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._index.close()

    def catch_up(self, *, with_found: bool = True) -> None:
        """Take in all whole blocks that there are; raises Unavailable or ChainBroken."""
        for source in [*self._sources(), *(self._found() if with_found else ())]:
            self._require_fit(source)
            while not self._end.is_set() and self._take_in(source):
                pass

    def _run(self) -> None:
        for look in count():
            if self._end.wait(LOOK_EVERY_S):
                return
            try:
                is_whole = look % LOOKS_PER_FOUND == 0 or not self._found()
                self.catch_up(with_found=is_whole)
            except (Unavailable, ChainBroken) as fault:
                self._note(str(fault))
            except Exception:  # a fault of ours must not end it: queries would become slower and slower
                log.exception("The index of the audit broke.")
            else:
                self.trouble = None if is_whole else self.trouble

    def _note(self, fault: str) -> None:
        if self.trouble is None:
            log.warning("The audit is read without its index for now: %s", fault)
        self.trouble = fault

    def _require_fit(self, source: Source) -> None:
        """Begin anew when what was indexed is not this chain; asked once, as soon as the chain can be read."""
        if source.name in self._fitting:
            return
        reader = source.open()
        try:
            if not is_of(reader, self._index.reached(source.name)[1]):
                log.warning("The index of the audit is made anew: it belongs to another %s than this one.", source.name)
                self._index.start_anew()
        finally:
            reader.close()
        self._fitting.add(source.name)

    def _take_in(self, source: Source) -> bool:
        """Take in some blocks; False when no whole one is left."""
        reader = source.open()
        try:
            number, head = self._index.reached(source.name)
            whole = reader.last().seq // BLOCK_ENTRIES
            blocks: list[Block] = []
            while number < whole and len(blocks) < BLOCKS_AT_ONCE and not self._end.is_set():
                records = reader.read_range(*bounds_of(number))
                blocks.append(summarize(source, number, records))
                head = Head(records[-1].seq, records[-1].hash) if records else head
                number += 1
                self._end.wait(self._rest_s)
        finally:
            reader.close()
        if blocks:
            self._index.add(source.name, blocks, head)
        return number < whole
