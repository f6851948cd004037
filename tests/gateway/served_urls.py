"""The echo views in a real server: the tests' URLconf beside the probes, without the exchange and the feed."""

from django.urls import include, path

urlpatterns = [path("", include("operations.probe_urls")), path("", include("tests.gateway.echo_urls"))]
