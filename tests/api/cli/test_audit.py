"""``baoquan audit``: offline verification with its exit codes, exports, packs from a deployment."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.__main__ import assembled
from infra.anchoring.anchorer import Anchorer
from infra.anchoring.folder import LOG, PUBLIC_KEY, AnchorFolder
from infra.anchoring.keys import load_or_create_key
from infra.db.migrations import upgrade_to_head
from infra.db.unit_of_work import Database
from tests.infra.auditing.test_tampering import CASE, OTHER, a_lived_case
from tests.infra.db.conftest import url_of

Audit = Callable[..., Result]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "baoquan.db"
    upgrade_to_head(url_of(path))
    return path


@pytest.fixture
def file(empty: Path, tmp_path: Path) -> Path:
    """A database with two anchored cases; the anchors lie beside it."""
    path = tmp_path / "baoquan.db"
    path.write_bytes(empty.read_bytes())

    async def live() -> None:
        database = Database.at(url_of(path))
        await a_lived_case(database)
        await a_lived_case(database, OTHER)
        key = load_or_create_key(tmp_path / "key.pem")
        await Anchorer(database, AnchorFolder(tmp_path / "anchors"), key).round()
        await database.close()

    asyncio.run(live())
    return path


@pytest.fixture
def audit(file: Path, tmp_path: Path) -> Audit:
    """Run ``baoquan audit`` with the public key in the auditor's hand."""
    key = tmp_path / "mine.pem"
    key.write_bytes((tmp_path / "anchors" / PUBLIC_KEY).read_bytes())
    places = ("--database", url_of(file), "--anchors", str(tmp_path / "anchors"), "--key", str(key))

    def run(command: str, *arguments: str) -> Result:
        return CliRunner().invoke(assembled(["audit"]), ["audit", command, *places, *arguments])

    return run


def tamper(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in connection.execute(query).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_an_untouched_database_is_intact(audit: Audit):
    result = audit("verify")

    assert result.exit_code == 0, result.output
    assert "2 chains, 12 records, 2 anchored: intact." in result.output
    assert "Last anchor 1 of" in result.output


def test_the_first_bad_row_is_named_and_the_command_fails(audit: Audit, file: Path):
    tamper(file, "UPDATE audit SET actor = 'x' WHERE stream = 'BQ-1' AND seq = 3")

    result = audit("verify")

    assert result.exit_code == 1
    assert "BQ-1 record 3: content." in result.output


def test_findings_for_programs_are_json(audit: Audit, file: Path):
    tamper(file, "DELETE FROM effects WHERE key = 'BQ-1/e/2'")

    result = audit("verify", "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 1
    (finding,) = report["findings"]
    assert (finding["kind"], finding["stream"], finding["seq"]) == ("effects-missing", "BQ-1", 4)


def test_an_export_is_verified_without_the_database(audit: Audit, file: Path, tmp_path: Path):
    exported = tmp_path / "trail.jsonl"
    assert audit("export", "-o", str(exported)).exit_code == 0
    file.unlink()

    result = audit("verify", str(exported))

    assert result.exit_code == 0, result.output
    assert "2 chains, 12 records, 2 anchored: intact." in result.output


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('"actor":"back-office"', '"actor":"somebody"', "content"),
        ('"chains":2', '"chains":3', "export-incomplete"),
        ('"index":0', '"index":1', "proof"),
        ('"index":0', '"index":7', "proof"),
        ('\\"no\\":1', '\\"no\\":3', "anchor-signature"),
        ('"type":"record"', '"type":"nonsense"', "export-unreadable"),
    ],
)
def test_a_forged_export_is_found(audit: Audit, tmp_path: Path, old: str, new: str, kind: str):
    exported = tmp_path / "trail.jsonl"
    audit("export", "-o", str(exported))
    text = exported.read_text()
    assert old in text
    exported.write_text(text.replace(old, new, 1))

    report = json.loads(audit("verify", str(exported), "--json").stdout)

    assert kind in {finding["kind"] for finding in report["findings"]}


