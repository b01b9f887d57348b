import os
from pathlib import Path

import pytest

from infra.temporal import (
    DEV_SERVER,
    TEST_SERVER,
    dev_server_command,
    dev_server_database,
    find_binary,
)


@pytest.mark.parametrize("name", [DEV_SERVER, TEST_SERVER])
def test_a_server_is_found_in_its_wheel(name: str) -> None:
    assert os.access(find_binary(name), os.X_OK)


def test_a_named_server_comes_first(monkeypatch, tmp_path: Path) -> None:
    binary = tmp_path / "temporal"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o755)
    monkeypatch.setenv("TEMPORAL_BIN", str(binary))

    assert find_binary(DEV_SERVER) == binary


def test_a_missing_server_names_what_to_install() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-bin"):
        find_binary("no-such")


def test_the_embedded_server_survives_a_power_cut(tmp_path: Path) -> None:
    command = dev_server_command(data_folder=tmp_path, port=7000)

    line = " ".join(command.argv)
    assert "--sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=full" in line
    assert f"--db-filename {dev_server_database(tmp_path)}" in line
    assert "--ip 127.0.0.1 --port 7000 --headless" in line
    assert "--search-attribute BaoquanProcess=Keyword" in line
    assert "--search-attribute BaoquanVersion=Int" in line
    assert "--search-attribute BaoquanIncident=Bool" in line


def test_the_database_is_stamped_with_the_servers_version(tmp_path: Path) -> None:
    assert dev_server_database(tmp_path).name.startswith("temporal-1.")
