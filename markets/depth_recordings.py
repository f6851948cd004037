"""Recorded depth as the markets use it: opened for a replay. Reads files and the database: call it in a thread."""

from kit.errors import invalid_field
from markets.datasets import services as datasets
from markets.datasets.records import Dataset
from markets.instruments import Instrument
from markets.sources.depth import DepthRecording, DepthSource

MESSAGES_PER_BATCH = 1_024
"""Messages turned into steps at once; each holds some dozens of levels."""


def open_depth_source(dataset: Dataset, instrument: Instrument, start_ns: int | None = None) -> DepthSource:
    """Recorded depth to be replayed from its first price, or from its first message at or after `start_ns`.

    Depth is only replayed on a tick that holds its levels, since two of them on one tick would be neither. Raises Invalid
    for a coarser one, or NotFound when the data set was deleted meanwhile.
    """
    if dataset.price_decimals is None or dataset.price_decimals > instrument.tick.decimals:
        reason = f"Its prices are finer than the tick of {instrument.tick} of {instrument.symbol}"
        raise invalid_field("dataset", f"{reason}: import it under a symbol of its own.")
    begin = datasets.depth_start(dataset.id, start_ns)
    first_row = begin.row if start_ns is None else datasets.depth_start(dataset.id).row
    return DepthSource(
        DepthRecording(
            dataset=dataset.id,
            instrument=instrument,
            steps=dataset.rows - begin.row,
            start_ns=begin.time_ns,
            has_trades=begin.has_trades,
            first_step=max(0, begin.row - first_row),
            batches=datasets.iterate_depth(dataset.id, batch=MESSAGES_PER_BATCH),
            content_hash=dataset.content_hash,
        )
    )
