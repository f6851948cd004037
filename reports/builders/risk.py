"""Risk: what was lost on the way and how often; of an account also what may be lost now, and how far its limits are used."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np

from quant.performance.days import NS_PER_DAY, daily_equity, returns_of
from reports.builders.document import Cell, Chart, Figure, Report, Section, Table, columns
from reports.builders.drawdowns import drawdown_table
from reports.builders.performance import (
    DRAWDOWNS,
    RISK,
    distribution,
    drawdown_chart,
    figures_of,
    lost_whole,
    monthly_table,
    provenance_of,
    rolling_charts,
    short_sample,
)
from reports.builders.showing import figures_from
from reports.builders.sources import Floats, Integers, Track

WORST: Final = 20
LEVELS: Final = (90.0, 95.0, 97.5, 99.0)
LEAST_DAYS: Final = 20
"""For a quantile of days: of fewer it is an extreme and no quantile."""


def build_risk(track: Track, *, standing: Mapping[str, Any] | None, made_ns: int, time_zone: str) -> Report:
    """The risk of a track; `standing` is the risk of an account at this moment, as its REST answer has it."""
    figures = figures_of(track)
    days, daily = daily_equity(track.time_ns, track.equity, track.starting_equity)
    returns = returns_of(daily)
    sections = (
        Section(
            name="summary",
            title="Risk that was run",
            figures=(*figures_from(figures.risk, RISK), *figures_from(figures.drawdowns, DRAWDOWNS)),
            charts=(drawdown_chart(track), *rolling_charts(days, daily, track.days_per_year)),
            tables=(drawdown_table(track.time_ns, track.equity, track.starting_equity),),
        ),
        _tail(days, returns),
        Section(
            name="months", title="By month", tables=(monthly_table(figures.returns.months, figures.returns.years),)
        ),
        *([] if standing is None else _standing(standing)),
    )
    return Report(
        kind="risk",
        title=f"Risk of {track.name}",
        subtitle=track.subject,
        currency=track.currency,
        made_ns=made_ns,
        provenance=provenance_of(track, time_zone),
        sections=sections,
        warnings=(*track.warnings, *short_sample(figures), *lost_whole(days, daily)),
    )


# What was lost -------------------------------------------------------------------------------------------------------------


def _tail(days: Integers, returns: Floats) -> Section:
    """The distribution of days, its quantiles and its worst days."""
    known = np.isfinite(returns)
    days, returns = days[known], returns[known]
    charts: tuple[Chart, ...] = ()
    if len(returns) > 1:
        charts = (distribution("distribution", "Daily returns", returns, "share"),)
    return Section(
        name="tail",
        title="Bad days",
        charts=charts,
        tables=(_level_table(returns), _worst_days(days, returns)),
    )


def _level_table(returns: Floats) -> Table:
    """Value at risk and expected shortfall, historical, a day."""
    rows: list[tuple[Cell, ...]] = []
    if len(returns) >= LEAST_DAYS:
        for level in LEVELS:
            quantile = float(np.percentile(returns, 100 - level))
            rows.append((f"{level:g} %", quantile, float(returns[returns <= quantile].mean()), len(returns)))
    return Table(
        name="levels",
        title="Value at risk and expected shortfall",
        columns=columns(
            ("level", "Confidence", "text"),
            ("value_at_risk", "Value at risk", "share"),
            ("expected_shortfall", "Expected shortfall", "share"),
            ("days", "Days", "count"),
        ),
        rows=rows,
        note=f"Historical, of a day; from {LEAST_DAYS} days on.",
    )


def _worst_days(days: Integers, returns: Floats) -> Table:
    worst = np.argsort(returns, kind="stable")[:WORST]
    rows = [(int(days[place]) * NS_PER_DAY, float(returns[place])) for place in worst.tolist() if returns[place] < 0]
    return Table(
        name="worst_days",
        title="Worst days",
        columns=columns(("day", "Day (UTC)", "date"), ("return", "Return", "share")),
        rows=rows,
        is_shaded=True,
    )


# How it stands -------------------------------------------------------------------------------------------------------------


def _standing(standing: Mapping[str, Any]) -> list[Section]:
    """State, exposure, limits, and what may be lost, of an account now."""
    exposure, tail = standing["exposure"], standing["tail_risk"]
    figures = [
        Figure("state", "Trading state", standing["state"], "text"),
        _amount("equity", "Equity", standing["equity"]),
    ]
    for name in ("gross", "net", "long", "short"):
        figures.append(_amount(name, f"{name.capitalize()} exposure", exposure[name]))
    leverage = exposure["leverage"]
    figures.append(Figure("leverage", "Leverage", None if leverage is None else Decimal(leverage), "number"))
    return [
        Section(
            name="now",
            title="As it stands",
            text=exposure["reason"] or "",
            figures=tuple(figures),
            tables=(_positions(exposure["positions"]), _limits(standing["limits"])),
        ),
        Section(
            name="tail_risk",
            title="What may be lost now",
            text=tail["reason"] or f"{tail['method'].capitalize()} over {tail['sample']} moves of {tail['horizon']}.",
            tables=(_tail_table(tail["levels"]),) if tail["levels"] else (),
        ),
    ]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _share(percent: str | None) -> Decimal | None:
    return None if percent is None else Decimal(percent) / 100


def _amount(name: str, label: str, text: str | None) -> Figure:
    return Figure(name, label, _decimal(text), "money")


def _positions(positions: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        name="exposure",
        title="Exposure",
        columns=columns(
            ("symbol", "Symbol", "text"),
            ("side", "Side", "text"),
            ("quantity", "Quantity", "quantity"),
            ("worth", "Worth", "money"),
            ("share", "Of equity", "share"),
        ),
        rows=[
            (
                each["symbol"],
                each["side"],
                Decimal(each["quantity"]),
                _decimal(each["worth"]),
                _share(each["share_percent"]),
            )
            for each in positions
        ],
    )


def _limits(limits: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        name="limits",
        title="Limits in force",
        columns=columns(
            ("name", "Limit", "text"),
            ("symbol", "Symbol", "text"),
            ("limit", "At most", "text"),
            ("used", "Used", "text"),
            ("unit", "In", "text"),
            ("share", "Of it", "share"),
            ("own", "Whose", "text"),
        ),
        rows=[
            (
                each["name"].replace("_", " "),
                each["symbol"] or "all",
                each["limit"],
                each["used"],
                each["unit"],
                _share(each["share_percent"]),
                "the account's" if each["own"] else "everybody's",
            )
            for each in limits
        ],
    )


def _tail_table(levels: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        name="tail_risk",
        title="Of the positions there are",
        columns=columns(
            ("confidence", "Confidence", "text"),
            ("value_at_risk", "Value at risk", "money"),
            ("expected_shortfall", "Expected shortfall", "money"),
        ),
        rows=[
            (f"{each['confidence_percent']} %", Decimal(each["value_at_risk"]), Decimal(each["expected_shortfall"]))
            for each in levels
        ],
    )
