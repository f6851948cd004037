"""The cycle collector of a running server."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from gateway.memory import COLLECTOR_THRESHOLDS, settle_memory


class Knot:
    """An object that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def restored_collector() -> Iterator[None]:
    """The collector as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_the_start_made_is_not_walked_again() -> None:
    settle_memory()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == COLLECTOR_THRESHOLDS


def test_cycles_made_later_are_still_freed_by_themselves() -> None:
    settle_memory()
    knot = weakref.ref(Knot())
    containers: list[list[int]] = []
    while knot() is not None and len(containers) <= 2 * COLLECTOR_THRESHOLDS[0]:
        containers.append([])
    assert knot() is None
