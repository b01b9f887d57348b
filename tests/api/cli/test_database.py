"""``baoquan database``: schema, roles and settings, from the terminal."""

from pathlib import Path

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from api.cli.__main__ import assembled
from tests.cluster import Cluster
from tests.shelf import ROLES, Shelf, shelf_of

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:9/none"


@pytest.fixture
def server_shelf(request: pytest.FixtureRequest) -> Shelf:
    return shelf_of("postgresql", request)


def run(command: str, url: str, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[int, str]:
    """Run a command with the URL where a password is safe: in the environment."""
    monkeypatch.setenv("BAOQUAN_DATABASE_URL", url)
    result = CliRunner().invoke(assembled(["database"]), ["database", command, *more])
    return result.exit_code, result.output


def test_a_file_is_migrated_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'baoquan.db'}"

    migrated, checked = run("migrate", url, monkeypatch), run("check", url, monkeypatch)

    assert migrated == (0, "The schema is up to date.\n")
    assert checked[0] == 0


def test_a_file_has_no_roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = run("roles", f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", monkeypatch)

    assert (code, "no roles" in told) == (1, True)


def test_roles_then_schema_make_a_database_to_work_with(
    server_shelf: Shelf, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server_shelf.new("cli")
    name = str(make_url(url).database)

    roles = run("roles", url, monkeypatch)
    migrated = run("migrate", cluster.url(name, ROLES.migrator), monkeypatch)
    checked = run("check", cluster.url(name, ROLES.app), monkeypatch)

    assert (roles[0], migrated, checked[0]) == (
        0,
        (0, "The schema is up to date, the roles have their rights.\n"),
        0,
    )
    assert cluster.rows("SELECT count(*) FROM cases", database=name, user=ROLES.app) == [(0,)]
    server_shelf.drop(url)


@pytest.mark.parametrize("command", ["migrate", "roles", "check"])
def test_a_database_that_does_not_answer_is_told(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = run(command, NOWHERE, monkeypatch)

    assert (code, "does not answer" in told, "Traceback" in told) == (1, True, False)


def test_a_database_that_forgets_is_told(
    server_shelf: Shelf, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server_shelf.new("forgetful")
    cluster.run(f'ALTER DATABASE "{make_url(url).database}" SET synchronous_commit = off')

    code, told = run("check", url, monkeypatch)

    server_shelf.drop(url)
    assert (code, "synchronous_commit is off" in told) == (1, True)


def test_a_name_that_is_no_role_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = run("roles", NOWHERE, monkeypatch, "--app", "x; DROP TABLE cases")

    assert (code, "role name" in told) == (1, True)
