"""What an activity's failure means: a BPMN error, or an incident."""

from collections.abc import Mapping
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
HELD: Final = "held:"
"""Operations let the process, the type of work or the system stand still."""

_REFUSALS: Final[Mapping[str, str]] = {
    "INPUT": "job-input-invalid",
    "PAYMENT_KEY_EXPIRED": "outcome-unknown",
}
_FAILURES: Final[Mapping[str, str]] = {
    UNAVAILABLE: "system-unavailable",
    f"{UNAVAILABLE}:outcome": "outcome-unknown",
    "bug": "job-bug",
}
"""What an incident is called, by the code of a refusal and by the type of any other failure."""

LONGEST_TEXT: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed piece of work."""

    kind: Literal["error", "refused", "unavailable", "held", "failed"]
    code: str
    """The BPMN error code, the kind of incident, or what stands still."""
    message: str
    variables: dict[str, Any] = field(default_factory=dict)
    """Wire-encoded values that a BPMN error brings."""


def read_failure(error: FailureError) -> Failure:
    """Say what a failure means."""
    cause = _cause(error)
    if isinstance(cause, ApplicationError):
        return _application(cause)
    if isinstance(cause, TimeoutError):
        return Failure(kind="failed", code="job-timed-out", message="The work timed out.")
    return Failure(kind="failed", code="job-failed", message=_text(cause))


def attempts(error: FailureError, retries: int) -> int:
    """Say how often work was tried: what is final is not tried again, what is held not at all."""
    cause = _cause(error)
    if isinstance(cause, ApplicationError) and cause.non_retryable:
        return 0 if (cause.type or "").startswith(HELD) else 1
    return max(1, retries)


def _cause(error: FailureError) -> BaseException:
    """Unwrap Temporal's wrappers, here and nowhere else."""
    cause: BaseException = error
    while isinstance(cause, ActivityError | ChildWorkflowError) and cause.cause is not None:
        cause = cause.cause
    return cause


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
    if type_.startswith(HELD):
        return Failure(kind="held", code=type_.removeprefix(HELD), message=cause.message)
    if type_.startswith(REFUSED):
        why = type_.removeprefix(REFUSED)
        return _failure("refused", _REFUSALS.get(why, "job-refused"), f"{why}: {cause.message}")
    kind: Literal["unavailable", "failed"] = (
        "unavailable" if type_.partition(":")[0] == UNAVAILABLE else "failed"
    )
    text = f"{type_}: {cause.message}" if type_ else cause.message
    return _failure(kind, _FAILURES.get(type_, "job-failed"), text)


def _failure(kind: Literal["refused", "unavailable", "failed"], code: str, text: str) -> Failure:
    return Failure(kind=kind, code=code, message=text[:LONGEST_TEXT])


def _text(cause: BaseException) -> str:
    return (str(cause) or type(cause).__name__)[:LONGEST_TEXT]
