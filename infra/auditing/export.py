"""The export: every record of every chain as JSON lines, each chain with its proof of inclusion.

It holds what the trail holds (ids, hashes, amounts, reasons) and no content of cases. Whoever has
it and the public key can verify it without the database.
"""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from infra.anchoring.keys import VerifyingKeys
from infra.anchoring.wire import is_signed, read_line
from infra.auditing.anchor_log import AnchorLog, Point
from infra.auditing.report import Finding, Report
from infra.auditing.verifier import anchored_findings, conflicts_seen, hashes_of, notes_of
from infra.db.chain.audit import AuditTable
from infra.db.chain.audit_survey import AuditSurvey
from workflows.domain.anchors import Anchor, Head, Inclusion
from workflows.domain.audit import AuditRecord, Change, verify
from workflows.domain.canonical import canonical_json

VERSION = 1


def record_json(entry: AuditRecord) -> dict[str, Any]:
    """A record as JSON."""
    change = entry.change
    return {
        "stream": change.stream,
        "seq": entry.seq,
        "previous": entry.previous,
        "hash": entry.hash,
        "action": change.action,
        "actor": change.actor,
        "at": change.at.isoformat(),
        "objectType": change.object_type,
        "objectId": change.object_id,
        "detail": change.detail,
    }


def record_of(data: Mapping[str, Any]) -> AuditRecord:
    """The record of its JSON; raises KeyError, TypeError or ValueError for what is none."""
    change = Change(
        stream=data["stream"],
        action=data["action"],
        actor=data["actor"],
        at=datetime.fromisoformat(data["at"]),
        object_type=data["objectType"],
        object_id=data["objectId"],
        detail=data["detail"],
    )
    return AuditRecord(seq=data["seq"], previous=data["previous"], hash=data["hash"], change=change)


def proof_json(log: AnchorLog, stream: str) -> dict[str, Any] | None:
    """The head of a chain as the last anchor has it, with its path to the root."""
    head, inclusion = log.heads.heads.get(stream), log.heads.inclusion(stream)
    if head is None or inclusion is None:
        return None
    return {
        "anchor": log.heads.no,
        "seq": head.seq,
        "hash": head.hash,
        "index": inclusion.index,
        "size": inclusion.size,
        "path": list(inclusion.path),
    }


def proves(proof: Mapping[str, Any], stream: str, root: str) -> bool:
    """Whether a proof leads from a chain's head to the root of an anchor."""
    head = Head(stream=stream, seq=proof["seq"], hash=proof["hash"])
    inclusion = Inclusion(index=proof["index"], size=proof["size"], path=tuple(proof["path"]))
    return inclusion.leads_to(head, root)


async def export_lines(
    connection: AsyncConnection, log: AnchorLog, *, at: datetime, only: str | None = None
) -> AsyncIterator[str]:
    """The lines of an export, of all chains or of one."""
    table = AuditTable(connection)
    streams = (only,) if only else await AuditSurvey(connection).streams()
    head = {"type": "export", "version": VERSION, "at": at, "complete": only is None}
    yield canonical_json(head)
    if log.last_line:
        yield canonical_json({"type": "anchor", "line": log.last_line.decode()})
    records = 0
    for stream in streams:
        chain = await table.chain(stream)
        records += len(chain)
        proof = proof_json(log, stream)
        yield canonical_json({
            "type": "chain", "stream": stream, "records": len(chain), "proof": proof,
        })  # fmt: skip
        for entry in chain:
            yield canonical_json({"type": "record", **record_json(entry)})
    yield canonical_json({"type": "end", "chains": len(streams), "records": records})


@dataclass(slots=True, kw_only=True)
class _Export:
    """An export, read."""

    head: dict[str, Any] = field(default_factory=dict)
    anchor_line: bytes = b""
    proofs: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    chains: dict[str, list[AuditRecord]] = field(default_factory=dict)
    end: dict[str, Any] = field(default_factory=dict)


