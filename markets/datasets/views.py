"""Data sets over REST. All of it uses the database or files, so every handler runs in a thread."""

from functools import partial

import msgspec

from api.pagination import Page
from api.viewsets import ApiViewSet, Call, Later, action, operation
from kit.errors import Conflict, NotFound, Rejected, Unavailable
from markets.datasets import services
from markets.datasets.records import Dataset, Preview, Quality, RepairPlan
from markets.datasets.serializers import (
    BackfillIn,
    DatasetOut,
    DatasetQuery,
    ImportIn,
    PreviewIn,
    PreviewOut,
    QualityOut,
    RepairIn,
)
from operations.jobs_api import JobSerializer, WaitQuery, start_job_later


class DatasetViewSet(ApiViewSet):
    """Candles and trades that were imported."""

    @operation(query=DatasetQuery, response=DatasetOut, page=True, etag=True)
    def list(self, call: Call) -> Page:
        """Data sets, newest first."""
        query = call.query
        return services.list_datasets(symbol=query.symbol, kind=query.kind, limit=query.limit, cursor=query.cursor)

    @operation(
        body=ImportIn,
        query=WaitQuery,
        response=JobSerializer,
        status=202,
        upload=True,
        account=True,
        errors=(Rejected, Unavailable),
        summary="Import a file",
        starts_work=True,
    )
    def create(self, call: Call) -> Later:
        """Import candles, trades or quotes; the job's result is the data set, of several symbols all their data sets.

        What the head of the file shows to be unusable is refused at once.
        """
        form = call.body
        spec = services.stage_upload(
            form.file,
            symbol=form.symbol,
            interval=form.interval,
            kind=form.kind,
            columns=form.columns,
            price=form.price,
            quote=form.quote,
            closes=form.closes,
        )
        discard = partial(services.discard_upload, spec)
        return start_job_later(call, services.IMPORT_JOB, msgspec.to_builtins(spec), on_refusal=discard)

    @operation(response=DatasetOut, errors=(NotFound,), etag=True)
    def retrieve(self, call: Call) -> Dataset:
        """One data set."""
        return services.get_dataset(call.kwargs["id"])

    @operation(status=204, scope="admin", errors=(NotFound, Conflict))
    def destroy(self, call: Call) -> None:
        """Delete a data set; DATASET_IN_USE while the feed replays it."""
        services.delete_dataset(call.kwargs["id"])

    @operation(response=QualityOut, errors=(NotFound,), summary="Quality report", etag=True)
    @action(detail=True, methods=["get"])
    def quality(self, call: Call) -> Quality:
        """What was found when the data set was imported."""
        return services.get_quality(call.kwargs["id"])

    @operation(
        body=RepairIn,
        query=WaitQuery,
        response=JobSerializer,
        status=202,
        account=True,
        optional_body=True,
        errors=(NotFound, Rejected, Unavailable),
        summary="Repair a data set",
        starts_work=True,
    )
    @action(detail=True, methods=["post"])
    def repair(self, call: Call) -> Later:
        """Make a new data set by the choices of the body; the old one stays. `dry_run`: only say what would come of it."""
        body = call.body
        plan = RepairPlan(
            duplicates=body.duplicates,
            contradictions=body.contradictions,
            gaps=body.gaps,
            outliers=body.outliers,
            bar_time=body.bar_time,
            time_zone=body.time_zone,
        )
        spec = services.stage_repair(call.kwargs["id"], plan, dry_run=body.dry_run)
        return start_job_later(call, services.REPAIR_JOB, msgspec.to_builtins(spec))

    @operation(
        body=PreviewIn,
        response=PreviewOut,
        upload=True,
        account=True,
        errors=(Rejected, Unavailable),
        starts_work=True,
        only_reads=True,
    )
    @action(detail=False, methods=["post"])
    def preview(self, call: Call) -> Preview | Later:
        """The first rows of a file and the columns an import would take; nothing is kept."""
        form = call.body
        spec = services.stage_preview(
            form.file,
            symbol=form.symbol,
            kind=form.kind,
            columns=form.columns,
            price=form.price,
            quote=form.quote,
            closes=form.closes,
        )
        preview = services.preview_text(spec)
        return Later(partial(services.preview_in_worker, spec, call.account)) if preview is None else preview

    @operation(
        body=BackfillIn,
        query=WaitQuery,
        response=JobSerializer,
        status=202,
        account=True,
        errors=(Rejected, Unavailable),
        summary="Fetch past candles of an exchange",
        starts_work=True,
    )
    @action(detail=False, methods=["post"])
    def backfill(self, call: Call) -> Later:
        """Fetch closed candles of an exchange, without keys; the job's result is the data set."""
        body = call.body
        spec = services.stage_backfill(
            exchange=body.exchange,
            symbol=body.symbol,
            interval=body.interval,
            from_ns=getattr(body, "from"),
            to_ns=body.to,
        )
        return start_job_later(call, services.BACKFILL_JOB, spec)
