"""The allow-list: every attribute a span may have, and what becomes of its text.

Names follow OpenTelemetry's semantic conventions where there is one. Values are ids, codes, names
from a model, counts: never variables, parameters, bodies or messages of exceptions.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

Value = str | int | float | bool

CASE: Final = "baoquan.case.id"
INSTANCE: Final = "baoquan.instance.id"
PROCESS: Final = "baoquan.process.id"
VERSION: Final = "baoquan.process.version"
ELEMENT: Final = "baoquan.element.id"
ELEMENT_NAME: Final = "baoquan.element.name"
ELEMENT_TYPE: Final = "baoquan.element.type"
ELEMENT_KEY: Final = "baoquan.element.key"
RESULT: Final = "baoquan.result"
CODE: Final = "baoquan.code"
ACTIVITY: Final = "baoquan.activity.type"
ATTEMPT: Final = "baoquan.activity.attempt"
RUNS: Final = "baoquan.activity.runs"
UPDATE: Final = "baoquan.update.name"
REQUEST: Final = "baoquan.request.id"
ERROR: Final = "error.type"
METHOD: Final = "http.request.method"
ROUTE: Final = "http.route"
STATUS: Final = "http.response.status_code"
TEMPLATE: Final = "url.template"
SERVER: Final = "server.address"
PORT: Final = "server.port"
DATABASE: Final = "db.system.name"
OPERATION: Final = "db.operation.name"
TABLE: Final = "db.collection.name"
STATEMENT: Final = "db.query.text"

ALLOWED: Final = frozenset(
    (
        *(CASE, INSTANCE, PROCESS, VERSION, ELEMENT, ELEMENT_NAME, ELEMENT_TYPE, ELEMENT_KEY),
        *(RESULT, CODE, ACTIVITY, ATTEMPT, RUNS, UPDATE, REQUEST, ERROR),
        *(METHOD, ROUTE, STATUS, TEMPLATE, SERVER, PORT),
        *(DATABASE, OPERATION, TABLE, STATEMENT),
    )
)

LONGEST: Final = 500
"""Characters of one text."""

_CASE_ID: Final = re.compile(r"BQ-[0-9A-F]{20}")
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,59}")
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


@lru_cache(maxsize=4_000)
def plain(text: str, longest: int = LONGEST) -> str:
    """Cut a text and show its control characters as escapes: it stays one line, in one order."""
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", cut)


def allowed(attributes: Mapping[str, object] | None) -> dict[str, Value]:
    """Keep what the list allows; a value that is no plain value is left out too."""
    kept: dict[str, Value] = {}
    for name, value in (attributes or {}).items():
        if name in ALLOWED and isinstance(value, str | int | float | bool):
            kept[name] = plain(value) if isinstance(value, str) else value
    return kept


def case_of(instance_id: object) -> str | None:
    """Return the case an instance belongs to; None for what is no case id of ours."""
    if not isinstance(instance_id, str):
        return None
    case_id = instance_id.partition("/")[0]
    return case_id if _CASE_ID.fullmatch(case_id) else None


def code_of(text: object, otherwise: str) -> str:
    """Return an error code if it looks like one; a sentence is none."""
    return text if isinstance(text, str) and _CODE.fullmatch(text) else otherwise
