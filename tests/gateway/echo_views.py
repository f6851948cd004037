"""Views of a small application that only the gateway's tests know: they count what was executed."""

import asyncio
import platform
import threading
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from rest_framework import exceptions as drf

from api.fields import CharField, IntegerField, PriceField
from api.serializers import ApiSerializer
from api.viewsets import ApiViewSet, operation
from kit.errors import Conflict, Rejected, Unavailable
from kit.trace import current_trace_id


class Counts:
    """What happened in the views since the test began."""

    def __init__(self) -> None:
        self.executed: list[Any] = []
        self.may_finish = asyncio.Event()
        self.has_begun = asyncio.Event()


counts = Counts()


def start_counting() -> Counts:
    """Forget the tests before."""
    vars(counts).update(vars(Counts()))
    return counts


class EchoIn(ApiSerializer):
    """What is sent."""

    name = CharField(max_length=64)
    price = PriceField(required=False)
    count = IntegerField(required=False, min_value=0, max_value=1000)


class EchoOut(ApiSerializer):
    """What comes back."""

    name = CharField()
    number = IntegerField()


class Echo:
    """What comes back, before it is encoded."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.number = number


class EchoViewSet(ApiViewSet):
    """Echoes what it is given, with the number of the execution."""

    @operation(response=EchoOut, many=True)
    async def list(self, call):
        return [Echo(str(done), number) for number, done in enumerate(counts.executed)]

    @operation(body=EchoIn, response=EchoOut, status=201)
    async def create(self, call):
        counts.executed.append(call.body.name)
        return Echo(call.body.name, len(counts.executed))

    @operation()
    async def destroy(self, call):
        counts.executed.append(call.kwargs["id"])
        return HttpResponse(status=204)


class SlowViewSet(ApiViewSet):
    """Waits until the test lets it go on."""

    @operation(response=EchoOut)
    async def list(self, call):
        counts.has_begun.set()
        await counts.may_finish.wait()
        counts.executed.append("read")
        return

    @operation(body=EchoIn, response=EchoOut, status=201)
    async def create(self, call):
        counts.has_begun.set()
        await counts.may_finish.wait()
        counts.executed.append(call.body.name)
        return Echo(call.body.name, len(counts.executed))


class WorkViewSet(ApiViewSet):
    """Long work that is over at once."""

    @operation(response=EchoOut)
    async def list(self, call):
        return Echo("work", len(counts.executed))

    @operation(response=EchoOut, status=202, starts_work=True)
    async def create(self, call):
        counts.executed.append("work")
        return Echo("work", len(counts.executed))


async def slow_page(request: HttpRequest) -> HttpResponse:
    """A write of another kind than a viewset's."""
    counts.has_begun.set()
    await counts.may_finish.wait()
    counts.executed.append("page")
    return JsonResponse({"number": len(counts.executed)})


async def wide(request: HttpRequest) -> HttpResponse:
    """An answer worth compressing."""
    return HttpResponse(b'"' + b"0123456789" * 1_000 + b'"', content_type="application/json", headers={"ETag": '"one"'})


FAULTS: dict[str, Exception] = {
    "rejected": Rejected("Not enough.", code="INSUFFICIENT_BALANCE", details={"missing": "5"}),
    "conflict": Conflict("Not now.", code="ORDER_NOT_OPEN"),
    "unavailable": Unavailable("Away."),
    "http404": Http404("secret/path"),
    "denied": PermissionDenied(),
    "suspicious": SuspiciousOperation("secret"),
    "drf": drf.ValidationError({"price": ["Too low."]}),
    "bug": RuntimeError("secret state of ours"),
}


async def fail(request: HttpRequest, kind: str) -> HttpResponse:
    """Raise on the event loop."""
    raise FAULTS[kind]


def fail_in_thread(request: HttpRequest, kind: str) -> HttpResponse:
    """Raise in a plain view."""
    raise FAULTS[kind]


def plain(request: HttpRequest) -> HttpResponse:
    """A plain view, as pages are."""
    body = {"method": request.method, "body": request.body.decode(), "trace_id": current_trace_id()}
    return JsonResponse(body | {"thread": threading.current_thread() is threading.main_thread()})


async def bare_refusal(request: HttpRequest) -> HttpResponse:
    """An error in Django's own form."""
    return HttpResponseNotAllowed(["PUT"])


async def whoami(request: HttpRequest) -> HttpResponse:
    """What a view is told about the request."""
    return JsonResponse(
        {
            "path": request.path,
            "query": request.GET.dict(),
            "account": request.headers.get("X-Account"),
            "address": request.META["REMOTE_ADDR"],
            "scheme": request.scheme,
            "trace_id": current_trace_id(),
            "body": len(request.body),
        }
    )


async def platform_name(request: HttpRequest) -> HttpResponse:
    """What `import platform` gives in this process."""
    return JsonResponse({"version": platform.python_version(), "file": platform.__file__})


def download(request: HttpRequest) -> FileResponse:
    """A file of some blocks."""
    return FileResponse(Path(__file__).open("rb"))


def upload(request: HttpRequest) -> HttpResponse:
    """Take a multipart upload."""
    counts.executed.append("upload")
    file: Any = request.FILES["file"]
    number = len(counts.executed)
    return JsonResponse({"name": file.name, "size": file.size, "note": request.POST.get("note"), "number": number})


upload.takes_uploads = True  # type: ignore[attr-defined]
