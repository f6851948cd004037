"""Factors for the rest of Sandbar: name expressions, have them computed over many symbols, and have them judged.

What is not async uses the database and files: call it in a thread. Values are kept as files in the state folder, by the hash
of the data and of the expression; what was found out is the result of the job that found it.
"""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction

from analytics.factors.models import FactorRow
from analytics.factors.records import BARS_FILE, Bars, ComputeWork, Entry, EvaluateWork, Factor
from analytics.factors.sets import SEPARATOR, built_in, expression_of
from api.pagination import Page, decode_cursor, encode_cursor
from jobs import registry
from jobs.registry import JobKind
from kit.clock import SYSTEM_CLOCK, Clock
from kit.errors import Conflict, DomainError, NotFound, invalid_field
from kit.trace import new_id
from markets.bars import services as bars
from markets.bars.references import BarsReference
from quant.expressions import GROUPS, Expression, InvalidExpression, Kind, parameters_from, parse

COMPUTE_JOB: Final = "factor.compute"
EVALUATE_JOB: Final = "factor.evaluate"
TIMEOUT_S: Final = 3_600.0

MAX_KEPT: Final = 1_000
"""Factors of one account; the next one asks for some to be deleted."""

MAX_FACTORS: Final = 500
"""Of one computation; a built-in set counts with all of its factors."""

MAX_SYMBOLS: Final = 500
MAX_HORIZONS: Final = 12
MAX_HORIZON: Final = 1_000
MIN_QUANTILES: Final = 2
MAX_QUANTILES: Final = 20
LEAST_SYMBOLS: Final = 3
"""Fewer symbols have no order that could be right or wrong."""

UNNAMED: Final = "expression"
"""What a factor is called that is a text alone."""

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
NAME_RULE: Final = "Must begin with a letter; then up to 63 letters, digits, - and _."


def register_jobs() -> None:
    """Make the kinds of jobs known; called in `AppConfig.ready()`."""
    registry.register(
        JobKind(
            COMPUTE_JOB,
            "analytics.factors.work:run_compute",
            timeout_s=TIMEOUT_S,
            subject=lambda spec: ", ".join(map(_called, spec["factors"])),
        )
    )
    registry.register(
        JobKind(
            EVALUATE_JOB,
            "analytics.factors.work:run_evaluate",
            timeout_s=TIMEOUT_S,
            subject=lambda spec: _called(spec["factor"]),
        )
    )


def _called(factor: Mapping[str, Any]) -> str:
    """A factor's name, or its text when nobody gave it one."""
    return str(factor["expression"] if factor["name"] == UNNAMED else factor["name"])


# Named expressions -------------------------------------------------------------------------------------------------------


class NamedFactor(msgspec.Struct, frozen=True):
    """A factor of an account, with what its expression is and needs."""

    id: str
    name: str
    description: str
    expression: str
    parameters: dict[str, int | float]
    canonical: str
    hash: str
    fields: list[str]
    is_cross_sectional: bool
    warm_up_bars: int
    created_at: int
    changed_at: int


def create_factor(
    account: str, *, name: str, expression: str, parameters: object, description: str, clock: Clock = SYSTEM_CLOCK
) -> NamedFactor:
    """Name an expression.

    Raises Invalid for the name, InvalidExpression, Conflict FACTOR_EXISTS, and Conflict when too many are kept.
    """
    _check_name(name)
    factor = Factor(name, expression, _values(parameters))
    _read(factor)
    if FactorRow.objects.filter(account=account).count() >= MAX_KEPT:
        raise Conflict(f"The account keeps {MAX_KEPT} factors already; delete some.", code="TOO_MANY_FACTORS")
    now_ns = clock.now_ns()
    row = FactorRow(
        id=new_id(),
        account=account,
        name=name,
        description=description,
        expression=expression,
        parameters=factor.parameters,
        created_ns=now_ns,
        changed_ns=now_ns,
    )
    _save(row, force_insert=True)
    return _named(row)


