"""Proofs that a newer anchor extends an older one, with nothing else at hand (RFC 9162, 2.1.4).

Whoever keeps the log of anchors makes them; whoever kept one signed anchor, or its number and hash,
verifies them with the public key alone: neither database nor log is needed, nor trusted.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from infra.anchoring.keys import VerifyingKeys
from infra.anchoring.wire import is_signed, read_line
from infra.auditing.report import Finding, LastAnchor, Report
from workflows.domain.anchors import Anchor, line_hash
from workflows.domain.canonical import canonical_json
from workflows.domain.merkle import MerkleTree, is_consistent

TYPE: Final = "consistency"
_LONGEST: Final = 64
"""Nodes of a path: more no log of anchors needs."""


def consistency_line(lines: Iterable[bytes], since: int) -> str:
    """The proof for the newest anchor of a log; raises ValueError where there is none."""
    tree, kept, new = MerkleTree(), b"", b""
    for line in lines:
        anchor, _ = read_line(line)
        tree.put({tree.size: anchor.leaf})
        new = line
        if tree.size == since == anchor.tree_head.size:  # the first releases name no tree
            kept = line
    if not kept:
        raise ValueError(f"Expected an anchor {since}, but the log has {tree.size}")
    path = [node.hex() for node in tree.consistency(since)]
    return canonical_json({"type": TYPE, "old": kept.decode(), "new": new.decode(), "path": path})


def is_consistency(path: Path) -> bool:
    """Whether a file is such a proof."""
    with path.open("rb") as file:
        first = file.readline()
    try:
        return bool(json.loads(first)["type"] == TYPE)
    except (ValueError, KeyError, TypeError):
        return False


def verify_consistency(
    text: str, keys: VerifyingKeys, expected: tuple[int, str] | None = None
) -> Report:
    """Verify a proof by the public key; the older anchor may be one that was written down."""
    try:
        proof = json.loads(text)
        (old, is_old_good), (new, is_new_good) = (
            _anchor(proof[which], keys) for which in ("old", "new")
        )
        found = [
            *_unsigned(old, is_good=is_old_good),
            *_unsigned(new, is_good=is_new_good),
            *_unexpected(old, proof["old"], expected),
            *_inconsistent(old, new, proof["path"]),
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"Expected a proof of consistency, but found none ({type(error).__name__})"
        return Report(findings=(Finding(kind="anchor-unreadable", reason=reason),))
    last = LastAnchor(no=new.no, at=new.at, hash=line_hash(proof["new"].encode()))
    return Report(
        findings=tuple(found),
        last_anchor=last,
        subject=f"Anchors {old.no} to {new.no}",
        notes=() if expected else (_whose(old, proof["old"]),),
    )


def _anchor(line: str, keys: VerifyingKeys) -> tuple[Anchor, bool]:
    anchor, signature = read_line(line.encode())
    return anchor, is_signed(anchor, signature, keys)


def _unsigned(anchor: Anchor, *, is_good: bool) -> Iterable[Finding]:
    if not is_good:
        reason = "Expected the signature of a key that is given, but found another"
        yield Finding(kind="anchor-signature", seq=anchor.no, reason=reason)


def _unexpected(old: Anchor, line: str, expected: tuple[int, str] | None) -> Iterable[Finding]:
    if expected is not None and (old.no, line_hash(line.encode())) != expected:
        reason = "Expected the anchor that was written down, but found another"
        yield Finding(kind="anchor-other", seq=expected[0], reason=reason)


def _inconsistent(old: Anchor, new: Anchor, path: list[Any]) -> Iterable[Finding]:
    nodes = [bytes.fromhex(node) for node in path[:_LONGEST]]
    if not is_consistent(old.tree_head, new.tree_head, nodes):
        reason = f"Expected what stood at anchor {old.no}, and more; the past was written anew"
        yield Finding(kind="anchor-inconsistent", seq=new.no, reason=reason)


def _whose(old: Anchor, line: str) -> str:
    kept = f"{old.no}:{line_hash(line.encode())}"
    return f"Compare with what you wrote down of the older anchor, or give it: --expect {kept}"
