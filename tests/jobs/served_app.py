"""The tests' kinds of jobs, as an app registers its own."""

from pathlib import Path

from django.apps import AppConfig

KINDS = ("add", "describe", "hold", "hang", "show", "log_fields", "break_down", "leave")
SWELL_LIMIT_BYTES = 128 * 2**20


class SamplesConfig(AppConfig):
    """Every function of tests/jobs/sample_work.py that is run through a real server or cluster."""

    name = "tests.jobs"
    label = "samples"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        """Register the kinds."""
        from jobs import registry
        from jobs.registry import JobKind

        for name in KINDS:
            registry.register(JobKind(f"test.{name}", f"tests.jobs.sample_work:{name}"))
        registry.register(JobKind("test.swell", "tests.jobs.sample_work:swell", memory_bytes=SWELL_LIMIT_BYTES))
        registry.register(JobKind("test.climb", "tests.jobs.sample_work:climb", is_resumable=True))
