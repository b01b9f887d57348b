"""Secrets of an embedded deployment: generated at set-up, kept in the data folder, mode 0600."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from infra.secret_files import write_once


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What a development or single-node deployment needs to keep to itself."""

    token_key: dict[str, Any] = field(repr=False)
    """Private JWK (ES256) that signs development tokens."""
    cursor_key: str = field(repr=False)
    """Signs page cursors."""
    bank_token: str = field(repr=False)
    """Bearer token between the bank simulator and the API."""

    @property
    def identity_token(self) -> str:
        """Bearer token for the identity bureau; who has it learns no other secret."""
        key = self.bank_token.encode()
        return hmac.new(key, b"identity-bureau", hashlib.sha256).hexdigest()

    @property
    def claims_token(self) -> str:
        """Bearer token for the claims system; who has it learns no other secret."""
        return hmac.new(self.bank_token.encode(), b"claims", hashlib.sha256).hexdigest()

    @property
    def core_token(self) -> str:
        """Bearer token for the core system's simulator; who has it learns no other secret."""
        key = self.bank_token.encode()
        return hmac.new(key, b"core-system", hashlib.sha256).hexdigest()

    @property
    def pseudonym_key(self) -> bytes:
        """Makes the names that people bear in exports; who has it learns no other secret."""
        return hmac.new(self.cursor_key.encode(), b"pseudonyms", hashlib.sha256).digest()


def load_or_create(folder: Path) -> Secrets:
    """Read the folder's secrets, generating them on first use."""
    path = folder / "secrets.json"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path)
    path.chmod(0o600)  # a copy or a restored backup may have opened it to others
    return Secrets(**json.loads(path.read_text()))


def _write_once(path: Path) -> None:
    key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"})
    content = {
        "token_key": key.as_dict(private=True),
        "cursor_key": secrets.token_urlsafe(32),
        "bank_token": secrets.token_urlsafe(32),
    }
    write_once(path, json.dumps(content))
