"""Operations, the probes and one resource whose POST starts a job of the tests."""

from typing import Any

from django.urls import include, path

from api.fields import CharField, JSONField
from api.routers import ApiRouter
from api.serializers import ApiSerializer
from api.viewsets import Answer, ApiViewSet, Call, operation
from operations.jobs_api import JobSerializer, WaitQuery, start_job


class SampleSerializer(ApiSerializer):
    """Which of the tests' kinds, and its spec."""

    kind = CharField()
    spec = JSONField()


class SampleViewSet(ApiViewSet):
    """Starts a job of the tests."""

    @operation(body=SampleSerializer, query=WaitQuery, response=JobSerializer, status=202, account=True)
    async def create(self, call: Call) -> Answer:
        body: Any = call.body
        return await start_job(call, body.kind, body.spec)


router = ApiRouter()
router.register("samples", SampleViewSet, basename="sample")
urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/v1/", include("operations.urls")),
    path("", include("operations.probe_urls")),
]
