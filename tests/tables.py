"""Looks into the application's tables from a test that runs on the event loop.

row = await ask_tables(services.get_schedule, "default", schedule_id)
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


async def ask_tables(work: Callable[..., T], *arguments: object) -> T:
    """What `work` finds, in a thread that keeps no connection: it ends with the test's loop, and nobody would close it."""
    return await asyncio.to_thread(_and_disconnect, work, arguments)


def _and_disconnect(work: Callable[..., T], arguments: tuple[object, ...]) -> T:
    try:
        return work(*arguments)
    finally:
        connections.close_all()
