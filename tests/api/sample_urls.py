"""Where the sample resource is mounted."""

from django.urls import include, path

urlpatterns = [path("api/v1/", include("tests.api.sample_views"))]
