"""What an account's id looks like, and which account is meant when none is named: the same over REST and streams."""

import re
from functools import lru_cache
from typing import Final

DEFAULT_ACCOUNT: Final = "default"
ACCOUNT_ID_PATTERN: Final = r"[A-Za-z0-9_.-]{1,64}"
ACCOUNT_ID_RULE: Final = "Must be 1 to 64 of letters, digits, '_', '.' and '-'."
_ACCOUNT_ID: Final = re.compile(ACCOUNT_ID_PATTERN)


@lru_cache(maxsize=1_000)
def is_account_id(text: str) -> bool:
    """Whether an account could have this id; says nothing about whether one has."""
    return _ACCOUNT_ID.fullmatch(text) is not None
