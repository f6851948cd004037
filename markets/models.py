"""Where Django looks for the models of this app."""

from markets.corporate_actions.models import CorporateActionRow
from markets.datasets.models import DatasetRow
from markets.instrument_models import AddedInstrument, Instrument

__all__ = ["AddedInstrument", "CorporateActionRow", "DatasetRow", "Instrument"]
