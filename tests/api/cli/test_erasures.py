"""``baoquan subject``: erasures looked at, proposed, agreed to; copies for a person."""

import json
from pathlib import Path

from tests.activities.office import a_party
from tests.api.cli.conftest import Baoquan, Server, read

ERASE = ("subject", "erase", "PT-CLI", "--reason", "asked for")


def test_an_erasure_is_looked_at_proposed_and_agreed_to(baoquan: Baoquan, server: Server):
    async def enter() -> None:
        async with server.app.state.deployment.database.work() as books:
            await books.parties.enter(a_party("PT-CLI"))

    server.do(enter())

    tried = baoquan(*ERASE, "--dry-run", "--as", "admin-1").output
    proposed = baoquan(*ERASE, "--as", "admin-1").output
    done = read(baoquan(*ERASE, "--json", "--as", "auditor-1"))

    assert tried.startswith("PT-CLI: NONE\n")
    assert "proposed by admin-1: an auditor has to agree" in proposed
    assert (done["state"], done["confirmedBy"]) == ("ERASED", "auditor-1")


def test_what_must_be_kept_is_named(baoquan: Baoquan):
    told = baoquan(
        "subject", "erase", "PT-S3", "--reason", "asked for", "--dry-run", "--as", "admin-1"
    )

    assert "to be kept: policy P-S3" in told.output


def test_a_person_is_copied_into_a_file_for_one_reader(baoquan: Baoquan, tmp_path: Path):
    target = tmp_path / "copy.json"

    told = baoquan("subject", "export", "PT-S3", "--output", str(target), "--as", "admin-1")

    assert "left out: risk." in told.output
    assert json.loads(target.read_text())["contents"]["person"][0]["id"] == "PT-S3"
    assert target.stat().st_mode & 0o777 == 0o600
