"""Backtests for the rest of Sandbar: ask for them, find them, read them, name and delete them.

What is not async uses the database and files: call it in a thread. A result is kept when its job has ended; its arrays are a
file in the state folder, named by its id.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import transaction

from analytics.backtests.conditions import DISTANCES, check_values, read_conditions, read_swept, require_distances
from analytics.backtests.engine.specs import (
    PROGRAM_FILLS,
    Backtest,
    FixedDistance,
    backtest_from,
    require_steps,
    spec_values,
    ticks_of,
)
from analytics.backtests.models import BacktestRow, SearchRow, TrialRow
from analytics.backtests.parity import compare
from analytics.backtests.records import METRICS, BacktestWork, ResampleWork, SweepWork, WalkWork
from analytics.backtests.search import MAX_COMBINATIONS, Axis, Space, draw, grid, in_order, space_of
from analytics.backtests.strategy_files import (
    Declared,
    Listed,
    StrategyFile,
    find_strategy,
    list_strategies,
    require_bars,
    values_of,
)
from analytics.backtests.windows import Schedule, windows_of
from api.pagination import Page, decode_cursor, encode_cursor
from jobs import registry
from jobs.registry import JobKind
from kit.clock import SYSTEM_CLOCK, Clock, iso_from_ns
from kit.errors import Conflict, NotFound, invalid_field
from kit.trace import new_id
from markets.bars import services as bars
from markets.bars.references import BarsReference
from markets.services import get_instrument
from quant.expressions.parsing import is_parameter_name
from quant.performance.sharpe import deflated_sharpe
from trading.sessions import services as sessions
from trading.strategies import services as strategies
from trading.strategies.played import services as played
from trading.strategies.rehearsed import services as rehearsed

RUN_JOB: Final = "backtest.run"
SWEEP_JOB: Final = "backtest.sweep"
WALK_JOB: Final = "backtest.walk_forward"
RESAMPLE_JOB: Final = "backtest.monte_carlo"
SWEEP_TIMEOUT_S: Final = 4 * 3_600.0

MAX_KEPT: Final = 10_000
"""Backtests of one account; the next one asks for some to be deleted."""

MAX_SEARCHES_KEPT: Final = 1_000
"""Sweeps and walks forward of one account together; the figures of the largest sweep take eleven megabytes."""

MAX_POINTS: Final = 10_000
DEFAULT_POINTS: Final = 1_000

MAX_LINES: Final = 20_000
"""Trades drawn on a chart: three megabytes of JSON, and more lines than a screen has pixels to tell apart."""

SPEC_FIELDS: Final = tuple(field for field in Backtest.__struct_fields__ if field != "symbols")
"""What a request says of a backtest beside the bars it is about."""

SearchKind = Literal["sweep", "walk_forward"]


def register_jobs() -> None:
    """Make the kinds of jobs known; called in `AppConfig.ready()`."""
    registry.register(JobKind(RUN_JOB, "analytics.backtests.work:run", on_success=store_backtest, subject=_subject_of))
    registry.register(
        JobKind(
            SWEEP_JOB,
            "analytics.backtests.work:run_sweep",
            on_success=store_sweep,
            timeout_s=SWEEP_TIMEOUT_S,
            is_resumable=True,
            subject=_subject_of,
        )
    )
    registry.register(
        JobKind(
            WALK_JOB,
            "analytics.backtests.work:run_walk",
            on_success=store_walk,
            timeout_s=SWEEP_TIMEOUT_S,
            is_resumable=True,
            subject=lambda spec: _subject_of({"labels": spec["labels"], **spec["sweep"]}),
        )
    )
    registry.register(
        JobKind(RESAMPLE_JOB, "analytics.backtests.work:run_resampling", subject=lambda spec: spec["name"])
    )


def _subject_of(spec: Mapping[str, Any]) -> str:
    """The name that somebody gave it, or what it trades."""
    return spec["labels"]["name"] or f"{', '.join(spec['spec']['symbols'])} {spec['spec']['interval']}"


# Asking ------------------------------------------------------------------------------------------------------------------


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Which bars: symbols or data sets, from when to when."""

    symbols: tuple[str, ...] = ()
    dataset_ids: tuple[str, ...] = ()
    from_ns: int | None = None
    to_ns: int | None = None


