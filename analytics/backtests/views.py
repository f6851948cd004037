"""Backtests over REST. All of it uses the database or files, so every handler runs in a thread."""

from typing import Any

from analytics.backtests import services
from analytics.backtests.serializers import (
    BacktestChangeIn,
    BacktestIn,
    BacktestOrderOut,
    BacktestOut,
    BacktestOutline,
    CombinationOut,
    EquityOut,
    EquityQuery,
    MonteCarloIn,
    ParityOut,
    ParityQuery,
    PythonStrategyOut,
    RoundTripOut,
    SearchOut,
    SearchOutline,
    SweepIn,
    TradeLinesOut,
    WalkForwardIn,
    plain,
)
from analytics.backtests.services import Beside, Labels
from analytics.backtests.windows import Schedule
from api.pagination import Page, PageQuery
from api.viewsets import ApiViewSet, Call, Later, action, operation
from kit.errors import Conflict, NotFound, Rejected, Unavailable
from operations.jobs_api import STARTING_WORK, start_job_later

STARTING: dict[str, Any] = {**STARTING_WORK, "errors": (NotFound, Conflict, Rejected, Unavailable)}


class BacktestViewSet(ApiViewSet):
    """What a strategy would have done."""

    @operation(query=PageQuery, response=BacktestOutline, page=True, account=True)
    def list(self, call: Call) -> Page:
        """The account's backtests, newest first."""
        return services.list_backtests(call.account, limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=BacktestIn, summary="Run a backtest", **STARTING)
    def create(self, call: Call) -> Later:
        """Carry out a backtest; the job's result has its `backtest_id`. What can be refused at once is."""
        spec = services.stage_backtest(_spec_of(call.body), services.chosen_by(call.body), _labels(call))
        return start_job_later(call, services.RUN_JOB, spec)

    @operation(response=BacktestOut, account=True, errors=(NotFound,), etag=True)
    def retrieve(self, call: Call) -> Any:
        """One backtest: what was asked, and what came of it."""
        return services.get_backtest(call.account, call.kwargs["id"])

    @operation(body=BacktestChangeIn, response=BacktestOut, account=True, errors=(NotFound,))
    def partial_update(self, call: Call) -> Any:
        """Give it another name, or notes."""
        body = call.body
        return services.change_backtest(call.account, call.kwargs["id"], name=body.name, notes=body.notes)

    @operation(status=204, account=True, errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Delete a backtest. What was tried on its bars stays counted."""
        services.delete_backtest(call.account, call.kwargs["id"])

    @operation(query=PageQuery, response=RoundTripOut, page=True, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    def trades(self, call: Call) -> Page:
        """Its round trips, oldest first."""
        query = call.query
        return services.list_trades(call.account, call.kwargs["id"], limit=query.limit, cursor=query.cursor)

    @operation(response=TradeLinesOut, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"], url_path="trade-lines")
    def trade_lines(self, call: Call) -> Any:
        """From where to where its round trips went, to be drawn on a chart."""
        return services.get_trade_lines(call.account, call.kwargs["id"])

    @operation(query=PageQuery, response=BacktestOrderOut, page=True, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    def orders(self, call: Call) -> Page:
        """Every order with its reason, those that were refused among them, oldest first."""
        query = call.query
        return services.list_orders(call.account, call.kwargs["id"], limit=query.limit, cursor=query.cursor)

    @operation(query=EquityQuery, response=EquityOut, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    def equity(self, call: Call) -> Any:
        """Equity and drawdown over time."""
        return services.get_equity(call.account, call.kwargs["id"], call.query.points)

    @operation(query=ParityQuery, response=ParityOut, account=True, errors=(NotFound, Conflict), starts_work=True)
    @action(detail=True, methods=["get"])
    async def parity(self, call: Call) -> Any:
        """Where a session, a run or a rehearsal left this backtest: each difference by its kind, oldest first."""
        query = call.query
        session = query.session or call.account
        call.access.require_account(session)
        beside = Beside(session_account=session, epoch=query.epoch, run=query.run, rehearsal=query.rehearsal)
        return await services.get_parity(call.account, call.kwargs["id"], beside, limit=query.limit)

    @operation(response=PythonStrategyOut, many=True)
    def python_strategies(self, call: Call) -> Any:
        """The owner's strategies in Python, at most a hundred, with their parameters."""
        return services.list_python_strategies()

    @operation(body=MonteCarloIn, summary="Draw a backtest anew", **STARTING)
    def monte_carlo(self, call: Call) -> Later:
        """What else might have come of a backtest: quantiles of return and drawdown, the probability of loss and ruin."""
        body = call.body
        spec = services.stage_resampling(
            call.account,
            body.backtest,
            what=body.what,
            draws=body.draws,
            seed=body.seed,
            mean_block=body.mean_block_days,
            ruin_percent=body.ruin_percent,
        )
        return start_job_later(call, services.RESAMPLE_JOB, spec)


class SweepViewSet(ApiViewSet):
    """A strategy with many values of its parameters."""

    @operation(query=PageQuery, response=SearchOutline, page=True, account=True)
    def list(self, call: Call) -> Page:
        """The account's sweeps, newest first."""
        return services.list_searches(call.account, "sweep", limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=SweepIn, summary="Run a sweep", **STARTING)
    def create(self, call: Call) -> Later:
        """Try many combinations; the result has the best, how alone it stands, and how likely chance chose it."""
        return start_job_later(call, services.SWEEP_JOB, _sweep_spec(call))

    @operation(response=SearchOut, account=True, errors=(NotFound,), etag=True)
    def retrieve(self, call: Call) -> Any:
        """One sweep."""
        return services.get_search(call.account, "sweep", call.kwargs["id"])

    @operation(status=204, account=True, errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Delete a sweep. What it tried stays counted."""
        services.delete_search(call.account, "sweep", call.kwargs["id"])

    @operation(query=PageQuery, response=CombinationOut, page=True, account=True, errors=(NotFound,))
    @action(detail=True, methods=["get"])
    def combinations(self, call: Call) -> Page:
        """All that it tried with the figures of each, not the best alone."""
        query = call.query
        return services.list_combinations(call.account, call.kwargs["id"], limit=query.limit, cursor=query.cursor)


class WalkForwardViewSet(ApiViewSet):
    """Parameters that are chosen on the past and judged on what came after."""

    @operation(query=PageQuery, response=SearchOutline, page=True, account=True)
    def list(self, call: Call) -> Page:
        """The account's walks forward, newest first."""
        return services.list_searches(call.account, "walk_forward", limit=call.query.limit, cursor=call.query.cursor)

    @operation(body=WalkForwardIn, summary="Walk forward", **STARTING)
    def create(self, call: Call) -> Later:
        """Sweep every training window, and trade its best on the bars after it with the same money."""
        body = call.body
        schedule = Schedule(body.train_bars, body.test_bars, body.gap_bars, body.anchored)
        return start_job_later(call, services.WALK_JOB, services.stage_walk(_sweep_spec(call), schedule))

    @operation(response=SearchOut, account=True, errors=(NotFound,), etag=True)
    def retrieve(self, call: Call) -> Any:
        """One walk forward."""
        return services.get_search(call.account, "walk_forward", call.kwargs["id"])

    @operation(status=204, account=True, errors=(NotFound,))
    def destroy(self, call: Call) -> None:
        """Delete a walk forward."""
        services.delete_search(call.account, "walk_forward", call.kwargs["id"])


def _spec_of(body: Any) -> dict[str, Any]:
    """What a body says of the backtest itself."""
    sent = plain(body)
    return {name: sent[name] for name in services.SPEC_FIELDS if name in sent}


def _labels(call: Call) -> Labels:
    return Labels(account=call.account, name=call.body.name or "", notes=call.body.notes or "")


def _sweep_spec(call: Call) -> dict[str, Any]:
    body = call.body
    return services.stage_sweep(
        _spec_of(body),
        services.chosen_by(body),
        _labels(call),
        axes=services.axes_from(body.parameters),
        rising=services.rising_from(body.rising),
        samples=body.samples,
        seed=body.seed,
        metric=body.metric,
        least_trades=body.least_trades,
    )
