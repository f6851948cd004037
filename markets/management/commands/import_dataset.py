"""Imports price files from the command line, in this process, as POST datasets/ does in a worker."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kit.errors import DomainError
from markets import services as markets
from markets.datasets import services
from markets.datasets.records import Dataset, Finding, Quality
from markets.updates import INTERVALS


class BarProgress:
    """What an import reports to: one line of the progress bar."""

    def __init__(self, bars: Progress, title: str) -> None:
        self._bars = bars
        self._task = bars.add_task(title, total=1.0, message="")

    def update(self, fraction: float, message: str = "") -> None:
        """Move the bar."""
        self._bars.update(self._task, completed=fraction, message=message)


class Command(BaseCommand):
    """Import candles, trades, quotes or recorded books from files and folders; each symbol becomes a data set."""

    help = "Import prices or recorded books from CSV, Parquet, Feather or stream files (plain, gzipped, zipped), or folders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE… and what is to hold for all of them."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file, a zip of files, or a folder")
        parser.add_argument("--symbol", help="BASE-QUOTE, such as BTC-USDT; else taken from the file or its name")
        parser.add_argument("--interval", choices=tuple(INTERVALS), help="of candles; else found in the file")
        parser.add_argument("--kind", choices=("candles", "trades", "quotes", "depth"), help="else found in the file")
        parser.add_argument("--columns", metavar="JSON", help='column map, such as {"time": "date", "open": "o", …}')
        parser.add_argument("--price", choices=("mid", "bid", "ask"), default="mid", help="of bars with bid and ask")
        parser.add_argument("--quote", help="asset that tickers without one are priced in, such as EUR; else USD")
        parser.add_argument("--closes", action="store_true", help="take a panel of closing prices as candles")

    def handle(self, *_: Any, **options: Any) -> None:
        """Import each file; a file that is refused is told, and the exit code is 1 when one was."""
        markets.load_instruments()
        services.clear_leftovers()
        console = Console(file=self.stdout, force_terminal=self.stdout.isatty(), soft_wrap=True)  # type: ignore[arg-type]
        refused = [path for path in options["files"] if not self._import(path, options, console)]
        if refused:
            raise CommandError(f"{len(refused)} of {len(options['files'])} files were not imported.")

    def _import(self, path: Path, options: dict[str, Any], console: Console) -> bool:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[message]}"),
            TimeElapsedColumn(),
        )
        try:
            with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
                datasets, refused = services.import_path(
                    path,
                    BarProgress(bars, path.name),
                    symbol=options["symbol"],
                    interval=options["interval"],
                    kind=options["kind"],
                    columns=services.parse_columns(options["columns"]),
                    price=options["price"],
                    quote=options["quote"],
                    closes=options["closes"],
                )
        except (DomainError, OSError) as refusal:
            console.print(f"{path}: {refusal}", markup=False, highlight=False)
            return False
        for dataset, is_new in datasets:
            for line in report_lines(dataset, services.get_quality(dataset.id), is_new=is_new):
                console.print(line, markup=False, highlight=False)
        for one in refused:
            console.print(f"{path}: {one.name}: {one.message}", markup=False, highlight=False)
        return not refused


def report_lines(dataset: Dataset, quality: Quality, *, is_new: bool) -> list[str]:
    """What a person wants to know about an import, most important first."""
    what = f"{dataset.rows:,} {dataset.interval or ''} {dataset.kind}".replace("  ", " ")
    lines = [
        f"{dataset.file_name}: {what} of {dataset.symbol}, {quality.from_} to {quality.to}",
        f"  data set {dataset.id}" + ("" if is_new else " (was there already: the same content)"),
        f"  gaps {quality.gaps.count} ({quality.gaps.missing_bars} bars), duplicates {quality.duplicates}, "
        f"out of order {quality.out_of_order}, bad rows {quality.bad_rows}",
    ]
    if quality.breaks.count:
        lines.append(f"  breaks {quality.breaks.count} (the market was closed: {quality.calendar})")
    if (instrument := quality.instrument) is not None:
        made = "made" if instrument.created else "there already"
        lines.append(f"  instrument {made}: tick {instrument.tick_size}, lot {instrument.lot_size}")
        lines += [f"  {note}" for note in instrument.notes]
    lines += [f"  line {bad.line}: {bad.reason} ({bad.text})" for bad in quality.bad_row_examples]
    lines += [f"  {text}" for text in (*quality.repairs, *quality.notes)]
    return lines + [_finding_line(finding) for finding in quality.findings if not finding.handled]


def _finding_line(finding: Finding) -> str:
    return f"  {finding.severity}: {finding.text} {finding.remedy}"
