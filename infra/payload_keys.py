"""The keys of a deployment: the active one encrypts, the older ones still decrypt; in one file.

They encrypt payloads on their way to Temporal, and wrap the keys of persons in the database. Beside
them lies what values are marked with for indexes, which never changes.

A running process hears of a rotation by itself: it looks at the file now and then, and at once when
it meets a key that it does not know.
"""

import base64
import fcntl
import json
import secrets
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.secret_files import replace, write_once

FILE_NAME: Final = "payload-keys.json"
"""In the data folder of an embedded deployment."""

KEY_BYTES: Final = 32
LOOK_SECONDS: Final = 5.0
"""How long a process may go on encrypting with a key that is not the active one any more."""


class PayloadKeyError(Exception):
    """The payload keys of this process are not what it needs; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadKey:
    """One AES-256 key."""

    id: str
    made_at: datetime
    superseded_at: datetime | None = None
    """When it ceased to be the active one."""
    cipher: AESGCM = field(repr=False, compare=False)
    secret: str = field(repr=False)
    """Base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Every key of a deployment, the newest last; exactly one is active."""

    active: PayloadKey
    keys: Mapping[str, PayloadKey]
    marking: bytes = field(repr=False)


class KeyFile:
    """The file of a deployment's payload keys."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ring, self._seen = self._read()
        self._looked_at = time.monotonic()

    @classmethod
    def opened(cls, path: Path) -> "KeyFile":
        """Open the file, making it with a first key where there is none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_once(path, _text({"keys": [_new_key()], "marking": _new_secret()}))
        return cls(path)

    @property
    def ring(self) -> KeyRing:
        """Return the keys as they stand, or stood a few seconds ago."""
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            self._look()
        return self._ring

    def find(self, key_id: str) -> PayloadKey | None:
        """Return a key; one that is not known may have been made a moment ago."""
        found = self._ring.keys.get(key_id)
        if found is None:
            self._look()
            found = self._ring.keys.get(key_id)
        return found

    @property
    def marking(self) -> bytes:
        """What values are marked with, 32 bytes; made now in a file from before there was one."""
        if not self._ring.marking:
            with self._changing() as document:
                document.setdefault("marking", _new_secret())
        return self._ring.marking

    def rotate(self) -> PayloadKey:
        """Make a new active key; the older ones stay."""
        made = _new_key()
        with self._changing() as document:
            keys = document["keys"]
            keys[-1] = {**keys[-1], "superseded_at": made["made_at"]}
            keys.append(made)
        return self._ring.active

    def older(self, key_id: str) -> PayloadKey:
        """Return a key that encrypts nothing any more; raises PayloadKeyError for any other."""
        found = self.find(key_id)
        if found is None:
            raise PayloadKeyError(f"There is no key {key_id} in {self.path}.")
        if found == self._ring.active:
            raise PayloadKeyError(f"{key_id} is the active key: rotate first.")
        return found

    def retire(self, key_id: str) -> None:
        """Forget an older key for good: what it encrypted can never be read again."""
        self.older(key_id)
        with self._changing() as document:
            document["keys"] = [key for key in document["keys"] if key["id"] != key_id]

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            document = json.loads(self.path.read_text())
            yield document
            replace(self.path, _text(document))
        self._look()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        if _stamp(self.path) != self._seen:
            self._ring, self._seen = self._read()

    def _read(self) -> tuple[KeyRing, object]:
        try:
            seen = _stamp(self.path)
            _check_mode(self.path)
            document = json.loads(self.path.read_text())
            keys = [_key(one) for one in document["keys"]]
            ring = KeyRing(
                active=keys[-1],
                keys=MappingProxyType({key.id: key for key in keys}),
                marking=base64.b64decode(document.get("marking", ""), validate=True),
            )
        except OSError as error:
            raise PayloadKeyError(
                f"Expected the payload keys in {self.path}, but: {error.strerror}."
            ) from None
        except (ValueError, LookupError, TypeError, AttributeError):
            raise PayloadKeyError(
                f"Expected payload keys as `baoquan keys` writes them in {self.path}, but the "
                "file holds something else."
            ) from None
        return ring, seen


def _new_key() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": f"{now:%Y%m%d}-{secrets.token_hex(4)}",
        "made_at": now.isoformat(timespec="seconds"),
        "secret": _new_secret(),
    }


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _key(given: Mapping[str, Any]) -> PayloadKey:
    secret = base64.b64decode(given["secret"], validate=True)
    if len(secret) != KEY_BYTES:
        raise ValueError("not an AES-256 key")
    superseded = given.get("superseded_at")
    return PayloadKey(
        id=str(given["id"]),
        made_at=datetime.fromisoformat(given["made_at"]),
        superseded_at=datetime.fromisoformat(superseded) if superseded else None,
        cipher=AESGCM(secret),
        secret=given["secret"],
    )


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1) + "\n"


def _stamp(path: Path) -> object:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _check_mode(path: Path) -> None:
    if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
        raise PayloadKeyError(f"Others may read or change {path}: give it mode 0600.")
