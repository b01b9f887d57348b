"""For development, not mounted in production: tokens for sample operators, the API as a page."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import Composed
from api.handbook import render
from api.permissions import ROLES, SYSTEM
from api.problems import Problem, refusals
from api.schemas.shapes import Identifier, Seen, Sent

router = APIRouter(prefix="/dev", tags=["development"])


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
    if composed.issuer is None:
        raise Problem(404, "not-found", "There is no development issuer here.")
    async with composed.database.reading() as room:
        operator = await room.operators.get(body.operator)
    if operator is None or operator.status != "ACTIVE":
        raise Problem(404, "unknown-operator", "There is no such active operator in the registry.")
    roles = [role for role in operator.roles if role in ROLES and role != SYSTEM]
    return TokenIssued(token=composed.issuer.token(operator.id, list(roles)), roles=list(roles))


@router.get("/handbook", response_class=HTMLResponse)
async def handbook(request: Request) -> HTMLResponse:
    """Show the API description as one plain page."""
    return HTMLResponse(render(request.app.openapi()))
