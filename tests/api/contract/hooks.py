"""What the contract run knows of this API: a new key per request, ids that exist."""

import json
import os
import re
import uuid
from typing import Any

import schemathesis
from schemathesis import AuthContext, Case, CheckContext, HookContext, Response

from api.idempotency import KEY_PATTERN

KNOWN = json.loads(os.environ["CONTRACT_IDS"])
"""An existing id by path parameter."""
TOKEN = os.environ["CONTRACT_TOKEN"]
UNFIT = frozenset(("/problems/invalid", "/problems/unreadable", "/problems/too-large"))


@schemathesis.auth()
class Bearer:
    """The caller's token, wherever a case does not leave it out on purpose."""

    def get(self, case: Case[Any], ctx: AuthContext) -> str:
        del case, ctx
        return TOKEN

    def set(self, case: Case[Any], data: str, ctx: AuthContext) -> None:
        del ctx
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, object]) -> None:
    del context, kwargs
    key = case.headers.get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch(KEY_PATTERN, key):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


@schemathesis.hook
def map_path_parameters(
    context: HookContext, path_parameters: dict[str, object] | None
) -> dict[str, object] | None:
    """Every other id is one that exists."""
    del context
    for name in path_parameters or {}:
        if path_parameters and len(str(path_parameters[name])) % 2:
            path_parameters[name] = KNOWN.get(name, path_parameters[name])
    return path_parameters


@schemathesis.check
def the_schema_is_honest(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """What fits the schema is never refused for its form, only for what it means."""
    del ctx
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code in (400, 413, 415, 422):
        assert response.json()["type"] not in UNFIT, response.text
