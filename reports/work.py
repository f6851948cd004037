"""What the worker does for a report: read its material, build it, write its file. Django-free.

The file is there whole or not at all: a full disk fails the report, and leaves nothing behind.
"""

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import msgspec

from jobs.progress import Progress
from kit.errors import Rejected
from reports.builders.document import Report
from reports.files import write_whole
from reports.making import build
from reports.reading import gone
from reports.records import MAX_FILE_BYTES, Material, ReportWork

EXPORTERS: Final = {
    "html": "reports.exporters.html_file:html_bytes",
    "pdf": "reports.exporters.pdf_file:pdf_bytes",
    "csv": "reports.exporters.csv_file:csv_bytes",
    "xlsx": "reports.exporters.xlsx_file:xlsx_bytes",
    "json": "reports.exporters.json_file:json_bytes",
}
"""By name, so that a format's library is loaded when it is wanted and not before."""


def make(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Make one report; raises NotFound DATA_GONE, Unavailable DISK_FULL, Rejected REPORT_TOO_LARGE."""
    work = msgspec.convert(spec, ReportWork)
    progress.update(0.05, "Reading")
    material = read_material(work.material)
    progress.update(0.2, "Working it out")
    report = build(material, work.material_hash, made_ns=work.made_ns)
    progress.update(0.6, f"Writing {work.format}")
    content = exporter_of(work.format)(report)
    if len(content) > MAX_FILE_BYTES:
        raise Rejected(
            f"The report has {len(content):,} bytes; at most {MAX_FILE_BYTES:,} are kept. Choose a shorter period.",
            code="REPORT_TOO_LARGE",
        )
    write_whole(Path(work.file), content)
    return {
        "title": report.title,
        "size_bytes": len(content),
        "content_hash": hashlib.sha256(content).hexdigest(),
        "warnings": list(report.warnings),
    }


def read_material(path: str) -> Material:
    """The material of a report; raises NotFound DATA_GONE."""
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=Material)
    except (OSError, msgspec.DecodeError) as fault:
        raise gone("What the report was to be made from") from fault


def exporter_of(format_name: str) -> Callable[[Report], bytes]:
    """What makes a file of a format out of a report."""
    module, _, function = EXPORTERS[format_name].partition(":")
    exporter: Callable[[Report], bytes] = getattr(import_module(module), function)
    return exporter
