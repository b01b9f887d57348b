"""For development, not mounted in production: tokens for sample operators, pages to look at."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from api.auth import MAX_LIFETIME
from api.codec_door import COOKIE, PATH
from api.dependencies import Composed, Deployment
from api.handbook import render
from api.permissions import ROLES, SYSTEM
from api.problems import Problem, refusals
from api.routers.traces import kept_by
from api.schemas.shapes import Identifier, Seen, Sent
from api.traces_page import POLICY, list_page, trace_page
from infra.telemetry.tree import lines_of

router = APIRouter(prefix="/dev", tags=["development"])

TraceId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class TokenWanted(Sent):
    """Whose token."""

    operator: Identifier


class TokenIssued(Seen):
    """A bearer token of one hour."""

    token: str
    roles: list[str]


@router.post("/token", responses=refusals(404))
async def issue_token(body: TokenWanted, composed: Composed) -> TokenIssued:
    """Issue a token for an operator of the registry, with the registry's roles."""
    token, roles = await _issued(composed, body.operator)
    return TokenIssued(token=token, roles=roles)


class CodecSession(Seen):
    """Whose eyes Temporal's UI decrypts payloads for, in this browser."""

    operator: str
    next: str = (
        "In Temporal's UI open the codec settings (the glasses at the top right), switch on "
        "'include cross-origin credentials', and reload."
    )


@router.get("/codec-session", responses=refusals(404, 422))
async def open_codec_session(
    operator: Identifier, response: Response, composed: Composed
) -> CodecSession:
    """Let Temporal's UI in this browser decrypt payloads as an operator, for one hour."""
    token, _ = await _issued(composed, operator)
    response.set_cookie(
        COOKIE, token, max_age=MAX_LIFETIME, path=PATH, httponly=True, samesite="strict"
    )
    return CodecSession(operator=operator)


async def _issued(composed: Deployment, wanted: str) -> tuple[str, list[str]]:
    if composed.issuer is None:
        raise Problem(404, "not-found", "There is no development issuer here.")
    async with composed.database.reading() as room:
        operator = await room.operators.get(wanted)
    if operator is None or operator.status != "ACTIVE":
        raise Problem(404, "unknown-operator", "There is no such active operator in the registry.")
    roles = [role for role in operator.roles if role in ROLES and role != SYSTEM]
    return composed.issuer.token(operator.id, list(roles)), list(roles)


@router.get("/handbook", response_class=HTMLResponse)
async def handbook(request: Request) -> HTMLResponse:
    """Show the API description as one plain page."""
    return HTMLResponse(render(request.app.openapi()))


@router.get("/traces", response_class=HTMLResponse, responses=refusals(404))
async def traces(composed: Composed) -> HTMLResponse:
    """List the newest traces as one plain page."""
    found = await asyncio.to_thread(kept_by(composed).recent)
    return _page(list_page(found))


@router.get("/traces/{trace_id}", response_class=HTMLResponse, responses=refusals(404, 422))
async def trace(trace_id: TraceId, composed: Composed) -> HTMLResponse:
    """Show one trace as a waterfall."""
    spans = await asyncio.to_thread(kept_by(composed).trace, trace_id)
    if not spans:
        raise Problem(404, "unknown-trace", "There is no such trace, or no longer.")
    return _page(trace_page(trace_id, lines_of(spans)))


def _page(text: str) -> HTMLResponse:
    return HTMLResponse(text, headers={"content-security-policy": POLICY})