def chosen_by(body: Any) -> Chosen:
    """What the body of a request chooses: its `symbols`, `datasets`, `from_ns` and `to_ns`."""
    return Chosen(
        symbols=tuple(body.symbols or ()),
        dataset_ids=tuple(body.datasets or ()),
        from_ns=body.from_ns,
        to_ns=body.to_ns,
    )


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """Whose it is and what it is called; travels with the job."""

    account: str
    name: str = ""
    notes: str = ""


def stage_backtest(spec: dict[str, Any], chosen: Chosen, labels: Labels) -> dict[str, Any]:
    """The spec of a job for one backtest; everything that can be refused without the bars' content is refused here.

    Raises Invalid naming the field, InvalidExpression, NotFound for symbols and data sets, Conflict when too many are kept.
    """
    _require_room(labels.account)
    references, backtest = _staged(spec, chosen)
    python = _python_of(backtest, references)
    if backtest.program is not None:
        _require_program(backtest, references)
    elif python is None:
        check_values(read_conditions(backtest.strategy), backtest.strategy.parameters)
    work = BacktestWork(spec=spec_values(backtest), bars=references, file=str(file_of(new_id())), python=python)
    return {**msgspec.to_builtins(work), "labels": msgspec.to_builtins(labels)}


def _require_program(backtest: Backtest, references: Sequence[BarsReference]) -> None:
    """Raise for a program that strategies would refuse, and for more bars than the exchange goes through in a job."""
    strategies.check_wish(
        symbols=backtest.symbols,
        interval=backtest.interval,
        program=backtest.program,
        allow_short=backtest.allow_short,
        leverage=backtest.leverage,
    )
    rows = sum(each.rows for each in references)
    if rows > played.MAX_BARS:
        raise invalid_field("program", f"{rows} bars are more than the {played.MAX_BARS} of a program; choose fewer.")


def stage_sweep(
    spec: dict[str, Any],
    chosen: Chosen,
    labels: Labels,
    *,
    axes: dict[str, Axis],
    rising: Sequence[tuple[str, str]] = (),
    samples: int | None = None,
    seed: int = 0,
    metric: str = METRICS[0],
    least_trades: int = 1,
) -> dict[str, Any]:
    """The spec of a job for a sweep; raises as `stage_backtest`, and Invalid for parameters that make no space."""
    _require_room_for_search(labels.account)
    references, backtest = _staged(spec, chosen)
    if backtest.program is not None:
        raise invalid_field("program", "Sweeps vary conditions; backtest a program with each of its numbers instead.")
    space = space_of(axes, rising)
    numbers = grid(space) if samples is None else draw(space, samples, seed)
    _require_ticks(backtest, space, references)
    python = _python_of(backtest, references, space)
    if python is None:
        _require_conditions(backtest, space)
    assert 0 < len(numbers) <= MAX_COMBINATIONS, "the space has been asked"
    work = SweepWork(
        spec=spec_values(backtest),
        bars=references,
        file=str(file_of(new_id())),
        axes=axes,
        names=list(space.names),
        rising=list(rising),
        samples=samples,
        seed=seed,
        metric=metric,
        least_trades=least_trades,
        python=python,
    )
    return {**msgspec.to_builtins(work), "labels": msgspec.to_builtins(labels)}


def _require_ticks(backtest: Backtest, space: Space, references: Sequence[BarsReference]) -> None:
    """Raise Invalid for a distance in price that is swept and is no whole number of ticks everywhere."""
    by_tick = {each.instrument.tick: each.instrument for each in references}
    for name, values in zip(space.names, space.values, strict=True):
        if name in DISTANCES and isinstance(getattr(backtest.strategy, name), FixedDistance):
            for value, instrument in product(values, by_tick.values()):
                ticks_of(f"parameters.{name}", Decimal(str(value)), instrument)


