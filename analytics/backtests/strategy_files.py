"""The files that the owner of the gateway writes strategies in: found by name, and read without being run.

A name is an identifier and its file `name.py` in one folder; there is no way to say another path. What a file declares is
taken from its syntax tree (`ast`), so the gateway never runs a line of it. docs/backtests.md has the rules.
"""

import ast
import hashlib
import os
import re
import stat
from collections.abc import Mapping
from functools import lru_cache
from keyword import iskeyword
from pathlib import Path
from typing import Final, Literal

import msgspec

from analytics.backtests.search import MAX_VALUE
from kit.errors import Conflict, DomainError, NotFound, Rejected, invalid_field

MAX_FILE_BYTES: Final = 64 * 1024
"""Fifteen hundred lines. Python reads a file in one go: a tenth of a second in which the gateway answers nobody."""

MAX_FILES: Final = 100
"""Strategies that are listed; what is beyond can still be named."""

MAX_BARS: Final = 2_000_000
"""Of all symbols together: four years of minutes of one. Bar by bar, each takes some microseconds, many times over."""

MAX_PARAMETERS: Final = 50
MAX_SUMMARY: Final = 300
RESERVED: Final = ("stop", "target", "trailing")
"""What a sweep calls the sizes of distances."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
_METHODS: Final = ("signals", "on_bar")
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python's parser raises for texts that are no program, or too deep for it."""

Form = Literal["signals", "on_bar"]
Kind = Literal["int", "float", "bool"]
Value = bool | int | float


class StrategyFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was looked at: its name, where it is, and the SHA-256 of what was in it. Travels to workers."""

    name: str
    folder: str
    sha256: str


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter that a strategy declares; `least` and `most` are its bounds, both included, None without one."""

    name: str
    kind: Kind
    default: Value
    least: float | None = None
    most: float | None = None


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of its strategy: the class, the first line of its docstring, its form, and its parameters."""

    class_name: str
    summary: str
    form: Form
    parameters: tuple[Parameter, ...]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the folder: what it declares, or why it cannot be used."""

    name: str
    sha256: str | None
    declared: Declared | None
    error: str | None


def is_strategy_name(name: str) -> bool:
    """Whether a strategy may be called that: an identifier of at most 64 plain letters, digits and underscores."""
    return _NAME.fullmatch(name) is not None and not iskeyword(name)


def find_strategy(folder: Path, name: str) -> tuple[StrategyFile, Declared]:
    """The file of a strategy and what it declares.

    Raises Invalid for a name that is none, NotFound UNKNOWN_STRATEGY, and Rejected STRATEGY_FAILED for a file that cannot
    be used, with its line.
    """
    source = _source(folder, name)
    file = StrategyFile(name=name, folder=str(folder), sha256=hashlib.sha256(source).hexdigest())
    return file, declared_in(name, source)


def read_strategy(file: StrategyFile) -> tuple[bytes, Declared]:
    """The text of a file and what it declares; raises Conflict STRATEGY_CHANGED when it is no longer what was looked at."""
    source = _source(Path(file.folder), file.name)
    if hashlib.sha256(source).hexdigest() != file.sha256:
        raise Conflict(
            f"The strategy {file.name} was changed after the backtest was asked for. Ask again.",
            code="STRATEGY_CHANGED",
        )
    return source, declared_in(file.name, source)


def list_strategies(folder: Path) -> list[Listed]:
    """The strategies of a folder by name, at most `MAX_FILES`; files that are not called like one are left out."""
    try:
        names = sorted(path.stem for path in folder.glob("*.py") if is_strategy_name(path.stem))
    except OSError:
        return []
    return [_listed(folder, name) for name in names[:MAX_FILES]]


