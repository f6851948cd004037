"""Django's settings, from the environment. `.env.example` lists every variable with its meaning.

Sections: paths and secret, network, applications, requests, data, long work, trading, alerts, pages, logs, traces, checks.
"""

import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from api.cache import cache_settings
from api.schema_settings import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from gateway import environment as env

# Paths and secret ----------------------------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2]
STATE_DIR = env.folder("STATE_DIR", ROOT / "var")
LOG_DIR = env.folder("LOG_DIR", ROOT / "logs")
UPLOAD_DIR = env.folder("UPLOAD_DIR", STATE_DIR / "uploads")
STRATEGY_DIR = env.folder("STRATEGY_DIR", STATE_DIR / "strategies")
FRONTEND_DIR = ROOT / "frontend" / "dist"
SECRET_KEY = env.secret("SECRET_KEY", STATE_DIR / "secret_key")
DEBUG = False

# Network -------------------------------------------------------------------------------------------------------------

GATEWAY_HOST = env.text("GATEWAY_HOST", "127.0.0.1")
GATEWAY_PORT = env.whole_number("GATEWAY_PORT", 8080, minimum=1, maximum=65_535)
GATEWAY_SERVER = env.choice("GATEWAY_SERVER", "uvicorn", ("uvicorn", "daphne"))
FRONTEND_DEV_PORT = 5173

DISABLE_AUTH = env.flag("DISABLE_AUTH", default=True)
PERSONAL_API_KEY_ENABLED = env.flag("PERSONAL_API_KEY_ENABLED", default=False)
if not DISABLE_AUTH and not PERSONAL_API_KEY_ENABLED:
    # Unknown means no: without keys to check, "authentication on" could only pretend, or let nobody in.
    raise ImproperlyConfigured(
        "DISABLE_AUTH=0 asks every request for a key, so PERSONAL_API_KEY_ENABLED must be 1; see docs/keys.md."
    )

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_local_authorities = [f"{host}:{GATEWAY_PORT}" for host in _LOCAL_HOSTS]
if GATEWAY_PORT == 80:  # browsers leave the default port out
    _local_authorities += _LOCAL_HOSTS

EXACT_HOSTS = frozenset([*_local_authorities, *env.hosts("ALLOWED_HOSTS")])
"""Host header values that are served; the ASGI entrance compares them exactly, port included."""

EXACT_ORIGINS = frozenset(
    [f"http://{authority}" for authority in _local_authorities]
    + [f"http://{host}:{FRONTEND_DEV_PORT}" for host in _LOCAL_HOSTS]
    + env.origins("ALLOWED_ORIGINS")
)
"""Web pages that may call: the gateway's own, the frontend's dev server, and those of ALLOWED_ORIGINS."""

TRUSTED_PROXIES = frozenset(env.addresses("TRUSTED_PROXIES"))
"""Peers whose X-Forwarded-For and X-Forwarded-Proto count; nobody else's do."""

# Django compares without the port, and only when something asks for the host; the entrance has decided before.
ALLOWED_HOSTS = sorted({host.rsplit(":", 1)[0] if not host.endswith("]") else host for host in EXACT_HOSTS})
CSRF_TRUSTED_ORIGINS = sorted(EXACT_ORIGINS)

# Applications --------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Daphne's runserver, and only there: it loads Twisted, which nothing else needs.
    *(["daphne"] if sys.argv[1:2] == ["runserver"] else []),
    "operations.admin_config.SandbarAdminConfig",  # django.contrib.admin with a login that slows down guessing
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "api",
    "streams",
    "jobs",
    "operations",
    "operations.config",
    "markets",
    "trading",
    "trading.alerts",
    "trading.strategies",
    "analytics.backtests",
    "analytics.factors",
    "analytics.tasks",
    "reports",
    "gateway",
]

ASGI_APPLICATION = "gateway.asgi.application"
ROOT_URLCONF = "gateway.urls"
APPEND_SLASH = False  # paths work with and without the final slash; a redirect would lose a POST's body

# Requests ------------------------------------------------------------------------------------------------------------

MIDDLEWARE = [
    "gateway.middleware.audit.record_writes",
    "gateway.middleware.cors.allow_listed_origins",
    "gateway.middleware.authentication.check_keys",
    "gateway.middleware.rate_limit.limit_rate",
    "gateway.middleware.authentication.check_access",
    "gateway.middleware.long_work.limit_long_work",
    "gateway.middleware.tracing.publish_trace_id",
    "gateway.middleware.timing.publish_duration",
    "gateway.middleware.body.receive_body",
    "gateway.middleware.ownership.direct_accounts",
    "gateway.middleware.rehearsal.choose_rehearsal",
    "gateway.middleware.idempotency.replay_repeated_writes",
    "gateway.middleware.compression.compress_answers",
    "gateway.middleware.timeout.limit_duration",
    "gateway.middleware.admin.AdminSessionMiddleware",
    "gateway.middleware.admin.AdminCsrfViewMiddleware",
    "gateway.middleware.admin.AdminAuthenticationMiddleware",
    "gateway.middleware.admin.AdminMessageMiddleware",
    "gateway.middleware.errors.answer_errors",
]

