"""Factors over REST. What uses the database or files runs in a thread."""

from typing import Any

from channels.db import database_sync_to_async

from analytics.factors import services
from analytics.factors.records import Factor
from analytics.factors.serializers import (
    DEFAULT_HORIZONS,
    ComputeIn,
    EvaluateIn,
    FactorChangeIn,
    FactorIn,
    FactorOut,
    FactorSetOut,
    ValuesOut,
    ValuesQuery,
)
from analytics.factors.services import Universe
from analytics.factors.sets import SEPARATOR, built_in
from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, Later, operation
from jobs import services as jobs
from kit.errors import Conflict, NotFound, Rejected, Unavailable
from operations.jobs_api import STARTING_WORK, start_job_later

STARTING: dict[str, Any] = {**STARTING_WORK, "errors": (NotFound, Conflict, Rejected, Unavailable)}


class FactorViewSet(ApiViewSet):
    """Named expressions, their values, and what those say of the returns that follow."""

    @operation(query=PageQuery, response=FactorOut, page=True, account=True)
    def list(self, call: Call) -> Page:
        """The account's factors, newest first."""
        return services.list_factors(call.account, limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=FactorIn, response=FactorOut, status=201, account=True, errors=(Conflict, Rejected))
    def create(self, call: Call) -> Any:
        """Name an expression."""
        body = call.body
        return services.create_factor(
            call.account,
            name=body.name,
            expression=body.expression,
            parameters=body.parameters,
            description=body.description,
        )

    @operation(response=FactorOut, account=True, errors=(NotFound,), etag=True)
    def retrieve(self, call: Call) -> Any:
        """One factor."""
        return services.get_factor(call.account, call.kwargs["id"])

    @operation(body=FactorChangeIn, response=FactorOut, account=True, errors=(NotFound, Conflict, Rejected))
    def partial_update(self, call: Call) -> Any:
        """Change its name, expression, parameters or description."""
        body = call.body
        return services.change_factor(
            call.account,
            call.kwargs["id"],
            name=body.name,
            expression=body.expression,
            parameters=body.parameters,
            description=body.description,
        )

    @operation(status=204, account=True, errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Forget a factor."""
        services.delete_factor(call.account, call.kwargs["id"])

    @operation(response=FactorSetOut, many=True, etag=True)
    async def sets(self, call: Call) -> Any:
        """The built-in sets with their expressions."""
        return [
            {
                "name": each.name,
                "description": each.description,
                "source": each.source,
                "count": len(each.expressions),
                "factors": [
                    {"name": f"{each.name}{SEPARATOR}{name}", "expression": text}
                    for name, text in each.expressions.items()
                ],
            }
            for each in built_in().values()
        ]

    @operation(body=ComputeIn, summary="Compute factors", **STARTING)
    def compute(self, call: Call) -> Later:
        """Compute factors over many symbols; the job's result says what each looks like, `factors/values/{id}/` has them."""
        body = call.body
        factors = services.find_factors(
            call.account, names=body.factors or (), sets=body.sets or (), expressions=body.expressions
        )
        return start_job_later(call, services.COMPUTE_JOB, services.stage_compute(factors, _universe(body)))

    @operation(body=EvaluateIn, summary="Judge a factor", **STARTING)
    def evaluate(self, call: Call) -> Later:
        """Rank IC, quantiles, turnover, autocorrelation, coverage and whether it stays when later bars are cut off."""
        body = call.body
        spec = services.stage_evaluate(
            _factor(call),
            _universe(body),
            horizons=body.horizons or DEFAULT_HORIZONS,
            quantiles=body.quantiles,
            entry=body.entry,
        )
        return start_job_later(call, services.EVALUATE_JOB, spec)

    @operation(query=ValuesQuery, response=ValuesOut, page=True, account=True, errors=(NotFound, Conflict))
    async def values(self, call: Call) -> Page:
        """The values of a factor that this job has computed, bar by bar, in the order of its symbols."""
        query = call.query
        result = services.computed_in(await jobs.get(call.kwargs["id"], account=call.account))
        read = database_sync_to_async(services.list_values, thread_sensitive=False)
        page: Page = await read(result, factor=query.factor, limit=query.limit, cursor=query.cursor)
        return page


def _factor(call: Call) -> Factor:
    body = call.body
    if body.factor is not None:
        (factor,) = services.find_factors(call.account, names=[body.factor])
        return factor
    return services.plain_factor(body.expression, body.parameters)


def _universe(body: Any) -> Universe:
    return Universe(
        interval=body.interval,
        symbols=tuple(body.symbols or ()),
        dataset_ids=tuple(body.datasets or ()),
        from_ns=body.from_ns,
        to_ns=body.to_ns,
        groups=services.groups_from(body.groups),
    )
