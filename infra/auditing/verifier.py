"""The verifier: every chain with its evidence, and every chain against every anchor.

What it is given besides the database are the anchors and the public key; it trusts neither the
database nor whoever could write to it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from infra.auditing.anchor_log import AnchorLog, Point
from infra.auditing.report import Finding, Report
from infra.db.chain.audit import AuditTable
from infra.db.chain.audit_survey import AuditSurvey
from workflows.domain.audit import AuditRecord

Progress = Callable[[int, int], None]
"""Told how many chains of how many are done."""
_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)


def _silent(done: int, total: int) -> None:
    del done, total


async def verify_database(
    connection: AsyncConnection, log: AnchorLog, progress: Progress = _silent
) -> Report:
    """Verify all chains of a database, in the transaction of its connection."""
    table = AuditTable(connection)
    streams = sorted({*await AuditSurvey(connection).streams(), *log.points})
    findings, records = [*log.findings, *conflicts_seen(log)], 0
    for done, stream in enumerate(streams, start=1):
        checked = await check_stream(table, stream, log.points.get(stream, ()))
        records += checked.records
        findings += checked.findings
        progress(done, len(streams))
    return Report(
        findings=tuple(findings),
        streams=len(streams),
        records=records,
        anchored=len(log.points),
        last_anchor=log.last,
        notes=tuple(notes_of(log)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One chain, verified."""

    records: int
    findings: tuple[Finding, ...]


async def check_stream(table: AuditTable, stream: str, points: Sequence[Point]) -> Checked:
    """Verify one chain with its evidence, and against what anchors fix of it."""
    chain: Sequence[AuditRecord] = ()
    try:
        chain = await table.chain(stream)
        findings = await _chain_findings(table, stream, chain, points)
    except _UNREADABLE as error:
        # Whoever can write a table can also write nonsense into it: that is a finding too.
        seq = await _first_unreadable(table, stream) if not chain else None
        reason = f"Expected rows that can be read, but found nonsense ({type(error).__name__})"
        findings = [Finding(kind="unreadable", stream=stream, seq=seq, reason=reason)]
    return Checked(records=len(chain), findings=tuple(findings))


async def _first_unreadable(table: AuditTable, stream: str) -> int:
    seq = 0
    while True:
        try:
            page = await table.records(stream, after=seq, limit=1)
        except _UNREADABLE:
            return seq + 1
        if not page:
            return seq + 1
        seq = page[0].seq


async def _chain_findings(
    table: AuditTable, stream: str, chain: Sequence[AuditRecord], points: Sequence[Point]
) -> list[Finding]:
    """What is wrong with one chain, the first bad record first."""
    found = list(anchored_findings(stream, hashes_of(chain), points))
    verdict = await table.examine(stream, chain)
    if not verdict.intact:
        found.append(
            Finding(kind=verdict.kind, stream=stream, seq=verdict.broken_at, reason=verdict.reason)
        )
    return sorted(found, key=lambda finding: finding.seq or 0)


def hashes_of(chain: Sequence[AuditRecord]) -> Mapping[int, str]:
    """The hash of every record by number."""
    return {entry.seq: entry.hash for entry in chain}


def anchored_findings(
    stream: str, hashes: Mapping[int, str], points: Sequence[Point]
) -> Iterator[Finding]:
    """The first anchored record that a chain does not hold, or holds with another content."""
    good = 0
    for point in points:
        found = hashes.get(point.seq)
        if found == point.hash:
            good = point.seq
            continue
        where = f"anchor {point.anchor} fixed record {point.seq}"
        if found is None:
            last = max((seq for seq in hashes if seq < point.seq), default=0)
            kind = "rolled-back" if hashes else "gone"
            reason = f"Expected what {where} says, but the chain has {last} records before it"
            yield Finding(kind=kind, stream=stream, seq=last + 1, reason=reason)
        else:
            reason = f"Expected what {where} says, but records {good + 1} to it were rewritten"
            yield Finding(kind="rewritten", stream=stream, seq=good + 1, reason=reason)
        return


def conflicts_seen(log: AnchorLog) -> list[Finding]:
    """What the anchoring saw going backwards while it happened."""
    return [
        Finding(
            kind=f"seen-{each.kind}",
            stream=each.stream,
            seq=each.seq,
            reason=f"Expected the chain to go on, but anchor {no} saw it {each.kind}",
        )
        for no, each in log.conflicts
    ]


def notes_of(log: AnchorLog) -> Iterator[str]:
    """What deserves a look."""
    if log.last is None:
        yield "No anchors: a trail rewritten as a whole cannot be told from the true one."