RATE_LIMIT_RPS = env.number("RATE_LIMIT_RPS", 20, minimum=0, maximum=1_000_000)
SOCKET_MESSAGES_PER_SECOND = env.whole_number("SOCKET_MESSAGES_PER_SECOND", 50, minimum=1, maximum=100_000)
LONG_WORK_PER_MINUTE = env.whole_number("LONG_WORK_PER_MINUTE", 60, minimum=0, maximum=1_000_000)
HTTP_REQUEST_TIMEOUT_SECS = env.number("HTTP_REQUEST_TIMEOUT_SECS", 30, minimum=0.05, maximum=3_600)
HTTP_POOL_MAX_IDLE_PER_HOST = env.whole_number("HTTP_POOL_MAX_IDLE_PER_HOST", 10, minimum=0, maximum=1_000)

# The limits of bodies are counted as they arrive (gateway.requests); these bound what Django itself reads out of a form.
FORM_MEMORY_BYTES = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_MEMORY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_MAX_MEMORY_SIZE = FORM_MEMORY_BYTES
FILE_UPLOAD_TEMP_DIR = UPLOAD_DIR
FILE_UPLOAD_PERMISSIONS = 0o600

REST_FRAMEWORK = {
    # JSON only: form parsers would let a plain form on any page post an order without a preflight.
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "NUM_PROXIES": 0,
}

# Data ----------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", STATE_DIR / "sandbar.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")

CACHES = {"default": cache_settings(REDIS_URL), "tries": {**cache_settings(""), "LOCATION": "tries"}}
RATELIMIT_USE_CACHE = "tries"  # in memory: where Redis is away, logging in and importing must still be possible

# Long work -----------------------------------------------------------------------------------------------------------

JOB_WORKERS = env.whole_number("JOB_WORKERS", 0, minimum=0, maximum=256)
JOB_MEMORY_MIB = env.whole_number("JOB_MEMORY_MIB", 0, minimum=0, maximum=env.MAX_MEMORY_MIB)
DASK_SCHEDULER = env.scheduler("DASK_SCHEDULER")

# Trading -------------------------------------------------------------------------------------------------------------

SANDBOX_TRADING = env.flag("SANDBOX_TRADING", default=True)
SANDBOX_JOURNAL = env.flag("SANDBOX_JOURNAL", default=True)
SANDBOX_SNAPSHOT_ENTRIES = env.whole_number("SANDBOX_SNAPSHOT_ENTRIES", 50_000, minimum=50, maximum=10_000_000)
SANDBOX_ENDED_ORDERS_IN_MEMORY = env.whole_number(
    "SANDBOX_ENDED_ORDERS_IN_MEMORY", 20_000, minimum=100, maximum=10_000_000
)
JOURNAL_URL = env.shared_journal("JOURNAL_URL")
GATEWAY_NAME = env.gateway_name("GATEWAY_NAME")
if JOURNAL_URL and not (GATEWAY_NAME and SANDBOX_JOURNAL):
    raise ImproperlyConfigured(
        "JOURNAL_URL is shared by several gateways, so each needs a GATEWAY_NAME of its own, and SANDBOX_JOURNAL=1."
    )
MARKET_SOURCE = env.text("MARKET_SOURCE", "simulated")
LIVE_SYMBOLS = env.text(
    "LIVE_SYMBOLS",
    "BTC-USDT,ETH-USDT,SOL-USDT,BNB-USDT,XRP-USDT,DOGE-USDT,ADA-USDT,AVAX-USDT,LINK-USDT,LTC-USDT",
)
LIVE_EXCHANGE_URL = env.text("LIVE_EXCHANGE_URL")

# Alerts --------------------------------------------------------------------------------------------------------------

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.whole_number("EMAIL_PORT", 587, minimum=1, maximum=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
_email_security = env.choice("EMAIL_SECURITY", "starttls", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = _email_security == "starttls", _email_security == "tls"
EMAIL_TIMEOUT = 10  # seconds, of each step of the conversation
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "sandbar@localhost")
ALERT_WEBHOOK_PRIVATE = env.flag("ALERT_WEBHOOK_PRIVATE", default=False)

# Pages ---------------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps' own: the admin's base page is ours.
        "DIRS": [ROOT / "platform" / "operations" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
# Whether a proxy in front speaks TLS: cookies then never leave it, and browsers are told to insist on it.
IS_BEHIND_TLS = env.flag("GATEWAY_TLS", default=False)
SESSION_COOKIE_SECURE = IS_BEHIND_TLS
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = IS_BEHIND_TLS
CSRF_COOKIE_SAMESITE = "Strict"

# Logs ----------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("ERROR", "WARN", "INFO", "DEBUG", "TRACE"))
LOGGING_CONFIG = "gateway.logs.configure"
LOGGING = {"level": LOG_LEVEL, "folder": LOG_DIR}

# Traces --------------------------------------------------------------------------------------------------------------

OTEL_EXPORTER_OTLP_ENDPOINT = env.endpoint("OTEL_EXPORTER_OTLP_ENDPOINT")

# Checks --------------------------------------------------------------------------------------------------------------

SILENCED_SYSTEM_CHECKS = [
    "security.W001",  # SecurityMiddleware hops threads; security.py sets the same headers
    "security.W002",  # framing is refused by the content security policy's frame-ancestors
    "security.W003",  # CSRF protection is on where cookies are used: a subclass of Django's that serves /admin
    *([] if IS_BEHIND_TLS else ["security.W012", "security.W016"]),  # secure cookies need TLS; loopback has none
]
