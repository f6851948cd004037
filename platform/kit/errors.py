"""What can go wrong for a caller, as exceptions with a stable code.

A kind says what class of mistake it is; only the API layer knows which HTTP status a kind becomes. Bugs of ours are
plain Python exceptions and asserts, never a DomainError.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal a person can act on.

    `code` is stable and machine readable (`INSUFFICIENT_BALANCE`), `message` says what is wrong and what helps,
    `details` maps an offending field to its list of messages, or holds the numbers the decision saw.
    """

    default_code: ClassVar[str] = "ERROR"

    def __init__(self, message: str, *, code: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details: dict[str, Any] = dict(details or {})

    def __reduce__(self) -> Any:
        # An exception is pickled as a call with its positional arguments, which would forget all the others.
        return _raised_elsewhere, (type(self), self.args, self.__dict__)


def _raised_elsewhere(kind: type[DomainError], arguments: tuple[Any, ...], attributes: dict[str, Any]) -> DomainError:
    """An error as it was in another process."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(attributes)
    return error


class Invalid(DomainError):
    """The input itself is malformed or breaks a stated rule; sending it again cannot help."""

    default_code = "VALIDATION_FAILED"


class NotFound(DomainError):
    """There is no such thing."""

    default_code = "NOT_FOUND"


class Conflict(DomainError):
    """The present state does not allow it."""

    default_code = "CONFLICT"


class Rejected(DomainError):
    """Understood, well formed, and refused by a rule of the market, of risk or of the account."""

    default_code = "REJECTED"


class Forbidden(DomainError):
    """The caller may not do this."""

    default_code = "FORBIDDEN"


class Unavailable(DomainError):
    """Something this needs is down for now; trying again later may help."""

    default_code = "UNAVAILABLE"


class Misdirected(DomainError):
    """Another gateway answers for this account; nothing was done here. `owner` is its name."""

    default_code = "MISDIRECTED"

    def __init__(self, account: str, owner: str) -> None:
        super().__init__(
            f"The account {account!r} is with the gateway {owner!r}; ask that one.",
            details={"account": account, "owner": owner},
        )

    @property
    def owner(self) -> str:
        """The name of the gateway to ask."""
        return str(self.details["owner"])


def invalid_field(field: str, message: str, *, code: str | None = None) -> Invalid:
    """An `Invalid` about one field: the message names the field, the details carry it for programs."""
    return Invalid(f"{field}: {message}", code=code, details={field: [message]})