def _require_conditions(backtest: Backtest, space: Space) -> None:
    """Raise for conditions that cannot be read, or not with the values of their parameters."""
    conditions = read_swept(backtest, space)
    said = {name for each in conditions.values() for name in each.parameters}
    # The longest windows ask for the most history: the highest value of every parameter is looked at.
    highest = {name: max(values) for name, values in zip(space.names, space.values, strict=True) if name in said}
    lowest = {name: min(values) for name, values in zip(space.names, space.values, strict=True) if name in said}
    fixed = backtest.strategy.parameters
    check_values(conditions, {**fixed, **highest})
    check_values(conditions, {**fixed, **lowest})
    for name, values in zip(space.names, space.values, strict=True):
        # Between the two may be one that is no whole number of bars.
        broken = next((value for value in values if value != int(value)), None)
        if name in said and broken is not None:
            check_values(conditions, {**fixed, **highest, name: broken})


def _python_of(
    backtest: Backtest, references: Sequence[BarsReference], space: Space | None = None
) -> StrategyFile | None:
    """The file of the strategy in Python that a backtest names, whose parameters were looked at; None without one."""
    python = backtest.strategy.python
    if python is None:
        return None
    file, declared = find_strategy(Path(settings.STRATEGY_DIR), python.name)
    values_of(declared, python.parameters, "strategy.python.parameters")
    if space is not None:
        require_distances(backtest, space)
        _require_axes(declared, python.parameters, space)
    require_bars(sum(each.rows for each in references))
    return file


def _require_axes(declared: Declared, fixed: Mapping[str, Any], space: Space) -> None:
    """Raise Invalid for what is varied and is no parameter of the strategy, or not with that value."""
    for name, values in zip(space.names, space.values, strict=True):
        if name in DISTANCES:
            continue
        if name in fixed:
            raise invalid_field(f"parameters.{name}", "It has a value in strategy.python.parameters; leave that out.")
        for value in values:
            values_of(declared, {name: value}, "parameters")


def list_python_strategies() -> list[dict[str, Any]]:
    """The owner's strategies in Python by name, with what they declare, or why they cannot be used."""
    found = list_strategies(Path(settings.STRATEGY_DIR))
    return [_shown_strategy(each) for each in found]


def _shown_strategy(listed: Listed) -> dict[str, Any]:
    declared = listed.declared
    return {
        "name": listed.name,
        "sha256": listed.sha256,
        "error": listed.error,
        "summary": "" if declared is None else declared.summary,
        "form": None if declared is None else declared.form,
        "parameters": [] if declared is None else msgspec.to_builtins(declared.parameters),
    }


def axes_from(sent: object) -> dict[str, Axis]:
    """The axes of a sweep as a request brings them; raises Invalid naming the parameter."""
    if not isinstance(sent, dict):
        raise invalid_field("parameters", "Must be an object: by name {from, to, step} or {values}.")
    axes = {}
    for name, axis in sent.items():
        if name not in DISTANCES and not is_parameter_name(name):
            raise invalid_field("parameters", f"A parameter cannot be called {name[:64]!r}.")
        try:
            axes[name] = msgspec.convert(axis, Axis)
        except msgspec.ValidationError as error:
            raise invalid_field(f"parameters.{name}", f"{error}.") from error
    return axes


def rising_from(sent: object) -> list[tuple[str, str]]:
    """The pairs that must rise as a request brings them; raises Invalid."""
    try:
        return msgspec.convert([] if sent is None else sent, list[tuple[str, str]])
    except msgspec.ValidationError as error:
        raise invalid_field("rising", f"{error}.") from error


def stage_walk(sweep: dict[str, Any], schedule: Schedule) -> dict[str, Any]:
    """The spec of a job for a walk forward, from that of its sweep; raises Invalid for windows that do not fit the bars."""
    labels = sweep.pop("labels")
    work = WalkWork(sweep=msgspec.convert(sweep, SweepWork), schedule=schedule)
    if len(work.sweep.bars) == 1:
        windows_of(schedule, work.sweep.bars[0].rows)
    return {**msgspec.to_builtins(work), "labels": labels}


