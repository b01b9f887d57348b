"""The evidence pack of a case: one zip that proves itself with a public key, and nothing else.

Every file stands in the manifest with its SHA-256; the audit chain, the proof that its head is
under an anchor, and the anchor travel along. Journal and postings are compared with what the chain
vouches for.
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from infra.anchoring.keys import VerifyingKeys
from infra.anchoring.wire import is_signed, read_line
from infra.auditing.anchor_log import Point
from infra.auditing.export import proves, record_of
from infra.auditing.report import Finding, LastAnchor, Report
from infra.auditing.verifier import anchored_findings, hashes_of
from infra.db.chain.vouching import LEDGER, ROWS
from infra.db.connections.salting import SALT
from workflows.domain.anchors import Anchor, line_hash
from workflows.domain.audit import AuditRecord, verify
from workflows.domain.canonical import canonical_json, content_hash

MANIFEST: Final = "manifest.json"
AUDIT, ANCHOR, PROOF, KEYS = "audit.jsonl", "anchor.jsonl", "proof.json", "anchors.pub.pem"
JOURNAL, POSTINGS, DOCUMENTS = "journal.json", "postings.json", "documents.json"
MAX_BYTES: Final = 1 << 30
_NEVER = (1980, 1, 1, 0, 0, 0)
"""The oldest time a zip can tell: the same content gives the same pack."""


def as_json(data: object) -> bytes:
    """Data as a file of a pack."""
    plain = json.loads(canonical_json(data))
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def written(case_id: str, files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """A pack of files, and the SHA-256 of its manifest."""
    manifest = as_json({
        "case": case_id,
        "files": {
            name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in files.items()
        },
    })  # fmt: skip
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in {**files, MANIFEST: manifest}.items():
            archive.writestr(ZipInfo(name, _NEVER), content, ZIP_DEFLATED)
    return target.getvalue(), sha256(manifest).hexdigest()


def is_pack(path: Path) -> bool:
    """Whether a file begins as a zip does."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def verify_pack(path: Path, keys: VerifyingKeys) -> Report:
    """Verify a pack; raises ValueError when it cannot be read as one."""
    try:
        files = _read(path)
        return _Pack(files).report(keys)
    except (BadZipFile, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ValueError(f"Expected an evidence pack ({type(error).__name__})") from None


def public_keys_in(path: Path) -> str:
    """The public keys that a pack brings along."""
    with ZipFile(path) as archive:
        return archive.read(KEYS).decode()


def _read(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
            raise ValueError("Expected a pack of at most 1 GiB")
        names = [info.filename for info in archive.infolist()]
        if len(set(names)) < len(names):
            raise ValueError("Expected every file of a pack once")
        return {name: archive.read(name) for name in names}


class _Pack:
    """A pack, read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.manifest = json.loads(files[MANIFEST])
        self.case_id = str(self.manifest["case"])
        self.chain: Sequence[AuditRecord] = [
            record_of(json.loads(line)) for line in files[AUDIT].decode().splitlines()
        ]

    def report(self, keys: VerifyingKeys) -> Report:
        """Everything that is wrong with it."""
        findings = [*self._files(), *self._chain(), *self._journal(), *self._postings()]
        anchor, notes = None, []
        if ANCHOR in self.files:
            line = self.files[ANCHOR].rstrip(b"\n")
            anchor, signature = read_line(line)
            findings += self._anchored(anchor, is_signed(anchor, signature, keys))
            notes += self._later(anchor)
        else:
            notes.append("No anchor yet: nothing outside the pack vouches for it.")
        return Report(
            findings=tuple(findings),
            streams=1,
            records=len(self.chain),
            anchored=int(anchor is not None),
            last_anchor=None
            if anchor is None
            else LastAnchor(no=anchor.no, at=anchor.at, hash=line_hash(line)),
            notes=tuple(notes),
        )

    def _files(self) -> Iterable[Finding]:
        listed: Mapping[str, Any] = self.manifest["files"]
        for name in sorted({*listed, *self.files} - {MANIFEST}):
            content, entry = self.files.get(name), listed.get(name)
            if content is None:
                yield self._finding("file-missing", f"Expected the file {name}")
            elif entry is None:
                yield self._finding("file-unlisted", f"Expected {name} in the manifest")
            elif sha256(content).hexdigest() != entry["sha256"]:
                yield self._finding("file-changed", f"Expected another content of {name}")
        yield from self._documents()

    def _documents(self) -> Iterable[Finding]:
        """A document is what the list says, and what the chain says where it speaks of it."""
        listed = {each["id"]: each for each in json.loads(self.files[DOCUMENTS])}
        for document in listed.values():
            name = document["file"]
            is_there = name is not None and name in self.files
            if is_there and sha256(self.files[name]).hexdigest() != document["sha256"]:
                yield self._finding("document-changed", f"Expected another content of {name}")
        for made in self.chain:
            detail = made.change.detail
            document = listed.get(str(detail.get("document")))
            if document is not None and document["sha256"] != detail.get("sha256"):
                reason = f"Expected another content of {document['id']}"
                yield self._finding("document-changed", reason, made.seq)

    def _chain(self) -> Iterable[Finding]:
        verdict = verify(self.case_id, self.chain)
        if not verdict.intact:
            yield self._finding(verdict.kind, verdict.reason, verdict.broken_at)

    def _journal(self) -> Iterable[Finding]:
        entries = json.loads(self.files[JOURNAL])
        by_place = {
            (entry["instanceId"], entry["generation"], entry["seq"]): entry for entry in entries
        }
        vouched = 0
        for made in self.chain:
            if made.change.action != "journal":
                continue
            detail: Mapping[str, Any] = made.change.detail
            batch = [
                by_place.get((made.change.object_id, detail["generation"], seq))
                for seq in range(detail["from"], detail["to"] + 1)
            ]
            vouched += len(batch)
            if not _is_batch(batch, detail):
                reason = "Expected other entries of the journal"
                yield self._finding("journal-changed", reason, made.seq)
        if vouched != len(entries):
            reason = f"Expected {vouched} entries of the journal, found {len(entries)}"
            yield self._finding("journal-unvouched", reason)

    def _postings(self) -> Iterable[Finding]:
        found = {row["id"]: content_hash(row) for row in json.loads(self.files[POSTINGS])}
        for made in self.chain:
            rows: Any = made.change.detail.get(ROWS, {})
            for key, digest in rows.get(LEDGER.table.name, {}).items():
                if found.pop(key, None) != digest:
                    reason = f"Expected another posting {key}, or one at all"
                    yield self._finding("ledger_journals-changed", reason, made.seq)
        for key in found:
            yield self._finding("ledger_journals-unvouched", f"Expected a record of posting {key}")

    def _anchored(self, anchor: Anchor, is_good: bool) -> Iterable[Finding]:
        if not is_good:
            reason = "Expected the signature of a given key, but found another"
            yield Finding(kind="anchor-signature", seq=anchor.no, reason=reason)
        proof = json.loads(self.files[PROOF])
        if proof is None:
            return
        if proof["anchor"] != anchor.no or not proves(proof, self.case_id, anchor.root):
            reason = f"Expected a path to the root of anchor {anchor.no}, but it leads elsewhere"
            yield self._finding("proof", reason, proof["seq"])
        point = Point(seq=proof["seq"], hash=proof["hash"], anchor=anchor.no)
        yield from anchored_findings(self.case_id, hashes_of(self.chain), [point])

    def _later(self, anchor: Anchor) -> list[str]:
        proof = json.loads(self.files[PROOF])
        anchored = 0 if proof is None else proof["seq"]
        later = len(self.chain) - anchored
        if later <= 0:
            return []
        return [f"The last {later} records are younger than anchor {anchor.no}."]

    def _finding(self, kind: str, reason: str, seq: int | None = None) -> Finding:
        return Finding(kind=kind, stream=self.case_id, seq=seq, reason=reason)


def _is_batch(batch: Sequence[Mapping[str, Any] | None], detail: Mapping[str, Any]) -> bool:
    """Entries are the ones that were chained; one that shows all of itself is what it says."""
    entries = [entry for entry in batch if entry is not None]
    if len(entries) < len(batch):
        return False
    if content_hash([entry["sha256"] for entry in entries]) != detail["sha256"]:
        return False
    shown = ("seq", "at", "kind", "element", "name", "key", "data")
    return all(
        entry["masked"]
        or content_hash({name: entry[name] for name in (*shown, *_salt_of(entry))})
        == entry["sha256"]
        for entry in entries
    )


def _salt_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """An entry written before entries had salts is hashed without."""
    return (SALT,) if entry.get(SALT) is not None else ()
