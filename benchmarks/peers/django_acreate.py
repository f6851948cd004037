"""What one writes with stock Django: `await Entry.objects.acreate(…)` a command, on SQLite with synchronous FULL."""

import asyncio
import time
from pathlib import Path

import django
from django.conf import settings


def measure(*, folder: str, seconds: float, producers: int, line_bytes: int) -> dict[str, float]:
    """Rows created a second."""
    path = Path(folder) / "acreate.sqlite3"
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(path),
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
            }
        },
        USE_TZ=True,
    )
    django.setup()
    figures = asyncio.run(_produce(seconds, producers, "x" * line_bytes))
    for file in path.parent.glob("acreate.*"):
        file.unlink()
    return figures


async def _produce(seconds: float, producers: int, body: str) -> dict[str, float]:
    from asgiref.sync import sync_to_async
    from django.db import connection, models

    class Entry(models.Model):
        """A row of the journal."""

        hash = models.BinaryField()
        body = models.TextField()
        objects: models.Manager["Entry"] = models.Manager()

        class Meta:
            app_label = "acreate"

    def make_table() -> None:
        with connection.schema_editor() as editor:
            editor.create_model(Entry)

    def close_connection() -> None:
        connection.close()  # the proxy finds this thread's own

    await sync_to_async(make_table)()
    until_s = time.perf_counter() + seconds
    created = 0

    async def produce() -> None:
        nonlocal created
        while time.perf_counter() < until_s:
            await Entry.objects.acreate(hash=bytes(32), body=body)
            created += 1

    started_s = time.perf_counter()
    await asyncio.gather(*(produce() for _ in range(producers)))
    spent_s = time.perf_counter() - started_s
    assert await Entry.objects.acount() == created, "every row that was counted is there"
    await sync_to_async(close_connection)()
    return {"per_s": created / spent_s}
