"""Page cursors: where the next page of one list begins, signed, opaque to callers."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence

from api.problems import Problem

_SIGNATURE_BYTES = 16


class Cursors:
    """Writes and reads the cursors of one deployment."""

    def __init__(self, key: str) -> None:
        self.key = key.encode()

    def write(self, place: Sequence[str], *, of: str) -> str:
        """Return the cursor of a place in a list; ``of`` names the list: its path."""
        content = json.dumps(place, ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(self._sign(content, of) + content).decode().rstrip("=")

    def read(self, cursor: str, *, of: str) -> list[str]:
        """Return the place a cursor stands for; raises Problem 422 for one not of this list."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise _foreign() from None
        signature, content = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(content, of)):
            raise _foreign()
        place: list[str] = json.loads(content)
        return place

    def _sign(self, content: bytes, of: str) -> bytes:
        bound = of.encode() + b"\x00" + content
        return hmac.new(self.key, bound, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _foreign() -> Problem:
    return Problem(422, "cursor", "Use the cursor as the previous page of this list gave it.")
