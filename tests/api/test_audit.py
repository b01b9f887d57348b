"""The audit trail over HTTP: pages with proofs, verification in bounded steps, evidence packs."""

import dataclasses
import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import pytest_asyncio

from infra.anchoring.anchorer import Anchorer
from infra.anchoring.folder import AnchorFolder
from infra.anchoring.keys import SigningKey, load_or_create_key, read_public_keys
from infra.auditing.anchor_reader import AnchorReader
from infra.auditing.export import proves, record_of
from infra.auditing.pack import MANIFEST, verify_pack
from infra.auditing.report import Report
from tests.api.door import NOW, Door, is_problem
from workflows.domain.audit import verify
from workflows.domain.ledger import Journal, credit, debit
from workflows.domain.money import Money
from workflows.domain.records import Document


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return load_or_create_key(tmp_path / "key.pem")


@pytest_asyncio.fixture
async def anchored(door: Door, tmp_path: Path, key: SigningKey) -> Callable[[], Anchorer]:
    """The door with a folder of anchors of its own; answers who writes them."""
    folder = AnchorFolder(tmp_path / "anchors")
    reader = AnchorReader(folder)
    door.app.state.deployment = dataclasses.replace(door.deployment, anchors=reader)
    return lambda: Anchorer(door.deployment.database, folder, key)


async def test_the_trail_is_read_page_by_page_and_every_chain_holds(door: Door, anchored):
    cases = {await door.start(), await door.start()}
    await anchored().round()

    records, wanted = [], {"limit": "2"}
    while True:
        page = (await door.get("/v1/audit", params=wanted)).json()
        records += page["records"]
        if page["next"] is None:
            break
        wanted["cursor"] = page["next"]

    chains: dict[str, list[dict[str, object]]] = {}
    for record in records:
        chains.setdefault(record["stream"], []).append(record)
    assert cases < set(chains)
    for stream, chain in chains.items():
        assert verify(stream, map(record_of, chain)).intact


async def test_every_chain_on_a_page_comes_with_its_proof(door: Door, anchored, key: SigningKey):
    case_id = await door.start()
    anchor = await anchored().round()

    page = (await door.get("/v1/audit", params={"caseId": case_id})).json()

    (proof,) = page["proofs"]
    assert proves(proof, case_id, json.loads(page["anchor"])["root"])
    assert json.loads(page["anchor"])["no"] == anchor.no
    assert page["publicKey"] == key.public_pem()


@pytest.mark.usefixtures("anchored")
async def test_before_the_first_anchor_there_are_no_proofs(door: Door):
    case_id = await door.start()

    page = (await door.get("/v1/audit", params={"caseId": case_id})).json()

    assert (page["proofs"], page["anchor"], page["publicKey"]) == ([], None, "")


async def test_verification_goes_on_in_bounded_steps(door: Door, anchored):
    for _ in range(3):
        await door.start()
    await anchored().round()

    chains, after = 0, ""
    while True:
        answer = await door.post("/v1/audit/verify", {"after": after, "limit": 2}, "auditor")
        step = answer.json()
        assert step["intact"], step
        assert step["chains"] <= 2
        chains += step["chains"]
        if step["next"] is None:
            break
        after = step["next"]

    assert chains == step["total"] >= 4
    assert step["lastAnchor"] == 1


@pytest.mark.parametrize(
    ("statements", "kind", "seq"),
    [
        (("UPDATE audit SET actor = 'x' WHERE stream = '{case}'",), "content", 1),
        (
            (
                "DELETE FROM audit WHERE stream = '{case}'",
                "DELETE FROM audit_heads WHERE stream = '{case}'",
            ),
            "gone",
            1,
        ),
    ],
)
async def test_what_was_changed_behind_our_back_is_found(
    door: Door, anchored, statements, kind, seq
):
    case_id = await door.start()
    await anchored().round()
    door.hand.forge(*(statement.format(case=case_id) for statement in statements))

    answer = (await door.post("/v1/audit/verify", {}, "auditor")).json()

    assert not answer["intact"]
    named = {(each["kind"], each["stream"], each["seq"]) for each in answer["findings"]}
    assert (kind, case_id, seq) in named


async def a_case_with_everything(door: Door) -> str:
    case_id = await door.start()
    variables = {"secret": {"t": "string", "v": "13800138000"}}
    await door.journal(
        case_id,
        {"kind": "caseStarted", "data": {"processId": "contract_termination"}},
        {"kind": "elementCompleted", "element": "e", "data": {"variables": variables}},
    )
    stored = await door.deployment.documents.put(b"%PDF a form", media_type="application/pdf")
    amount = Money(1250, "CNY")
    async with door.deployment.database.work() as books:
        await books.documents.add(
            Document(
                id="DOC-1", type="ID_CARD", sha256=stored.sha256, store_ref=stored.ref,
                media_type="application/pdf", size=stored.size, received_at=NOW, case_id=case_id,
            )
        )  # fmt: skip
        await books.ledger.post(
            Journal(
                id="LJ-1", value_date=NOW.date(), text="paid", policy_no="P-S3", case_id=case_id,
                entries=(debit("2202", amount), credit("1001", amount)),
            )
        )  # fmt: skip
    return case_id


