"""Anchors: signed statements of where every audit chain stood, chained to one another.

An anchor lists the heads that moved since the one before, and the root of the Merkle tree over the
heads of all chains. A chain has its leaf where it was first anchored; a head that moves changes
that leaf. Whoever has the anchors and the public key can tell what the database must still hold.

The statements of all anchors are the leaves of a second tree, which only grows. Each anchor names
its root, itself included; so whoever has two anchors and a short proof can tell that the newer one
comes after the older one, with nothing before that changed (docs/decisions/0039).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from workflows.domain.audit import GENESIS
from workflows.domain.canonical import JsonObject, canonical_json
from workflows.domain.merkle import GrowingTree, MerkleTree, TreeHead, leaf_hash, root_of

DOMAIN = "baoquan/anchor/1\n"
"""What an anchor's signature is for, and nothing else."""
ConflictKind = Literal["rolled-back", "rewritten", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a chain stands: number and hash of its last record."""

    stream: str
    seq: int
    hash: str

    @property
    def leaf(self) -> bytes:
        """Its leaf in the tree of all heads."""
        return leaf_hash([self.stream, self.seq, self.hash])


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A chain that was found behind, or beside, what had been anchored of it."""

    stream: str
    seq: int
    hash: str
    kind: ConflictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A statement about all chains at one moment, before it is signed."""

    no: int
    at: datetime
    previous: str
    """SHA-256 of the line before; GENESIS for the first."""
    key_id: str
    size: int
    """Leaves of the tree."""
    root: str
    heads: tuple[Head, ...]
    """Those that moved since the anchor before."""
    conflicts: tuple[Conflict, ...] = ()
    log: str = ""
    """The root over the statements of all anchors up to this one; of old releases, none."""

    @property
    def leaf(self) -> bytes:
        """Its leaf in the tree of all anchors."""
        return leaf_hash(self.statement())

    @property
    def tree_head(self) -> TreeHead:
        """How far the tree of all anchors had grown; raises ValueError where it says nothing."""
        if not self.log:
            raise ValueError(f"Expected anchor {self.no} to name the anchors before it")
        return TreeHead(self.no, bytes.fromhex(self.log))

    def body(self) -> JsonObject:
        """What is signed, as JSON."""
        return {**self.statement(), **({"log": self.log} if self.log else {})}

    def statement(self) -> JsonObject:
        """What it says of the chains."""
        return {
            "no": self.no,
            "at": self.at,
            "previous": self.previous,
            "key": self.key_id,
            "size": self.size,
            "root": self.root,
            "heads": [[head.stream, head.seq, head.hash] for head in self.heads],
            "conflicts": [[each.stream, each.seq, each.hash, each.kind] for each in self.conflicts],
        }

    def signed_bytes(self) -> bytes:
        """What is signed."""
        return (DOMAIN + canonical_json(self.body())).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """Proof that a head is under the root of an anchor."""

    index: int
    size: int
    path: tuple[str, ...]

    def leads_to(self, head: Head, root: str) -> bool:
        """Whether the head is under the root."""
        try:
            path = [bytes.fromhex(each) for each in self.path]
            found = root_of(head.leaf, index=self.index, size=self.size, path=path)
        except ValueError:
            return False
        return found.hex() == root


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a look at the chains found since the last anchor."""

    moved: tuple[Head, ...]
    conflicts: tuple[Conflict, ...]


class AnchoredHeads:
    """Every head as it was anchored last, and the trees over them and over all anchors."""

    def __init__(self) -> None:
        self.no = 0
        self.last_line = GENESIS
        self._heads: dict[str, Head] = {}
        self._places: dict[str, int] = {}
        self._tree = MerkleTree()
        self._log = GrowingTree()
        self._names_log = False
        self._conflicts: dict[str, Conflict] = {}

    @property
    def heads(self) -> Mapping[str, Head]:
        """The heads by chain."""
        return self._heads

    @property
    def root(self) -> str:
        """The root over all of them."""
        return self._tree.root.hex()

    def compare(self, found: Iterable[Head]) -> Comparison:
        """What moved, and what went where no chain goes: backwards, or away."""
        moved: list[Head] = []
        conflicts: list[Conflict] = []
        missing = set(self._heads)
        for head in found:
            missing.discard(head.stream)
            known = self._heads.get(head.stream)
            if known is None or head.seq > known.seq:
                moved.append(head)
            elif head != known:
                kind: ConflictKind = "rewritten" if head.seq == known.seq else "rolled-back"
                conflicts.append(_conflict(head, kind))
        conflicts += [_conflict(self._heads[stream], "gone") for stream in missing]
        new = [each for each in conflicts if self._conflicts.get(each.stream) != each]
        return Comparison(
            moved=tuple(sorted(moved, key=_stream)), conflicts=tuple(sorted(new, key=_stream))
        )

    def next(self, found: Comparison, *, at: datetime, key_id: str) -> Anchor:
        """The anchor of a comparison; the heads move with it."""
        self.move(found.moved)
        anchor = Anchor(
            no=self.no + 1,
            at=at,
            previous=self.last_line,
            key_id=key_id,
            size=self._tree.size,
            root=self.root,
            heads=found.moved,
            conflicts=found.conflicts,
        )
        return replace(anchor, log=self._log.root_with(anchor.leaf).hex())

    def extends(self, anchor: Anchor) -> bool:
        """Whether an anchor names all anchors that were written; the first releases named none."""
        if not anchor.log:
            return not self._names_log
        return anchor.log == self._log.root_with(anchor.leaf).hex()

    def move(self, heads: Iterable[Head]) -> None:
        """Put heads in their places; new chains take the next ones."""
        leaves: dict[int, bytes] = {}
        for head in heads:
            place = self._places.setdefault(head.stream, len(self._places))
            self._heads[head.stream] = head
            leaves[place] = head.leaf
        self._tree.put(leaves)

    def written(self, anchor: Anchor, line: bytes) -> None:
        """The anchor stands in the log as this line."""
        self.no = anchor.no
        self.last_line = line_hash(line)
        self._log.add(anchor.leaf)
        self._names_log = bool(anchor.log)
        self._conflicts |= {each.stream: each for each in anchor.conflicts}

    def inclusion(self, stream: str) -> Inclusion | None:
        """Proof that the anchored head of a chain is under the root."""
        place = self._places.get(stream)
        if place is None:
            return None
        path = tuple(each.hex() for each in self._tree.path(place))
        return Inclusion(index=place, size=self._tree.size, path=path)


def line_hash(line: bytes) -> str:
    """What the next anchor names as the one before it."""
    return sha256(line).hexdigest()


def _conflict(head: Head, kind: ConflictKind) -> Conflict:
    return Conflict(stream=head.stream, seq=head.seq, hash=head.hash, kind=kind)


def _stream(each: Head | Conflict) -> str:
    return each.stream
