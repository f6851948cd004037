"""What a table can keep of what a job left: Postgres takes no NUL in a text, and JSON knows no NaN and no infinity."""

import math
from typing import Any, Final

REPLACEMENT: Final = "\ufffd"


def storable(value: Any) -> Any:
    """The same value of plain types, with U+FFFD for each NUL of its texts, and None for numbers that JSON cannot say."""
    if isinstance(value, str):
        return value.replace("\0", REPLACEMENT)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    return value
