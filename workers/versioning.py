"""Which build a worker is, and making it the current one.

Cases live for years and must get fixes, so they move with the current build (AUTO_UPGRADE); what
keeps their replay exact is the list of patches (``workflows.host.versions``) and the recorded
histories that every build replays before it is released.
"""

import asyncio
import hashlib
import logging
from importlib.metadata import version
from pathlib import Path
from typing import Final

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

import workflows
from infra.releases import DEPLOYMENT

PROMOTION_SECONDS: Final = 30
"""How long the server may not know a build whose workers have begun to poll."""
PAUSE, LONG_PAUSE = 0.2, 2.0
AWAY: Final = frozenset((
    RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.INTERNAL, RPCStatusCode.UNKNOWN,
))  # fmt: skip
"""No answer of the server's: however long that lasts, a worker does not end over it."""

logger = logging.getLogger(__name__)


def build_id() -> str:
    """Return the package's version with a hash of the sources that workflows run."""
    digest = hashlib.sha256()
    folder = Path(workflows.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return f"{version('baoquan')}-{digest.hexdigest()[:12]}"


def deployment_version() -> WorkerDeploymentVersion:
    """Return what this worker is, for Temporal."""
    return WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build_id())


def deployment_config(current: WorkerDeploymentVersion) -> WorkerDeploymentConfig:
    """Return how this worker takes part in versioning."""
    return WorkerDeploymentConfig(
        version=current,
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def promote(client: Client, current: WorkerDeploymentVersion) -> None:
    """Make a build the current one; the server knows it only once its workers poll."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=current.deployment_name,
        build_id=current.build_id,
        identity=client.identity,
        ignore_missing_task_queues=True,
    )
    loop = asyncio.get_running_loop()
    patience = loop.time() + PROMOTION_SECONDS
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as error:
            is_late = loop.time() > patience
            if is_late and error.status not in AWAY:
                raise
            logger.log(logging.WARNING if is_late else logging.DEBUG, "not current yet: %s", error)
            await asyncio.sleep(LONG_PAUSE if is_late else PAUSE)
        else:
            logger.info("current build: %s", current.build_id)
            return
