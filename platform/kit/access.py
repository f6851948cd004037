"""What a caller may do: which scopes, and on which accounts. Who it is, is another question: see `kit.caller`.

A request without a key may do everything while authentication is off, and nothing but the public while it is on.
"""

from typing import Literal

import msgspec

from kit.accounts import DEFAULT_ACCOUNT
from kit.errors import Forbidden, NotFound

Scope = Literal["read", "trade", "admin"]
Need = Literal["public", "read", "trade", "admin"]
"""What an operation asks for; `public` asks for nothing at all."""

SCOPES: tuple[Scope, ...] = ("read", "trade", "admin")
"""From the least to the most; each implies those before it."""


class Access(msgspec.Struct, frozen=True):
    """What a caller may do. `scopes` holds the implied ones too; empty `accounts` means every account."""

    scopes: frozenset[str]
    accounts: tuple[str, ...] = ()

    def allows(self, scope: str) -> bool:
        """Whether that scope was given."""
        return scope in self.scopes

    def sees(self, account: str) -> bool:
        """Whether the account, if there is one of that id, exists for this caller."""
        return not self.accounts or account in self.accounts

    @property
    def home_account(self) -> str:
        """The account that is meant when none is named."""
        return self.accounts[0] if self.accounts else DEFAULT_ACCOUNT

    def require(self, scope: str) -> None:
        """Raise Forbidden, naming the scope that is missing."""
        if scope not in self.scopes:
            held = ", ".join(each for each in SCOPES if each in self.scopes) or "none"
            raise Forbidden(f"This needs the scope {scope}; the key has {held}.", details={"scope": [scope]})

    def require_account(self, account: str) -> None:
        """Raise NotFound UNKNOWN_ACCOUNT, in the words for one that does not exist."""
        if not self.sees(account):
            raise unknown_account(account)


def unknown_account(account: str) -> NotFound:
    """The refusal of an account that is not there, or not for this caller: nobody can tell the two apart."""
    return NotFound(f"There is no account {account!r}.", code="UNKNOWN_ACCOUNT")


def with_implied(scopes: frozenset[str]) -> frozenset[str]:
    """The scopes and those that they imply."""
    highest = max((SCOPES.index(scope) for scope in SCOPES if scope in scopes), default=-1)
    return frozenset(SCOPES[: highest + 1])


UNLIMITED = Access(frozenset(SCOPES))
"""Everything, which is what everybody may do while authentication is off."""

NO_ACCESS = Access(frozenset())
"""What the public pages are asked with while authentication is on."""
