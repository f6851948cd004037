"""Which instruments there are, in memory: the default universe and those an installation added."""

from collections.abc import Iterable

from kit.errors import NotFound
from markets.instruments import Instrument


class Universe:
    """The instruments by symbol. Reading and adding is safe from any thread: each is one operation on a dict."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._by_symbol = {instrument.symbol: instrument for instrument in instruments}

    def get(self, symbol: str) -> Instrument:
        """The instrument of exactly that symbol; raises NotFound UNKNOWN_SYMBOL."""
        instrument = self._by_symbol.get(symbol)
        if instrument is None:
            shown = symbol if len(symbol) <= 40 else f"{symbol[:40]}…"
            raise NotFound(f"There is no instrument {shown!r}.", code="UNKNOWN_SYMBOL")
        return instrument

    def has(self, symbol: str) -> bool:
        """Whether there is an instrument of exactly that symbol."""
        return symbol in self._by_symbol

    def add(self, instrument: Instrument) -> Instrument:
        """Add an instrument; returns the one that holds, which is the first of its symbol."""
        return self._by_symbol.setdefault(instrument.symbol, instrument)

    def list(self) -> list[Instrument]:
        """All instruments, the default universe first."""
        return list(self._by_symbol.values())
