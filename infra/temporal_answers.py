"""What Temporal's errors mean to who asks something of a case: away, or an answer."""

from temporalio.service import RPCError, RPCStatusCode

_AWAY = frozenset(
    (
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        # It died while it answered, or let go of an update that it had taken.
        RPCStatusCode.ABORTED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
        # The case's workflow task has just failed, and is tried again: the update was not taken.
        RPCStatusCode.FAILED_PRECONDITION,
    )
)
"""No answer that means anything: all that is asked of a case is safe to ask again."""


def is_away(error: RPCError | RuntimeError) -> bool:
    """Tell whether Temporal is away: a client that never connected says so with a RuntimeError."""
    if isinstance(error, RPCError):
        return error.status in _AWAY
    return str(error).startswith("Failed client connect")
