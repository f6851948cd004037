"""The values of a factor as clients read them."""

from pathlib import Path
from typing import Any

import numpy as np

from analytics.factors.panels import read_columns


def value_rows(folder: Path, key: str, start: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Some bars with a value for each symbol, and how many bars there are; raises OSError when the values are gone."""
    rows = np.load(folder / f"{key}.npy", mmap_mode="r", allow_pickle=False)
    columns = read_columns(str(folder / "bars.json"))
    cut = np.asarray(rows[:, start : start + limit]).T
    values = np.where(np.isfinite(cut), cut, np.nan).tolist()
    times = columns.time_ns[start : start + limit].tolist()
    items = [
        {"time": time_ns, "values": [None if value != value else value for value in row]}
        for time_ns, row in zip(times, values, strict=True)
    ]
    return items, rows.shape[1]
