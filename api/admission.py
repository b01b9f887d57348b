"""Who waits when too many come: limits per caller, and lanes when the process is full.

Everything is counted in this process: with several API processes each grants its own share.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.types import ASGIApp, Receive, Scope, Send

from api.buckets import Buckets
from api.permissions import Route, is_public
from api.problems import Problem

Lane = Literal["act", "read", "start"]

_SHARES: Mapping[Lane, float] = {"act": 1.0, "read": 0.8, "start": 0.6}
"""How full the process may be before a lane is closed: people's decisions, incidents and messages
come before reading, reading before new work."""

_STARTS: frozenset[Route] = frozenset(
    (
        ("POST", "/v1/cases"),
        ("POST", "/v1/documents"),
        ("POST", "/v1/definitions"),
        ("POST", "/v1/definitions/lint"),
    )
)

COSTLY: frozenset[Route] = frozenset(
    (
        ("POST", "/v1/definitions"),
        ("POST", "/v1/definitions/lint"),
        ("GET", "/v1/cases/{case_id}/diagram"),
        ("GET", "/v1/cases/{case_id}/audit"),
        ("POST", "/codec/decode"),
    )
)
"""Routes that compile, draw, decrypt or walk a whole chain: a bucket of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many requests a minute; a caller who was quiet may send as many at once."""

    requests: int
    """Of one caller."""
    costly: int
    """Of one caller, to the routes that cost much."""
    misses: int
    """Ids of one caller that named nothing."""
    strangers: int
    """Unknown tokens from one address."""


class Gatekeeper:
    """Counts what callers ask for; raises Problem 429 for what is too much."""

    def __init__(self, limits: Limits) -> None:
        self._requests = Buckets(limits.requests)
        self._costly = Buckets(limits.costly)
        self._misses = Buckets(limits.misses)
        self._strangers = Buckets(limits.strangers)

    def admit(self, caller: str, route: Route) -> None:
        """Let a known caller in."""
        waits = [self._requests.take(caller)]
        if "{" in route[1]:
            waits.append(self._misses.wait(caller))
        if route in COSTLY:
            waits.append(self._costly.take(caller))
        _refuse(max(waits))

    def missed(self, caller: str) -> None:
        """Count an id that named nothing: guessing ids finds little in a minute."""
        self._misses.take(caller)

    def turned_away(self, address: str) -> None:
        """Count a token nobody knows: guessing keys is slow."""
        _refuse(self._strangers.take(address))


class Lanes:
    """ASGI middleware: at most so many requests at once, the most urgent lane closes last."""

    def __init__(self, app: ASGIApp, capacity: int) -> None:
        self.app = app
        self._places = {lane: max(1, int(capacity * share)) for lane, share in _SHARES.items()}
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 503 at once; health is always answered."""
        if scope["type"] != "http" or is_public((scope["method"], scope["path"])):
            await self.app(scope, receive, send)
            return
        if self._inside >= self._places[lane_of((scope["method"], scope["path"]))]:
            await _saturated().response()(scope, receive, send)
            return
        self._inside += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._inside -= 1


def lane_of(asked: Route) -> Lane:
    """Return the lane of a request."""
    if asked in _STARTS:
        return "start"
    return "read" if asked[0] == "GET" else "act"


def _refuse(wait: float) -> None:
    if wait > 0:
        raise Problem(
            429,
            "too-many-requests",
            "That is more than one caller may ask in a minute. Wait as Retry-After says.",
            retry_after=math.ceil(wait),
        )


def _saturated() -> Problem:
    return Problem(
        503, "saturated", "Too much at once. Repeat the request as it was.", retry_after=1
    )
