"""What a database needs of the deployment's keys: to wrap the keys of persons, and to mark values.

A person's data is encrypted under a key of the person (``infra.db.tables.sealed``), which lies in
the database wrapped by a key of the deployment's key file. A mark stands in for a value that rows
are found by: equal values have equal marks, and who has no key file learns nothing else of them.
"""

import base64
import hmac
import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, Engine, make_url

from infra.payload_keys import FILE_NAME, KeyFile, PayloadKeyError

NAMED_BY: Final = "BAOQUAN_PAYLOAD_KEYS"
"""Environment variable with the path of the key file; else it lies beside an embedded database."""

_NONCE_BYTES: Final = 12
_WRAPPING: Final = b"baoquan: keys of persons"
_KEPT: Final = 10_000


class FieldKeys:
    """The keys behind one engine; the file is opened when the first of them is needed."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: KeyFile | None = None
        self.unwrapped = lru_cache(_KEPT)(self._unwrapped)
        """The cipher of a wrapped key, kept: a person is read more than once."""

    @property
    def active(self) -> str:
        """The id of the key that wraps now."""
        return self._opened().ring.active.id

    def wrapped(self, secret: bytes) -> str:
        """Wrap a person's key under the active key of the deployment: ``key id:base64``."""
        active = self._opened().ring.active
        nonce = os.urandom(_NONCE_BYTES)
        sealed = _wrapping(active.secret).encrypt(nonce, secret, active.id.encode())
        return f"{active.id}:{base64.b64encode(nonce + sealed).decode()}"

    def mark(self, value: str) -> str:
        """Return what stands in for a value in an index: a keyed hash, 64 hex digits."""
        return hmac.new(self._opened().marking, value.encode(), sha256).hexdigest()

    def _unwrapped(self, wrapped: str) -> AESGCM:
        return AESGCM(self.secret_of(wrapped))

    def secret_of(self, wrapped: str) -> bytes:
        """Unwrap a person's key; raises PayloadKeyError where the deployment's key is not here."""
        key_id, _, text = wrapped.partition(":")
        key = self._opened().find(key_id)
        if key is None:
            raise PayloadKeyError(
                f"Personal data needs the key {key_id}, which is not in {self._opened().path}."
            )
        content = base64.b64decode(text)
        try:
            return _wrapping(key.secret).decrypt(
                content[:_NONCE_BYTES], content[_NONCE_BYTES:], key_id.encode()
            )
        except InvalidTag:
            raise PayloadKeyError(
                f"The key of a person was not wrapped by {key_id} as it is in "
                f"{self._opened().path}, or was changed since."
            ) from None

    def _opened(self) -> KeyFile:
        if self._path is None:
            raise PayloadKeyError(
                f"Personal data is encrypted: name the file of the deployment's keys in {NAMED_BY}."
            )
        if self._file is None:
            named = os.environ.get(NAMED_BY)
            self._file = KeyFile(self._path) if named else KeyFile.opened(self._path)
        return self._file


def give_field_keys(engine: Engine, named: Path | None = None) -> None:
    """Give an engine its keys: from the named file, that of the environment, or beside its own."""
    found = os.environ.get(NAMED_BY, "")
    path = named or (Path(found) if found else _beside(engine))
    engine.dialect.field_keys = FieldKeys(path)  # type: ignore[attr-defined]


def field_keys_of(dialect: Dialect) -> FieldKeys:
    """Return the keys of the engine that a value is bound for, or comes from."""
    keys = getattr(dialect, "field_keys", None)
    return keys if isinstance(keys, FieldKeys) else FieldKeys(None)


def _beside(engine: Engine) -> Path | None:
    url = make_url(engine.url)
    if engine.dialect.name != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).parent / FILE_NAME


@lru_cache(_KEPT)
def _wrapping(secret: str) -> AESGCM:
    """Another key than the one that payloads are encrypted with, from the same secret."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_WRAPPING)
    return AESGCM(kdf.derive(base64.b64decode(secret)))
