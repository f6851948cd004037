"""What a key looks like: `sbk_<public part>_<secret>`, 80 characters that a header and a URL carry unchanged.

The public part is the key's id without dashes: it finds the record, and may stand in logs. The secret is 32 random
bytes, of which only the SHA-256 is kept. A slow hash (PBKDF2, bcrypt) would protect nothing here: it makes guessing
expensive where people choose passwords out of few, and nobody goes through 2^256 secrets however fast a try is. It
would, however, be paid by every request.
"""

import base64
import hashlib
import secrets
from typing import Final

from kit.trace import new_id

PREFIX: Final = "sbk_"
PUBLIC_LENGTH: Final = 32
SECRET_BYTES: Final = 32
_SECRET_START: Final = len(PREFIX) + PUBLIC_LENGTH + 1
_TOKEN_LENGTH: Final = _SECRET_START + 43
"""Without padding, 32 bytes are 43 characters of base64url."""


def new_secret() -> str:
    """A secret that nobody has had before."""
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).rstrip(b"=").decode()


def new_token() -> tuple[str, str, bytes]:
    """The id of a new key, its token, and what is kept of the secret."""
    key_id, secret = new_id(), new_secret()
    return key_id, f"{PREFIX}{public_part(key_id)}_{secret}", hash_of(secret)


def public_part(key_id: str) -> str:
    """The id as it stands in the token."""
    return key_id.replace("-", "")


def split_token(token: str) -> tuple[str, str] | None:
    """The public part and the secret; None for what has not the form of a token."""
    is_token = len(token) == _TOKEN_LENGTH and token.isascii() and token.startswith(PREFIX)
    if not is_token or token[_SECRET_START - 1] != "_":
        return None
    return token[len(PREFIX) : _SECRET_START - 1], token[_SECRET_START:]


def hash_of(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("ascii")).digest()
