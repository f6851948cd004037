"""Tunes Python's cycle collector for a server: its pauses are what a client at the 99th percentile waits for."""

import gc
from typing import Final

COLLECTOR_THRESHOLDS: Final = (20_000, 10, 50)
"""Net new containers before a young pass, young passes before a middle one, middle ones before a full one is considered.

The defaults (700, 10, 10) fit scripts. Here each order leaves some ten containers for good, so they had the whole heap
walked every few thousand orders: 30 to 100 ms in which nothing is answered. A young pass over 20,000 containers takes
1 to 2 ms. Memory stays bounded: nearly all is freed by reference counts at once, cycles that die young go with the next
young pass, and older ones at the latest 10 million containers on (a full pass also waits until a quarter is new).
"""


def settle_memory() -> None:
    """Free what the start left behind, and exempt what it made (modules, classes, routes) from all later passes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
