"""Merkle trees as in RFC 6962: leaves and nodes hash apart, a leaf's path proves that it is in."""

from collections.abc import Iterator, Sequence
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

    def put(self, index: int, leaf: bytes) -> None:
        """Replace a leaf, or add one at the end."""
        for depth in range(len(self._levels)):
            level = self._levels[depth]
            if index == len(level):
                level.append(leaf)
            else:
                level[index] = leaf
            if len(level) == 1:
                return
            pair = index & ~1
            leaf = _node_hash(*level[pair : pair + 2]) if pair + 1 < len(level) else level[pair]
            index >>= 1
        self._levels.append([leaf])

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
