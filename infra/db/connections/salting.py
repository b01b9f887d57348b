"""Salts: without its row, the hash of a value that could be guessed says nothing.

The audit trail keeps hashes for ever. Each row that it speaks of carries a random salt, and the
hash covers it: who can read the trail and not the row cannot try out values, and once the row is
erased nobody can.
"""

from secrets import token_hex
from typing import Final

from workflows.domain.canonical import content_hash

SALT: Final = "salt"
"""The column."""
_BYTES: Final = 16


def new_salt() -> str:
    """A salt for one row."""
    return token_hex(_BYTES)


def salted(salt: str, digest: str) -> str:
    """What the trail may say of a hash over something that could be guessed."""
    return content_hash({SALT: salt, "sha256": digest})
