"""A book that follows a venue: a snapshot joined by diffs, stale from a gap until the next snapshot.

Where snapshots come from is its owner's business: a live source asks the venue for one, a replay meets the next one of
its recording. Meanwhile the book says that it is stale and keeps the diffs that come, to join them to the snapshot.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from markets.depth.book import BookContradiction, DepthBook
from markets.depth.chains import Chain, Diff, Snapshot, Verdict

MAX_WAITING_DIFFS = 5_000
"""Diffs kept while a snapshot is awaited: 8 minutes at ten a second. Beyond, the oldest goes, and a snapshot that is older
than what is left shows as a gap and is asked for again."""

MAX_WAITING_LEVELS = 1_000_000
"""Levels in them, some 100 MB, whatever the venue sends."""

AskSnapshot = Callable[[str], None]
"""Told why a snapshot is needed; it must not call back into the book at once."""
Checksum = Callable[[DepthBook], int]


@dataclass(slots=True)
class BookCounts:
    """What a followed book has met."""

    diffs: int = 0
    """Applied."""
    late: int = 0
    """Diffs and snapshots that were older than the book."""
    snapshots: int = 0
    """Taken."""
    gaps: int = 0
    """Diffs that did not follow: ids were missing."""
    contradictions: int = 0
    """Messages whose own levels crossed."""
    wrong_checksums: int = 0
    crossed_levels: int = 0
    """Older levels that a newer one of the other side pushed out."""
    forgotten: int = 0
    """Diffs dropped while a snapshot was awaited."""


class FollowedBook:
    """A book with its chain. While `is_stale` it must not be shown as the market, and nothing may fill on it."""

    __slots__ = (
        "_ask_snapshot",
        "_chain",
        "_checksum",
        "_is_fresh",
        "_waiting",
        "_waiting_levels",
        "book",
        "counts",
        "is_stale",
        "last_id",
    )

    def __init__(self, chain: Chain, ask_snapshot: AskSnapshot, checksum: Checksum | None = None) -> None:
        self.book = DepthBook()
        self.counts = BookCounts()
        self.is_stale = True
        """Before the first snapshot, and from a gap to the next one."""
        self.last_id = 0
        """The update the book stands at; of no meaning while it is stale."""
        self._chain = chain
        self._ask_snapshot = ask_snapshot
        self._checksum = checksum
        self._is_fresh = False
        self._waiting: deque[Diff] = deque()
        self._waiting_levels = 0

    def on_diff(self, diff: Diff) -> bool:
        """Take in a diff; whether the book stands after it. Where it does not, a snapshot was asked for."""
        if self.is_stale:
            self._keep(diff)
            return False
        return self._follow(diff)

    def on_snapshot(self, snapshot: Snapshot) -> bool:
        """Take in a whole book, then what waited for it; whether the book stands. A late one changes nothing."""
        if not self.is_stale and not snapshot.is_reset and snapshot.last_id < self.last_id:
            self.counts.late += 1
            return True
        waiting = () if snapshot.is_reset else tuple(self._waiting)
        self._waiting.clear()
        self._waiting_levels = 0
        try:
            self.book.replace(snapshot.bids, snapshot.asks)
        except BookContradiction as fault:
            self.counts.contradictions += 1
            for diff in waiting:
                self._keep(diff)
            return self._lose(str(fault))
        self.counts.snapshots += 1
        self.last_id, self._is_fresh, self.is_stale = snapshot.last_id, True, False
        for diff in waiting:
            self.on_diff(diff)
        return not self.is_stale

    def _follow(self, diff: Diff) -> bool:
        verdict = self._chain(self.last_id, diff, self._is_fresh)
        if verdict is Verdict.LATE:
            self.counts.late += 1
            return True
        if verdict is Verdict.GAP:
            self.counts.gaps += 1
            reason = f"update {diff.first_id} does not follow {self.last_id}"
            self._keep(diff)
            return self._lose(reason)
        try:
            self.counts.crossed_levels += self.book.update(diff.bids, diff.asks)
        except BookContradiction as fault:
            self.counts.contradictions += 1
            return self._lose(str(fault))
        self.last_id, self._is_fresh = diff.last_id, False
        self.counts.diffs += 1
        if diff.checksum is not None and self._checksum is not None and self._checksum(self.book) != diff.checksum:
            self.counts.wrong_checksums += 1
            return self._lose(f"the checksum of update {diff.last_id} differs")
        return True

    def _keep(self, diff: Diff) -> None:
        """Let a diff wait for the snapshot; what is too much is forgotten from the oldest on."""
        self._waiting.append(diff)
        self._waiting_levels += len(diff.bids) + len(diff.asks)
        while len(self._waiting) > MAX_WAITING_DIFFS or self._waiting_levels > MAX_WAITING_LEVELS:
            oldest = self._waiting.popleft()
            self._waiting_levels -= len(oldest.bids) + len(oldest.asks)
            self.counts.forgotten += 1
            if self.counts.forgotten % MAX_WAITING_DIFFS == 1:
                self._ask_snapshot("the snapshot asked for has not come")

    def _lose(self, reason: str) -> bool:
        """The book is not to be trusted any more: forget it and ask for another."""
        self.is_stale = True
        self.book.clear()
        self._ask_snapshot(reason)
        return False
