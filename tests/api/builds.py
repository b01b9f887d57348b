"""Builds of the workers as a server tells of them: one serves, one drains, one has no share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.deployment.v1 import WorkerDeploymentInfo, WorkerDeploymentVersion
from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus as Status
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentResponse

CURRENT, NEXT, OLD = "0.2.0-aaaaaaaaaaaa", "0.3.0-bbbbbbbbbbbb", "0.1.0-cccccccccccc"
PINNED = "BQ-PINNED"
_STATES = {
    CURRENT: Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT,
    NEXT: Status.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE,
    OLD: Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING,
}


class Builds:
    """The part of Temporal's client that knows of builds; it keeps what was ordered."""

    namespace = "default"
    identity = "test"

    @property
    def workflow_service(self) -> Builds:
        return self

    def __init__(self) -> None:
        self.current = CURRENT
        self.orders: list[Any] = []

    async def describe_worker_deployment(
        self, *_: Any, **__: Any
    ) -> DescribeWorkerDeploymentResponse:
        info = WorkerDeploymentInfo()
        info.routing_config.current_deployment_version.build_id = self.current
        for age, (build_id, state) in enumerate(_STATES.items(), 1):
            version = WorkerDeploymentVersion(deployment_name="baoquan", build_id=build_id)
            info.version_summaries.add(
                status=state, deployment_version=version, create_time=Timestamp(seconds=age)
            )
        return DescribeWorkerDeploymentResponse(worker_deployment_info=info)

    async def set_worker_deployment_current_version(self, order: Any, **_: Any) -> None:
        self.orders.append(order)
        self.current = order.build_id

    async def set_worker_deployment_ramping_version(self, order: Any, **_: Any) -> None:
        self.orders.append(order)

    async def update_workflow_execution_options(self, order: Any, **_: Any) -> None:
        self.orders.append(order)

    async def count_workflows(self, query: str) -> Any:
        return SimpleNamespace(count=int(OLD in query))

    def list_workflows(self, query: str) -> AsyncIterator[Any]:
        return self._listed(query)

    async def _listed(self, query: str) -> AsyncIterator[Any]:
        if OLD in query:
            yield SimpleNamespace(id=PINNED)
