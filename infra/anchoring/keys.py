"""Keys of anchors (Ed25519, RFC 8032): one private where it is written, public ones to verify."""

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_END = "-----END PUBLIC KEY-----"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key of a deployment."""

    _key: Ed25519PrivateKey = field(repr=False)

    @property
    def id(self) -> str:
        """Which key it is, told by its public half."""
        return _key_id(self._key.public_key())

    def sign(self, message: bytes) -> str:
        """Sign."""
        return urlsafe_b64encode(self._key.sign(message)).decode()

    def public_pem(self) -> str:
        """The public half, to give away."""
        return _public_pem(self._key.public_key())


@dataclass(frozen=True, slots=True)
class VerifyingKeys:
    """Public keys by id: the one in use, and those before it."""

    _keys: Mapping[str, Ed25519PublicKey]

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._keys

    def verifies(self, key_id: str, signature: str, message: bytes) -> bool:
        """Whether a key of ours signed the message."""
        key = self._keys.get(key_id)
        if key is None:
            return False
        try:
            key.verify(urlsafe_b64decode(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def pem(self) -> str:
        """All of them, one after the other."""
        return "".join(_public_pem(key) for key in self._keys.values())


def read_public_keys(texts: Iterable[str]) -> VerifyingKeys:
    """Read PEM texts, each with one key or several; raises ValueError for what is no such key."""
    keys: dict[str, Ed25519PublicKey] = {}
    for text in texts:
        for block in text.split(_END)[:-1]:
            key = load_pem_public_key(f"{block.strip()}\n{_END}\n".encode())
            if not isinstance(key, Ed25519PublicKey):
                raise ValueError("Expected Ed25519 public keys.")  # noqa: TRY004 - a content, not a type
            keys[_key_id(key)] = key
    if not keys:
        raise ValueError("Expected at least one public key in PEM form.")
    return VerifyingKeys(keys)


def load_or_create_key(path: Path) -> SigningKey:
    """Read the private key of a file (PEM, mode 0600), generating it on first use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path)
    path.chmod(0o600)
    return read_key(path)


def read_key(path: Path) -> SigningKey:
    """Read the private key of a file; raises ValueError when it holds none."""
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(  # noqa: TRY004 - a content, not a type
            f"Expected an Ed25519 private key in {path.name}."
        )
    return SigningKey(key)


def _write_once(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # atomic: whoever is first wins, nobody overwrites
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _key_id(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def _public_pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
