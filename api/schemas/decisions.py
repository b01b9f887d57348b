"""Decisions that tables took in a case."""

from typing import Any

from api.schemas.shapes import Moment, Seen


class DecisionTaken(Seen):
    """A table asked at an element: which, in which version, on what, with what answer."""

    instance_id: str
    element: str
    name: str | None
    table: str
    version: str | None
    """The table's version tag; the bundle of the case holds the table itself."""
    at: Moment
    inputs_hash: str
    """Over the inputs as the journal has them."""
    inputs: dict[str, Any]
    """In clear with the purpose AUDIT, else by their looks."""
    output: Any


class DecisionsTaken(Seen):
    """What tables decided in a case, in order."""

    decisions: list[DecisionTaken]