def stage_resampling(
    account: str, backtest_id: str, *, what: str, draws: int, seed: int, mean_block: int, ruin_percent: float
) -> dict[str, Any]:
    """The spec of a job that draws a backtest anew; raises NotFound."""
    row = _backtest_row(account, backtest_id)
    work = ResampleWork(
        file=str(file_of(row.id)),
        what=what,
        draws=draws,
        seed=seed,
        mean_block=mean_block,
        ruin_percent=ruin_percent,
        days_per_year=row.summary["figures"]["risk"]["days_per_year"],
        name=row.name or f"{', '.join(row.symbols)} {row.interval}",
    )
    built: dict[str, Any] = msgspec.to_builtins(work)
    return built


def _staged(spec: dict[str, Any], chosen: Chosen) -> tuple[list[BarsReference], Backtest]:
    """The bars and the spec with their symbols in it."""
    if not chosen.symbols and not chosen.dataset_ids:
        raise invalid_field("symbols", "Name symbols, or data sets in `datasets`.")
    references = bars.stage_bars(
        symbols=chosen.symbols,
        dataset_ids=chosen.dataset_ids,
        interval=spec["interval"],
        from_ns=chosen.from_ns,
        to_ns=chosen.to_ns,
    )
    if spec.get("program") is not None:
        spec = {"fills": {**PROGRAM_FILLS, "limit_fill": "touch"}, **spec}
    elif "strategy" not in spec:
        raise invalid_field("strategy", "Give entries and exits, or a `program`.")
    backtest = backtest_from({**spec, "symbols": [each.symbol for each in references]})
    require_steps(backtest, [each.instrument for each in references])
    return references, backtest


def _require_room(account: str) -> None:
    if BacktestRow.objects.filter(account=account).count() >= MAX_KEPT:
        raise Conflict(f"The account keeps {MAX_KEPT} backtests already; delete some.", code="TOO_MANY_BACKTESTS")


def _require_room_for_search(account: str) -> None:
    if SearchRow.objects.filter(account=account).count() >= MAX_SEARCHES_KEPT:
        rule = f"The account keeps {MAX_SEARCHES_KEPT} sweeps and walks forward already; delete some."
        raise Conflict(rule, code="TOO_MANY_SEARCHES")


# Keeping -----------------------------------------------------------------------------------------------------------------


def store_backtest(spec: dict[str, Any], result: dict[str, Any], clock: Clock = SYSTEM_CLOCK) -> dict[str, Any]:
    """Enter a backtest that a job has carried out; the job's result is its id and its summary."""
    labels = msgspec.convert(spec["labels"], Labels)
    work = msgspec.convert({name: value for name, value in spec.items() if name != "labels"}, BacktestWork)
    identity = _id_of(work.file)
    data_hash = data_hash_of(work.bars)
    risk, returns = result["figures"]["risk"], result["figures"]["returns"]
    result["overfitting"] = _deflated(labels.account, data_hash, risk, returns["days"])
    row = BacktestRow(
        id=identity,
        account=labels.account,
        name=labels.name,
        notes=labels.notes,
        spec=work.spec,
        summary=result,
        symbols=work.spec["symbols"],
        interval=work.spec["interval"],
        data_hash=data_hash,
        created_ns=clock.now_ns(),
    )
    row.save(force_insert=True)
    return {"backtest_id": identity, **result}


