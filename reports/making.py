"""Which builder makes which kind of report out of which sources. For workers."""

from collections.abc import Callable
from typing import Final

import msgspec

from kit.errors import Invalid
from quant.expressions.expression import LANGUAGE
from reports.builders.accounts import account_track, data_of
from reports.builders.comparison import build_comparison
from reports.builders.document import Report
from reports.builders.execution import build_execution
from reports.builders.factor import build_factor
from reports.builders.performance import build_performance
from reports.builders.quality import build_quality
from reports.builders.realised import build_realised
from reports.builders.risk import build_risk
from reports.builders.sources import Track
from reports.builders.statement import build_statement
from reports.builders.trades import build_trades
from reports.reading import backtest_track, with_benchmark
from reports.records import AccountSource, BacktestSource, DataSource, FactorSource, Kind, Material


class _Making(msgspec.Struct, frozen=True):
    """What a builder is told beside its sources."""

    material: Material
    digest: str
    made_ns: int

    @property
    def time_zone(self) -> str:
        return self.material.asked.time_zone

    def tracks(self) -> list[Track]:
        """The backtests and accounts among the sources, in their order."""
        return [self._track(each) for each in self.material.sources if isinstance(each, BacktestSource | AccountSource)]

    def account(self) -> AccountSource:
        """The account that it is about."""
        source = self.material.sources[0]
        assert isinstance(source, AccountSource), "the request has been checked"
        return source

    def _track(self, source: BacktestSource | AccountSource) -> Track:
        if isinstance(source, BacktestSource):
            return with_benchmark(backtest_track(source, self.material.asked), source.benchmark)
        track = account_track(source.ledger, data_of(source.ledger, self.digest))
        if not len(track.time_ns):
            raise Invalid("The account has no history in this period.", code="NO_DATA")
        return with_benchmark(track, source.benchmark)


def build(material: Material, digest: str, *, made_ns: int) -> Report:
    """The report that its material asks for, under the name that it was given; `digest` is the material's hash.

    Raises Invalid NO_DATA for a period without any, NotFound DATA_GONE.
    """
    report = BUILDERS[material.asked.kind](_Making(material, digest, made_ns))
    name = material.asked.name
    if not name:
        return report
    return msgspec.structs.replace(report, title=name, subtitle=f"{report.title}. {report.subtitle}")


def _performance(making: _Making) -> Report:
    (track,) = making.tracks()
    return build_performance(track, made_ns=making.made_ns, time_zone=making.time_zone)


def _trades(making: _Making) -> Report:
    (track,) = making.tracks()
    return build_trades(track, made_ns=making.made_ns, time_zone=making.time_zone)


def _risk(making: _Making) -> Report:
    (track,) = making.tracks()
    source = making.material.sources[0]
    standing = source.risk if isinstance(source, AccountSource) else None
    return build_risk(track, standing=standing, made_ns=making.made_ns, time_zone=making.time_zone)


def _comparison(making: _Making) -> Report:
    return build_comparison(making.tracks(), made_ns=making.made_ns, time_zone=making.time_zone)


def _execution(making: _Making) -> Report:
    ledger = making.account().ledger
    data = data_of(ledger, making.digest)
    return build_execution(ledger, data, made_ns=making.made_ns, time_zone=making.time_zone)


def _realised(making: _Making) -> Report:
    ledger = making.account().ledger
    data, method = data_of(ledger, making.digest), making.material.asked.method
    return build_realised(ledger, data, method=method, made_ns=making.made_ns, time_zone=making.time_zone)


def _statement(making: _Making) -> Report:
    ledger = making.account().ledger
    data = data_of(ledger, making.digest)
    return build_statement(ledger, data, made_ns=making.made_ns, time_zone=making.time_zone)


def _factor(making: _Making) -> Report:
    source = making.material.sources[0]
    assert isinstance(source, FactorSource), "the request has been checked"
    return build_factor(
        source.result, job=source.job, language=LANGUAGE, made_ns=making.made_ns, time_zone=making.time_zone
    )


def _data(making: _Making) -> Report:
    source = making.material.sources[0]
    assert isinstance(source, DataSource), "the request has been checked"
    return build_quality(source.dataset, source.quality, made_ns=making.made_ns, time_zone=making.time_zone)


BUILDERS: Final[dict[Kind, Callable[[_Making], Report]]] = {
    "performance": _performance,
    "trades": _trades,
    "execution": _execution,
    "risk": _risk,
    "realised": _realised,
    "statement": _statement,
    "comparison": _comparison,
    "factor": _factor,
    "data": _data,
}
