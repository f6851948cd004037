"""How much is logged, while the gateway runs. Worker processes that start later begin at the level of that moment."""

import logging
from typing import Final

from kit import tunables

LEVELS: Final = ("ERROR", "WARN", "INFO", "DEBUG", "TRACE")

LOG_LEVEL = tunables.choice(
    "log.level",
    "INFO",
    LEVELS,
    why="The least important lines that are kept. At WARN and ERROR requests leave no line.",
    variable="LOG_LEVEL",
)


def apply_level(level: str) -> None:
    """Keep lines of that level and above from now on."""
    logging.getLogger().setLevel(level)
