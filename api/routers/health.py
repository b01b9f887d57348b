"""Health and metrics: for the supervisor of the process, without a token."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from api.dependencies import Composed, Deployment

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


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(composed: Composed) -> PlainTextResponse:
    """Return cases by status and the age of the oldest unstarted one, for Prometheus."""
    async with composed.database.reading() as room:
        counts = await room.cases.counts()
        waiting = await room.acceptance.unstarted(composed.now(), limit=1)
    lines = ["# TYPE baoquan_cases gauge"]
    lines += [f'baoquan_cases{{status="{status}"}} {n}' for status, n in sorted(counts.items())]
    age = (composed.now() - waiting[0].accepted_at).total_seconds() if waiting else 0.0
    lines += ["# TYPE baoquan_oldest_unstarted_seconds gauge"]
    lines += [f"baoquan_oldest_unstarted_seconds {age:.1f}"]
    return PlainTextResponse("\n".join(lines), media_type="text/plain; version=0.0.4")


async def _database_answers(composed: Deployment) -> bool:
    try:
        async with composed.database.reading() as room:
            await room.cases.counts()
    except (SQLAlchemyError, OSError):
        return False
    return True
