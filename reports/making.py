"""Which builder makes which kind of report out of which sources."""

import msgspec

from kit.errors import invalid_field
from reports.builders.document import Report
from reports.builders.performance import build_performance
from reports.reading import backtest_track
from reports.records import BacktestSource, Material


def build(material: Material, *, made_ns: int) -> Report:
    """The report that its material asks for, under the name that it was given.

    Raises Invalid for data that it cannot be made of, NotFound DATA_GONE.
    """
    report = _built(material, made_ns)
    name = material.asked.name
    if not name:
        return report
    return msgspec.structs.replace(report, title=name, subtitle=f"{report.title}. {report.subtitle}")


def _built(material: Material, made_ns: int) -> Report:
    asked, source = material.asked, material.sources[0]
    if asked.kind == "performance" and isinstance(source, BacktestSource):
        return build_performance(backtest_track(source, asked), made_ns=made_ns, time_zone=asked.time_zone)
    raise invalid_field("kind", f"{asked.kind} cannot be made of this.")
