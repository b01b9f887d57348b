"""Orders about builds of the workers: judged, written down, then carried out by Temporal."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC
from typing import TypeVar

from temporalio.service import RPCError, RPCStatusCode

from api.answers import Once
from api.case_client import away, is_away
from api.dependencies import Deployment
from api.permissions import acting_as
from api.problems import Problem
from api.schemas.releases import BuildSeen
from infra.releases import Build, builds
from workflows.domain.audit import Change

T = TypeVar("T")
STREAM = "releases"
"""The chain of records of everything that was ordered about builds."""
SERVING = frozenset(("current", "ramping"))
_REFUSED = frozenset((RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.INVALID_ARGUMENT))


async def standing(composed: Deployment) -> list[BuildSeen]:
    """Return the builds that Temporal knows."""
    return [BuildSeen(**asdict(one)) for one in await reach(lambda: builds(composed.cases.client))]


async def find(composed: Deployment, build_id: str) -> Build:
    """Return a build; raises Problem for one that never polled."""
    known = await reach(lambda: builds(composed.cases.client))
    found = next((one for one in known if one.build_id == build_id), None)
    if found is None:
        raise Problem(404, "unknown-build", "No worker of this build has ever polled.")
    return found


async def write_down(
    composed: Deployment, asked: Once, route: str, told: tuple[str, str, str], **detail: object
) -> None:
    """Write an order into the audit trail before it is carried out.

    ``told``: the chain, what is done, and why.
    """
    stream, action, reason = told
    role = acting_as(asked.caller.roles, "POST", route)
    change = Change(
        stream=stream,
        action=action,
        actor=asked.caller.subject,
        at=composed.now().astimezone(UTC),
        object_type="release",
        object_id=asked.request_id,
        detail={"role": role, "reason": reason, "requestId": asked.request_id, **detail},
    )
    async with composed.database.work() as books:
        await books.audit.append(change)


async def reach(call: Callable[[], Awaitable[T]]) -> T:
    """Ask Temporal; what it refuses, and that it is away, are problems."""
    try:
        return await call()
    except (RPCError, RuntimeError) as error:
        if isinstance(error, RPCError) and error.status in _REFUSED:
            raise Problem(409, "release-refused", "Temporal refuses this of the build.") from None
        if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
            raise Problem(409, "case-not-running", "The case has ended, or is not known.") from None
        if is_away(error):
            raise away() from None
        raise
