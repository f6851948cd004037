"""The URLconf of the gateway's tests: the echo views beside the gateway's own paths."""

from django.urls import include, path, re_path

from api.routers import ApiRouter
from tests.gateway import echo_views as views

router = ApiRouter()
router.register("echo", views.EchoViewSet)
router.register("slow", views.SlowViewSet)
router.register("work", views.WorkViewSet)

urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/v1/slow-page/", views.slow_page),
    path("api/v1/wide/", views.wide),
    path("api/v1/fail/<kind>/", views.fail),
    path("api/v1/fail-in-thread/<kind>/", views.fail_in_thread),
    path("api/v1/plain/", views.plain),
    path("api/v1/bare-refusal/", views.bare_refusal),
    path("api/v1/upload/", views.upload),
    path("api/v1/download/", views.download),
    re_path(r"^api/v1/whoami/?$", views.whoami),
    path("whoami/", views.whoami),
    path("platform-name/", views.platform_name),
    path("", include("gateway.page_urls")),
]
