"""Who may import whom, checked by reading the imports of every module.

The layers, left to right; an import may only point left:

    kit <- quant <- api, streams, jobs <- operations <- markets <- trading <- analytics <- reports <- gateway
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYERS = {
    "kit": 0,
    "quant": 1,
    "api": 2,
    "streams": 2,
    "jobs": 2,
    "operations": 3,
    "markets": 4,
    "trading": 5,
    "analytics": 6,
    "reports": 7,
    "gateway": 8,
}
PURE_CORES = (
    "platform/kit",
    "platform/quant",
    "trading/sandbox",
    "analytics/backtests/engine",
    "analytics/tasks/kinds",
    "reports/builders",
    "markets/instruments.py",
    "markets/updates.py",
)
PURE_MAY_IMPORT = {"msgspec", "numpy", "numba", "llvmlite", "polars", "kit", "quant"}
KIT_MAY_IMPORT = {"structlog", "stamina", "aiohttp", "certifi", "psycopg"}
"""The loggers, the retries and the connections that everybody uses; what computes prices and fills needs none."""
KINDS_MAY_IMPORT = {"statsmodels", "scipy"}
"""The tests and models of time series that analyses are made of."""
PLAIN_TYPES = {
    "markets.bars.records",
    "markets.bars.references",
    "markets.calendars",
    "markets.datasets.records",
    "markets.instruments",
    "markets.sources.base",
    "markets.updates",
    "trading.ledger.records",
    "trading.sandbox.events",
    "trading.sandbox.orders",
}
RESOURCE_FILES = {"models", "services", "serializers", "views", "urls", "admin", "apps"}
ARROWS = {
    "models": {"models"},
    "services": {"services", "models"},
    "serializers": {"serializers", "services"},
    "views": {"views", "serializers", "services"},
    "urls": {"urls", "views"},
    "admin": {"admin", "models", "services"},
    "apps": RESOURCE_FILES - {"urls"},
}
"""What each of an app's own files may import of the others."""
DOMAIN_APPS = {"markets", "trading", "analytics", "reports"}
MAX_LINES = 60


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "platform" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def source_files() -> list[Path]:
    folders = [ROOT / "platform", *(ROOT / app for app in sorted(DOMAIN_APPS))]
    return sorted(
        p for folder in folders if folder.is_dir() for p in folder.rglob("*.py") if "migrations" not in p.parts
    )


@dataclass(frozen=True)
class Source:
    """What the rules ask of a file."""

    imports: tuple[str, ...]
    """Every module it imports, `from a import b` as `a.b` where b is a module of ours."""

    is_silent: bool
    """Whether there is something in it, and nothing that says what for."""

    functions: dict[str, int]
    """How many lines each function has, by its name and where it is."""


@cache
def read(path: Path) -> Source:
    """A file, parsed once for all rules."""
    tree = ast.parse(path.read_text())
    nodes = list(ast.walk(tree))
    functions = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    imports = [name for node in nodes for name in imported_by(node, path)]
    return Source(tuple(imports), bool(tree.body) and not ast.get_docstring(tree), functions)


def imported_by(node: ast.AST, path: Path) -> Iterator[str]:
    """The modules that one statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{path}: imports are absolute"
        assert node.module is not None
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            yield whole if is_module(whole) else node.module


def imports_of(path: Path) -> tuple[str, ...]:
    return read(path).imports


@cache
def is_module(name: str) -> bool:
    relative = Path(*name.split("."))
    return any(
        (base / relative).with_suffix(".py").exists() or (base / relative / "__init__.py").exists()
        for base in (ROOT, ROOT / "platform")
    )


FILES = source_files()
PURE_FILES = [path for path in FILES if str(path.relative_to(ROOT)).startswith(PURE_CORES)]
RESOURCES = [path for path in FILES if path.stem in RESOURCE_FILES]


def test_the_tree_was_found():
    assert len(FILES) > 50
    for core in PURE_CORES:
        assert any(str(path.relative_to(ROOT)).startswith(core) for path in PURE_FILES), core
    assert {path.stem for path in RESOURCES} == RESOURCE_FILES


def test_imports_point_to_lower_layers_only():
    wrong = []
    for path in FILES:
        name = module_name(path)
        own = name.split(".")[0]
        tops = {imported: imported.split(".")[0] for imported in imports_of(path)}
        foreign = {imported: top for imported, top in tops.items() if top in LAYERS and top != own}
        wrong += [f"{name} imports {imported}" for imported, top in foreign.items() if LAYERS[top] >= LAYERS[own]]
    assert wrong == []


def test_domain_apps_meet_through_services_and_plain_types():
    wrong = []
    for path in FILES:
        name = module_name(path)
        own = name.split(".")[0]
        for imported in imports_of(path):
            top, *rest = imported.split(".")
            is_foreign = top in DOMAIN_APPS and top != own
            if is_foreign and "services" not in rest and imported not in PLAIN_TYPES:
                wrong.append(f"{name} reaches into {imported}")
    assert wrong == []


def test_pure_cores_import_nothing_but_the_pure():
    wrong = []
    for path in PURE_FILES:
        relative = str(path.relative_to(ROOT))
        core = next(prefix for prefix in PURE_CORES if relative.startswith(prefix))
        wrong += [f"{relative} is pure and imports {each}" for each in imports_of(path) if not may_import(core, each)]
    assert wrong == []


def may_import(core: str, imported: str) -> bool:
    """Whether a pure core may import that."""
    top = imported.split(".")[0]
    return (
        top in sys.stdlib_module_names
        or top in PURE_MAY_IMPORT
        or imported in PLAIN_TYPES
        or (core == "platform/kit" and top in KIT_MAY_IMPORT)
        or (core == "analytics/tasks/kinds" and top in KINDS_MAY_IMPORT)
        or imported.replace(".", "/").startswith(core.removeprefix("platform/"))
    )


def test_inside_an_app_arrows_run_from_urls_to_the_core():
    wrong = []
    for path in RESOURCES:
        name = module_name(path)
        for imported in imports_of(path):
            parts = imported.split(".")
            is_of_same_app = parts[0] in LAYERS and parts[0] == name.split(".")[0]
            is_resource = parts[-1] in RESOURCE_FILES and len(parts) > 1
            if is_of_same_app and is_resource and parts[-1] not in ARROWS[path.stem]:
                wrong.append(f"{name} imports {imported}")
    assert wrong == []


def test_nobody_imports_the_gateway():
    for path in FILES:
        if not str(path.relative_to(ROOT)).startswith("platform/gateway"):
            assert not [name for name in imports_of(path) if name.split(".")[0] == "gateway"], path


def test_every_file_says_what_it_is_for():
    assert [path for path in FILES if read(path).is_silent] == []


def test_no_function_is_too_long_to_read():
    lengths = {name: lines for path in FILES for name, lines in read(path).functions.items()}
    assert len(lengths) > 1_000
    assert [name for name, lines in lengths.items() if lines >= MAX_LINES] == []
