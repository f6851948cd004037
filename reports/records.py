"""What travels between the gateway and the worker that makes a report. Django-free, and without arrays."""

from typing import Any, Final, Literal

import msgspec

from trading.ledger.records import Ledger

Kind = Literal["performance", "trades", "execution", "risk", "realised", "statement", "comparison", "factor", "data"]
Format = Literal["html", "pdf", "csv", "xlsx", "json"]
Method = Literal["fifo", "lifo", "average"]

KINDS: Final[tuple[Kind, ...]] = (
    "performance", "trades", "execution", "risk", "realised", "statement", "comparison", "factor", "data",
)  # fmt: skip
FORMATS: Final[tuple[Format, ...]] = ("html", "pdf", "csv", "xlsx", "json")
METHODS: Final[tuple[Method, ...]] = ("fifo", "lifo", "average")
MEDIA_TYPES: Final[dict[str, str]] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
"""Of one report: a page of a hundred thousand rows; more is no report but an export."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a report of. Times are UTC nanoseconds; `from_ns` is included, `to_ns` is not.

    `backtest`, `strategy`, `job` and `dataset` say what it is about, none of them: the account itself. Of a strategy it is
    the newest run unless `run` names one. A comparison has `backtests`, `strategies` and `accounts`. `benchmark` is a
    symbol to hold beside it.
    """

    kind: Kind
    format: Format
    name: str = ""
    backtest: str | None = None
    strategy: str | None = None
    run: str | None = None
    backtests: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    job: str | None = None
    dataset: str | None = None
    benchmark: str | None = None
    epoch: int | None = None
    from_ns: int | None = None
    to_ns: int | None = None
    time_zone: str = "UTC"
    method: Method = "fifo"


class BenchmarkSource(msgspec.Struct, frozen=True, kw_only=True):
    """Candles of a symbol to hold beside something: in a file of bars, or as they are where no file has them.

    `time_ns` are when they opened, `close` their last prices.
    """

    symbol: str
    interval: str
    interval_ns: int
    source: str
    content_hash: str
    file: str | None = None
    time_ns: list[int] = []
    close: list[float] = []


class BacktestSource(msgspec.Struct, frozen=True, kw_only=True, tag="backtest"):
    """A backtest: its summary, and the files that hold its arrays and the bars of its only symbol."""

    id: str
    name: str
    symbols: list[str]
    interval: str
    data_hash: str
    spec: dict[str, Any]
    summary: dict[str, Any]
    arrays: str
    prices: str | None
    benchmark: BenchmarkSource | None = None


class AccountSource(msgspec.Struct, frozen=True, kw_only=True, tag="account"):
    """An account, or what a strategy did on it: its ledger, and for a report of its risk how that stands."""

    ledger: Ledger
    risk: dict[str, Any] | None = None
    benchmark: BenchmarkSource | None = None


class FactorSource(msgspec.Struct, frozen=True, kw_only=True, tag="factor"):
    """What a job said of a factor."""

    job: str
    result: dict[str, Any]


class DataSource(msgspec.Struct, frozen=True, kw_only=True, tag="data"):
    """A data set as it is listed, and what was found in it."""

    dataset: dict[str, Any]
    quality: dict[str, Any]


Source = BacktestSource | AccountSource | FactorSource | DataSource


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """All that a report is made from; a file under the hash of its content."""

    asked: Asked
    sources: list[Source]


class ReportWork(msgspec.Struct, frozen=True, kw_only=True):
    """One report to make: the file of its material, and where it goes."""

    material: str
    material_hash: str
    format: Format
    file: str
    made_ns: int
