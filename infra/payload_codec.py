"""Payloads on their way to Temporal: compressed, then AES-256-GCM, bound to namespace and workflow.

What a payload belongs to stands inside of what is encrypted, so that it is authenticated, and so
that a reader who is told no workflow (the codec endpoint) learns it. A reader who knows which
workflow it reads for refuses what was written for another one (docs/decisions/0011).
"""

import copy
import logging
import os
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from infra.payload_keys import FILE_NAME, KeyFile
from infra.settings import Settings

_LOG = logging.getLogger(__name__)

ENCODING: Final = b"binary/encrypted"
KEY_ID: Final = "key-id"

WORTH_COMPRESSING: Final = 600
"""Bytes; what is shorter gains less than it costs."""

_LEVEL: Final = 1
_NONCE_BYTES: Final = 12
_PLAIN, _DEFLATED = 0, 1
_SCHEDULED: Final = re.compile(r"-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
"""What Temporal appends to a schedule's workflow id for each of its runs."""


class PayloadRefused(Exception):
    """A payload cannot be trusted or read; the message says why, and nothing of its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A decrypted payload, and the workflow it was written for (empty: for none)."""

    payload: Payload
    workflow_id: str


class EncryptingCodec(PayloadCodec, WithSerializationContext):
    """Encrypts what is written, and reads only what was encrypted for the workflow at hand."""

    def __init__(self, keys: KeyFile, *, namespace: str) -> None:
        self.keys = keys
        self.namespace = namespace
        self.workflow_id = ""
        """The workflow that payloads are written and read for; empty: not known."""

    def with_context(self, context: SerializationContext) -> Self:
        """Return the codec of one workflow's payloads."""
        bound = copy.copy(self)
        bound.workflow_id = _workflow_of(context)
        return bound

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt with the active key."""
        key = self.keys.ring.active
        associated, owner = self._associated(key.id), self.workflow_id.encode()
        encrypted = []
        for payload in payloads:
            nonce = os.urandom(_NONCE_BYTES)
            sealed = key.cipher.encrypt(nonce, _packed(payload, owner), associated)
            metadata = {"encoding": ENCODING, KEY_ID: key.id.encode()}
            encrypted.append(Payload(metadata=metadata, data=nonce + sealed))
        return encrypted

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt; raises PayloadRefused for what is not encrypted, not whole, or not ours."""
        try:
            opened = [self.open(payload) for payload in payloads]
            for one in opened:
                self._check_owner(one.workflow_id)
        except PayloadRefused as refused:
            # Told here, where it is certain to hold nothing of the content: who logs exceptions
            # in general may not repeat what they say.
            _LOG.error("payload refused: %s", str(refused))
            raise
        return [one.payload for one in opened]

    def open(self, payload: Payload) -> Opened:
        """Decrypt a payload of whichever workflow."""
        if payload.metadata.get("encoding") != ENCODING:
            raise PayloadRefused(
                "A payload is not encrypted, and this deployment requires it: it was written "
                "past the product, or by an earlier version of it."
            )
        key_id = payload.metadata.get(KEY_ID, b"").decode(errors="replace")
        key = self.keys.find(key_id)
        if key is None:
            raise PayloadRefused(
                f"A payload was encrypted with key {key_id!r}, which is not in {self.keys.path}: "
                "put the key back; until then the case waits, and nothing is lost."
            )
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return _unpacked(key.cipher.decrypt(nonce, sealed, self._associated(key_id)))
        except (InvalidTag, ValueError):
            raise PayloadRefused(
                f"A payload under key {key_id!r} is damaged, or was written for another namespace."
            ) from None

    def _associated(self, key_id: str) -> bytes:
        return b"\0".join((b"baoquan/payload/1", self.namespace.encode(), key_id.encode()))

    def _check_owner(self, owner: str) -> None:
        reader = self.workflow_id
        if not reader or owner == reader:
            return
        # A caller writes the summaries of the processes it calls; their ids begin with its own.
        if owner and reader.startswith(f"{owner}/"):
            return
        if owner and reader.startswith(owner) and _SCHEDULED.fullmatch(reader, len(owner)):
            return
        raise PayloadRefused(
            f"A payload of {owner or 'no workflow'} was given to {reader}: it was copied."
        )


def _workflow_of(context: SerializationContext) -> str:
    match context:
        case WorkflowSerializationContext() | ActivitySerializationContext():
            return context.workflow_id or ""
        case _:
            return ""


def _packed(payload: Payload, owner: bytes) -> bytes:
    content, form = payload.SerializeToString(), _PLAIN
    if len(content) > WORTH_COMPRESSING:
        content, form = zlib.compress(content, _LEVEL), _DEFLATED
    return b"".join((bytes((form,)), len(owner).to_bytes(2, "big"), owner, content))


def _unpacked(text: bytes) -> Opened:
    form, end = text[0], 3 + int.from_bytes(text[1:3], "big")
    content = zlib.decompress(text[end:]) if form == _DEFLATED else text[end:]
    return Opened(payload=Payload.FromString(content), workflow_id=text[3:end].decode())


@dataclass(frozen=True)
class EncryptingDataConverter(DataConverter):
    """A data converter of which only the codec looks at the context.

    The SDK asks for a context with nearly every payload, and would make a new payload converter
    each time; ours keep no context, so the ones at hand are used again.
    """

    def with_context(self, context: SerializationContext) -> Self:
        """Return the converter of one workflow's payloads."""
        if not isinstance(self.payload_codec, EncryptingCodec):
            return self
        bound = copy.copy(self)
        object.__setattr__(bound, "payload_codec", self.payload_codec.with_context(context))
        return bound


def deployment_codec(settings: Settings) -> EncryptingCodec | None:
    """Return the codec of a deployment; None where encryption was switched off (dev and test)."""
    if settings.payload_encryption == "off":
        return None
    return EncryptingCodec(key_file(settings), namespace=settings.temporal_namespace)


def key_file(settings: Settings) -> KeyFile:
    """Open a deployment's keys: the named file, or one made at set-up in the data folder."""
    path = key_path(settings)
    return KeyFile.opened(path) if settings.payload_keys is None else KeyFile(path)


def key_path(settings: Settings) -> Path:
    """Return where a deployment's keys are, or will be."""
    return settings.payload_keys or settings.data_folder / FILE_NAME
