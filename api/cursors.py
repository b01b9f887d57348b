"""Page cursors: where the next page begins, signed, opaque to callers."""

import base64
import hashlib
import hmac
import json

from api.problems import Problem

_SIGNATURE_BYTES = 16


class Cursors:
    """Writes and reads the cursors of one deployment."""

    def __init__(self, key: str) -> None:
        self.key = key.encode()

    def write(self, place: list[str] | None) -> str | None:
        """Return the cursor of a place; None when there is no further page."""
        if place is None:
            return None
        content = json.dumps(place, ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(self._sign(content) + content).decode().rstrip("=")

    def read(self, cursor: str | None) -> list[str] | None:
        """Return the place a cursor stands for; raises Problem 422 for one we did not write."""
        if cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raise _foreign() from None
        signature, content = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(content)):
            raise _foreign()
        place: list[str] = json.loads(content)
        return place

    def _sign(self, content: bytes) -> bytes:
        return hmac.new(self.key, content, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _foreign() -> Problem:
    return Problem(422, "cursor", "Use the cursor as the previous page gave it.")
