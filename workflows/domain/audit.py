"""The audit trail 审计: one chain of hashes per case, verifiable by anyone who has the records."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from workflows.domain.canonical import JsonObject, content_hash

GENESIS = "0" * 64
"""What stands before the first record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of state, before it has its place in the chain."""

    stream: str
    """The chain: a case id, or the name of what is changed outside cases."""
    action: str
    """What was done, e.g. ``effect execution.commit``, ``task.claim``, ``case.accept``."""
    actor: str
    at: datetime
    """Business time."""
    object_type: str
    object_id: str
    detail: JsonObject = field(default_factory=dict)
    """Ids, hashes, versions, levels, reasons; nothing personal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """A change in its place: gap-free number, hash of its predecessor, own hash."""

    seq: int
    previous: str
    hash: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """Whether a chain holds; if not, where it breaks first and why."""

    stream: str
    records: int
    head: str
    broken_at: int | None = None
    kind: str = ""
    """What kind of break it is: a word for programs."""
    reason: str = ""

    @property
    def intact(self) -> bool:
        """Every record is where and what it was when written."""
        return self.broken_at is None


def record(change: Change, *, seq: int, previous: str) -> AuditRecord:
    """The next record of a chain."""
    return AuditRecord(
        seq=seq, previous=previous, hash=chain_hash(change, seq, previous), change=change
    )


def chain_hash(change: Change, seq: int, previous: str) -> str:
    """The hash of a record: of its content, its place and its predecessor."""
    return content_hash({"seq": seq, "previous": previous, "change": change})


def verify(stream: str, records: Iterable[AuditRecord]) -> AuditVerdict:
    """Walk a chain from its first record; the head must also match what is kept elsewhere."""
    previous, seq = GENESIS, 0
    for entry in records:
        seq += 1
        fault = _fault(entry, stream, seq, previous)
        if fault is not None:
            verdict = AuditVerdict(stream=stream, records=seq, head=previous)
            return broken(verdict, seq, *fault)
        previous = entry.hash
    return AuditVerdict(stream=stream, records=seq, head=previous)


def broken(verdict: AuditVerdict, at: int, kind: str, reason: str) -> AuditVerdict:
    """The verdict of a chain that breaks at a record."""
    return replace(verdict, broken_at=at, kind=kind, reason=reason)


def _fault(entry: AuditRecord, stream: str, seq: int, previous: str) -> tuple[str, str] | None:
    if entry.seq != seq:
        return "missing", f"Expected record {seq}, but found {entry.seq}"
    if entry.change.stream != stream:
        return "stream", f"Expected stream {stream}, but found {entry.change.stream}"
    if entry.previous != previous:
        return "link", "Expected the hash of the record before, but found another"
    if entry.hash != chain_hash(entry.change, seq, previous):
        return "content", "Expected the hash of the content, but found another"
    return None
