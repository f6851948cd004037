"""The bars that a strategy is rehearsed on: those of a data set for each of its symbols, as a backtest of them has them."""

import msgspec

from kit.clock import iso_from_ns
from kit.errors import Invalid, invalid_field
from markets import services as markets
from markets.bars import services as bars
from markets.datasets import services as datasets
from markets.datasets.records import Dataset
from markets.sources.base import Source
from trading.strategies.records import StrategySpec


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A data set for each symbol, or the part of them from `start_ns` to before `end_ns`.

    `field` is what the data sets are called where they were asked for.
    """

    datasets: tuple[str, ...]
    start_ns: int | None = None
    end_ns: int | None = None
    field: str = "datasets"


def open_source(spec: StrategySpec, chosen: Chosen) -> tuple[Source, tuple[str, ...]]:
    """The bars side by side, and their data sets in the order of the strategy's symbols. In a thread: it reads files.

    Raises NotFound for a data set, Invalid naming the field for what does not fit the strategy or leaves nothing to play.
    """
    found = [datasets.get_dataset(each) for each in chosen.datasets]
    _check_symbols(spec, found, chosen.field)
    for each in found:
        _check_length(spec, each, chosen.field)
        _check_part(each, chosen)
    in_order = tuple(each.id for each in sorted(found, key=lambda each: spec.symbols.index(each.symbol)))
    try:
        references = bars.stage_bars(
            dataset_ids=in_order, interval=spec.interval, from_ns=chosen.start_ns, to_ns=chosen.end_ns
        )
    except Invalid as refusal:  # of bars that are asked for by `from`
        details = {"start" if field == "from" else field: texts for field, texts in refusal.details.items()}
        raise Invalid(refusal.message, code=refusal.code, details=details) from refusal
    return bars.open_bars(references), in_order


def _check_symbols(spec: StrategySpec, found: list[Dataset], field: str) -> None:
    held = [each.symbol for each in found]
    if sorted(held) == sorted(spec.symbols):
        return
    way_out = " Name one data set for each symbol in `datasets`." if len(spec.symbols) > 1 else ""
    who = "It holds" if len(held) == 1 else "They hold"
    raise invalid_field(field, f"{who} {', '.join(held)}; the strategy trades {', '.join(spec.symbols)}.{way_out}")


def _check_length(spec: StrategySpec, dataset: Dataset, field: str) -> None:
    if markets.INTERVALS[spec.interval] % datasets.base_interval_s(dataset):
        bars_are = dataset.interval or "1m"
        raise invalid_field(
            field, f"{dataset.symbol} has bars of {bars_are}; bars of {spec.interval} cannot be made of them."
        )


def _check_part(dataset: Dataset, chosen: Chosen) -> None:
    if chosen.start_ns is not None and not dataset.from_ns <= chosen.start_ns <= dataset.to_ns:
        reach = f"{iso_from_ns(dataset.from_ns)} to {iso_from_ns(dataset.to_ns)}"
        raise invalid_field("start", f"The data set of {dataset.symbol} holds {reach}.")
    first_ns = dataset.from_ns if chosen.start_ns is None else chosen.start_ns
    if chosen.end_ns is not None and chosen.end_ns <= first_ns:
        raise invalid_field("end", f"Must be after {iso_from_ns(first_ns)}, where it begins.")
