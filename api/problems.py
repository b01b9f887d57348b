"""Exception to problem document (RFC 9457): one class, one table of codes, nothing echoed."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"

TITLES: dict[int, str] = {
    400: "The request cannot be read",
    401: "Who is calling is not known",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "In conflict with the present state",
    413: "Too large",
    415: "Wrong media type",
    422: "The content is not acceptable",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not available right now",
}


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
            document["errors"] = list(self.errors)
        return document

    def response(self) -> Response:
        """Return the HTTP response."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        body = json.dumps(self.document(), ensure_ascii=False).encode()
        return Response(body, self.status, headers, MEDIA_TYPE)


async def on_problem(_: Request, problem: Exception) -> Response:
    """Answer a refusal of our own."""
    assert isinstance(problem, Problem)  # noqa: S101 - registered for this class only
    return problem.response()


async def on_invalid(_: Request, error: Exception) -> Response:
    """Answer a request that does not fit its schema: where and why, never the value."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    errors = [
        {"loc": [str(part) for part in found["loc"]], "type": str(found["type"])}
        for found in error.errors()[:50]
    ]
    return Problem(422, "invalid", "The request does not fit its schema.", errors=errors).response()


async def on_http(_: Request, error: Exception) -> Response:
    """Answer what the framework itself refuses: unknown paths, wrong methods."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "refused")
    response = Problem(
        error.status_code, code, TITLES.get(error.status_code, "Refused.")
    ).response()
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def on_bug(_: Request, error: Exception) -> Response:
    """Answer a bug of ours without a word about its inside; the log has the trace."""
    del error
    return Problem(500, "internal", "An error of ours; it has been logged.").response()


PROBLEMS: Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    Problem: on_problem,
    RequestValidationError: on_invalid,
    HTTPException: on_http,
    Exception: on_bug,
}
"""Which handler answers which exception."""

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of a route that may answer these problem statuses."""
    return {
        status: {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}},
        }
        for status in statuses
    }
