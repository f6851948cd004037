"""The entries and exits of a strategy: from their texts to the bars of a backtest at which they are true.

Reading them is for the gateway as well, before a job begins; numba is loaded by whoever evaluates.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from analytics.backtests.engine.specs import Backtest, Strategy, check_size, resized
from analytics.backtests.search import Space
from kit.errors import invalid_field
from quant.expressions import Expression, InvalidExpression, Kind, parameters_from, parse
from quant.expressions.tree import Node

if TYPE_CHECKING:
    import numpy as np

    from analytics.backtests.engine.bars import Bars, Panel
    from analytics.backtests.engine.preparing import Moments
    from quant.expressions.evaluating import Workspace

SIDES: Final = ("long_entry", "long_exit", "short_entry", "short_exit")

DISTANCES: Final = ("stop", "target", "trailing")
"""Names that vary the size of a distance in a sweep, and are no parameters of conditions."""

Conditions = dict[str, Expression]
"""By side, the conditions of a strategy that has them."""


def read_conditions(strategy: Strategy, *, swept: tuple[str, ...] = ()) -> Conditions:
    """The conditions of a strategy; `swept` are parameters that get their values later.

    Raises InvalidExpression naming the field of the strategy and the column, and for a strategy that never enters.
    """
    values = parameters_from(dict(strategy.parameters))
    known = (*values, *swept)
    conditions: Conditions = {}
    for side in SIDES:
        text = getattr(strategy, side)
        if text is None:
            continue
        field = f"strategy.{side}"
        try:
            expression = parse(text, parameters=known)
        except InvalidExpression as refused:
            raise _at(field, refused) from refused
        if expression.kind is not Kind.CONDITION:
            raise _wrong(field, f"Must be a condition, such as close > open; this is a {expression.kind.value}.")
        if expression.groups:
            raise _wrong(field, f"Goes by {expression.groups[0]}: symbols of a backtest have no groups.")
        conditions[side] = expression
    if not {"long_entry", "short_entry"} & conditions.keys():
        raise _wrong("strategy.long_entry", "A strategy enters: give long_entry or short_entry.")
    unused = {*known}.difference(*(each.parameters for each in conditions.values()))
    if unused:
        name = sorted(unused)[0]
        raise _wrong(f"strategy.parameters.{name}", f"No condition uses p.{name}.")
    return conditions


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


def check_values(conditions: Conditions, values: Mapping[str, float]) -> int:
    """How many bars of history the conditions ask for with these values; raises InvalidExpression naming the field."""
    most = 0
    for side, expression in conditions.items():
        try:
            most = max(most, expression.need(values).warm_up)
        except InvalidExpression as refused:
            raise _at(f"strategy.{side}", refused) from refused
    return most


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


def _at(field: str, refused: InvalidExpression) -> InvalidExpression:
    """A refusal with the field that the expression stands in."""
    details = {name: value for name, value in refused.details.items() if name != "expression"}
    return InvalidExpression(f"{field}: {refused.message}", details={field: [refused.message], **details})


def _wrong(field: str, rule: str) -> InvalidExpression:
    return InvalidExpression(f"{field}: {rule}", details={field: [rule]})