def test_an_export_that_was_cut_off_is_found(audit: Audit, tmp_path: Path):
    exported = tmp_path / "trail.jsonl"
    audit("export", "-o", str(exported))
    lines = exported.read_text().splitlines(keepends=True)
    whole = [line for line in lines if f'"stream":"{OTHER}"' not in line]
    exported.write_text("".join(whole))

    report = json.loads(audit("verify", str(exported), "--json").stdout)

    kinds = {finding["kind"] for finding in report["findings"]}
    assert {"export-incomplete", "gone"} <= kinds


def test_one_case_is_exported_with_its_proof(audit: Audit, tmp_path: Path):
    exported = tmp_path / "case.jsonl"
    audit("export", "-o", str(exported), "--case", CASE)

    result = audit("verify", str(exported))

    assert result.exit_code == 0, result.output
    assert "1 chains, 6 records, 1 anchored: intact." in result.output


def test_that_nothing_before_an_anchor_was_changed_is_verified_with_the_key_alone(
    audit: Audit, file: Path, tmp_path: Path
):
    noted = audit("verify").output.partition("--expect ")[2].split()[0]
    key, proof = str(tmp_path / "mine.pem"), tmp_path / "proof.json"
    places = ("--since", "1", "-o", str(proof), "--anchors", str(tmp_path / "anchors"))
    made = run_audit("consistency", *places)
    file.unlink()
    (tmp_path / "anchors" / LOG).unlink()

    good = run_audit("verify", str(proof), "--key", key, "--expect", noted)
    bad = run_audit("verify", str(proof), "--key", key, "--expect", f"1:{'0' * 64}")
    none = run_audit("consistency", *places)

    assert made.exit_code == 0, made.output
    assert good.exit_code == 0, good.output
    assert "Anchors 1 to 1: intact." in good.output
    assert (bad.exit_code, none.exit_code) == (1, 2)
    assert "anchor-other" in bad.output


def run_audit(*arguments: str) -> Result:
    return CliRunner().invoke(assembled(["audit"]), ["audit", *arguments])


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("baoquan.db", "no database file"), ("anchors/anchors.jsonl", "no anchors.jsonl"),
     ("mine.pem", "No public key")],
)  # fmt: skip
def test_without_a_source_there_is_no_verdict(
    audit: Audit, tmp_path: Path, missing: str, sentence: str
):
    (tmp_path / missing).unlink()

    result = audit("verify")

    assert result.exit_code == 2
    assert sentence in result.output


def test_a_file_that_is_no_database_is_no_verdict(audit: Audit, file: Path):
    file.write_bytes(b"nonsense, and long enough to be looked at" * 50)

    result = audit("verify")

    assert result.exit_code == 2
    assert "cannot be read" in result.output


def test_an_anchor_once_written_down_must_still_be_there(audit: Audit):
    last = json.loads(audit("verify", "--json").stdout)["lastAnchor"]

    good = audit("verify", "--expect", f"1:{last['hash']}")
    forged = audit("verify", "--expect", f"1:{'0' * 64}")
    gone = audit("verify", "--expect", f"2:{last['hash']}")

    assert (good.exit_code, forged.exit_code, gone.exit_code) == (0, 1, 1)
    assert "anchor 1: anchor-other" in forged.output
    assert "anchor 2: anchor-gone" in gone.output


def test_a_pack_is_fetched_and_verified(baoquan, case_id, tmp_path: Path):
    target = tmp_path / "pack.zip"

    fetched = baoquan("audit", "evidence", case_id, "-o", str(target), "--as", "auditor-1")
    refused = baoquan("audit", "evidence", case_id, "-o", str(target), "--as", "ops-1")

    assert fetched.exit_code == 0, fetched.output
    assert refused.exit_code == 1
    assert "403" in refused.output
    result = CliRunner().invoke(
        assembled(["audit"]), ["audit", "verify", str(target), "--anchors", str(tmp_path / "none")]
    )
    assert "cannot be read" in result.output  # not anchored yet: no key came along
