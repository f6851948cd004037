"""Loads the one exchange of ccxt that is wanted, and nothing of the hundred others.

`import ccxt.pro` runs the modules of every exchange: more than a second and 150 MB. Their packages do nothing else at
import, so here the three packages are entered empty, with the names that the modules below them expect of them found when
they are asked for. What is loaded is ccxt's own code, unchanged.
"""

import importlib
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

PACKAGES: Final = ("ccxt", "ccxt.async_support", "ccxt.pro")
_ID: Final = re.compile(r"[a-z][a-z0-9]{1,31}")


def exchange_fault(exchange_id: str) -> str | None:
    """Why an exchange cannot be read, as a sentence; None when it can. Loads nothing."""
    folder = _folder()
    if folder is None:
        return "ccxt is not installed; it is in requirements.txt."
    if not _ID.fullmatch(exchange_id) or not (folder / "async_support" / f"{exchange_id}.py").exists():
        return f"ccxt knows no exchange {exchange_id[:40]!r}."
    return None


def exchange_class(exchange_id: str) -> type[Any]:
    """The class of an exchange without fault: with streams where ccxt has them, else the polling one."""
    assert exchange_fault(exchange_id) is None, "the caller has asked"
    _enter_packages()
    pro = sys.modules["ccxt.pro"]
    has_streams = Path(pro.__path__[0], f"{exchange_id}.py").exists()
    found: type[Any] = getattr(pro if has_streams else sys.modules["ccxt.async_support"], exchange_id)
    return found


def ccxt_errors() -> ModuleType:
    """ccxt's exceptions."""
    _enter_packages()
    return importlib.import_module("ccxt.base.errors")


class _Package(ModuleType):
    """A package of ccxt whose names are looked up when somebody asks: an exchange in its module, others in ccxt's base."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        for below in ("ccxt.base.errors", "ccxt.base.exchange"):
            module = importlib.import_module(below)
            if name[0].isupper() and hasattr(module, name):
                return getattr(module, name)
        if not Path(self.__path__[0], f"{name}.py").exists():
            raise AttributeError(f"{self.__name__} has no {name}")
        importlib.import_module(f"{self.__name__}.{name}")
        return self.__dict__[name]

    def __setattr__(self, name: str, value: Any) -> None:
        """What an import leaves here is the module of an exchange; what is asked of ccxt by that name is its class."""
        is_own_module = isinstance(value, ModuleType) and value.__name__ == f"{self.__name__}.{name}"
        super().__setattr__(name, getattr(value, name, value) if is_own_module else value)


def _enter_packages() -> None:
    if "ccxt" in sys.modules:
        return
    folder = _folder()
    assert folder is not None, "ccxt is installed"
    for name in PACKAGES:
        package = _Package(name)
        package.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
        if "." in name:  # as the import of a package below another one would
            setattr(sys.modules["ccxt"], name.partition(".")[2], package)


def _folder() -> Path | None:
    """Where ccxt lies, found without running it."""
    if "ccxt" in sys.modules:
        return Path(next(iter(sys.modules["ccxt"].__path__)))
    spec = find_spec("ccxt")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent
