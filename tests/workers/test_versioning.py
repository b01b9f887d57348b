from typing import Any

import pytest
from temporalio.common import VersioningBehavior
from temporalio.service import RPCError, RPCStatusCode

from workers import versioning
from workers.versioning import build_id, deployment_config, deployment_version


def test_a_build_is_named_by_release_and_sources() -> None:
    release, _, sources = build_id().rpartition("-")

    assert release.startswith("0.")
    assert len(sources) == 12
    assert build_id() == build_id()


def test_cases_move_with_the_current_build() -> None:
    config = deployment_config(deployment_version())

    assert config.use_worker_versioning
    assert config.default_versioning_behavior == VersioningBehavior.AUTO_UPGRADE


class Server:
    """Stands in for a client: refuses a build as told, then takes it."""

    namespace = "default"
    identity = "test"

    def __init__(self, *refusals: RPCStatusCode) -> None:
        self.workflow_service = self
        self.refusals = list(refusals)

    async def set_worker_deployment_current_version(self, _request: Any) -> None:
        if self.refusals:
            raise RPCError("no", self.refusals.pop(0), b"")


async def promoted(monkeypatch: pytest.MonkeyPatch, *refusals: RPCStatusCode) -> list[Any]:
    monkeypatch.setattr(versioning, "PROMOTION_SECONDS", 0)
    monkeypatch.setattr(versioning, "LONG_PAUSE", 0)
    server: Any = Server(*refusals)
    await versioning.promote(server, deployment_version())
    left: list[Any] = server.refusals
    return left


async def test_a_worker_outlives_a_server_that_is_away_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED)

    assert await promoted(monkeypatch, *away * 3) == []


async def test_a_worker_whose_build_is_refused_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RPCError):
        await promoted(monkeypatch, RPCStatusCode.PERMISSION_DENIED)
