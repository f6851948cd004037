"""The paths of operations, and the views of the gateway's own tests for the limits to act on."""

from tests.gateway.echo_urls import urlpatterns as echoes
from tests.operations.paths import handler404 as handler404
from tests.operations.paths import urlpatterns as operations

urlpatterns = [*operations, *echoes]
