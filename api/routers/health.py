"""Health and metrics: for the supervisor of the process, without a token."""

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from api.dependencies import Composed, Deployment
from api.problems import Problem, refusals
from infra.db.away import DatabaseAway

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def health() -> dict[str, str]:
    """Tell that the process lives."""
    return {"status": "alive"}


_READY = {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}


@router.get(
    "/readyz",
    responses={
        503: {
            "description": "A machine does not answer.",
            "content": {"application/json": _READY},
        }
    },
)
async def readiness(composed: Composed) -> JSONResponse:
    """Tell whether database and Temporal answer; with Temporal away, starts are still accepted."""
    database = await _database_answers(composed)
    temporal = await composed.cases.reachable()
    parts = {"database": database, "temporal": temporal}
    status = "ready" if all(parts.values()) else "degraded" if database else "not ready"
    return JSONResponse(
        {"status": status, **{name: "up" if up else "away" for name, up in parts.items()}},
        200 if database and temporal else 503,
    )


@router.get("/metrics", response_class=PlainTextResponse, responses=refusals(404))
async def metrics(composed: Composed) -> Response:
    """Return every figure of this process and of the database, for Prometheus."""
    telemetry = composed.telemetry
    if not telemetry.shows_metrics:
        raise Problem(404, "not-found", "The figures have a port of their own.")
    text = await asyncio.to_thread(telemetry.metrics.text)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


async def _database_answers(composed: Deployment) -> bool:
    try:
        async with composed.database.reading() as room:
            await room.cases.counts()
    except (DatabaseAway, SQLAlchemyError):
        return False
    return True
