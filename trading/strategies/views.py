"""Strategies over REST."""

from typing import Any

import msgspec

from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, action, operation
from kit.errors import Conflict, Forbidden, NotFound, Rejected, Unavailable
from trading.strategies import services
from trading.strategies.answers import RunAnswer, StrategyAnswer
from trading.strategies.performance import PerformanceAnswer
from trading.strategies.rehearsed import services as rehearsed
from trading.strategies.rehearsed.answers import StrategyRehearsalAnswer
from trading.strategies.rehearsed.bars import Chosen
from trading.strategies.rehearsed.services import RehearseWish
from trading.strategies.serializers import (
    SPEC_FIELDS,
    NewStrategyIn,
    RehearsedOrderOut,
    StrategyChangeIn,
    StrategyOut,
    StrategyPerformanceOut,
    StrategyRehearsalOut,
    StrategyRehearseIn,
    StrategyRunOut,
    StrategyRunQuery,
    StrategySignalOut,
    StrategySignalQuery,
    StrategyStartIn,
    StrategyStopIn,
    StrategyTemplateOut,
    StrategyVersionOut,
)
from trading.strategies.services import StartWish
from trading.strategies.table import Wanted

MAKING: dict[str, Any] = {
    "response": StrategyOut,
    "account": True,
    "errors": (NotFound, Conflict, Rejected, Unavailable),
}


