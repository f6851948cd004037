"""Where Django looks for the models of this app."""

from markets.datasets.models import DatasetRow
from markets.instrument_models import AddedInstrument, Instrument

__all__ = ["AddedInstrument", "DatasetRow", "Instrument"]
