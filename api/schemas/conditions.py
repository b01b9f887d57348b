"""Conditions that begin cases, as callers tell and are told of them."""

from pydantic import Field

from api.schemas.shapes import ProcessId, Seen, Sent, Variables


class ConditionsTold(Sent):
    """What is true now: the conditions over it that begin cases are tested."""

    process_id: ProcessId | None = None
    """Only those of the newest version of this process."""
    variables: Variables = Field(default_factory=dict)


class ConditionFailed(Seen):
    """A condition that could not be tested: it began nothing."""

    process_id: str
    element: str
    message: str


class ConditionsReceipt(Seen):
    """What came of it, once for each process."""

    begun: list[str]
    """The cases that it began."""
    kept: list[str]
    """Processes that wait for something else besides before they begin."""
    failed: list[ConditionFailed]
