"""The expression language: one small language for factors, strategies and alerts.

    spread = parse("ema(close, p.fast) - ema(close, p.slow)", parameters=("fast", "slow"))
    spread.need({"fast": 12, "slow": 26})                                  # bars of history
    evaluating.evaluate([spread], panel, {"fast": 12, "slow": 26})         # over arrays
    streaming.Stream([spread], symbols=1, parameters=...).update(bar)      # bar by bar, to the same bits

Reading and checking is plain Python (`parse`); `evaluating` and `streaming` load numba and are imported where something is
computed. docs/expressions.md is the page for users.
"""

from quant.expressions.expression import Expression, Need, parameters_from, parse
from quant.expressions.operators import FIELDS, GROUPS, OPERATORS, Axis, Operator, Place, Takes
from quant.expressions.tree import InvalidExpression, Kind

__all__ = [
    "FIELDS",
    "GROUPS",
    "OPERATORS",
    "Axis",
    "Expression",
    "InvalidExpression",
    "Kind",
    "Need",
    "Operator",
    "Place",
    "Takes",
    "parameters_from",
    "parse",
]
