"""Takes secrets out of texts that are kept: log lines and whatever else writes down what it was given."""

import re
from typing import Any, Final

HIDDEN: Final = "***"

_SECRET_NAME = re.compile(r"authorization|passw(?:or)?d|secret|token|cookie|api_?key|credential", re.IGNORECASE)
_SECRETS = re.compile(
    r"""(?P<scheme>\b(?:bearer|basic)\s+)[\w.~+/=\-]+      # Authorization: Bearer …
      | (?P<key>\bsbk_)[\w\-]+                             # a key of ours, wherever it stands
      | (?P<address>://[^/\s:@]*:)[^/\s@]+(?=@)            # redis://user:password@host
      | (?P<named>\b(?:authorization|password|passwd|secret|access_token|token|api_?key|cookie)["']?\s*[=:]\s*["']?)
        (?!(?:bearer|basic)\s)[^\s"'&,;)}\]]+              # password=…, "token": "…"
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_secret_name(name: str) -> bool:
    """Whether what is called so is nobody else's business."""
    return _SECRET_NAME.search(name) is not None


def hide_secrets(text: str) -> str:
    """The text without passwords, keys and tokens that can be recognised as such."""
    return _SECRETS.sub(lambda found: f"{found[found.lastgroup or 0]}{HIDDEN}", text)


def one_line(error: BaseException) -> str:
    """What an error says, for a message: in one line, without what is nobody else's business."""
    return hide_secrets(" ".join(str(error).split()))


def without_secrets(value: Any) -> Any:
    """The same for a value of texts, lists and dicts: entries with a secret's name go, texts are looked through."""
    if isinstance(value, str):
        return hide_secrets(value)
    if isinstance(value, dict):
        return {
            name: HIDDEN if isinstance(name, str) and is_secret_name(name) else without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_secrets(inner) for inner in value]
    return value
