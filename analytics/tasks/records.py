"""What travels between the gateway and the workers of analyses. Django-free, and without what reads arrays."""

from typing import Final

import msgspec

from analytics.tasks.kinds.results import Result
from analytics.tasks.kinds.specs import Options
from markets.bars.references import BarsReference

ENGINE: Final = 1
"""Kept with every result: it rises when the same question about the same bars may come to something else."""


class AnalysisWork(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, and the bars of its symbols in their order."""

    options: Options
    bars: list[BarsReference]


class DataUsed(msgspec.Struct, frozen=True, kw_only=True):
    """Which bars of one symbol were looked at; `missing_bars` by its calendar, None where that cannot be told."""

    symbol: str
    interval: str
    source: str
    rows: int
    missing_bars: int | None
    from_ns: int
    to_ns: int
    content_hash: str


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker gives back."""

    engine: int
    bars: int
    conventions: list[str]
    data: list[DataUsed]
    result: Result
