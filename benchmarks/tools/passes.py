"""Runs contenders in turns, so that a slow minute of the machine hits all of them alike."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Figures = TypeVar("Figures")
QUICK_SECONDS = 1.5
FULL_SECONDS = 5.0


@dataclass(frozen=True)
class Plan:
    """How long to measure: `passes` times `seconds` for each contender; `quick` also shrinks the sizes."""

    passes: int
    seconds: float
    quick: bool
    work_dir: Path
    """An empty folder on the disk that is measured; what runs may leave files there."""

    def size(self, full: int, quick: int) -> int:
        """A workload's size."""
        return quick if self.quick else full


def alternate(
    plan: Plan, contenders: Mapping[str, Callable[[], Figures]], *, passes: int | None = None
) -> dict[str, list[Figures]]:
    """Measure every contender once a pass, each pass beginning with another one; their figures by name."""
    names = list(contenders)
    figures: dict[str, list[Figures]] = {name: [] for name in names}
    total = passes or plan.passes
    for number in range(total):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            started_s = time.monotonic()
            figures[name].append(contenders[name]())
            tell(f"  pass {number + 1}/{total}  {name}  {time.monotonic() - started_s:.1f} s")
    return figures


def tell(text: str) -> None:
    """Say how far the run is, beside the result."""
    print(text, file=sys.stderr, flush=True)
