"""What a route may ask for: the caller, the database, the case client, business time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from api.admission import Gatekeeper
from api.attendance import PollerWatch
from api.auth import Caller, DevelopmentIssuer, TokenVerifier
from api.barred import Barred
from api.case_client import CaseClient
from api.cursors import Cursors
from api.drawings import DrawingRoom
from api.permissions import may
from api.problems import Problem
from api.turns import Turns
from infra.auditing.anchor_reader import AnchorReader
from infra.db.book.standing_in import ALONE, StandingIn
from infra.db.unit_of_work import Database, ReadingRoom
from infra.mining.events import Pseudonyms
from infra.payload_codec import EncryptingCodec
from infra.standing import StandingNow
from infra.systems.file_store import FileStore
from infra.telemetry.telemetry import Telemetry
from workflows.domain.authority import Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What one running API was composed of."""

    database: Database
    cases: CaseClient
    documents: FileStore
    verifier: TokenVerifier
    cursors: Cursors
    now: Callable[[], datetime]
    """Business time."""
    keep_years: int
    """How long a person's data is kept after everything of it has ended."""
    clock_offset: float
    zone: ZoneInfo
    drawings: DrawingRoom
    turns: Turns
    standing: StandingNow
    pseudonyms: Pseudonyms
    telemetry: Telemetry
    anchors: AnchorReader
    gatekeeper: Gatekeeper
    pollers: PollerWatch
    barred: Barred = field(default_factory=Barred)
    deploys_by_two: bool = False
    """Whether what is new among models and tables is deployed by two people."""
    issuer: DevelopmentIssuer | None = None
    """Present in the dev and test profiles only."""
    codec: EncryptingCodec | None = None
    """What decrypts payloads; None where they are not encrypted (dev and test)."""


def deployment(request: Request) -> Deployment:
    """Return what this API was composed of."""
    composed: Deployment = request.app.state.deployment
    return composed


async def permitted(request: Request) -> Caller:
    """Return the caller, if the permission table lets any of his roles call this route.

    Who is suspended, or has left, does nothing at all, however long the token counts.
    """
    caller = _known(request)
    path: str = request.scope["route"].path
    deployment(request).gatekeeper.admit(caller.subject, (request.method, path))
    request.state.caller = caller
    if not may(caller.roles, request.method, path):
        raise Problem(403, "forbidden", "Your role may not do this.")
    composed = deployment(request)
    if await composed.barred.holds(composed.database, caller.subject):
        raise Problem(403, "unknown-operator", "You are not an active operator of the registry.")
    return caller


def _known(request: Request) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(401, "unauthenticated", "Send a bearer token: Authorization: Bearer …")
    composed = deployment(request)
    try:
        return composed.verifier.caller(token)
    except Problem:
        composed.gatekeeper.turned_away(request.client.host if request.client else "")
        raise


async def operator_of(room: ReadingRoom, caller: Caller) -> Operator:
    """Return the caller's entry in the registry; raises Problem 403 for who does not work here."""
    operator = await room.operators.get(caller.subject)
    if operator is None or operator.status != "ACTIVE":
        raise Problem(403, "unknown-operator", "You are not an active operator of the registry.")
    return operator


async def standing_of(room: ReadingRoom, viewer: Operator | None, at: datetime) -> StandingIn:
    """Return in whose place somebody may look at tasks now."""
    return ALONE if viewer is None else await room.standing_in.at(viewer.id, at)


Composed = Annotated[Deployment, Depends(deployment)]
Known = Annotated[Caller, Depends(permitted)]
