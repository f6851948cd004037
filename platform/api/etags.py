"""ETags of answers: a client that polls says which data it has, and is told 304 while they stand.

The tags are weak (`W/"..."`): they name the data, while the envelope around them says another time with every answer.
"""

import hashlib
from typing import Final

TAG_BYTES: Final = 16
MAX_TAGS: Final = 50
"""Tags read from one If-None-Match; clients send one, and what is left out only costs a full answer."""


def etag_of(content: bytes) -> str:
    """The tag of an answer's data, or of what determines them."""
    return f'W/"{hashlib.blake2b(content, digest_size=TAG_BYTES).hexdigest()}"'


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether a client's If-None-Match names the tag (RFC 9110, section 13.1.2: compared weakly, `*` is any)."""
    opaque = etag.removeprefix("W/")
    tags = if_none_match.split(",", MAX_TAGS)[:MAX_TAGS]
    return any(tag.strip() == "*" or tag.strip().removeprefix("W/") == opaque for tag in tags)
