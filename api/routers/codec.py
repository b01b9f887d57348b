"""The codec endpoint: payloads decrypted for those who may see cases inside Temporal's UI.

It only reads. What Temporal's UI or command line would write stays unencrypted, and running cases
refuse it: nobody reaches a case past the product.
"""

import base64
import binascii
import logging
from collections import Counter

from fastapi import APIRouter
from temporalio.api.common.v1 import Payload

from api.auth import Caller
from api.decoding import record_reading
from api.dependencies import Composed, Known
from api.problems import Problem
from api.schemas.codec import DecodedPayload, DecodedPayloads, EncodedPayload, EncodedPayloads
from infra.payload_codec import EncryptingCodec, PayloadRefused

router = APIRouter(prefix="/codec", tags=["codec"])
_LOG = logging.getLogger(__name__)


@router.post("/decode")
async def decode_payloads(
    body: EncodedPayloads, composed: Composed, caller: Known
) -> DecodedPayloads:
    """Decrypt payloads for Temporal's UI or command line.

    Who read which case is recorded in the case's audit chain before the answer leaves.
    """
    given = [_payload(one) for one in body.payloads]
    if composed.codec is None:
        return DecodedPayloads(payloads=[_seen(one) for one in given])
    read: Counter[str] = Counter()
    opened = [_opened(composed.codec, one, read) for one in given]
    await record_reading(composed, caller, read, len(given) - read.total())
    _tell(caller, len(given), set(read))
    return DecodedPayloads(payloads=[_seen(one) for one in opened])


def _opened(codec: EncryptingCodec, payload: Payload, read: Counter[str]) -> Payload:
    try:
        found = codec.open(payload)
    except PayloadRefused:
        return payload  # one that cannot be read must not hide the others
    read[found.workflow_id] += 1
    return found.payload


def _tell(caller: Caller, count: int, owners: set[str]) -> None:
    """Leave a security line: it must reach the log whatever the level of ordinary lines."""
    _LOG.warning(
        "payloads decrypted for %s (%s): %d of %s",
        caller.subject,
        ", ".join(sorted(caller.roles)),
        count,
        ", ".join(sorted(owners)) or "nothing readable",
    )


def _payload(one: EncodedPayload) -> Payload:
    metadata = {name: _bytes(text) for name, text in one.metadata.items()}
    return Payload(metadata=metadata, data=_bytes(one.data))


def _seen(payload: Payload) -> DecodedPayload:
    metadata = {name: _text(value) for name, value in payload.metadata.items()}
    return DecodedPayload(metadata=metadata, data=_text(payload.data))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Problem(422, "not-base64", "Metadata and data of a payload are Base64.") from None


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
