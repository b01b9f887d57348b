"""``baoquan keys``: what it prints, and what it refuses."""

import pytest
from typer.testing import CliRunner

from api.cli import keys as command
from infra.db.connections.field_keys import NAMED_BY
from infra.payload_keys import FILE_NAME, KeyFile
from tests.infra.test_payload_keys import opened

RUN = CliRunner()


@pytest.fixture
def keys(tmp_path, monkeypatch) -> KeyFile:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(NAMED_BY)
    monkeypatch.setenv("BAOQUAN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr(command, "leave", _leave)
    return opened(tmp_path)


def _leave(code: int) -> None:
    raise SystemExit(code)


def ran(*arguments: str, code: int = 0) -> str:
    result = RUN.invoke(command.keys_app, arguments)
    assert result.exit_code == code, result.output
    return result.output


def test_a_rotation_is_listed(keys: KeyFile):
    first = keys.ring.active.id

    told = ran("rotate")
    lines = ran("list").splitlines()

    active = KeyFile(keys.path).ring.active.id
    assert told.startswith(active)
    assert lines[1].split()[0] == first
    assert "reads only" in lines[1]
    assert lines[2].split()[0] == active
    assert "active" in lines[2]


def test_no_secret_is_printed(keys: KeyFile):
    secret = keys.ring.active.secret

    assert secret not in ran("list") + ran("rotate")


def test_without_a_file_nothing_is_made(keys: KeyFile):
    keys.path.unlink()

    for command_line in (["list"], ["rotate"], ["retire", "any"]):
        assert FILE_NAME in ran(*command_line, code=1)
    assert not keys.path.exists()


def test_the_active_key_stays_even_with_force(keys: KeyFile):
    assert "active" in ran("retire", keys.ring.active.id, "--force", code=1)


def test_a_key_that_was_active_a_moment_ago_stays(keys: KeyFile):
    first = keys.ring.active.id
    keys.rotate()

    assert "was active until" in ran("retire", first, code=1)
    assert opened(keys.path.parent).find(first) is not None


def test_force_does_not_ask(keys: KeyFile):
    first = keys.ring.active.id
    keys.rotate()

    assert "is gone" in ran("retire", first, "--force")
    assert opened(keys.path.parent).find(first) is None


def test_a_key_nobody_knows_is_named(keys: KeyFile):
    assert keys.ring.active
    for options in ([], ["--force"]):
        assert "no key nobody" in ran("retire", "nobody", *options, code=1)
