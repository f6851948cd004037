"""What one request may take: the limits that the gateway, its servers and the views share. They change at run time."""

from typing import Final

from kit import tunables

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

REQUEST_TIMEOUT_S = tunables.number(
    "requests.timeout_seconds",
    30,
    minimum=0.05,
    maximum=3_600,
    unit="s",
    why="How long an answer may take, and a small body to arrive. A write that takes longer goes on; its answer is a 504.",
    variable="HTTP_REQUEST_TIMEOUT_SECS",
)

JSON_BODY_LIMIT_BYTES = tunables.whole_number(
    "requests.json_body_bytes",
    MIB,
    minimum=4 * KIB,
    maximum=64 * MIB,
    unit="bytes",
    why="The largest JSON body. It is held in memory while it is read; below 4 KiB not even the settings could be changed.",
)

UPLOAD_LIMIT_BYTES = tunables.whole_number(
    "requests.upload_bytes",
    2 * GIB,
    minimum=0,
    maximum=64 * GIB,
    unit="bytes",
    why="The largest upload. It is written to the disk while it arrives; 0 takes none.",
)
