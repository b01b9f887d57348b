"""What a verification found: every finding names its chain, its row and its kind."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it was when written."""

    kind: str
    """A word for programs, such as ``content``, ``rolled-back``, ``effects-changed``."""
    stream: str = ""
    """The chain; empty: the log of anchors itself."""
    seq: int | None = None
    """The first bad record of the chain, or the anchor."""
    reason: str = ""

    def sentence(self) -> str:
        """The finding for a person."""
        what = f"{self.stream} record {self.seq}" if self.stream else f"anchor {self.seq or '-'}"
        return f"{what}: {self.kind}. {self.reason}."

    def as_json(self) -> dict[str, Any]:
        """The finding for a program."""
        return {
            "kind": self.kind,
            "stream": self.stream or None,
            "seq": self.seq,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAnchor:
    """The newest anchor: what an auditor writes down, to ask for next time."""

    no: int
    at: datetime
    hash: str

    def as_json(self) -> dict[str, Any]:
        """The anchor for a program."""
        return {"no": self.no, "at": self.at.isoformat(), "hash": self.hash}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a verification."""

    findings: tuple[Finding, ...]
    streams: int = 0
    records: int = 0
    anchored: int = 0
    """Chains that an anchor speaks of."""
    last_anchor: LastAnchor | None = None
    subject: str = ""
    """What was verified, where it was no trail."""
    notes: tuple[str, ...] = field(default=())
    """What could not be checked, or deserves a look, and is no finding."""

    @property
    def intact(self) -> bool:
        """Nothing was found."""
        return not self.findings

    @property
    def scope(self) -> str:
        """What was verified, for a person."""
        counted = f"{self.streams} chains, {self.records} records, {self.anchored} anchored"
        return self.subject or counted

    def as_json(self) -> dict[str, Any]:
        """The report for a program."""
        return {
            "intact": self.intact,
            "findings": [finding.as_json() for finding in self.findings],
            "streams": self.streams,
            "records": self.records,
            "anchored": self.anchored,
            "lastAnchor": self.last_anchor.as_json() if self.last_anchor else None,
            "notes": list(self.notes),
        }
