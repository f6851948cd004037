"""What a factor says of the returns that follow, out of a judgement that was made: nothing is worked out anew."""

from collections.abc import Mapping, Sequence
from typing import Any

from kit.clock import ns_from_iso
from reports.builders.document import Cell, Chart, DataHash, Figure, Provenance, Report, Section, Series, Table, columns

ENTRIES = {
    "next_open": "Returns go from the next open to the open so many bars later.",
    "close": "Returns go from the bar's own close, which nobody can trade at, to the close so many bars later.",
}


def build_factor(judged: Mapping[str, Any], *, job: str, language: int, made_ns: int, time_zone: str) -> Report:
    """The report of a judgement, as its job has left it (docs/factors.md)."""
    factor, horizons = judged["factor"], judged["horizons"]
    return Report(
        kind="factor",
        title=f"Factor {factor['name']}",
        subtitle=f"{factor['expression']} over {judged['symbols']} symbols, judged by job {job}",
        currency=None,
        made_ns=made_ns,
        provenance=Provenance(
            data=(DataHash("bars of all symbols", judged["data_hash"]),),
            language=language,
            conventions=(
                ENTRIES[judged["entry"]],
                "The rank IC is Spearman's over the symbols of a bar; t statistics are by Newey and West over the horizon.",
                "Quantile 1 has the lowest values. Nothing here knows costs.",
            ),
            time_zone=time_zone,
        ),
        sections=(
            _summary(judged),
            Section(
                name="horizons",
                title="By horizon",
                charts=(_decay(horizons),),
                tables=(_horizons(horizons),),
            ),
            Section(
                name="quantiles",
                title="By quantile",
                charts=(_quantile_chart(horizons), *_curve(judged["curve"])),
                tables=(_quantiles(horizons),),
            ),
            Section(name="months", title="By month", charts=_months(horizons), tables=(_coverage(judged["coverage"]),)),
        ),
    )


def _bars(count: int) -> str:
    return "1 bar" if count == 1 else f"{count} bars"


def _summary(judged: Mapping[str, Any]) -> Section:
    first, factor, coverage = judged["horizons"][0], judged["factor"], judged["coverage"]
    ic = first["ic"]
    bars = _bars(first["bars"])
    return Section(
        name="summary",
        title="Summary",
        figures=(
            Figure("rank_ic", f"Rank IC, {bars}", ic["rank_ic"]["mean"], "ratio"),
            Figure("icir", "ICIR, by the bar", ic["icir"], "ratio"),
            Figure("t", "t statistic", ic["rank_ic"]["t"], "number"),
            Figure("share_positive", "Bars with an IC above 0", ic["share_positive"], "share"),
            Figure("coverage", "Bars with a value", coverage["share"], "share"),
            Figure("warm_up", "Bars until the first value", factor["warm_up_bars"], "count"),
            Figure("symbols", "Symbols", judged["symbols"], "count"),
            Figure("bars", "Bars", judged["bars"], "count"),
        ),
    )


def _decay(horizons: Sequence[Mapping[str, Any]]) -> Chart:
    return Chart(
        name="decay",
        title="Rank IC by horizon, in bars",
        form="bars",
        unit="number",
        labels=[str(each["bars"]) for each in horizons],
        series=(Series("Rank IC", [each["ic"]["rank_ic"]["mean"] for each in horizons]),),
    )


def _horizons(horizons: Sequence[Mapping[str, Any]]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            each["bars"],
            each["ic"]["rank_ic"]["mean"],
            each["ic"]["rank_ic"]["std"],
            each["ic"]["rank_ic"]["t"],
            each["ic"]["icir"],
            each["ic"]["share_positive"],
            each["spread"]["mean"],
            each["spread"]["t"],
            each["monotonicity"],
            each["rank_autocorrelation"],
        )
        for each in horizons
    ]
    return Table(
        name="horizons",
        title="Horizons",
        columns=columns(
            ("bars", "Bars", "count"),
            ("rank_ic", "Rank IC", "ratio"),
            ("std", "Deviation", "ratio"),
            ("t", "t", "number"),
            ("icir", "ICIR", "ratio"),
            ("positive", "Above 0", "share"),
            ("spread", "Spread", "fine_share"),
            ("spread_t", "t of it", "number"),
            ("monotonicity", "Monotonicity", "number"),
            ("autocorrelation", "Rank autocorrelation", "number"),
        ),
        rows=rows,
    )


def _quantile_chart(horizons: Sequence[Mapping[str, Any]]) -> Chart:
    """Mean returns of each quantile, a few horizons beside each other."""
    shown = horizons[:4]
    return Chart(
        name="quantiles",
        title="Mean return by quantile",
        form="bars",
        unit="share",
        labels=[str(each["quantile"]) for each in shown[0]["quantiles"]],
        series=tuple(
            Series(_bars(each["bars"]), [quantile["returns"]["mean"] for quantile in each["quantiles"]])
            for each in shown
        ),
    )


def _quantiles(horizons: Sequence[Mapping[str, Any]]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            each["bars"],
            quantile["quantile"],
            quantile["returns"]["mean"],
            quantile["returns"]["t"],
            quantile["excess"],
            quantile["turnover"],
        )
        for each in horizons
        for quantile in each["quantiles"]
    ]
    return Table(
        name="quantiles",
        title="Quantiles",
        columns=columns(
            ("bars", "Bars", "count"),
            ("quantile", "Quantile", "count"),
            ("mean", "Mean return", "fine_share"),
            ("t", "t", "number"),
            ("excess", "Above all", "fine_share"),
            ("turnover", "Turnover", "share"),
        ),
        rows=rows,
    )


def _curve(points: Sequence[Mapping[str, Any]]) -> tuple[Chart, ...]:
    if len(points) < 2:
        return ()
    count = len(points[0]["quantiles"])
    series = [Series(f"Quantile {place + 1}", [each["quantiles"][place] for each in points]) for place in range(count)]
    chosen = (series[0], series[-1], Series("Spread", [each["spread"] for each in points]))
    return (
        Chart(
            name="curve",
            title="What one unit became, lowest and highest quantile",
            form="line",
            unit="number",
            x=[ns_from_iso(each["time"]) for each in points],
            series=chosen,
            note="Held anew at every bar, without costs.",
        ),
    )


def _months(horizons: Sequence[Mapping[str, Any]]) -> tuple[Chart, ...]:
    first = horizons[0]
    months = first["ic_by_month"]
    if not months:
        return ()
    return (
        Chart(
            name="ic_by_month",
            title=f"Rank IC by month, horizon {first['bars']}",
            form="bars",
            unit="number",
            labels=[each["month"] for each in months],
            series=(Series("Rank IC", [each["mean"] for each in months]),),
        ),
    )


def _coverage(coverage: Mapping[str, Any]) -> Table:
    return Table(
        name="coverage",
        title="Coverage by month",
        columns=columns(("month", "Month", "text"), ("bars", "Bars", "count"), ("share", "With a value", "share")),
        rows=[(each["month"], each["bars"], each["mean"]) for each in coverage["by_month"]],
        note=f"From {coverage['least_symbols']} to {coverage['most_symbols']} symbols had a value at a bar.",
    )
