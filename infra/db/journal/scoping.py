"""Variables as an element saw them, from the journal of its instance."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

SCOPES = ("elementActivated", "variablesChanged")
"""Kinds of entries that tell of scopes and what stands in them."""


def visible(rows: Sequence[Row[Any]], key: int | None) -> dict[str, Any]:
    """What an element instance sees; of the process alone, where it is not known which one."""
    scopes = {row.key: row.data.get("scope") for row in rows if row.kind == "elementActivated"}
    root = next((at for at, scope in scopes.items() if not scope), None)
    chain: list[int | None] = []
    at = key
    while at is not None and at not in chain:
        chain.append(at)
        at = scopes.get(at)
    if root not in chain:
        chain.append(root)
    seen: dict[str, Any] = {}
    for place in reversed(chain):
        for row in rows:
            if row.kind == "variablesChanged" and row.key == place:
                seen.update(row.data.get("variables") or {})
    return seen
