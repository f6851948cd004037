"""Who may import whom, checked by reading the imports of every module.

The layers, left to right; an import may only point left:

    kit <- quant <- api, streams, jobs <- operations <- markets <- trading <- analytics <- reports <- gateway
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
KIT_MAY_IMPORT = {"structlog", "stamina", "aiohttp", "certifi"}
"""The loggers, the retries and the outgoing connections that everybody uses; what computes prices and fills needs none."""
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
DOMAIN_APPS = {"markets", "trading", "analytics", "reports"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "platform" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def source_files() -> list[Path]:
    folders = [ROOT / "platform", *(ROOT / app for app in sorted(DOMAIN_APPS))]
    return sorted(
        p for folder in folders if folder.is_dir() for p in folder.rglob("*.py") if "migrations" not in p.parts
    )


def imports_of(path: Path) -> Iterator[str]:
    """Every module a file imports, `from a import b` as `a.b` where b is a module of ours."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module is not None
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if is_module(whole) else node.module


def is_module(name: str) -> bool:
    relative = Path(*name.split("."))
    return any(
        (base / relative).with_suffix(".py").exists() or (base / relative / "__init__.py").exists()
        for base in (ROOT, ROOT / "platform")
    )


FILES = source_files()
PURE_FILES = [path for path in FILES if str(path.relative_to(ROOT)).startswith(PURE_CORES)]
RESOURCES = [path for path in FILES if path.stem in RESOURCE_FILES]


def ids_of(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_the_tree_was_found():
    assert len(FILES) > 50
    for core in PURE_CORES:
        assert any(str(path.relative_to(ROOT)).startswith(core) for path in PURE_FILES), core
    assert {path.stem for path in RESOURCES} == RESOURCE_FILES


@pytest.mark.parametrize("path", FILES, ids=ids_of(FILES))
def test_imports_point_to_lower_layers_only(path):
    name = module_name(path)
    own = name.split(".")[0]
    for imported in imports_of(path):
        top = imported.split(".")[0]
        if top in LAYERS and top != own:
            assert LAYERS[top] < LAYERS[own], f"{name} imports {imported}"


@pytest.mark.parametrize("path", FILES, ids=ids_of(FILES))
def test_domain_apps_meet_through_services_and_plain_types(path):
    name = module_name(path)
    own = name.split(".")[0]
    for imported in imports_of(path):
        top, *rest = imported.split(".")
        if top in DOMAIN_APPS and top != own:
            is_service = "services" in rest
            assert is_service or imported in PLAIN_TYPES, f"{name} reaches into {imported}"


@pytest.mark.parametrize("path", PURE_FILES, ids=ids_of(PURE_FILES))
def test_pure_cores_import_nothing_but_the_pure(path):
    relative = str(path.relative_to(ROOT))
    core = next(prefix for prefix in PURE_CORES if relative.startswith(prefix))
    for imported in imports_of(path):
        top = imported.split(".")[0]
        allowed = top in sys.stdlib_module_names or top in PURE_MAY_IMPORT or imported in PLAIN_TYPES
        allowed = allowed or (core == "platform/kit" and top in KIT_MAY_IMPORT)
        allowed = allowed or (core == "analytics/tasks/kinds" and top in KINDS_MAY_IMPORT)
        within = imported.replace(".", "/").startswith(core.removeprefix("platform/"))
        assert allowed or within, f"{relative} is pure and imports {imported}"


@pytest.mark.parametrize("path", RESOURCES, ids=ids_of(RESOURCES))
def test_inside_an_app_arrows_run_from_urls_to_the_core(path):
    own = path.stem
    may_import = {
        "models": {"models"},
        "services": {"services", "models"},
        "serializers": {"serializers", "services"},
        "views": {"views", "serializers", "services"},
        "urls": {"urls", "views"},
        "admin": {"admin", "models", "services"},
        "apps": RESOURCE_FILES - {"urls"},
    }[own]
    for imported in imports_of(path):
        parts = imported.split(".")
        if parts[0] in LAYERS and parts[-1] in RESOURCE_FILES and len(parts) > 1:
            same_app = parts[0] == module_name(path).split(".")[0]
            assert parts[-1] in may_import or not same_app, f"{module_name(path)} imports {imported}"


def test_nobody_imports_the_gateway():
    for path in FILES:
        if not str(path.relative_to(ROOT)).startswith("platform/gateway"):
            assert not [name for name in imports_of(path) if name.split(".")[0] == "gateway"], path


@pytest.mark.parametrize("path", FILES, ids=ids_of(FILES))
def test_every_file_says_what_it_is_for(path):
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text)), path
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, f"{path}:{node.lineno} {node.name} is too long to read"
