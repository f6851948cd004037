"""How the import says no: one error with a code of its own for each kind of unusable file.

They are `Rejected` (understood and refused): the request was well formed, the file is what does not serve.
"""

from kit.errors import Rejected

UNREADABLE_FILE = "UNREADABLE_FILE"
UNKNOWN_LAYOUT = "UNKNOWN_LAYOUT"
TOO_MANY_BAD_ROWS = "TOO_MANY_BAD_ROWS"
UNSUITABLE_DATA = "UNSUITABLE_DATA"
REFUSALS = frozenset({UNREADABLE_FILE, UNKNOWN_LAYOUT, TOO_MANY_BAD_ROWS, UNSUITABLE_DATA})


def unreadable(message: str) -> Rejected:
    """The bytes are not a file this import can open: format, encoding, damage or size."""
    return Rejected(message, code=UNREADABLE_FILE, details={"file": [message]})


def unknown_layout(message: str) -> Rejected:
    """The file opens, but its columns or times are not recognised; the message says what to send along."""
    return Rejected(message, code=UNKNOWN_LAYOUT, details={"file": [message]})


def unsuitable(message: str) -> Rejected:
    """The rows are fine one by one, but do not make a data set."""
    return Rejected(message, code=UNSUITABLE_DATA, details={"file": [message]})
