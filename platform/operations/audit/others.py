"""The chains of the other gateways of a shared database as sources: whoever asks one gateway sees what all have recorded.

They come and go, so they are looked for now and then. While the database is away they are those that were seen last; nothing
of them can be read then, and whoever asks is told so.
"""

import logging
import threading
from collections.abc import Callable

import msgspec

from kit.clock import Clock
from kit.errors import Unavailable
from operations.audit.own import NAME, OwnTable
from operations.audit.places import SharedChain, chains_beside

LOOK_EVERY_S = 10.0
MAX_OTHERS = 14
"""A cursor holds a number for each source, up to 20 characters long, and has 384 for all."""

log = logging.getLogger(__name__)


class Seen(msgspec.Struct, frozen=True):
    """What a look found beside a gateway's own chain; `too_many` are not shown."""

    own: SharedChain
    sources: list[OwnTable]
    too_many: int
    until_s: float


class OtherChains:
    """Those beside the chain that `own` finds; none where there is no shared database. For any thread."""

    def __init__(self, own: Callable[[], SharedChain | None], clock: Clock) -> None:
        self._own = own
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: Seen | None = None

    def sources(self) -> list[OwnTable]:
        """A source for each, in the order in which they began. May wait for the database, and raises nothing."""
        own = self._own()
        if own is None:
            return []
        with self._lock:
            seen = self._seen
            if seen is None or seen.own != own or seen.until_s <= self._clock.monotonic_s():
                self._seen = seen = self._look(own, seen)
            return seen.sources

    def _look(self, own: SharedChain, before: Seen | None) -> Seen:
        known = Seen(own, [], 0, 0) if before is None or before.own != own else before
        try:
            found = chains_beside(own)
        except Unavailable as away:
            log.debug("It is not known which other gateways there are. %s", away)  # health tells of that already
            return known  # and whoever asks next looks again
        too_many = max(0, len(found) - MAX_OTHERS)
        if too_many > known.too_many:
            log.warning("Of %d other gateways the audit shows the %d that began first.", len(found), MAX_OTHERS)
        shown = [_source(each) for each in found[:MAX_OTHERS]]
        return Seen(own, shown, too_many, self._clock.monotonic_s() + LOOK_EVERY_S)


def _source(chain: SharedChain) -> OwnTable:
    return OwnTable(lambda: chain, name_of(chain.gateway))


def name_of(gateway: str) -> str:
    """What another gateway's chain is called here."""
    return f"{NAME}@{gateway}"
