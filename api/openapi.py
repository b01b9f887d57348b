"""The OpenAPI document, completed: who may call, every refusal, an example of every body."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from api.examples import EXAMPLES
from api.permissions import PERMISSIONS
from api.problems import MEDIA_TYPE, TITLES

Json = dict[str, Any]

_BEARER = "bearer"
_ALWAYS = (500, 503)
_GUARDED = (401, 403, 406, 422, 429)
_WITH_BODY = (400, 408, 409, 413, 415)
_LATER = (429, 503)
"""Answers that say when to come again."""
_FRAMEWORK_ONLY = ("HTTPValidationError", "ValidationError")

PROBLEM_SCHEMA: Json = {
    "title": "Problem",
    "description": "Why a request is refused (RFC 9457). Nothing that was sent is repeated.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable code, /problems/…"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do."},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "Where and why."},
    },
}

_CODES: dict[int, tuple[str, str]] = {
    400: ("unreadable", "The body is not one well-formed JSON document."),
    401: ("unauthenticated", "Send a bearer token: Authorization: Bearer …"),
    403: ("forbidden", "Your role may not do this."),
    404: ("unknown-case", "There is no such case."),
    405: ("method-not-allowed", "Method not allowed."),
    406: ("not-acceptable", "Accept application/json."),
    408: ("slow-body", "Send the whole body without a pause."),
    409: ("conflict", "Somebody changed the same thing just now. Repeat the request."),
    413: ("too-large", "A body has at most 1048576 bytes."),
    415: ("media-type", "Send application/json in UTF-8."),
    422: ("invalid", "The request does not fit its schema."),
    429: (
        "too-many-requests",
        "That is more than one caller may ask in a minute. Wait as Retry-After says.",
    ),
    500: ("internal", "An error of ours; it has been logged."),
    503: ("database-away", "The database does not answer. Repeat the request."),
}


VALUE: Json = {
    "title": "Value",
    "description": "Plain JSON inside the limits of the gate: at most 32 levels deep.",
    "anyOf": [
        {"type": "null"},
        {"type": "boolean"},
        {"type": "number", "minimum": -(10**18), "maximum": 10**18},
        {"type": "string", "pattern": "^[^\\x00]*$"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Value"}},
        {
            "type": "object",
            "maxProperties": 1000,
            "propertyNames": {"pattern": "^[^\\x00]*$"},
            "additionalProperties": {"$ref": "#/components/schemas/Value"},
        },
    ],
    "examples": [{"payeeAccountId": "AC-S3-1", "amount": 12.5}],
}
"""What a variable may hold."""


_OPEN: Json = {
    "additionalProperties": {"$ref": "#/components/schemas/Value"},
    "propertyNames": {"pattern": "^[^\\x00]*$"},
    "maxProperties": 1000,
}
"""Fields that nobody reads pass the gate like all others."""

_SAYS_NOTHING = frozenset(("title", "default", "description"))
"""All that stands in a field that may hold anything."""


class DescribedApp(FastAPI):
    """An application whose OpenAPI document is complete."""

    def openapi(self) -> Json:
        """Return the document; made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _complete(super().openapi())
        return self.openapi_schema


def _complete(document: Json) -> Json:
    parts: Json = document.setdefault("components", {})
    parts["securitySchemes"] = {
        _BEARER: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token of this deployment's issuer, or a system's API key.",
        }
    }
    schemas: Json = parts.setdefault("schemas", {})
    for name in _FRAMEWORK_ONLY:
        schemas.pop(name, None)
    for name, example in EXAMPLES.items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    schemas["Value"] = VALUE
    for schema in schemas.values():
        _bound_variables(schema)
        _bound_keys(schema)
    schemas["EncodedPayload"].update(_OPEN)
    schemas["Problem"] = {**PROBLEM_SCHEMA, "examples": [_problem(422)]}
    for method, path, operation in _operations(document):
        _describe(method, path, operation)
    return document


def _bound_variables(schema: Json) -> None:
    for field in schema.get("properties", {}).values():
        if "propertyNames" in field and field.get("additionalProperties") is True:
            names = {**field["propertyNames"], **_OPEN["propertyNames"]}
            field.update(_OPEN, propertyNames=names)
        elif field.keys() <= _SAYS_NOTHING:
            field["$ref"] = "#/components/schemas/Value"


def _bound_keys(schema: Json) -> None:
    """A map has no keys but those that its pattern names."""
    for field in schema.get("properties", {}).values():
        if "patternProperties" in field:
            field["additionalProperties"] = False


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def _describe(method: str, path: str, operation: Json) -> None:
    roles = PERMISSIONS.get((method, path))
    statuses: set[int] = set()
    if roles is not None:
        operation["security"] = [{_BEARER: []}]
        operation["x-roles"] = sorted(roles)
        statuses |= {*_GUARDED, *_ALWAYS}
    if method == "POST":
        statuses |= {*_WITH_BODY, 422, *_ALWAYS}
    answers: Json = operation["responses"]
    refused = statuses | {int(status) for status in answers if status in map(str, _CODES)}
    for status in sorted(refused):
        if "application/json" in answers.get(str(status), {}).get("content", {}) and (
            status not in statuses
        ):
            continue  # readyz answers 503 in its own words
        answers[str(status)] = _refusal(status)


def _refusal(status: int) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    answer: Json = {
        "description": TITLES[status],
        "content": {MEDIA_TYPE: {"schema": schema, "example": _problem(status)}},
    }
    if status in _LATER:
        answer["headers"] = {
            "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}
        }
    return answer


def _problem(status: int) -> Json:
    code, detail = _CODES[status]
    document: Json = {
        "type": f"/problems/{code}",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
    }
    if status == 422:  # noqa: PLR2004 - the status itself
        document["errors"] = [{"loc": ["body", "policyNo"], "type": "missing"}]
    return document