async def the_pack(door: Door, case_id: str) -> bytes:
    answer = await door.get(f"/v1/cases/{case_id}/evidence")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def report_of(content: bytes, tmp_path: Path, key: SigningKey) -> Report:
    path = tmp_path / "pack.zip"
    path.write_bytes(content)
    return verify_pack(path, read_public_keys([key.public_pem()]))


async def test_a_pack_proves_itself_offline(door: Door, anchored, tmp_path: Path, key: SigningKey):
    case_id = await a_case_with_everything(door)
    await anchored().round()

    content = await the_pack(door, case_id)

    report = report_of(content, tmp_path, key)
    assert report.intact, report.findings
    assert report.records == 3
    assert report.last_anchor is not None
    names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert {"summary.pdf", "case.json", "documents/DOC-1.pdf", "proof.json", MANIFEST} <= names


@pytest.mark.usefixtures("anchored")
async def test_fetching_a_pack_is_audited_with_the_packs_own_hash(door: Door):
    case_id = await a_case_with_everything(door)

    await the_pack(door, case_id)

    page = (await door.get("/v1/audit", params={"caseId": case_id})).json()
    last = page["records"][-1]
    assert (last["action"], last["actor"]) == ("evidence.read", "auditor-1")
    assert len(last["detail"]["manifestSha256"]) == 64


@pytest.mark.usefixtures("anchored")
async def test_a_pack_masks_what_the_api_masks(door: Door):
    case_id = await a_case_with_everything(door)

    content = await the_pack(door, case_id)

    archive = zipfile.ZipFile(io.BytesIO(content))
    found = [name for name in archive.namelist() if b"13800138000" in archive.read(name)]
    assert found == []


@pytest.mark.usefixtures("anchored")
async def test_a_pack_without_an_anchor_says_so(door: Door, tmp_path: Path, key: SigningKey):
    case_id = await a_case_with_everything(door)

    report = report_of(await the_pack(door, case_id), tmp_path, key)

    assert report.intact
    assert "No anchor yet" in report.notes[0]


@pytest.mark.usefixtures("anchored")
async def test_a_document_that_is_gone_from_the_store_is_listed_by_its_hash(
    door: Door, tmp_path: Path, key: SigningKey
):
    case_id = await a_case_with_everything(door)
    for path in door.deployment.documents.folder.rglob("*"):
        if path.is_file():
            path.unlink()

    content = await the_pack(door, case_id)

    (listed,) = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("documents.json"))
    assert (listed["id"], listed["file"], len(listed["sha256"])) == ("DOC-1", None, 64)
    assert report_of(content, tmp_path, key).intact


def edited(name: str, old: bytes, new: bytes, *, relisted: bool = True) -> Callable[..., None]:
    """A pack with a file changed, and its manifest made to fit."""

    def forge(files: dict[str, bytes]) -> None:
        assert old in files[name], files[name]
        files[name] = files[name].replace(old, new)
        if relisted:
            manifest = json.loads(files[MANIFEST])
            manifest["files"][name]["sha256"] = sha256(files[name]).hexdigest()
            files[MANIFEST] = json.dumps(manifest).encode()

    return forge


FORGED_PACKS = {
    "a file is changed": (
        edited("case.json", b"P-S3", b"P-S4", relisted=False), "file-changed"),
    "a file is taken out": (lambda files: files.pop("case.json"), "file-missing"),
    "a file is put in": (lambda files: files.update(x=b""), "file-unlisted"),
    "a document is another": (edited("documents/DOC-1.pdf", b"form", b"f0rm"), "document-changed"),
    "a record is changed": (edited("audit.jsonl", b"back-office", b"somebody"), "content"),
    "an entry is changed": (edited("journal.json", b"contract_term", b"contract_germ"),
                            "journal-changed"),
    "an amount is changed": (edited("postings.json", b"1250", b"9250"), "ledger_journals-changed"),
    "the proof is another": (edited("proof.json", b'"index": 0', b'"index": 1'), "proof"),
    "the anchor is another": (edited("anchor.jsonl", b'"no":1', b'"no":2'), "anchor-signature"),
}  # fmt: skip


async def test_every_forgery_of_a_pack_is_found(
    door: Door, anchored, tmp_path: Path, key: SigningKey
):
    case_id = await a_case_with_everything(door)
    await anchored().round()
    archive = zipfile.ZipFile(io.BytesIO(await the_pack(door, case_id)))

    found = {}
    for way, (forge, _) in FORGED_PACKS.items():
        files = {name: archive.read(name) for name in archive.namelist()}
        forge(files)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as made:
            for name, content in files.items():
                made.writestr(name, content)
        report = report_of(target.getvalue(), tmp_path, key)
        found[way] = {finding.kind for finding in report.findings}

    missed = {way: kinds for way, kinds in found.items() if FORGED_PACKS[way][1] not in kinds}
    assert missed == {}


async def test_there_is_no_evidence_of_no_case(door: Door):
    assert is_problem(await door.get("/v1/cases/BQ-NOBODY/evidence"), 404, "unknown-case")
