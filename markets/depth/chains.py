"""How the diffs of a venue follow each other and join a snapshot: one rule for each way venues number them.

A rule is told the id of the book so far and says whether a diff is the next one, late, or behind a gap.
"""

from collections.abc import Callable, Sequence
from enum import Enum

import msgspec

from markets.updates import Level


class Verdict(Enum):
    """What to do with a diff."""

    APPLY = "apply"
    LATE = "late"
    """The book holds it already: leave it out."""
    GAP = "gap"
    """Something between the book and it is missing: the book is not to be trusted from here on."""


class Diff(msgspec.Struct, frozen=True, gc=False):
    """Levels that changed, with their new quantities (0: gone); it covers the updates `first_id` to `last_id`.

    `previous_id` is the `last_id` of the diff before it, where the venue says so. `checksum` is the venue's own of the
    book after it, where it sends one.
    """

    first_id: int
    last_id: int
    bids: Sequence[Level]
    asks: Sequence[Level]
    previous_id: int | None = None
    checksum: int | None = None


class Snapshot(msgspec.Struct, frozen=True, gc=False):
    """A whole book as of the update `last_id`.

    `is_reset` is set when the venue itself says to start over with it, whatever came before; one that was asked for
    may arrive late and is then left out.
    """

    last_id: int
    bids: Sequence[Level]
    asks: Sequence[Level]
    is_reset: bool = False


Chain = Callable[[int, Diff, bool], Verdict]
"""(id of the book so far, the diff, whether the book is a snapshot that no diff has joined yet)."""


def binance_spot(book_id: int, diff: Diff, is_first: bool) -> Verdict:
    """Binance spot: ids count every update, so a diff may begin at the next one at the latest.

    Source: "How to manage a local order book correctly", Binance spot WebSocket streams (`U`, `u`, `lastUpdateId`).
    """
    if diff.last_id <= book_id:
        return Verdict.LATE
    return Verdict.APPLY if diff.first_id <= book_id + 1 else Verdict.GAP


def binance_futures(book_id: int, diff: Diff, is_first: bool) -> Verdict:
    """Binance futures: ids are shared by many symbols, so each diff names the one before it (`pu`).

    Source: "How to manage a local order book correctly", Binance USD-M futures: drop `u` < `lastUpdateId`; the first one
    has `U` <= `lastUpdateId` <= `u`; then `pu` is the `u` before. A first diff whose `pu` lies at or before the
    snapshot is taken too, since nothing happened between its `pu` and its `U`.
    """
    return linked(book_id, diff, is_first)


def linked(book_id: int, diff: Diff, is_first: bool) -> Verdict:
    """Diffs that name their predecessor: `previous_id` is the id of the book, or, on a fresh snapshot, not after it."""
    assert diff.previous_id is not None, "a linked chain names the diff before"
    if diff.previous_id == book_id:
        return Verdict.APPLY
    if diff.last_id <= book_id:
        return Verdict.LATE
    return Verdict.APPLY if is_first and diff.previous_id < book_id else Verdict.GAP


def sequence(book_id: int, diff: Diff, is_first: bool) -> Verdict:
    """Messages counted one by one, snapshots with them: Bybit's `u`, and any venue with a plain sequence number.

    Source for Bybit: "Orderbook" of its WebSocket API v5; `u` = 1 comes with a snapshot after a restart of the venue,
    which is a reset.
    """
    if diff.last_id <= book_id:
        return Verdict.LATE
    return Verdict.APPLY if diff.last_id == book_id + 1 else Verdict.GAP


CHAINS: dict[str, Chain] = {
    "binance-spot": binance_spot,
    "binance-futures": binance_futures,
    "bybit": sequence,
    "sequence": sequence,
}
"""The rules by the name of the venue's way."""
