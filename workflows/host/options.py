"""Timeouts and retries: what Temporal does by itself before anything becomes an incident."""

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy

from workflows.contracts.activity import ActivityContract

PLATFORM_TIMEOUT: Final = timedelta(seconds=10)
"""One attempt of a journal flush, a judged act, a publication or a look-up."""

PLATFORM_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30)
)
"""Nothing can go on without the database: tried until it is back."""

LOCAL_PAUSE: Final = timedelta(seconds=5)
"""Longer pauses between two attempts of a local activity are timers.

Within a workflow task they would cost a task every eight seconds, and hold up the worker's end.
"""

ACT_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    maximum_interval=timedelta(seconds=2),
    maximum_attempts=5,
)
"""A person waits for the answer and may repeat the request."""

FOREIGN_TIMEOUT: Final = timedelta(hours=1)
"""One attempt of a type that others serve."""

OUTAGE_ROUNDS: Final = 5
"""How often work is tried anew, with its retries, while a machine it needs is unavailable."""


def start_to_close(contract: ActivityContract) -> timedelta:
    """Return the time of one attempt."""
    return timedelta(seconds=contract.timeout_seconds)


def retry_policy(retries: int) -> RetryPolicy:
    """Return the model's number of attempts as a policy."""
    return RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(seconds=60),
        maximum_attempts=max(1, retries),
    )


def queue_priority(priority: int | None) -> Priority:
    """Return the place in a task queue: a job's 0 to 100 are Temporal's 5 to 1, 50 is its 3."""
    if priority is None:
        return Priority.default
    return Priority(priority_key=max(1, 5 - priority // 20))


def outage_pause(done: int) -> timedelta:
    """Return how long to wait before the next round."""
    return timedelta(seconds=min(60, 5 * 2**done))


def event_group(element: str) -> workflow.EventGroup:
    """Mark history events with their BPMN element; its name stands in the event's summary.

    A label would say the name again, as one more payload of every event.
    """
    return workflow.create_event_group(element)


def summary(name: str) -> str:
    """Cut an element's name to what Temporal shows."""
    return name.encode()[:200].decode(errors="ignore")
