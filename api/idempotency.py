"""Idempotency-Key: the same key and body give the same answer, another body is refused.

What the routes do is idempotent by itself (case ids, update ids and message ids derive from the
key); the stored answer makes a repetition cheap and exact, also after the state has moved on.
"""

import hashlib
from typing import Annotated

from fastapi import Header, Request

from api.problems import Problem

KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:~/-]{7,199}$"

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="Your id for this request, 8 to 200 characters. Repeat it to repeat safely.",
    ),
]


async def body_hash(request: Request) -> str:
    """Return the SHA-256 over method, path, query and body: what a key is bound to."""
    digest = hashlib.sha256()
    address = request.url
    for part in (
        request.method.encode(),
        address.path.encode(),
        address.query.encode(),
        await request.body(),
    ):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def request_id(subject: str, key: str) -> str:
    """Return an id that names this caller's request everywhere; opaque, the same each time."""
    return hashlib.sha256(f"{subject}\n{key}".encode()).hexdigest()[:32]


def reused() -> Problem:
    """Return the refusal of a key that came with another body."""
    return Problem(
        422,
        "idempotency-mismatch",
        "This Idempotency-Key was used for another request. Use a new key for a new request.",
    )
