"""Who deals for a run: one dealer for each symbol, by conditions or by the program that the run has."""

from collections.abc import Callable
from typing import Any

from markets.instruments import Instrument
from trading.strategies.budget import OrderBudget
from trading.strategies.dealing import Dealer
from trading.strategies.measuring import plans_of
from trading.strategies.pairs import PairDealer
from trading.strategies.program_specs import Pairs
from trading.strategies.programs import SINGLE_DEALERS
from trading.strategies.records import Run


def dealers_of(
    run: Run, instrument_of: Callable[[str], Instrument], *, actor: str, budget: OrderBudget
) -> dict[str, Dealer]:
    """The dealers of a run by symbol; raises NotFound or Invalid for a symbol that is not there any more as it was."""
    terms: dict[str, Any] = {"actor": actor, "budget": budget}
    parts = []
    for number, symbol in enumerate(run.spec.symbols):
        instrument = instrument_of(symbol)
        parts.append((run, number, instrument, plans_of(run.spec, instrument)))
    program = run.spec.program
    if isinstance(program, Pairs):
        first, second = (PairDealer(*part, **terms) for part in parts)
        first.partner, second.partner = second, first
        return {first.symbol: first, second.symbol: second}
    kind: type[Dealer] = Dealer if program is None else SINGLE_DEALERS[type(program)]
    return {part[2].symbol: kind(*part, **terms) for part in parts}