def verify_export(
    lines: Iterable[str], keys: VerifyingKeys, log: AnchorLog | None = None
) -> Report:
    """Verify an export by the public key; with anchors, against every one of them."""
    export = _Export()
    for no, line in enumerate(lines, start=1):
        try:
            _read(export, json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = f"Expected a line of an export, but found none ({type(error).__name__})"
            return Report(findings=(Finding(kind="export-unreadable", seq=no, reason=reason),))
    findings = list(_whole(export)) + _anchored(export, keys)
    points = log.points if log else {}
    for stream in sorted({*export.chains, *(points if export.head.get("complete") else ())}):
        findings += _chain(export, stream, points.get(stream, ()))
    findings += [*log.findings, *conflicts_seen(log)] if log else []
    return Report(
        findings=tuple(findings),
        streams=len(export.chains),
        records=sum(map(len, export.chains.values())),
        anchored=sum(proof is not None for proof in export.proofs.values()),
        last_anchor=log.last if log else None,
        notes=(*(notes_of(log) if log else ()), _EVIDENCE_NOTE),
    )


_EVIDENCE_NOTE = "Chains and proofs only: rows of the database are verified with the database."


def _read(export: _Export, data: dict[str, Any]) -> None:
    match data["type"]:
        case "export":
            export.head = data
        case "anchor":
            export.anchor_line = data["line"].encode()
        case "chain":
            export.chains[data["stream"]] = []
            export.proofs[data["stream"]] = data["proof"]
        case "record":
            export.chains[data["stream"]].append(record_of(data))
        case "end":
            export.end = data
        case other:
            raise ValueError(f"Expected a type of line, but got {other}")


def _whole(export: _Export) -> list[Finding]:
    """An export that was cut off, or lost a chain, says so itself."""
    found = {"chains": len(export.chains), "records": sum(map(len, export.chains.values()))}
    told = {name: export.end.get(name) for name in found}
    if found != told:
        reason = f"Expected {told}, but found {found}"
        return [Finding(kind="export-incomplete", reason=reason)]
    return []


def _anchored(export: _Export, keys: VerifyingKeys) -> list[Finding]:
    """The anchor of an export, and that every leaf of its tree has its chain here."""
    if not export.anchor_line:
        return []
    try:
        anchor, signature = read_line(export.anchor_line)
    except ValueError as error:
        return [Finding(kind="anchor-unreadable", reason=str(error))]
    if not is_signed(anchor, signature, keys):
        reason = "Expected the signature of a given key, but found another"
        return [Finding(kind="anchor-signature", seq=anchor.no, reason=reason)]
    return [*_proofs(export, anchor), *_leaves(export, anchor)]


def _proofs(export: _Export, anchor: Anchor) -> list[Finding]:
    findings: list[Finding] = []
    for stream, proof in export.proofs.items():
        if proof is not None and not proves(proof, stream, anchor.root):
            reason = f"Expected a path to the root of anchor {anchor.no}, but it leads elsewhere"
            findings.append(Finding(kind="proof", stream=stream, seq=proof["seq"], reason=reason))
    return findings


def _leaves(export: _Export, anchor: Anchor) -> list[Finding]:
    if not export.head.get("complete"):
        return []
    there = {proof["index"] for proof in export.proofs.values() if proof is not None}
    missing = anchor.size - len(there)
    if not missing:
        return []
    reason = f"Expected {anchor.size} anchored chains, but {missing} are not here"
    return [Finding(kind="gone", seq=anchor.no, reason=reason)]


def _chain(export: _Export, stream: str, points: Iterable[Point]) -> list[Finding]:
    chain = export.chains.get(stream, [])
    proof = export.proofs.get(stream)
    fixed = list(points)
    if proof is not None:
        fixed.append(Point(seq=proof["seq"], hash=proof["hash"], anchor=proof["anchor"]))
    findings = list(anchored_findings(stream, hashes_of(chain), fixed))
    verdict = verify(stream, chain)
    if not verdict.intact:
        findings.append(
            Finding(kind=verdict.kind, stream=stream, seq=verdict.broken_at, reason=verdict.reason)
        )
    return findings
