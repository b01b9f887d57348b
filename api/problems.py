"""Exception to problem document (RFC 9457): one class, one table of codes, nothing echoed."""

import json
import logging
import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from api.headers import HEADERS
from api.permissions import methods_at
from infra.db.connections.away import DatabaseAway

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 100
RETRY_AFTER = (5, 15)
"""Seconds after which a caller may repeat: not all of them in one moment."""

TITLES: dict[int, str] = {
    400: "The request cannot be read",
    401: "Who is calling is not known",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "No acceptable answer",
    408: "Too slow",
    409: "In conflict with the present state",
    413: "Too large",
    415: "Wrong media type",
    422: "The content is not acceptable",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not available right now",
}

_UNAUTHORIZED, _NOT_FOUND, _NO_METHOD = 401, 404, 405
_FIELD = re.compile(r"(?!.*[0-9]{4})[A-Za-z_][A-Za-z0-9_-]{0,63}|[0-9]{1,6}")
"""What a place in a request may look like to be named in an answer; anything else is content, a
number of some length (of an identity card, an account, a telephone) above all."""


class Problem(Exception):
    """Why a request is refused: a status, a stable code, a sentence that says what to do."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[dict[str, Any]] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after

    def document(self) -> dict[str, Any]:
        """Return the RFC 9457 document."""
        document: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": TITLES.get(self.status, "Refused"),
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = list(self.errors[:MAX_ERRORS])
        return document

    def response(self) -> Response:
        """Return the HTTP response."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if self.status == _UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        body = json.dumps(self.document(), ensure_ascii=False).encode()
        return Response(body, self.status, headers, MEDIA_TYPE)


async def on_problem(request: Request, problem: Exception) -> Response:
    """Answer a refusal of our own; an id that named nothing is counted against its caller."""
    assert isinstance(problem, Problem)  # noqa: S101 - registered for this class only
    caller = getattr(request.state, "caller", None)
    if problem.status == _NOT_FOUND and caller is not None:
        request.app.state.deployment.gatekeeper.missed(caller.subject)
    return problem.response()


async def on_invalid(_: Request, error: Exception) -> Response:
    """Answer a request that does not fit its schema: where and why, never the value."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    errors = [
        {"loc": [_place(part) for part in found["loc"]], "type": str(found["type"])}
        for found in error.errors()[:MAX_ERRORS]
    ]
    if {"loc": ["header", "Idempotency-Key"], "type": "missing"} in errors:
        return Problem(
            400,
            "idempotency-key-missing",
            "Send an Idempotency-Key: your id for this request, 8 to 200 characters.",
            errors=errors,
        ).response()
    return Problem(422, "invalid", "The request does not fit its schema.", errors=errors).response()


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework itself refuses: unknown paths, wrong methods."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    status = error.status_code
    code = {_NOT_FOUND: "not-found", _NO_METHOD: "method-not-allowed"}.get(status, "refused")
    response = Problem(status, code, f"{TITLES.get(status, 'Refused')}.").response()
    if status == _NO_METHOD:
        response.headers["Allow"] = ", ".join(methods_at(request.scope["path"]))
    return response


async def on_database(_: Request, error: Exception) -> Response:
    """Answer while the database does not: nothing was changed, or the answer was lost with it."""
    logger.warning("database away: %s", error if isinstance(error, DatabaseAway) else type(error))
    return Problem(
        503,
        "database-away",
        "The database does not answer. Repeat the request.",
        retry_after=random.randint(*RETRY_AFTER),  # noqa: S311 - spreads the callers, no secret
    ).response()


async def on_bug(_: Request, error: Exception) -> Response:
    """Answer a bug of ours without a word about its inside; the log has the trace."""
    del error
    response = Problem(500, "internal", "An error of ours; it has been logged.").response()
    response.raw_headers.extend(HEADERS)  # answered outside every middleware
    return response


PROBLEMS: Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    Problem: on_problem,
    RequestValidationError: on_invalid,
    HTTPException: on_http,
    DatabaseAway: on_database,
    OperationalError: on_database,
    InterfaceError: on_database,
    Exception: on_bug,
}
"""Which handler answers which exception."""


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problem statuses that a route may answer beside those every route may."""
    return {status: {"description": TITLES[status]} for status in statuses}


def _place(part: object) -> str:
    """A field's name or an index; a name the caller made up may be personal, and is not echoed."""
    text = str(part)
    return text if _FIELD.fullmatch(text) else "?"