class StrategyViewSet(ApiViewSet):
    """Strategies in versions, and the runs that trade them."""

    in_rehearsals = True

    @operation(query=PageQuery, response=StrategyOut, page=True, account=True)
    async def list(self, call: Call) -> Page:
        """The account's strategies, newest first."""
        return await services.list_strategies(call.account, limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=NewStrategyIn, status=201, **MAKING)
    async def create(self, call: Call) -> StrategyAnswer:
        """Keep a strategy: from a template, or with rules of its own."""
        body = call.body
        return await services.create_strategy(
            call.account, name=body.name, notes=body.notes, template=body.template, spec=given(body, SPEC_FIELDS)
        )

    @operation(response=StrategyOut, account=True, errors=(NotFound,))
    async def retrieve(self, call: Call) -> StrategyAnswer:
        """One strategy with its newest version and the runs that go on."""
        return await services.get_strategy(call.account, call.kwargs["id"])

    @operation(body=StrategyChangeIn, **MAKING)
    async def partial_update(self, call: Call) -> StrategyAnswer:
        """Change it. Anything of the spec makes a new version; runs that go on keep theirs."""
        body = call.body
        return await services.change_strategy(
            call.account,
            call.kwargs["id"],
            name=body.name,
            notes=body.notes,
            note=body.note,
            spec=given(body, SPEC_FIELDS),
        )

    @operation(status=204, account=True, errors=(NotFound, Conflict))
    async def destroy(self, call: Call) -> None:
        """Delete a strategy that does not run, with its runs and signals; the journal keeps their orders."""
        await services.delete_strategy(call.account, call.kwargs["id"])

    @operation(response=StrategyTemplateOut, page=True)
    @action(detail=False, methods=["get"])
    async def templates(self, call: Call) -> Page:
        """Strategies to begin with."""
        return services.list_templates()

    @operation(query=PageQuery, response=StrategyVersionOut, page=True, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    async def versions(self, call: Call) -> Page:
        """The versions of a strategy, newest first."""
        query = call.query
        return await services.list_versions(call.account, call.kwargs["id"], limit=query.limit, cursor=query.cursor)

    @operation(query=PageQuery, response=StrategyRunOut, page=True, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    async def runs(self, call: Call) -> Page:
        """The runs of a strategy, newest first; with X-Rehearsal those of the rehearsal."""
        query = call.query
        return await services.list_runs(call.account, call.kwargs["id"], limit=query.limit, cursor=query.cursor)

    @operation(
        body=StrategyStartIn,
        optional_body=True,
        response=StrategyRunOut,
        status=201,
        account=True,
        errors=(Forbidden, NotFound, Conflict, Rejected, Unavailable),
    )
    @action(detail=True, methods=["post"])
    async def start(self, call: Call) -> RunAnswer:
        """Start a run. It acts on bars that close from now on; with X-Rehearsal on those of the rehearsal."""
        body = call.body
        await services.get_strategy(call.account, call.kwargs["id"])
        if body.own_account:
            call.access.require("admin")
            if call.access.accounts:
                raise Forbidden(
                    "The key is bound to accounts and opens none; start on the account with own_account false.",
                    details={"own_account": ["Must be false."]},
                )
        wish = StartWish(
            version=body.version,
            parameters=services.parameters_of(body.parameters),
            has_own_account=body.own_account,
            cash=body.cash,
            fill_policy=body.fill_policy,
            fees=body.fees,
            limits=body.risk_limits,
            waits_for_warm_up=body.wait_for_warm_up,
        )
        return await services.start_run(call.account, call.kwargs["id"], wish, actor=call.actor)

    @operation(
        body=StrategyStopIn,
        optional_body=True,
        response=StrategyRunOut,
        page=True,
        account=True,
        errors=(NotFound, Conflict, Unavailable),
    )
    @action(detail=True, methods=["post"])
    async def stop(self, call: Call) -> Page:
        """Stop a run, or all of the strategy; answers them as they ended."""
        return await services.stop_runs(
            call.account, call.kwargs["id"], run_id=call.body.run, ending=call.body.mode, by=call.actor
        )

    @operation(
        body=StrategyRehearseIn,
        response=StrategyRehearsalOut,
        status=202,
        account=True,
        scope="admin",
        starts_work=True,
        errors=(NotFound, Conflict, Rejected, Unavailable),
    )
    @action(detail=True, methods=["post"])
    async def rehearse(self, call: Call) -> StrategyRehearsalAnswer:
        """Play data sets through at full speed and trade them, in a market of its own; what came of it stays."""
        body = call.body
        start = StartWish(
            version=body.version,
            parameters=services.parameters_of(body.parameters),
            cash=body.cash,
            fill_policy=body.fill_policy,
            fees=body.fees,
            waits_for_warm_up=False,
        )
        chosen = Chosen(
            datasets=(body.dataset,) if body.dataset else tuple(body.datasets),
            start_ns=body.start,
            end_ns=body.end,
            field="dataset" if body.dataset else "datasets",
        )
        wish = RehearseWish(chosen=chosen, start=start)
        return await rehearsed.rehearse(call.account, call.kwargs["id"], wish, actor=call.actor)

    @operation(query=PageQuery, response=StrategyRehearsalOut, page=True, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    async def rehearsals(self, call: Call) -> Page:
        """The rehearsals of a strategy, newest first."""
        query = call.query
        return await rehearsed.list_rehearsals(call.account, call.kwargs["id"], limit=query.limit, cursor=query.cursor)

    @operation(query=StrategyRunQuery, response=StrategyPerformanceOut, account=True, errors=(NotFound, Unavailable))
    @action(detail=True, methods=["get"])
    async def performance(self, call: Call) -> PerformanceAnswer:
        """How a run is doing: money, positions and round trips."""
        return await services.get_performance(call.account, call.kwargs["id"], call.query.run)

    @operation(query=StrategySignalQuery, response=StrategySignalOut, page=True, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    async def signals(self, call: Call) -> Page:
        """What its runs said, with the values that made it, and what came of it: ordered, refused and why, or nothing."""
        query = call.query
        wanted = Wanted(
            strategy_id=call.kwargs["id"],
            run_id=query.run,
            symbol=query.symbol,
            outcome=query.outcome,
            from_ns=getattr(query, "from"),
            to_ns=query.to,
        )
        return await services.list_signals(call.account, wanted, limit=query.limit, cursor=query.cursor)


class StrategyRehearsalViewSet(ApiViewSet):
    """Rehearsals of strategies: those that go on, and what came of those that have ended."""

    @operation(response=StrategyRehearsalOut, account=True, errors=(NotFound,))
    async def retrieve(self, call: Call) -> StrategyRehearsalAnswer:
        """One: how far it has come, or what came of it."""
        return await rehearsed.get_rehearsal(call.account, call.kwargs["id"])

    @operation(response=StrategyRehearsalOut, account=True, scope="admin", errors=(NotFound, Conflict))
    @action(detail=True, methods=["post"])
    async def cancel(self, call: Call) -> StrategyRehearsalAnswer:
        """End one that goes on; what it did until then is kept."""
        return await rehearsed.cancel(call.account, call.kwargs["id"], by=call.actor)

    @operation(query=PageQuery, response=RehearsedOrderOut, page=True, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    async def orders(self, call: Call) -> Page:
        """What its orders did, oldest first, and which were refused; none while it goes on."""
        query = call.query
        return await rehearsed.list_orders(call.account, call.kwargs["id"], limit=query.limit, cursor=query.cursor)


def given(body: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """What of a decoded body was sent, as plain values; what was left out or null is left out."""
    return {name: _plain(getattr(body, name)) for name in names if getattr(body, name) is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return given(value, value.__struct_fields__)
    return [_plain(each) for each in value] if isinstance(value, list) else value
