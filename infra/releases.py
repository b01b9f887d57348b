"""Releases: the builds of our workers as Temporal knows them, and which cases go to which.

Temporal keeps one worker deployment with a version for each build. The current one serves new
cases and all that are not pinned; a ramping one takes a share of them; one that is neither drains.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowExecution as Execution
from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.deployment.v1 import WorkerDeploymentVersion as Version
from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus as Status
from temporalio.api.workflow.v1 import VersioningOverride, WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

DEPLOYMENT: Final = "baoquan"
RPC_TIMEOUT: Final = timedelta(seconds=10)
EVERYTHING: Final = 100

_STATES: Final[Mapping[int, str]] = MappingProxyType({
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: "current",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: "ramping",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: "draining",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: "drained",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE: "inactive",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build."""

    build_id: str
    state: str
    """current, ramping, draining, drained or inactive."""
    share: float
    """Percent of the cases that are not pinned."""
    since: datetime | None
    """When it came to serve what it serves."""
    pinned: int
    """Open cases that stay with it."""


async def current_build(client: Client) -> str | None:
    """Return the build that serves; None: none ever did."""
    info = await _described(client)
    if info is None:
        return None
    return info.routing_config.current_deployment_version.build_id or None


async def builds(client: Client) -> tuple[Build, ...]:
    """Return every build that Temporal knows, the newest first."""
    info = await _described(client)
    if info is None:
        return ()
    routing = info.routing_config
    ramping = routing.ramping_deployment_version.build_id
    ramped = routing.ramping_version_percentage if ramping else 0.0
    shares = {routing.current_deployment_version.build_id: EVERYTHING - ramped, ramping: ramped}
    summaries = sorted(info.version_summaries, key=lambda each: -each.create_time.ToNanoseconds())
    return tuple([
        Build(
            build_id=one.deployment_version.build_id,
            state=_STATES.get(one.status, "inactive"),
            share=shares.get(one.deployment_version.build_id, 0.0),
            since=_moment(one.routing_update_time),
            pinned=await pinned_to(client, one.deployment_version.build_id),
        )
        for one in summaries
    ])  # fmt: skip


async def pinned_to(client: Client, build_id: str) -> int:
    """Count the open cases that stay with a build."""
    return (await client.count_workflows(_pinned(build_id))).count


async def ramp(client: Client, build_id: str, percent: float) -> None:
    """Give a build a share of what is not pinned; everything makes it the current one."""
    service = client.workflow_service
    if percent >= EVERYTHING:
        await service.set_worker_deployment_current_version(
            SetWorkerDeploymentCurrentVersionRequest(
                namespace=client.namespace,
                deployment_name=DEPLOYMENT,
                build_id=build_id,
                identity=client.identity,
                ignore_missing_task_queues=True,
            ),
            timeout=RPC_TIMEOUT,
        )
        return
    await service.set_worker_deployment_ramping_version(
        SetWorkerDeploymentRampingVersionRequest(
            namespace=client.namespace,
            deployment_name=DEPLOYMENT,
            build_id=build_id if percent else "",
            percentage=percent,
            identity=client.identity,
            ignore_missing_task_queues=True,
        ),
        timeout=RPC_TIMEOUT,
    )


async def pin(client: Client, case_id: str, build_id: str | None) -> None:
    """Keep a case with a build, whatever becomes current; None: it goes with the current one."""
    override = VersioningOverride(auto_upgrade=True)
    if build_id is not None:
        version = Version(deployment_name=DEPLOYMENT, build_id=build_id)
        override = VersioningOverride(
            pinned=VersioningOverride.PinnedOverride(version=version, behavior=_PINNED)
        )
    await client.workflow_service.update_workflow_execution_options(
        UpdateWorkflowExecutionOptionsRequest(
            namespace=client.namespace,
            workflow_execution=Execution(workflow_id=case_id),
            workflow_execution_options=WorkflowExecutionOptions(versioning_override=override),
            update_mask=FieldMask(paths=["versioning_override"]),
            identity=client.identity,
        ),
        timeout=RPC_TIMEOUT,
    )


async def drain(client: Client, build_id: str) -> int:
    """Let every open case that stays with a build go with the current one; return how many."""
    freed = 0
    async for one in client.list_workflows(_pinned(build_id)):
        try:
            await pin(client, one.id, None)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # it has ended meanwhile
                raise
        else:
            freed += 1
    return freed


_PINNED: Final = VersioningOverride.PinnedOverrideBehavior.PINNED_OVERRIDE_BEHAVIOR_PINNED


def _pinned(build_id: str) -> str:
    quoted = build_id.replace("'", "''")
    return (
        f"TemporalWorkerDeploymentVersion = '{DEPLOYMENT}:{quoted}' "
        "AND TemporalWorkflowVersioningBehavior = 'Pinned' AND ExecutionStatus = 'Running'"
    )


async def _described(client: Client) -> WorkerDeploymentInfo | None:
    try:
        described = await client.workflow_service.describe_worker_deployment(
            DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT),
            timeout=RPC_TIMEOUT,
        )
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
    return described.worker_deployment_info


def _moment(stamp: Timestamp) -> datetime | None:
    return stamp.ToDatetime(tzinfo=UTC) if stamp.ToNanoseconds() > 0 else None
