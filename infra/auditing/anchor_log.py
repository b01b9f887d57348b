"""The log of anchors as a verifier reads it: signatures, order, roots; every point it fixes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from infra.anchoring.keys import VerifyingKeys
from infra.anchoring.wire import is_signed, read_line
from infra.auditing.report import Finding, LastAnchor
from workflows.domain.anchors import Anchor, AnchoredHeads, Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A record that an anchor fixes."""

    seq: int
    hash: str
    anchor: int


@dataclass(slots=True, kw_only=True)
class AnchorLog:
    """What all good anchors together say."""

    heads: AnchoredHeads = field(default_factory=AnchoredHeads)
    points: dict[str, list[Point]] = field(default_factory=dict)
    """By chain, in order."""
    conflicts: list[tuple[int, Conflict]] = field(default_factory=list)
    """What the anchoring itself saw, by anchor."""
    findings: list[Finding] = field(default_factory=list)
    last: LastAnchor | None = None
    last_line: bytes = b""
    hashes: list[str] = field(default_factory=list)
    """Of every anchor's line, from the first."""


def read_log(lines: Iterable[bytes], keys: VerifyingKeys) -> AnchorLog:
    """Read anchors up to the first that is not in order; that one is a finding."""
    log = AnchorLog()
    extend_log(log, lines, keys)
    return log


def extend_log(log: AnchorLog, lines: Iterable[bytes], keys: VerifyingKeys) -> None:
    """Read on."""
    for line in lines:
        no = log.heads.no + 1
        try:
            anchor, signature = read_line(line)
        except ValueError as error:
            log.findings.append(Finding(kind="anchor-unreadable", seq=no, reason=str(error)))
            return
        fault = _fault(log, anchor, is_good=is_signed(anchor, signature, keys), keys=keys)
        if fault is not None:
            log.findings.append(Finding(kind=fault[0], seq=no, reason=fault[1]))
            return
        _take(log, anchor, line)


def _fault(
    log: AnchorLog, anchor: Anchor, *, is_good: bool, keys: VerifyingKeys
) -> tuple[str, str] | None:
    heads = log.heads
    if anchor.key_id not in keys:
        return "anchor-key", f"Expected a key that is given, but it is signed by {anchor.key_id}"
    if not is_good:
        return "anchor-signature", "Expected the signature of its content, but found another"
    if anchor.no != heads.no + 1:
        return "anchor-missing", f"Expected anchor {heads.no + 1}, but found {anchor.no}"
    if anchor.previous != heads.last_line:
        return "anchor-link", "Expected the hash of the anchor before, but found another"
    heads.move(anchor.heads)
    if heads.root != anchor.root:
        return "anchor-root", "Expected the root of the heads it lists, but found another"
    reason = "Expected the root of all anchors up to it, but found another"
    return None if heads.extends(anchor) else ("anchor-log", reason)


def _take(log: AnchorLog, anchor: Anchor, line: bytes) -> None:
    log.heads.written(anchor, line)
    for head in anchor.heads:
        point = Point(seq=head.seq, hash=head.hash, anchor=anchor.no)
        log.points.setdefault(head.stream, []).append(point)
    log.conflicts += [(anchor.no, each) for each in anchor.conflicts]
    log.hashes.append(log.heads.last_line)
    log.last = LastAnchor(no=anchor.no, at=anchor.at, hash=log.heads.last_line)
    log.last_line = line


def expect_anchor(log: AnchorLog, no: int, hash_: str) -> None:
    """What an auditor wrote down of an earlier anchor must still be so: else the log was cut."""
    if no > len(log.hashes):
        reason = f"Expected an anchor that was there before, but the log ends at {len(log.hashes)}"
        log.findings.append(Finding(kind="anchor-gone", seq=no, reason=reason))
    elif log.hashes[no - 1] != hash_:
        reason = "Expected the anchor that was written down, but found another"
        log.findings.append(Finding(kind="anchor-other", seq=no, reason=reason))
