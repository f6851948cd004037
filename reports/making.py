"""Which builder makes which kind of report out of which sources."""

from kit.errors import invalid_field
from reports.builders.document import Report
from reports.builders.performance import build_performance
from reports.reading import backtest_track
from reports.records import BacktestSource, Material


def build(material: Material, *, made_ns: int) -> Report:
    """The report that its material asks for; raises Invalid for data that it cannot be made of, NotFound DATA_GONE."""
    asked, source = material.asked, material.sources[0]
    if asked.kind == "performance" and isinstance(source, BacktestSource):
        return build_performance(backtest_track(source, asked), made_ns=made_ns, time_zone=asked.time_zone)
    raise invalid_field("kind", f"{asked.kind} cannot be made of this.")