def values_of(declared: Declared, given: Mapping[str, Value], field: str) -> dict[str, Value]:
    """A value for every parameter: what is given, else its default. Raises Invalid naming `field` and the parameter."""
    known = {each.name: each for each in declared.parameters}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            raise invalid_field(f"{field}.{name}", f"{declared.class_name} has no such parameter; it has {names}.")
    return {
        name: checked_value(each, given[name], f"{field}.{name}") if name in given else each.default
        for name, each in known.items()
    }


def checked_value(parameter: Parameter, value: Value, field: str) -> Value:
    """A value as the parameter takes it; raises Invalid for another type, and outside its bounds."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if parameter.kind == "bool" and not isinstance(value, bool):
        raise invalid_field(field, "Must be true or false.")
    if parameter.kind == "int" and not is_whole:
        raise invalid_field(field, "Must be a whole number.")
    if parameter.kind == "float" and isinstance(value, bool):
        raise invalid_field(field, "Must be a number.")
    least = -MAX_VALUE if parameter.least is None else parameter.least
    most = MAX_VALUE if parameter.most is None else parameter.most
    if not least <= value <= most:
        raise invalid_field(field, f"Must be from {least:g} to {most:g}.")
    return float(value) if parameter.kind == "float" else value


def require_bars(count: int) -> None:
    """Raise Invalid TOO_MANY_BARS for more bars than a strategy in Python is run over."""
    if count > MAX_BARS:
        raise invalid_field(
            "strategy.python",
            f"Takes up to {MAX_BARS} bars, and there are {count}. Choose fewer.",
            code="TOO_MANY_BARS",
        )


def failure(name: str, line: int | None, reason: str) -> Rejected:
    """The refusal of a strategy whose file is at fault, with the line."""
    place = f"{name}.py" if line is None else f"{name}.py, line {line}"
    details = {"strategy": name, "line": line, "reason": reason}
    return Rejected(f"{place}: {reason}", code="STRATEGY_FAILED", details=details)


# Files -------------------------------------------------------------------------------------------------------------------


def _source(folder: Path, name: str) -> bytes:
    """What is in the file of a strategy, which lies in the folder itself and is a file of reasonable size."""
    if not is_strategy_name(name):
        raise invalid_field(
            "strategy.python.name", "Must be an identifier: letters, digits and underscores, without path or ending."
        )
    unknown = NotFound(
        f"There is no strategy {name}: {name}.py is not in the folder of strategies.", code="UNKNOWN_STRATEGY"
    )
    try:
        path = (folder / f"{name}.py").resolve(strict=True)
        if path.parent != folder.resolve(strict=True):
            raise unknown  # a link that leads out of the folder
        # Neither a link that was put there meanwhile is followed, nor a pipe waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, RuntimeError) as fault:
        raise unknown from fault
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise unknown
    with os.fdopen(descriptor, "rb") as file:
        source = file.read(MAX_FILE_BYTES + 1)
    if len(source) > MAX_FILE_BYTES:
        raise failure(name, None, f"The file is larger than {MAX_FILE_BYTES // 1024} KiB.")
    return source


def _listed(folder: Path, name: str) -> Listed:
    sha256 = None
    try:
        source = _source(folder, name)
        sha256 = hashlib.sha256(source).hexdigest()
        return Listed(name=name, sha256=sha256, declared=declared_in(name, source), error=None)
    except DomainError as refused:
        return Listed(name=name, sha256=sha256, declared=None, error=refused.message)


# Declarations ------------------------------------------------------------------------------------------------------------


@lru_cache(MAX_FILES)
def declared_in(name: str, source: bytes) -> Declared:
    """What the text of a strategy's file declares; raises Rejected STRATEGY_FAILED with the line."""
    try:
        tree = ast.parse(source, f"{name}.py")
    except _UNREADABLE as fault:
        line = fault.lineno if isinstance(fault, SyntaxError) else None
        reason = fault.msg if isinstance(fault, SyntaxError) else str(fault) or "It is nested too deeply to be read"
        raise failure(name, line, f"{reason[:MAX_SUMMARY]}.") from fault
    found = [node for node in tree.body if isinstance(node, ast.ClassDef) and _is_strategy(node)]
    if len(found) != 1:
        raise failure(name, None, f"The file must have one class of Strategy, and has {len(found)}.")
    (node,) = found
    return Declared(
        class_name=node.name,
        summary=_sendable((ast.get_docstring(node) or "").partition("\n")[0]),
        form=_form_of(name, node),
        parameters=_parameters_of(name, node),
    )


