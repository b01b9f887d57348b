from temporalio.common import VersioningBehavior

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
