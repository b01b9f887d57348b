"""Merkle trees as in RFC 6962: leaves and nodes hash apart, a leaf's path proves that it is in."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from workflows.domain.canonical import canonical_json

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""
_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(content: object) -> bytes:
    """The hash of a leaf: of the canonical JSON of its content."""
    return sha256(_LEAF + canonical_json(content).encode()).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


def _parent(below: Sequence[bytes], index: int) -> bytes:
    pair = below[2 * index : 2 * index + 2]
    return _node_hash(*pair) if len(pair) > 1 else pair[0]


def _write(level: list[bytes], places: Sequence[int], nodes: Sequence[bytes]) -> None:
    for place, node in zip(places, nodes, strict=True):
        if place == len(level):
            level.append(node)
        else:
            level[place] = node


class MerkleTree:
    """A tree that grows at its end and changes in place: either costs one path to the root.

    Every level is kept; a node without a sibling is carried up as it is, which gives the roots of
    RFC 6962.
    """

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """What vouches for every leaf and its place."""
        return self._levels[-1][0] if self.size else EMPTY

    def put(self, leaves: Mapping[int, bytes]) -> None:
        """Replace leaves, or add them at the end; every node above them is hashed once."""
        changed = sorted(leaves)
        _write(self._levels[0], changed, [leaves[index] for index in changed])
        depth = 0
        while len(below := self._levels[depth]) > 1:
            changed = sorted({index >> 1 for index in changed})
            depth += 1
            if depth == len(self._levels):
                self._levels.append([])
            _write(self._levels[depth], changed, [_parent(below, index) for index in changed])

    def path(self, index: int) -> tuple[bytes, ...]:
        """The siblings on the way from a leaf to the root."""
        found: list[bytes] = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                found.append(level[sibling])
            index >>= 1
        return tuple(found)


def root_of(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a leaf and its path lead to; raises ValueError when the path cannot be one."""
    if not 0 <= index < size:
        raise ValueError(f"Expected a place below {size}, but got {index}")
    siblings = iter(path)
    last = size - 1
    while last:
        if index % 2:
            leaf = _node_hash(_next(siblings), leaf)
        elif index < last:
            leaf = _node_hash(leaf, _next(siblings))
        index, last = index >> 1, last >> 1
    if next(siblings, None) is not None:
        raise ValueError("Expected the path to end at the root, but it goes on")
    return leaf


def _next(siblings: Iterator[bytes]) -> bytes:
    found = next(siblings, None)
    if found is None:
        raise ValueError("Expected the path to reach the root, but it ends before")
    return found
