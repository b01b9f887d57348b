"""What an activity's failure means: a BPMN error, or an incident."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    ChildWorkflowError,
    FailureError,
    TimeoutError,
)

BPMN_ERROR: Final = "bpmn:"
REFUSED: Final = "refused:"
UNAVAILABLE: Final = "unavailable"

LONGEST_TEXT: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed piece of work."""

    kind: Literal["error", "refused", "unavailable", "failed"]
    code: str
    """The BPMN error code, or the kind of incident."""
    message: str
    variables: dict[str, Any] = field(default_factory=dict)
    """Wire-encoded values that a BPMN error brings."""


def read_failure(error: FailureError) -> Failure:
    """Unwrap Temporal's wrappers, here and nowhere else."""
    cause: BaseException = error
    while isinstance(cause, ActivityError | ChildWorkflowError) and cause.cause is not None:
        cause = cause.cause
    if isinstance(cause, ApplicationError):
        return _application(cause)
    if isinstance(cause, TimeoutError):
        return Failure(kind="failed", code="job-failed", message="The work timed out.")
    return Failure(kind="failed", code="job-failed", message=_text(cause))


def _application(cause: ApplicationError) -> Failure:
    type_ = cause.type or ""
    if type_.startswith(BPMN_ERROR):
        details = cause.details[0] if cause.details else None
        return Failure(
            kind="error",
            code=type_.removeprefix(BPMN_ERROR),
            message=cause.message[:LONGEST_TEXT],
            variables=details if isinstance(details, dict) else {},
        )
    if type_.startswith(REFUSED):
        text = f"{type_.removeprefix(REFUSED)}: {cause.message}"
        return Failure(kind="refused", code="job-failed", message=text[:LONGEST_TEXT])
    kind: Literal["unavailable", "failed"] = (
        "unavailable" if type_.partition(":")[0] == UNAVAILABLE else "failed"
    )
    text = f"{type_}: {cause.message}" if type_ else cause.message
    return Failure(kind=kind, code="job-failed", message=text[:LONGEST_TEXT])


def _text(cause: BaseException) -> str:
    return (str(cause) or type(cause).__name__)[:LONGEST_TEXT]
