"""A small resource that uses everything a viewset can, for the tests of the kit. It keeps nothing between tests."""

from typing import Any

from django.db import connection
from django.http import HttpResponse

from api import fields as own
from api.idempotency import StoredAnswer
from api.pagination import Page, encode_cursor
from api.routers import ApiRouter
from api.serializers import ApiSerializer
from api.staged import Staged
from api.viewsets import Answer, ApiViewSet, Call, action, operation
from kit.errors import Conflict, NotFound, Rejected, Unavailable
from kit.trace import current_trace_id
from tests.api.sample_contracts import LegIn, LegOut, SampleIn, SampleQuery


class UploadIn(ApiSerializer):
    """A multipart body."""

    symbol = own.SymbolField()
    rows = own.IntegerField(required=False, default=1)
    file = own.FileField()


class NoteIn(ApiSerializer):
    """A body of which nothing is required."""

    note = own.CharField(required=False)


class EchoOut(ApiSerializer):
    """What was understood of a request."""

    account = own.CharField()
    text = own.CharField(allow_null=True)
    trace_id = own.CharField()


class Echo:
    """The value behind EchoOut."""

    def __init__(self, call: Call, text: str | None) -> None:
        self.account = call.account
        self.text = text
        self.trace_id = current_trace_id()


class Step(Staged):
    """An effect that is written down, or fails to be, as the test wishes."""

    commits: list[StoredAnswer | None] = []
    fails = False

    async def commit(self, answer: StoredAnswer | None) -> None:
        """Note the answer."""
        if Step.fails:
            raise Unavailable("The journal cannot be written.", code="JOURNAL_UNAVAILABLE")
        Step.commits.append(answer)


class LegViewSet(ApiViewSet):
    """Legs: the async handlers."""

    @operation(query=SampleQuery, response=LegOut, page=True, account=True)
    async def list(self, call: Call) -> Page:
        """The legs."""
        items = [{"price": str(number + 1), "note": None} for number in range(call.query.limit)]
        return Page(items[:2], encode_cursor([2]))

    @operation(body=LegIn, response=LegOut, status=201, account=True, errors=(Rejected, Conflict))
    async def create(self, call: Call) -> Any:
        """Make a leg."""
        if call.body.note == "refused":
            return Step(error=Rejected("It is refused.", code="WOULD_TAKE", details={"order_id": "7"}))
        return Step({"price": call.body.price, "note": call.body.note}, status=201)

    @operation(response=EchoOut, account=True)
    async def retrieve(self, call: Call) -> Echo:
        """One leg."""
        if call.kwargs["id"] == "missing":
            raise NotFound("There is no leg missing.", code="UNKNOWN_LEG")
        if call.kwargs["id"] == "broken":
            raise ZeroDivisionError
        return Echo(call, call.kwargs["id"])

    @operation(status=204)
    async def destroy(self, call: Call) -> None:
        """Forget a leg."""

    @action(detail=False, methods=["post"])
    @operation(body=LegIn, response=LegOut, many=True, also=(202,))
    async def preview(self, call: Call) -> Answer:
        """What would come of it."""
        return Answer(
            [{"price": call.body.price, "note": None}], status=202, headers={"X-Extra": "1"}, message="Later."
        )

    @action(detail=True, methods=["post"])
    @operation()
    async def touch(self, call: Call) -> None:
        """A write without a body."""

    @action(detail=True, methods=["post"])
    @operation(body=NoteIn, response=LegOut, optional_body=True)
    async def annotate(self, call: Call) -> dict[str, Any]:
        """A write whose body may be left out."""
        return {"price": "1", "note": call.body.note}

    @action(detail=False, methods=["get"], url_path="limits")
    @operation(response=LegOut)
    async def limits(self, call: Call) -> dict[str, Any]:
        """The limits."""
        return {"price": "1", "note": "limit"}

    @limits.mapping.put  # type: ignore[untyped-decorator] # of DRF
    @operation(body=LegIn, response=LegOut)
    async def set_limits(self, call: Call) -> dict[str, Any]:
        """New limits."""
        return {"price": call.body.price, "note": call.body.note}


class ThreadedViewSet(ApiViewSet):
    """The plain handlers."""

    @operation(query=SampleQuery, response=EchoOut)
    def list(self, call: Call) -> Echo:
        """Runs in a thread and may use the ORM."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 7")
            return Echo(call, str(cursor.fetchone()[0]))

    @operation(body=UploadIn, response=EchoOut, upload=True, status=201)
    def create(self, call: Call) -> Echo:
        """Take a file."""
        size = sum(len(chunk) for chunk in call.body.file.chunks())
        return Echo(call, f"{call.body.symbol} {call.body.rows} {call.body.file.name} {size}")

    @operation(body=SampleIn, response=EchoOut)
    def update(self, call: Call) -> Echo:
        """Answer what was sent."""
        return Echo(call, call.body.symbol)

    @action(detail=False)
    @operation(media_type="text/csv")
    def download(self, call: Call) -> HttpResponse:
        """A file."""
        return HttpResponse("a,b\n", content_type="text/csv")


router = ApiRouter()
router.register("legs", LegViewSet)
router.register("threads", ThreadedViewSet, basename="thread")
urlpatterns = router.urls
