"""Several backtests and accounts beside each other: their curves from one, their figures, and how alike their days were."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from quant.performance.days import NS_PER_DAY, daily_equity, returns_of
from quant.performance.figures import Figures
from reports.builders.document import (
    Cell,
    Chart,
    Column,
    DataHash,
    Provenance,
    Report,
    Section,
    Series,
    Table,
    Unit,
    columns,
)
from reports.builders.performance import CONVENTIONS, figures_of
from reports.builders.showing import known, thinned, values_of
from reports.builders.sources import Floats, Integers, Track

Compared = tuple[tuple[str, str, str, Unit], ...]
"""Where a figure is among all, its name there, its label and its unit."""

COMPARED: Final[Compared] = (
    ("returns", "total_return", "Total return", "share"),
    ("returns", "cagr", "Growth a year (CAGR)", "share"),
    ("risk", "volatility", "Volatility a year", "share"),
    ("risk", "sharpe", "Sharpe ratio", "number"),
    ("risk", "sortino", "Sortino ratio", "number"),
    ("risk", "calmar", "Calmar ratio", "number"),
    ("drawdowns", "maximum", "Deepest drawdown", "share"),
    ("drawdowns", "longest_days", "Longest drawdown", "days"),
    ("returns", "worst_day", "Worst day", "share"),
    ("risk", "expected_shortfall_95", "Expected shortfall, a day", "share"),
)
TRADING: Final[Compared] = (
    ("trades", "count", "Round trips", "count"),
    ("trades", "win_rate", "Won", "share"),
    ("trades", "profit_factor", "Profit factor", "number"),
    ("costs", "fees", "Fees", "money"),
    ("costs", "turnover", "Turnover a year", "number"),
    ("costs", "exposure", "Time with a position", "share"),
    ("returns", "days", "Days", "count"),
)
LEAST_COMMON_DAYS: Final = 3


def build_comparison(tracks: Sequence[Track], *, made_ns: int, time_zone: str) -> Report:
    """Tracks beside each other, in the order in which they were named."""
    names = _names(tracks)
    figures = [figures_of(track) for track in tracks]
    growth = [_daily(track) for track in tracks]
    currencies = sorted({track.currency for track in tracks})
    different = "Money is in different currencies: compare shares and ratios only." if len(currencies) > 1 else ""
    tables = (
        _table("figures", "Return and risk", COMPARED, names, figures),
        _table("trading", "Trading", TRADING, names, figures),
    )
    return Report(
        kind="comparison",
        title=f"{len(tracks)} side by side",
        subtitle=", ".join(names),
        currency=currencies[0] if len(currencies) == 1 else None,
        made_ns=made_ns,
        provenance=_provenance(tracks, names, time_zone),
        sections=(
            Section(name="summary", title="Growth of 1", charts=_curves(names, growth), tables=tables),
            Section(name="compared", title="What is compared", tables=(_subjects(tracks, names),)),
            Section(name="alike", title="How alike their days were", tables=(_correlations(names, growth),)),
        ),
        warnings=(different,) if different else (),
    )


def _names(tracks: Sequence[Track]) -> list[str]:
    """Their names, made different where two are called the same."""
    names: list[str] = []
    for track in tracks:
        count = sum(each.partition(" (")[0] == track.name for each in names)
        names.append(track.name if not count else f"{track.name} ({count + 1})")
    return names


def _subjects(tracks: Sequence[Track], names: list[str]) -> Table:
    """What each is, and what a reader must know of it: on top of the report a dozen of them would hide it."""
    rows: list[tuple[Cell, ...]] = [
        (name, track.subject, " ".join(track.warnings) or None) for name, track in zip(names, tracks, strict=True)
    ]
    said = columns(("name", "Name", "text"), ("subject", "What it is", "text"), ("warnings", "To be known", "text"))
    return Table(name="subjects", title="Subjects", columns=said, rows=rows)


def _daily(track: Track) -> tuple[Integers, Floats]:
    """Days and growth from 1 at their ends; the first mark is the start."""
    days, daily = daily_equity(track.time_ns, track.equity, track.starting_equity)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth: Floats = np.where(daily[0] > 0, daily / daily[0], np.nan)
    return days, growth


def _curves(names: list[str], growth: list[tuple[Integers, Floats]]) -> tuple[Chart, ...]:
    """All on one axis of days; a curve is empty before its first day and after its last."""
    axis = np.unique(np.concatenate([days for days, _ in growth]))
    axis = axis[thinned(len(axis))]
    lines, falls = [], []
    for name, (days, values) in zip(names, growth, strict=True):
        last = np.searchsorted(days, axis, side="right") - 1
        inside = (last >= 0) & (axis <= days[-1])
        depth = values / np.maximum.accumulate(values) - 1
        lines.append(Series(name, values_of(np.where(inside, values[last + 1], np.nan))))
        falls.append(Series(name, values_of(np.where(inside, depth[last + 1], np.nan))))
    x = (axis * NS_PER_DAY).tolist()
    return (
        Chart(name="growth", title="Growth of 1", form="line", unit="number", x=x, series=tuple(lines)),
        Chart(name="drawdowns", title="Drawdown, daily", form="line", unit="share", x=x, series=tuple(falls)),
    )


def _table(name: str, title: str, said: Compared, names: list[str], figures: list[Figures]) -> Table:
    """A row for each track, so that every column has one unit."""
    rows: list[tuple[Cell, ...]] = []
    for track, found in zip(names, figures, strict=True):
        values = [getattr(getattr(found, part), field, None) for part, field, _, _ in said]
        rows.append((track, *map(known, values)))
    heads = [Column(f"{part}_{field}", label, unit) for part, field, label, unit in said]
    return Table(name=name, title=title, columns=(Column("name", "Name", "text"), *heads), rows=rows)


def _correlations(names: list[str], growth: list[tuple[Integers, Floats]]) -> Table:
    """Correlations of daily returns on the days that both have."""
    rows: list[tuple[Cell, ...]] = []
    for name, one in zip(names, growth, strict=True):
        rows.append((name, *(known(_correlation(one, other)) for other in growth)))
    said = [(f"with_{place}", name, "number") for place, name in enumerate(names, 1)]
    return Table(
        name="correlations",
        title="Correlation of daily returns",
        columns=columns(("name", "Name", "text"), *said),  # type: ignore[arg-type]
        rows=rows,
        note=f"On the days that both have, from {LEAST_COMMON_DAYS} of them on.",
    )


def _correlation(one: tuple[Integers, Floats], other: tuple[Integers, Floats]) -> float:
    _, first, second = np.intersect1d(one[0], other[0], return_indices=True)
    a, b = returns_of(one[1])[first], returns_of(other[1])[second]
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < LEAST_COMMON_DAYS or a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _provenance(tracks: Sequence[Track], names: list[str], time_zone: str) -> Provenance:
    engines = {track.engine for track in tracks if track.engine is not None}
    languages = {track.language for track in tracks if track.language is not None}
    years = {f"{name}: a year has {track.days_per_year} days." for name, track in zip(names, tracks, strict=True)}
    hashes = [
        DataHash(f"{name}: {each.what}", each.content_hash)
        for name, track in zip(names, tracks, strict=True)
        for each in track.data
    ]
    return Provenance(
        data=tuple(hashes),
        engine=max(engines, default=None),
        language=max(languages, default=None),
        conventions=(*CONVENTIONS, *sorted(years)),
        time_zone=time_zone,
    )
