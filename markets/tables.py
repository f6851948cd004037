"""Instruments with their markets, as a table for the admin."""

from collections.abc import Sequence

from django.db.models import Model

from markets import services
from markets.answers import MarketShown
from markets.instrument_models import Instrument
from operations.live_admin.columns import Column
from operations.live_admin.conditions import Wanted
from operations.live_admin.loop import Turns
from operations.live_admin.tables import LiveTable


class InstrumentTable(LiveTable):
    """Every instrument, in the order they were added."""

    model = Instrument
    columns = {
        "symbol": Column(lambda row: row.symbol),
        "base": Column(lambda row: row.instrument.base),
        "quote": Column(lambda row: row.instrument.quote),
        "calendar": Column(lambda row: row.instrument.calendar),
        "market": Column(lambda row: row.status),
        "source": Column(lambda row: row.source),
        "is_stale": Column(lambda row: row.stale),
    }

    async def load(self, wanted: Wanted) -> Sequence[MarketShown]:
        """Every market as the API shows it."""
        turns = Turns()
        shown: list[MarketShown] = []
        for instrument in services.list_instruments():
            shown.append(services.get_market(instrument.symbol))
            await turns.pause_if_over()
        return shown

    def show(self, row: MarketShown) -> Model:
        """As an instance."""
        return _instance(row)


def _instance(row: MarketShown) -> Instrument:
    instrument, ticker = row.instrument, row.ticker
    return Instrument(
        symbol=row.symbol,
        base=instrument.base,
        quote=instrument.quote,
        calendar=instrument.calendar,
        tick=instrument.tick_size,
        lot=instrument.lot_size,
        min_notional=instrument.min_notional,
        market=row.status,
        last=ticker.last,
        bid=ticker.bid,
        ask=ticker.ask,
        change_24h=ticker.change_24h,
        source=row.source,
        is_stale=row.stale,
        time=ticker.time,
    )
