"""Django's admin on our own site. A module of its own: Django takes one configuration of an app from its `apps`."""

from django.contrib.admin.apps import AdminConfig


class SandbarAdminConfig(AdminConfig):
    """Stands in INSTALLED_APPS instead of `django.contrib.admin`."""

    default = False
    default_site = "operations.admin_site.SandbarAdminSite"