def change_factor(
    account: str,
    factor_id: str,
    *,
    name: str | None,
    expression: str | None,
    parameters: object,
    description: str | None,
    clock: Clock = SYSTEM_CLOCK,
) -> NamedFactor:
    """Change what is not None of a factor; raises as `create_factor`, and NotFound."""
    row = _row(account, factor_id)
    if name is not None:
        _check_name(name)
        row.name = name
    row.expression = row.expression if expression is None else expression
    row.parameters = row.parameters if parameters is None else _values(parameters)
    row.description = row.description if description is None else description
    _read(Factor(row.name, row.expression, row.parameters))
    row.changed_ns = clock.now_ns()
    _save(row)
    return _named(row)


def list_factors(account: str, *, limit: int, cursor: str | None = None) -> Page:
    """The account's factors, newest first."""
    rows = FactorRow.objects.filter(account=account)
    if cursor is not None:
        rows = rows.filter(id__lt=decode_cursor(cursor, str))
    found = list(rows[: limit + 1])
    following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    return Page([_named(row) for row in found[:limit]], following)


def get_factor(account: str, factor_id: str) -> NamedFactor:
    """One factor; raises NotFound."""
    return _named(_row(account, factor_id))


def delete_factor(account: str, factor_id: str) -> None:
    """Forget a factor; raises NotFound. Values that were computed stay until they make room."""
    _row(account, factor_id).delete()


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise invalid_field("name", NAME_RULE)


