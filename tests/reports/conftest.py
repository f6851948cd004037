"""The real application with candles in its store, and the job service with its real worker processes."""

from tests.analytics.backtests.conftest import _compiled, client, result_of, workers  # noqa: F401 - fixtures
