"""An anchor as a line of JSON: the statement with its signature, in canonical form."""

import json
from datetime import datetime
from typing import Any

from infra.anchoring.keys import SigningKey, VerifyingKeys
from workflows.domain.anchors import Anchor, Conflict, Head
from workflows.domain.canonical import canonical_json

SIGNATURE = "signature"


def signed_line(anchor: Anchor, key: SigningKey) -> bytes:
    """Sign an anchor; the line has no end-of-line."""
    body = {**anchor.body(), SIGNATURE: key.sign(anchor.signed_bytes())}
    return canonical_json(body).encode()


def read_line(line: bytes) -> tuple[Anchor, str]:
    """Read an anchor and its signature; raises ValueError for what is none."""
    try:
        return _read(json.loads(line))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"Expected an anchor, but found none ({type(error).__name__})") from None


def is_signed(anchor: Anchor, signature: str, keys: VerifyingKeys) -> bool:
    """Whether one of the keys signed the anchor."""
    return keys.verifies(anchor.key_id, signature, anchor.signed_bytes())


def _read(body: dict[str, Any]) -> tuple[Anchor, str]:
    anchor = Anchor(
        no=int(body["no"]),
        at=datetime.fromisoformat(body["at"]),
        previous=str(body["previous"]),
        key_id=str(body["key"]),
        size=int(body["size"]),
        root=str(body["root"]),
        heads=tuple(
            Head(stream=str(stream), seq=int(seq), hash=str(hash_))
            for stream, seq, hash_ in body["heads"]
        ),
        conflicts=tuple(
            Conflict(stream=str(stream), seq=int(seq), hash=str(hash_), kind=kind)
            for stream, seq, hash_, kind in body["conflicts"]
        ),
        log=str(body.get("log", "")),
    )
    return anchor, str(body[SIGNATURE])
