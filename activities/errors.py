"""Fault, Refused, Unavailable: how an activity fails, and how Temporal sees each."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from temporalio.exceptions import ApplicationError

from workflows.domain.systems import OutcomeUnknown, SystemUnavailable, Undeliverable

TEXT_BYTES = 2048
RETRY_AFTER = 5.0


class Fault(Exception):
    """A fault of the business: the model catches it as a BPMN error."""

    def __init__(
        self, code: str, message: str, variables: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.variables = dict(variables or {})
        """Plain values that the error brings along."""


class Refused(Exception):
    """The request cannot be served, however often it is tried."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Unavailable(Exception):
    """A machine is away; trying again is safe."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class Held(Exception):
    """Operations let it stand still; it is tried when they let it go on."""

    def __init__(self, source: str) -> None:
        super().__init__(f"{source} stands still.")
        self.source = source


def as_application_error(error: BaseException, wire: Mapping[str, Any]) -> ApplicationError:
    """Tell Temporal; ``wire`` are the encoded variables of a fault.

    What we did not expect is told by its class alone: its text may quote anything.
    """
    match error:
        case Fault():
            return ApplicationError(
                bounded(error.message), dict(wire), type=f"bpmn:{error.code}", non_retryable=True
            )
        case Refused():
            return ApplicationError(
                bounded(error.message), type=f"refused:{error.code}", non_retryable=True
            )
        case Unavailable():
            return _unavailable(error.message, error.retry_after)
        case Held():
            return ApplicationError(str(error), type=f"held:{error.source}", non_retryable=True)
        case SystemUnavailable() | OutcomeUnknown() | Undeliverable():
            return _system(error)
        case _:
            return ApplicationError(f"Unexpected {type(error).__name__}.", type="bug")


def bounded(text: str) -> str:
    """Cut a text to what an error may carry."""
    return text.encode()[:TEXT_BYTES].decode(errors="ignore")


def _system(error: SystemUnavailable | OutcomeUnknown | Undeliverable) -> ApplicationError:
    if isinstance(error, Undeliverable):
        return ApplicationError(str(error), type="refused:UNDELIVERABLE", non_retryable=True)
    if isinstance(error, SystemUnavailable):
        return _unavailable("The system did not take the request.", RETRY_AFTER)
    text = "The outcome is unknown; it will be asked for."
    return _unavailable(text, RETRY_AFTER, "unavailable:outcome")


def _unavailable(
    message: str, retry_after: float | None, kind: str = "unavailable"
) -> ApplicationError:
    delay = None if retry_after is None else timedelta(seconds=retry_after)
    return ApplicationError(bounded(message), type=kind, next_retry_delay=delay)