def store_sweep(spec: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Enter a sweep."""
    return _store_search("sweep", spec["labels"], spec, result, spec["file"], spec["bars"])


def store_walk(spec: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Enter a walk forward."""
    return _store_search("walk_forward", spec["labels"], spec, result, spec["sweep"]["file"], spec["sweep"]["bars"])


def _store_search(
    kind: SearchKind, labels: dict[str, Any], spec: dict[str, Any], result: dict[str, Any], file: str, data: list[Any]
) -> dict[str, Any]:
    made = msgspec.convert(labels, Labels)
    data_hash = data_hash_of(msgspec.convert(data, list[BarsReference]))
    trials = result.pop("trials", None)
    if trials is not None and trials["count"]:
        _add_trials(made.account, data_hash, trials["count"], trials["mean"], trials["squares"])
    days = result.pop("best_days", None)
    if kind == "sweep":
        result["deflated_sharpe"] = None if days is None else _deflated_of(made.account, data_hash, days)
    identity = _id_of(file)
    SearchRow(
        id=identity,
        account=made.account,
        kind=kind,
        name=made.name,
        spec=_without_places(spec),
        summary=result,
        data_hash=data_hash,
        created_ns=SYSTEM_CLOCK.now_ns(),
    ).save(force_insert=True)
    return {f"{kind}_id": identity, **result}


def _without_places(spec: dict[str, Any]) -> dict[str, Any]:
    """A spec as it is kept: without files and labels, which are of this machine or stand elsewhere."""
    return {
        name: _without_places(value) if isinstance(value, dict) and name == "sweep" else value
        for name, value in spec.items()
        if name not in ("labels", "file", "bars", "python")
    }


def data_hash_of(references: Sequence[BarsReference]) -> str:
    """One hash over the bars of all symbols, in their order."""
    return hashlib.sha256("".join(each.content_hash for each in references).encode()).hexdigest()


# Trials ------------------------------------------------------------------------------------------------------------------


def _deflated(account: str, data_hash: str, risk: dict[str, Any], days: int) -> dict[str, Any]:
    """Count a backtest as a trial, and say what its ratio proves among all that were tried on these bars."""
    if risk["sharpe"] is None:
        return {"trials": _trials(account, data_hash)[0], "deflated_sharpe": None}
    daily = risk["sharpe"] / math.sqrt(risk["days_per_year"])
    _add_trials(account, data_hash, 1, daily, 0.0)
    moments = {
        "count": days,
        "sharpe": daily,
        "skew": risk["skew"] or 0.0,
        "kurtosis": (risk["kurtosis"] or 0.0) + 3,
    }
    return _deflated_of(account, data_hash, moments)


def _deflated_of(account: str, data_hash: str, days: dict[str, Any]) -> dict[str, Any]:
    count, _, squares = _trials(account, data_hash)
    spread = math.sqrt(squares / (count - 1)) if count > 1 else 0.0
    proven = deflated_sharpe(
        days["sharpe"], days["count"], trials=count, spread=spread, skew=days["skew"], kurtosis=days["kurtosis"]
    )
    return {"trials": count, "deflated_sharpe": proven}


def _trials(account: str, data_hash: str) -> tuple[int, float, float]:
    row = TrialRow.objects.filter(account=account, data_hash=data_hash).first()
    return (0, 0.0, 0.0) if row is None else (row.count, row.mean, row.squares)


def _add_trials(account: str, data_hash: str, count: int, mean: float, squares: float) -> None:
    """Add to what was tried, by the sums of two samples (Chan, Golub and LeVeque 1979)."""
    with transaction.atomic():
        row, is_new = TrialRow.objects.select_for_update().get_or_create(
            account=account, data_hash=data_hash, defaults={"count": count, "mean": mean, "squares": squares}
        )
        if is_new:
            return
        both = row.count + count
        distance = mean - row.mean
        row.squares += squares + distance * distance * row.count * count / both
        row.mean += distance * count / both
        row.count = both
        row.save()


# Reading -----------------------------------------------------------------------------------------------------------------


def list_backtests(account: str, *, limit: int, cursor: str | None = None) -> Page:
    """The account's backtests, newest first, as `shown` without their details."""
    rows = BacktestRow.objects.filter(account=account)
    return _page(rows, limit, cursor, _outline)


def get_backtest(account: str, backtest_id: str) -> dict[str, Any]:
    """One backtest with its spec and summary; raises NotFound."""
    row = _backtest_row(account, backtest_id)
    return {**_outline(row), "notes": row.notes, "spec": row.spec, "result": _shown_times(row.summary)}


class KeptBacktest(msgspec.Struct, frozen=True, kw_only=True):
    """A backtest as it is kept, for who makes something else of it. Times in `summary` are UTC nanoseconds.

    `arrays` is the file of its curve and round trips (times, equity, `trade_…` columns), `prices` that of the bars of its
    only symbol where they are still there.
    """

    id: str
    name: str
    symbols: list[str]
    interval: str
    data_hash: str
    spec: dict[str, Any]
    summary: dict[str, Any]
    created_ns: int
    arrays: str
    prices: str | None


def kept_backtest(account: str, backtest_id: str) -> KeptBacktest:
    """A backtest with the files that hold its arrays; raises NotFound."""
    row = _backtest_row(account, backtest_id)
    data = row.summary["data"]
    prices = bars.find_bars_file(data[0]["content_hash"]) if len(data) == 1 else None
    return KeptBacktest(
        id=row.id,
        name=row.name,
        symbols=row.symbols,
        interval=row.interval,
        data_hash=row.data_hash,
        spec=row.spec,
        summary=row.summary,
        created_ns=row.created_ns,
        arrays=str(file_of(row.id)),
        prices=None if prices is None else str(prices),
    )


def change_backtest(account: str, backtest_id: str, *, name: str | None, notes: str | None) -> dict[str, Any]:
    """Give a backtest another name or notes; raises NotFound."""
    row = _backtest_row(account, backtest_id)
    row.name = row.name if name is None else name
    row.notes = row.notes if notes is None else notes
    row.save()
    return get_backtest(account, backtest_id)


def delete_backtest(account: str, backtest_id: str) -> None:
    """Delete a backtest and its arrays; raises NotFound."""
    _backtest_row(account, backtest_id).delete()
    _forget_arrays(backtest_id)


def list_searches(account: str, kind: SearchKind, *, limit: int, cursor: str | None = None) -> Page:
    """The account's sweeps, or walks forward, newest first."""
    return _page(SearchRow.objects.filter(account=account, kind=kind), limit, cursor, _search_outline)


def get_search(account: str, kind: SearchKind, search_id: str) -> dict[str, Any]:
    """One sweep or walk forward with its spec and result; raises NotFound."""
    row = _search_row(account, kind, search_id)
    return {**_search_outline(row), "spec": row.spec, "result": _shown_times(row.summary)}


def delete_search(account: str, kind: SearchKind, search_id: str) -> None:
    """Delete a sweep or walk forward and its arrays; raises NotFound. What it tried stays counted."""
    _search_row(account, kind, search_id).delete()
    _forget_arrays(search_id)


def list_combinations(account: str, sweep_id: str, *, limit: int, cursor: str | None = None) -> Page:
    """Every combination of a sweep with its figures, in the order in which they were tried; raises NotFound."""
    row = _search_row(account, "sweep", sweep_id)
    axes = in_order(msgspec.convert(row.spec["axes"], dict[str, Axis]), row.spec.get("names", ()))
    space = space_of(axes, [(low, high) for low, high in row.spec["rising"]])
    with _arrays(row.id) as arrays:
        read = _reading().combinations_of
        return _part(len(arrays["numbers"]), limit, cursor, lambda cut: read(arrays, space, cut))


def list_trades(account: str, backtest_id: str, *, limit: int, cursor: str | None = None) -> Page:
    """The round trips of a backtest, oldest first; raises NotFound."""
    row = _backtest_row(account, backtest_id)
    with _arrays(row.id) as arrays:
        return _part(
            len(arrays["trade_profit"]), limit, cursor, lambda cut: _reading().trades_of(arrays, row.symbols, cut)
        )


def get_trade_lines(account: str, backtest_id: str) -> dict[str, Any]:
    """Where every round trip began and ended, as columns, at most `MAX_LINES` of them evenly; raises NotFound."""
    row = _backtest_row(account, backtest_id)
    with _arrays(row.id) as arrays:
        lines: dict[str, Any] = _reading().trade_lines(arrays, MAX_LINES)
        return lines


def list_orders(account: str, backtest_id: str, *, limit: int, cursor: str | None = None) -> Page:
    """Every order of a backtest with its reason, in the order in which they acted; raises NotFound."""
    row = _backtest_row(account, backtest_id)
    with _arrays(row.id) as arrays:
        instruments = [get_instrument(symbol) for symbol in row.symbols]
        rows, times = arrays["order_rows"], arrays["time_ns"]
    return _part(len(rows), limit, cursor, lambda cut: _reading().orders_of(rows[cut], times, instruments))


def get_equity(account: str, backtest_id: str, points: int = DEFAULT_POINTS) -> dict[str, Any]:
    """Equity and drawdown over time, at most so many points: the last of every part, and the deepest drawdown in it.

    Raises NotFound.
    """
    row = _backtest_row(account, backtest_id)
    start_equity = row.summary["figures"]["returns"]["start_equity"]
    with _arrays(row.id) as arrays:
        return {"start_equity": start_equity, **_reading().equity_points(arrays, points)}


# Parity ------------------------------------------------------------------------------------------------------------------


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What a backtest is held against: a session of an account, or a run or a rehearsal of a strategy."""

    session_account: str
    epoch: int | None = None
    run: str | None = None
    rehearsal: str | None = None


class _Window(msgspec.Struct, frozen=True):
    """A session, and the market times that both sides are compared in, the second not included."""

    session: sessions.Session
    since_ns: int
    until_ns: int


async def get_parity(account: str, backtest_id: str, beside: Beside, *, limit: int) -> dict[str, Any]:
    """Where what was done in the sandbox left a backtest: how much was alike, and each divergence by its kind.

    A run is compared on the bars that it followed. Raises NotFound for the backtest and what is beside it, Conflict for a
    session that is too long or was not kept.
    """
    row = await _in_thread(_backtest_row, account, backtest_id)
    data = row.summary["data"]
    since_ns = min(each["from_ns"] for each in data)
    until_ns = max(each["to_ns"] + bars.interval_ns_of(each["interval"]) for each in data)
    window = await _window_of(account, beside, since_ns, until_ns)
    found: dict[str, Any] = await _in_thread(_parity, row, window, limit)
    return found


async def _window_of(account: str, beside: Beside, since_ns: int, until_ns: int) -> _Window:
    if beside.rehearsal is not None:
        return _Window(await rehearsed.read_session(account, beside.rehearsal), since_ns, until_ns)
    if beside.run is not None:
        of_run = await strategies.read_run_session(account, beside.run)
        return _Window(of_run.session, max(since_ns, of_run.since_ns), min(until_ns, of_run.until_ns))
    session = await sessions.read_session(
        beside.session_account, since_ns=since_ns, until_ns=until_ns, epoch=beside.epoch
    )
    return _Window(session, since_ns, until_ns)


def _parity(row: BacktestRow, window: _Window, limit: int) -> dict[str, Any]:
    from analytics.backtests import parity_reading

    instruments = {symbol: get_instrument(symbol) for symbol in row.symbols}
    with _arrays(row.id) as arrays:
        bars_by_symbol = {
            each["symbol"]: parity_reading.bars_of(
                bars.bars_dir() / f"{each['content_hash']}.npy",
                bars.interval_ns_of(each["interval"]),
                instruments[each["symbol"]],
                arrays["time_ns"],
            )
            for each in row.summary["data"]
        }
        ours = parity_reading.deeds_of_backtest(arrays, row.symbols, bars_by_symbol)
    theirs = parity_reading.deeds_of_session(window.session, bars_by_symbol)
    ours, theirs = (
        [deed for deed in deeds if window.since_ns <= deed.time_ns < window.until_ns] for deeds in (ours, theirs)
    )
    found = compare(ours, theirs, bars_by_symbol)
    return {
        "backtest_orders": found.backtest_orders,
        "sandbox_orders": found.sandbox_orders,
        "alike": found.alike,
        "counts": found.counts,
        "divergences": [
            {
                "kind": each.kind,
                "text": each.text,
                "symbol": symbol,
                "time": each.time_ns,
                "backtest": parity_reading.shown(each.backtest, instruments[symbol]),
                "sandbox": parity_reading.shown(each.sandbox, instruments[symbol]),
            }
            for each in found.divergences[:limit]
            for symbol in [each.symbol]
        ],
    }


def file_of(identity: str) -> Path:
    """Where the arrays of a backtest or sweep are."""
    folder = Path(settings.STATE_DIR) / "backtests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{identity}.npz"


# Inside ------------------------------------------------------------------------------------------------------------------


_in_thread = database_sync_to_async(lambda function, *arguments: function(*arguments), thread_sensitive=False)


def _id_of(file: str) -> str:
    return Path(file).stem


def _reading() -> Any:
    """What reads arrays; numpy is loaded by the first who asks for some."""
    from analytics.backtests import reading

    return reading


def _arrays(identity: str) -> Any:
    import numpy as np

    try:
        return np.load(file_of(identity), allow_pickle=False)
    except OSError as fault:
        raise NotFound("The arrays of this backtest are gone; run it again.", code="ARRAYS_GONE") from fault


def _backtest_row(account: str, backtest_id: str) -> BacktestRow:
    row = BacktestRow.objects.filter(account=account, id=backtest_id).first()
    if row is None:
        raise NotFound(f"There is no backtest {backtest_id}.")
    return row


def _search_row(account: str, kind: SearchKind, search_id: str) -> SearchRow:
    row = SearchRow.objects.filter(account=account, kind=kind, id=search_id).first()
    if row is None:
        raise NotFound(f"There is no {kind.replace('_', ' ')} {search_id}.")
    return row


def _forget_arrays(identity: str) -> None:
    with suppress(OSError):
        file_of(identity).unlink()


def _page(rows: Any, limit: int, cursor: str | None, show: Any) -> Page:
    if cursor is not None:
        rows = rows.filter(id__lt=decode_cursor(cursor, str))
    found = list(rows[: limit + 1])
    following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    return Page([show(row) for row in found[:limit]], following)


def _part(count: int, limit: int, cursor: str | None, read: Any) -> Page:
    """A page of something that is counted from 0 and never changes."""
    start = 0 if cursor is None else max(decode_cursor(cursor, int), 0)
    items = read(slice(start, start + limit))
    return Page(items, encode_cursor(start + limit) if start + limit < count else None)


def _outline(row: BacktestRow) -> dict[str, Any]:
    figures = row.summary["figures"]
    trades = figures["trades"]
    return {
        "id": row.id,
        "name": row.name,
        "symbols": row.symbols,
        "interval": row.interval,
        "created_at": row.created_ns,
        "data_hash": row.data_hash,
        "total_return": figures["returns"]["total_return"],
        "sharpe": figures["risk"]["sharpe"],
        "max_drawdown": figures["drawdowns"]["maximum"],
        "trades": 0 if trades is None else trades["count"],
        "final_equity": figures["returns"]["end_equity"],
        "python": _python_outline(row.summary),
    }


def _python_outline(summary: dict[str, Any]) -> dict[str, Any] | None:
    """Name and hash of the strategy in Python that something was computed with; None where it was conditions."""
    python = summary.get("python")
    return None if python is None else {"name": python["name"], "sha256": python["sha256"]}


def _search_outline(row: SearchRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "created_at": row.created_ns,
        "data_hash": row.data_hash,
        "python": _python_outline(row.summary),
    }


def _shown_times(value: Any) -> Any:
    """A summary with its times as clients read them."""
    if isinstance(value, dict):
        return {
            name.removesuffix("_ns"): iso_from_ns(each) if name.endswith("_ns") else _shown_times(each)
            for name, each in value.items()
        }
    return [_shown_times(each) for each in value] if isinstance(value, list) else value
