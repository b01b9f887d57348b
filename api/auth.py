"""Who is calling, in which role: bearer tokens checked against a key set."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from api.permissions import ROLES, SYSTEM, Role
from api.problems import Problem

MAX_TOKEN = 8 * 1024
MAX_LIFETIME = 3600
LEEWAY = 30
MAX_SUBJECT = 120
ALGORITHMS = ["ES256", "RS256"]
_TYPES = ("JWT", "at+jwt")
"""RFC 9068: an access token, never an id token or a logout token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A verified caller."""

    subject: str
    """Operator id, or the account of a system."""
    roles: frozenset[Role]


class TokenVerifier:
    """Checks signature, issuer, audience, lifetime and the shape of the claims."""

    def __init__(
        self,
        keys: KeySet,
        *,
        issuer: str,
        audience: str,
        now: Callable[[], datetime],
        system_keys: Mapping[str, str] | None = None,
    ) -> None:
        self.keys = keys
        self.now = now
        self.system_keys = dict(system_keys or {})
        """SHA-256 of a system's API key to the system's account; such a key is role system only."""
        self.issuer = issuer
        self.audience = audience

    def caller(self, token: str) -> Caller:
        """Return who the token names; raises Problem 401, never saying why in detail."""
        if len(token) > MAX_TOKEN:
            raise _unknown()
        system = self.system_keys.get(key_digest(token))
        if system is not None:
            return Caller(subject=system, roles=frozenset((SYSTEM,)))
        try:
            decoded = jwt.decode(token, self.keys, algorithms=ALGORITHMS)
            claims = decoded.claims
        except (JoseError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise _unknown() from None
        if decoded.header.get("typ", "JWT") not in _TYPES or not self._is_sound(claims):
            raise _unknown()
        roles = claims["roles"]
        return Caller(
            subject=claims["sub"], roles=frozenset(role for role in ROLES if role in roles)
        )

    def _is_sound(self, claims: Mapping[str, Any]) -> bool:
        return (
            claims.get("iss") == self.issuer
            and claims.get("aud") == self.audience
            and self._is_current(claims)
            and _is_subject(claims.get("sub"))
            and _is_list_of_texts(claims.get("roles"))
        )

    def _is_current(self, claims: Mapping[str, Any]) -> bool:
        now = self.now().timestamp()
        issued, expires = claims.get("iat"), claims.get("exp")
        not_before = claims.get("nbf", issued)
        return (
            _is_number(issued)
            and _is_number(expires)
            and _is_number(not_before)
            and max(issued, not_before) <= now + LEEWAY
            and now - LEEWAY < expires <= issued + MAX_LIFETIME
        )


class DevelopmentIssuer:
    """Signs short tokens for the sample operators; exists in the dev and test profiles only."""

    def __init__(
        self,
        key: Mapping[str, Any],
        *,
        issuer: str,
        audience: str,
        now: Callable[[], datetime],
    ) -> None:
        self.key = ECKey.import_key(dict(key))
        self.issuer = issuer
        self.audience = audience
        self.now = now

    def token(self, subject: str, roles: list[str]) -> str:
        """Return a token of one hour."""
        issued = int(self.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "roles": roles,
            "iat": issued,
            "exp": issued + MAX_LIFETIME,
        }
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    def key_set(self) -> KeySet:
        """Return the public keys that verify this issuer's tokens."""
        return KeySet([ECKey.import_key(self.key.as_dict(private=False))])


def read_key_set(path: Path) -> KeySet:
    """Read an identity provider's JWKS file."""
    return KeySet.import_key_set(json.loads(path.read_text()))


def key_digest(key: str) -> str:
    """Return what is kept of a system's API key; looking it up by hash leaks no timing."""
    return hashlib.sha256(key.encode()).hexdigest()


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_subject(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_SUBJECT and value.isprintable()


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _unknown() -> Problem:
    return Problem(401, "unauthenticated", "Send a valid bearer token of this deployment's issuer.")