def _is_strategy(node: ast.ClassDef) -> bool:
    return any("Strategy" in (getattr(base, "id", None), getattr(base, "attr", None)) for base in node.bases)


def _form_of(name: str, node: ast.ClassDef) -> Form:
    methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    forms: list[Form] = [form for form in _METHODS if form in methods]
    if len(forms) != 1:
        both = "both" if forms else "neither"
        raise failure(name, node.lineno, f"{node.name} must have either signals or on_bar, and has {both}.")
    return forms[0]


def _parameters_of(name: str, node: ast.ClassDef) -> tuple[Parameter, ...]:
    annotated = [each for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]
    parameters = tuple(_parameter(name, each) for each in annotated)
    names = [each.name for each in parameters]
    if len(names) > MAX_PARAMETERS or len(set(names)) < len(names):
        raise failure(name, node.lineno, f"A strategy has at most {MAX_PARAMETERS} parameters, each declared once.")
    return parameters


def _parameter(name: str, node: ast.AnnAssign) -> Parameter:
    """A parameter from `name: int = 20` or `name: Annotated[int, Between(2, 500)] = 20`."""
    called = node.target.id if isinstance(node.target, ast.Name) else ""
    if called in RESERVED or called.startswith("__"):
        raise failure(name, node.lineno, f"A parameter cannot be called {called}.")
    annotation = node.annotation
    bounds: tuple[float | None, float | None] = (None, None)
    if isinstance(annotation, ast.Subscript) and _word(annotation.value) == "Annotated":
        annotation, bounds = _annotated(name, annotation)
    kind = _word(annotation)
    if kind not in ("int", "float", "bool"):
        raise failure(name, node.lineno, f"The parameter {called} must be an int, a float or a bool.")
    default = _literal(node.value)
    if default is None:
        raise failure(name, node.lineno, f"The parameter {called} needs a default that is written as a number.")
    least, most = bounds
    found = Parameter(name=called, kind=kind, default=default, least=least, most=most)  # type: ignore[arg-type]
    try:
        checked = checked_value(found, default, called)
    except DomainError as refused:
        raise failure(name, node.lineno, f"The default of {refused.message}") from refused
    return msgspec.structs.replace(found, default=checked)


def _annotated(name: str, node: ast.Subscript) -> tuple[ast.expr, tuple[float, float]]:
    """The type and the bounds of `Annotated[type, Between(least, most)]`."""
    rule = "Bounds are written Annotated[int, Between(2, 500)], the lower one first."
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    if len(parts) != 2 or not isinstance(parts[1], ast.Call) or _word(parts[1].func) != "Between":
        raise failure(name, node.lineno, rule)
    call = parts[1]
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    given |= dict(zip(("least", "most"), call.args, strict=False))
    least, most = _literal(given.get("least")), _literal(given.get("most"))
    if len(call.args) + len(call.keywords) != 2 or least is None or most is None or least > most:
        raise failure(name, node.lineno, rule)
    return parts[0], (float(least), float(most))


def _sendable(text: str) -> str:
    """A text as UTF-8 can say it, cut to a line."""
    return text[:MAX_SUMMARY].encode(errors="replace").decode()


def _word(node: ast.expr) -> str:
    """The last name of `a` or `b.a`."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _literal(node: ast.expr | None) -> Value | None:
    """A number, with or without a sign, or a yes or no; None for anything else."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bool):
        return value if sign == 1 else None
    return sign * value if isinstance(value, int | float) else None
