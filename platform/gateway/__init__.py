"""The Django project: settings, the ASGI entrance, middleware and URLs. The only package that knows every app."""
