"""Settings of drf-spectacular, for the Django settings to import: plain values, so nothing of Django is loaded yet."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Sandbar",
    "DESCRIPTION": (
        "A sandbox trading platform: orders, market data, research and reports. Every answer comes in one envelope; "
        "money, prices and quantities are plain decimal text; times are ISO 8601 in UTC."
    ),
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # How a client says who it is, where authentication is on; Swagger UI asks for it behind its Authorize button.
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "A personal API key, `sbk_…`; an operator makes one with `manage.py key add`.",
            }
        }
    },
    # What a client may send and what it gets differ: bounds hold for input, and every key is there in an answer.
    "COMPONENT_SPLIT_REQUEST": True,
    # Our contracts say themselves what is optional; a PATCH has a contract of its own.
    "COMPONENT_SPLIT_PATCH": False,
    # Shared enum components need a name for each collision of two fields; inline they need none.
    "POSTPROCESSING_HOOKS": ["api.schema.keep_enums_inline"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}
