import pytest
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutError

from workflows.host.faults import attempts, read_failure


def wrapped(cause: BaseException) -> ActivityError:
    error = ActivityError(
        "failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="w",
        activity_type="t",
        activity_id="1",
        retry_state=None,
    )
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "kind", "code"),
    [
        (ApplicationError("no", type="bpmn:IDENTITY"), "error", "IDENTITY"),
        (ApplicationError("no", type="refused:INPUT"), "refused", "job-input-invalid"),
        (ApplicationError("no", type="refused:STALE"), "refused", "job-refused"),
        (ApplicationError("no", type="refused:PAYMENT_KEY_EXPIRED"), "refused", "outcome-unknown"),
        (ApplicationError("no", type="unavailable"), "unavailable", "system-unavailable"),
        (ApplicationError("no", type="unavailable:outcome"), "unavailable", "outcome-unknown"),
        (ApplicationError("no", type="held:system:bank"), "held", "system:bank"),
        (ApplicationError("no", type="bug"), "failed", "job-bug"),
        (ApplicationError("no", type="ValueError"), "failed", "job-failed"),
        (ApplicationError("no"), "failed", "job-failed"),
        (TimeoutError("t", type=None, last_heartbeat_details=[]), "failed", "job-timed-out"),
        (ValueError("v"), "failed", "job-failed"),
    ],
)
def test_a_failure_is_read_wrapped(cause: BaseException, kind: str, code: str) -> None:
    failure = read_failure(wrapped(cause))

    assert (failure.kind, failure.code) == (kind, code)


def test_a_local_activitys_failure_comes_unwrapped() -> None:
    error: FailureError = ApplicationError("no", {"a": {"t": "null", "v": None}}, type="bpmn:STALE")

    failure = read_failure(error)

    assert failure.code == "STALE"
    assert failure.variables == {"a": {"t": "null", "v": None}}


def test_what_is_final_was_tried_once_and_what_is_held_never() -> None:
    final = ApplicationError("no", type="refused:INPUT", non_retryable=True)
    held = ApplicationError("no", type="held:system:bank", non_retryable=True)
    bug = ApplicationError("no", type="bug")

    told = [attempts(wrapped(one), 3) for one in (final, held, bug)]

    assert told == [1, 0, 3]
    assert attempts(bug, 0) == 1


def test_texts_are_bounded() -> None:
    assert len(read_failure(ApplicationError("x" * 10_000, type="bug")).message) <= 2_000
