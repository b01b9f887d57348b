"""Health and metrics: for the supervisor of the process, without a token."""

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from api.attendance import State, attendance
from api.dependencies import Composed, Deployment
from api.problems import Problem, refusals
from infra.db.connections.away import DatabaseAway

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
    """Tell whether database and Temporal answer, and whether a worker works.

    With Temporal away starts are still accepted; without workers everything that needs no case
    at work is answered, so the process stays in service and says ``degraded``.
    """
    workers = await _workers(composed)
    temporal = await composed.cases.reachable()
    is_whole = temporal and workers != "no-worker"
    status = "not ready" if workers is None else "ready" if is_whole else "degraded"
    parts = {
        "status": status,
        "database": "away" if workers is None else "up",
        "temporal": "up" if temporal else "away",
        "workers": workers or "unknown",
    }
    return JSONResponse(parts, 503 if workers is None or not temporal else 200)


@router.get("/metrics", response_class=PlainTextResponse, responses=refusals(404))
async def metrics(composed: Composed) -> Response:
    """Return every figure of this process and of the database, for Prometheus."""
    telemetry = composed.telemetry
    if not telemetry.shows_metrics:
        raise Problem(404, "not-found", "The figures have a port of their own.")
    text = await asyncio.to_thread(telemetry.metrics.text)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


async def _workers(composed: Deployment) -> State | None:
    """Whether anybody works; None: the database, which would know, does not answer."""
    polled = await composed.pollers.is_polled(composed.cases)
    try:
        async with composed.database.reading() as room:
            seen = await room.attendance.last(composed.cases.task_queue)
    except (DatabaseAway, SQLAlchemyError):
        return None
    return attendance(seen, polled, composed.now()).state