def _save(row: FactorRow, **options: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError as fault:
        raise Conflict(
            f"The account has a factor {row.name} already.",
            code="FACTOR_EXISTS",
            details={"name": ["Choose another name."]},
        ) from fault


def _row(account: str, factor_id: str) -> FactorRow:
    row = FactorRow.objects.filter(account=account, id=factor_id).first()
    if row is None:
        raise NotFound(f"There is no factor {factor_id}.")
    return row


def _named(row: FactorRow) -> NamedFactor:
    expression = _read(Factor(row.name, row.expression, row.parameters))
    return NamedFactor(
        id=row.id,
        name=row.name,
        description=row.description,
        expression=row.expression,
        parameters=row.parameters,
        canonical=expression.canonical,
        hash=expression.hash,
        fields=list(expression.fields),
        is_cross_sectional=expression.is_cross_sectional,
        warm_up_bars=expression.need(row.parameters).warm_up,
        created_at=row.created_ns,
        changed_at=row.changed_ns,
    )


def _values(sent: object) -> dict[str, int | float]:
    return parameters_from({} if sent is None else sent)


def _read(factor: Factor, field: str = "expression") -> Expression:
    """The expression of a factor; raises InvalidExpression naming the field and the column."""
    try:
        expression = parse(factor.expression, parameters=factor.parameters)
        expression.bind(factor.parameters)
    except InvalidExpression as refused:
        raise _at(field, refused) from refused
    if expression.kind is not Kind.SERIES:
        rule = (
            f"Must be a number for each bar; this is a {expression.kind.value}. where(condition, 1, 0) makes one of it."
        )
        raise InvalidExpression(f"{field}: {rule}", details={field: [rule]})
    unused = sorted(factor.parameters.keys() - set(expression.parameters))
    if unused:
        rule = f"The expression does not use p.{unused[0]}."
        raise InvalidExpression(f"parameters: {rule}", details={"parameters": [rule]})
    return expression


def _at(field: str, refused: InvalidExpression) -> InvalidExpression:
    """A refusal with the field that the expression stands in."""
    details = {name: value for name, value in refused.details.items() if name != "expression"}
    return InvalidExpression(f"{field}: {refused.message}", details={field: [refused.message], **details})


# Which factors -----------------------------------------------------------------------------------------------------------


def find_factors(
    account: str, *, names: Sequence[str] = (), sets: Sequence[str] = (), expressions: object = None
) -> list[Factor]:
    """The factors of a request: an account's own by name, built-in ones as `set.factor`, whole sets, and plain texts.

    Raises NotFound for a name or a set, InvalidExpression for a text, Invalid for none, too many, or a name given twice.
    """
    found = [_by_name(account, name) for name in names]
    for name in sets:
        found += _of_set(name)
    found += _texts(expressions)
    if not found:
        raise invalid_field("factors", "Name factors, sets in `sets`, or give `expressions` by name.")
    if len(found) > MAX_FACTORS:
        raise invalid_field("factors", f"{len(found)} factors; at most {MAX_FACTORS} are computed at once.")
    seen: set[str] = set()
    for each in found:
        if each.name in seen:
            raise invalid_field("factors", f"{each.name} is named twice.")
        seen.add(each.name)
    return found


def plain_factor(expression: str, parameters: object) -> Factor:
    """A factor without a name of its own; raises InvalidExpression."""
    factor = Factor(UNNAMED, expression, _values(parameters))
    _read(factor)
    return factor


def _by_name(account: str, name: str) -> Factor:
    if SEPARATOR in name:
        return Factor(name, expression_of(name))
    row = FactorRow.objects.filter(account=account, name=name).first()
    if row is None:
        raise NotFound(
            f"There is no factor {name[:64]!r}. Built-in ones are written set.factor, such as alpha158.KMID.",
            details={"factors": [f"There is no factor {name[:64]!r}."]},
        )
    return Factor(row.name, row.expression, row.parameters)


def _of_set(name: str) -> list[Factor]:
    found = built_in().get(name)
    if found is None:
        known = ", ".join(built_in())
        raise NotFound(f"There is no set {name[:64]!r}; there are: {known}.", details={"sets": [f"One of: {known}."]})
    return [Factor(f"{found.name}{SEPARATOR}{factor}", text) for factor, text in found.expressions.items()]


def _texts(sent: object) -> list[Factor]:
    if sent is None:
        return []
    if not isinstance(sent, dict) or not all(isinstance(text, str) for text in sent.values()):
        raise invalid_field("expressions", "Must be an object of expressions by name.")
    found = []
    for name, text in sent.items():
        if not NAME.fullmatch(name):
            raise invalid_field("expressions", f"{name[:64]!r}: {NAME_RULE}")
        factor = Factor(name, text)
        _read(factor, f"expressions.{name}")
        found.append(factor)
    return found


# Asking ------------------------------------------------------------------------------------------------------------------


class Universe(msgspec.Struct, frozen=True, kw_only=True):
    """Which bars: symbols or data sets, from when to when, and the group of each symbol by grouping."""

    interval: str
    symbols: tuple[str, ...] = ()
    dataset_ids: tuple[str, ...] = ()
    from_ns: int | None = None
    to_ns: int | None = None
    groups: Mapping[str, Mapping[str, str]] = {}


def groups_from(sent: object) -> dict[str, dict[str, str]]:
    """Groups of symbols as a request brings them; raises Invalid."""
    try:
        groups = msgspec.convert({} if sent is None else sent, dict[str, dict[str, str]])
    except msgspec.ValidationError as error:
        raise invalid_field("groups", f"Must be a group for each symbol, by grouping: {error}.") from error
    unknown = sorted(groups.keys() - set(GROUPS))
    if unknown:
        raise invalid_field("groups", f"There is no grouping {unknown[0][:64]!r}; there are {', '.join(GROUPS)}.")
    return groups


def stage_compute(factors: Sequence[Factor], universe: Universe) -> dict[str, Any]:
    """The spec of a job that computes factors.

    Raises Invalid, NotFound for symbols and data sets, and NO_DATA; what an expression lacks is refused by its name.
    """
    data_hash, path = _staged(universe, factors)
    work = ComputeWork(factors=list(factors), bars=path, folder=str(_folder(data_hash)), data_hash=data_hash)
    spec: dict[str, Any] = msgspec.to_builtins(work)
    return spec


def stage_evaluate(
    factor: Factor, universe: Universe, *, horizons: Sequence[int], quantiles: int, entry: Entry
) -> dict[str, Any]:
    """The spec of a job that judges one factor; raises as `stage_compute`, and Invalid for fewer than three symbols."""
    if len(universe.symbols) + len(universe.dataset_ids) < LEAST_SYMBOLS:
        raise invalid_field(
            "symbols", f"A factor is judged by the order it gives to symbols: name at least {LEAST_SYMBOLS}."
        )
    if not horizons or len(set(horizons)) < len(horizons) or not all(1 <= each <= MAX_HORIZON for each in horizons):
        raise invalid_field("horizons", f"Must be different numbers of bars from 1 to {MAX_HORIZON}.")
    data_hash, path = _staged(universe, [factor])
    work = EvaluateWork(
        factor=factor,
        bars=path,
        folder=str(_folder(data_hash)),
        data_hash=data_hash,
        horizons=sorted(horizons),
        quantiles=quantiles,
        entry=entry,
    )
    spec: dict[str, Any] = msgspec.to_builtins(work)
    return spec


def _staged(universe: Universe, factors: Sequence[Factor]) -> tuple[str, str]:
    """The hash of the data, and the file that names them."""
    if not universe.symbols and not universe.dataset_ids:
        raise invalid_field("symbols", "Name symbols, or data sets in `datasets`.")
    if len(universe.symbols) + len(universe.dataset_ids) > MAX_SYMBOLS:
        raise invalid_field("symbols", f"At most {MAX_SYMBOLS} symbols at once.")
    for factor in factors:
        _require_groups(factor, universe)
    references = bars.stage_bars(
        symbols=universe.symbols,
        dataset_ids=universe.dataset_ids,
        interval=universe.interval,
        from_ns=universe.from_ns,
        to_ns=universe.to_ns,
    )
    names = [each.symbol for each in references]
    if len(set(names)) < len(names):
        raise invalid_field("symbols", "Name each symbol once.")
    groups = {name: dict(labels) for name, labels in universe.groups.items()}
    data_hash = _hash_of(references, groups)
    folder = _folder(data_hash)
    path = folder / BARS_FILE
    if path.exists():
        os.utime(path)
    else:
        unfinished = path.with_name(f".{new_id()}")
        unfinished.write_bytes(msgspec.json.encode(Bars(references=references, groups=groups)))
        unfinished.replace(path)
    return data_hash, str(path)


def _require_groups(factor: Factor, universe: Universe) -> None:
    missing = [name for name in _read(factor).groups if name not in universe.groups]
    if missing:
        raise invalid_field(
            "groups", f"{factor.name} goes by {missing[0]}: give a group for each symbol as groups.{missing[0]}."
        )


def _hash_of(references: Sequence[BarsReference], groups: Mapping[str, Mapping[str, str]]) -> str:
    """One hash over the bars of all symbols in their order, and their groups."""
    digest = hashlib.sha256()
    for each in references:
        digest.update(f"{each.symbol} {each.content_hash} ".encode())
    if groups:
        digest.update(msgspec.json.encode(groups, order="deterministic"))
    return digest.hexdigest()


def _folder(data_hash: str) -> Path:
    folder = Path(settings.STATE_DIR) / "factors" / data_hash
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# Reading values ----------------------------------------------------------------------------------------------------------


def list_values(result: Mapping[str, Any], *, factor: str | None, limit: int, cursor: str | None = None) -> Page:
    """The values of one factor of a computation's result, bar by bar, oldest first; null where there is none.

    Raises NotFound for a factor that was not computed there, and VALUES_GONE when its values have made room.
    """
    found = next((each for each in result["factors"] if factor in (None, each["name"])), None)
    if found is None:
        raise NotFound(
            f"The job did not compute {str(factor)[:64]!r}.", details={"factor": ["It was not computed there."]}
        )
    # Loads numpy, which the gateway does without until somebody asks.
    from analytics.factors.reading import value_rows

    folder = Path(settings.STATE_DIR) / "factors" / result["data_hash"]
    start = 0 if cursor is None else max(decode_cursor(cursor, int), 0)
    try:
        items, bars_there = value_rows(folder, found["key"], start, limit)
    except (OSError, ValueError, msgspec.DecodeError) as fault:
        raise _gone() from fault
    return Page(items, encode_cursor(start + limit) if start + limit < bars_there else None)


def computed_in(job: Any) -> Mapping[str, Any]:
    """The result of a job that has computed factors; raises Conflict when it is not one or has not ended well."""
    if job.kind != COMPUTE_JOB or job.result is None:
        raise Conflict(
            f"The job {job.id} is {job.kind} and has {job.status}; values come from one that computed factors.",
            code="NOT_COMPUTED",
        )
    result: Mapping[str, Any] = job.result
    return result


def _gone() -> DomainError:
    return NotFound("The values have made room for others; compute the factor again.", code="VALUES_GONE")
