"""The entries and exits of a strategy: from their texts to the bars of a backtest at which they are true.

Reading them is for the gateway as well, before a job begins; numba is loaded by whoever evaluates.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from analytics.backtests.engine.specs import Backtest
from analytics.backtests.search import Space
from kit.errors import invalid_field
from quant.expressions.tree import Node
from quant.strategies.conditions import Conditions, check_values, read_conditions
from quant.strategies.specs import check_size, resized

__all__ = ["Conditions", "check_values", "read_conditions"]

if TYPE_CHECKING:
    import numpy as np

    from analytics.backtests.engine.bars import Bars, Panel
    from analytics.backtests.engine.preparing import Moments
    from quant.expressions.evaluating import Workspace

DISTANCES: Final = ("stop", "target", "trailing")
"""Names that vary the size of a distance in a sweep, and are no parameters of conditions."""


def read_swept(spec: Backtest, space: Space) -> Conditions:
    """The conditions of a strategy whose parameters are swept; raises for names that nothing uses."""
    require_distances(spec, space)
    swept = tuple(name for name in space.names if name not in DISTANCES)
    twice = set(swept) & spec.strategy.parameters.keys()
    if twice:
        raise invalid_field(f"parameters.{sorted(twice)[0]}", "It has a value in strategy.parameters; leave that out.")
    return read_conditions(spec.strategy, swept=swept)


def require_distances(spec: Backtest, space: Space) -> None:
    """Raise Invalid for a distance whose size is swept and which the strategy does not have, or not with that size."""
    for name, values in zip(space.names, space.values, strict=True):
        if name not in DISTANCES:
            continue
        distance = getattr(spec.strategy, name)
        if distance is None:
            raise invalid_field(f"parameters.{name}", f"The strategy has no {name}: give strategy.{name} to vary it.")
        for value in values:
            check_size(f"parameters.{name}", resized(distance, value))


def workspace_of(panel: "Panel", cache_bytes: int | None = None) -> "Workspace":
    """The bars of a backtest as expressions read them: NaN where a symbol has no bar."""
    from markets.bars.records import COLUMNS
    from quant.expressions.evaluating import DEFAULT_CACHE_BYTES, Workspace
    from quant.expressions.panel import Panel as Columns

    if len(panel.symbols) == 1:
        columns = {name: getattr(panel.symbols[0], name) for name in COLUMNS}
    else:
        columns = {name: _aligned(panel, [getattr(each, name) for each in panel.symbols]) for name in COLUMNS}
    return Workspace(Columns(columns), DEFAULT_CACHE_BYTES if cache_bytes is None else cache_bytes)


def _aligned(panel: "Panel", columns: "list[np.ndarray]") -> "np.ndarray":
    """One column of all symbols, float64[T, K]."""
    import numpy as np

    rows = np.full((len(columns), len(panel.time_ns)), np.nan)
    for row, column, bars in zip(rows, columns, panel.symbols, strict=True):
        row[_places(panel, bars)] = column
    return rows.T


def _places(panel: "Panel", bars: "Bars") -> "np.ndarray":
    places: np.ndarray = panel.time_ns.searchsorted(bars.time_ns)
    return places


def signals_of(workspace: "Workspace", conditions: Conditions, values: Mapping[str, float]) -> "Moments":
    """When a strategy says what with these values of its parameters, of which `check_values` was asked before.

    The workspace is used for nothing else afterwards.
    """
    nodes = {side: each.bind(values, is_need_known=True) for side, each in conditions.items()}
    return moments_of(workspace, nodes, is_last=True)


def moments_of(workspace: "Workspace", nodes: Mapping[str, Node], *, is_last: bool = False) -> "Moments":
    """When bound conditions, by their sides, are true; `is_last` as in `Workspace.moments`."""
    from analytics.backtests.engine.preparing import Moments

    found = workspace.moments(list(nodes.values()), is_last=is_last)
    return Moments(**dict(zip(nodes, found, strict=True)))
