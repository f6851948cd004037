"""A write that ends in the very turn of its deadline: it is done, so nobody may be told that it is not."""

import time
from types import SimpleNamespace

from django.http import HttpResponse

from gateway.middleware.timeout import limit_duration


async def test_a_write_that_is_done_when_its_time_is_over_is_not_said_to_have_changed_nothing(tune):
    tune("requests.timeout_seconds", 0.05)
    done = []

    async def view(request):
        time.sleep(0.06)  # noqa: ASYNC251 - the loop stands still: deadline and end of the write meet in one turn
        done.append(request)
        return HttpResponse(status=201)

    request = SimpleNamespace(method="POST", visit=SimpleNamespace(loop=None), unfinished=None, started_ns=0)
    answer = await limit_duration(view)(request)
    assert done == [request]
    assert answer.status_code == 504
    assert b"It may still take effect" in answer.content
    assert request.unfinished.result().status_code == 201
