"""The evidence pack of a case, put together: what the API shows, with the papers and the proof."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from api.decided import decided
from api.dependencies import Deployment
from api.presenting import case_detail, ledger_seen, without_content
from infra.auditing import pack
from infra.auditing.anchor_log import AnchorLog
from infra.auditing.case_file import CaseFile, read_case_file
from infra.auditing.export import proof_json, record_json
from infra.db.pages.case_views import CaseDetail
from infra.db.unit_of_work import ReadingRoom
from infra.systems.file_store import FileStore
from infra.systems.letters import INSURER, PdfLetters
from workflows.domain.audit import AuditRecord
from workflows.domain.canonical import canonical_json
from workflows.domain.payment import Obligation, PaymentAttempt
from workflows.domain.records import Document, LetterContent

_ENDINGS: Final[Mapping[str, str]] = {
    "application/pdf": ".pdf",
    "application/json": ".json",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/plain": ".txt",
}
_LETTER: Final = "LETTER_"
_HOW: Final = """Evidence of case {case}.

Verify it offline with the public key you trust:

    baoquan audit verify {case}.zip --key anchors.pub.pem

audit.jsonl is the chain of the case; proof.json leads from its anchored head to the root in
anchor.jsonl, which is signed. manifest.json lists every file with its SHA-256. What people wrote
into the journal (variables, comments, ids of messages) is masked; the hashes of the entries are
those of the whole.
"""


async def evidence_of(case_id: str, composed: Deployment, log: AnchorLog) -> Mapping[str, bytes]:
    """Collect the files of a pack; empty when there is no such case."""
    async with composed.database.snapshot() as connection:
        room = ReadingRoom(connection)
        detail = await room.cases.detail(case_id)
        if detail is None:
            return {}
        reasons = await room.reasons.of(detail)
        chain = await room.audit.chain(case_id)
        file = await read_case_file(connection, case_id)
        postings = await room.ledger.of_case(case_id)
        owed = await _owed(room, case_id)
    taken = await decided(composed, case_id, clear=False)
    papers, listed = await _papers(file, composed.documents)
    shown = case_detail(detail, reasons, see=without_content)
    today = composed.now().astimezone(composed.zone).date()
    return {
        "README.txt": _HOW.format(case=case_id).encode(),
        "summary.pdf": PdfLetters(INSURER).render(_summary(detail, file, chain, log, today)),
        "case.json": pack.as_json(shown.model_dump(mode="json", by_alias=True)),
        pack.JOURNAL: pack.as_json(file.journal),
        "ledger.json": pack.as_json(
            ledger_seen(postings, owed).model_dump(mode="json", by_alias=True)
        ),
        pack.POSTINGS: pack.as_json(file.postings),
        "decisions.json": pack.as_json(
            [one.model_dump(mode="json", by_alias=True) for one in taken or ()]
        ),
        "communications.json": pack.as_json(file.communications),
        pack.DOCUMENTS: pack.as_json(listed),
        pack.AUDIT: "".join(canonical_json(record_json(made)) + "\n" for made in chain).encode(),
        **papers,
        **_proof(case_id, log, composed.anchors.public_key()),
    }


async def _owed(
    room: ReadingRoom, case_id: str
) -> list[tuple[Obligation, tuple[PaymentAttempt, ...]]]:
    return [
        (obligation, await room.obligations.attempts(obligation.id))
        for obligation in await room.obligations.of_case(case_id)
    ]


def _proof(case_id: str, log: AnchorLog, public_key: str) -> dict[str, bytes]:
    """Bring the last anchor and the way to it; nothing before there is one."""
    if not log.last_line or log.findings:
        return {}
    return {
        pack.ANCHOR: log.last_line + b"\n",
        pack.PROOF: pack.as_json(proof_json(log, case_id)),
        pack.KEYS: public_key.encode(),
    }


async def _papers(
    file: CaseFile, store: FileStore
) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """Bring documents and letters, each under its id, and list them all with their hashes."""
    papers: dict[str, bytes] = {}
    listed: list[dict[str, Any]] = []
    for document in file.documents:
        name: str | None = _name(document)
        try:
            papers[str(name)] = await store.get(document.store_ref)
        except OSError:  # erased, lost or not what it was: the list still says what it was
            name = None
        listed.append(
            {
                "id": document.id,
                "type": document.type,
                "sha256": document.sha256,
                "bytes": document.size,
                "receivedAt": document.received_at,
                "file": name,
            }
        )
    return papers, listed


def _name(document: Document) -> str:
    folder = "letters" if document.type.startswith(_LETTER) else "documents"
    return f"{folder}/{document.id}{_ENDINGS.get(document.media_type, '.bin')}"


def _summary(
    detail: CaseDetail,
    file: CaseFile,
    chain: tuple[AuditRecord, ...],
    log: AnchorLog,
    today: date,
) -> LetterContent:
    """Sum up for a person: what the case was, what lies in the pack, who vouches for it."""
    case, last = detail.case, log.last
    anchored = "尚无 none yet" if last is None else f"{last.no} · {last.at.isoformat()}"
    head = chain[-1].hash if chain else "-"
    counts = (
        ("审计记录 Audit records", len(chain)),
        ("流程日志 Journal entries", len(file.journal)),
        ("会计凭证 Postings", len(file.postings)),
        ("单证 Documents", len(file.documents)),
        ("沟通 Communications", len(file.communications)),
    )
    return LetterContent(
        title="案件证据 Evidence of a case",
        reference=case.id,
        addressee="审计 Audit",
        dated=today,
        paragraphs=(
            f"保全项目 {case.item}，保单 {case.policy_no}，状态 {case.status}，"
            f"受理时间 {case.accepted_at.isoformat()}。",
            f"Servicing item {case.item} on policy {case.policy_no}, status {case.status}, "
            f"accepted at {case.accepted_at.isoformat()}, process {case.process_id} "
            f"version {case.version}.",
            f"审计链末端 Head of the audit chain: {head}",
            f"锚点 Anchor: {anchored}",
            "校验方法见 README.txt。 How to verify it stands in README.txt.",
        ),
        figures=tuple((label, str(count)) for label, count in counts),
    )
