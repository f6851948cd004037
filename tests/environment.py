"""Gives every test process folders of its own, before Django reads its settings.

Loaded as a pytest plugin (`-p tests.environment`), because pytest-django loads the settings before any conftest.py.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="sandbar-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

CONFIGURED_ELSEWHERE = [
    "GATEWAY_HOST",
    "GATEWAY_PORT",
    "GATEWAY_SERVER",
    "DISABLE_AUTH",
    "PERSONAL_API_KEY_ENABLED",
    "ALLOWED_HOSTS",
    "ALLOWED_ORIGINS",
    "TRUSTED_PROXIES",
    "SECRET_KEY",
    "SANDBOX_TRADING",
    "SANDBOX_JOURNAL",
    "JOURNAL_URL",
    "GATEWAY_NAME",
    "RATE_LIMIT_RPS",
    "LONG_WORK_PER_MINUTE",
    "SOCKET_MESSAGES_PER_SECOND",
    "HTTP_REQUEST_TIMEOUT_SECS",
    "MARKET_SOURCE",
    "LIVE_SYMBOLS",
    "LIVE_EXCHANGE_URL",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_HOST_USER",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_SECURITY",
    "EMAIL_FROM",
    "ALERT_WEBHOOK_PRIVATE",
    "DATABASE_URL",
    "REDIS_URL",
    "LOG_LEVEL",
    "JOB_WORKERS",
    "JOB_MEMORY_MIB",
    "DASK_SCHEDULER",
    "UPLOAD_DIR",
    "STRATEGY_DIR",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
]
"""What a developer's own .env may have set; tests start from the defaults."""

for name in CONFIGURED_ELSEWHERE:
    os.environ.pop(name, None)
# Linear algebra of small matrices on every core takes many times as long when others use the cores as well.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["STATE_DIR"] = str(FOLDER / "var")
os.environ["LOG_DIR"] = str(FOLDER / "logs")
