"""Merkle trees as in RFC 9162: leaves and nodes hash apart, paths prove what is in, and what grew.

The path of a leaf proves that it is in a tree. The path from a tree's size proves that a larger
tree is that one, with leaves added at its end and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import reduce
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

    def consistency(self, size: int) -> tuple[bytes, ...]:
        """What proves that the tree of the first leaves grew into this one (RFC 9162, 2.1.4.1)."""
        if not 0 < size <= self.size:
            raise ValueError(f"Expected a size from 1 to {self.size}, but got {size}")
        return tuple(self._consistency(size, 0, self.size, is_known=True))

    def _consistency(self, size: int, start: int, end: int, *, is_known: bool) -> Iterator[bytes]:
        """The part of the proof for the leaves from ``start`` to ``end``; ``size`` counts there."""
        if size == end - start:
            if not is_known:
                yield self._below(start, end)
            return
        middle = start + _half(end - start)
        if size <= middle - start:
            yield from self._consistency(size, start, middle, is_known=is_known)
            yield self._below(middle, end)
        else:
            yield from self._consistency(size - (middle - start), middle, end, is_known=False)
            yield self._below(start, middle)

    def _below(self, start: int, end: int) -> bytes:
        """The node over the leaves from ``start`` to ``end``, which is a node of this tree."""
        depth = (end - start - 1).bit_length()
        return self._levels[depth][start >> depth]


class GrowingTree:
    """A tree that only grows, and keeps no more than the roots of its full sub-trees."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf at the end."""
        self._full.append(leaf)
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):  # as many as were filled
            right = self._full.pop()
            self._full.append(_node_hash(self._full.pop(), right))

    def root_with(self, leaf: bytes) -> bytes:
        """The root there would be with one leaf more."""
        grown = copy(self)
        grown._full = [*self._full]  # noqa: SLF001 - of its own kind
        grown.add(leaf)
        return grown.root

    @property
    def root(self) -> bytes:
        """What vouches for every leaf and its place."""
        if not self._full:
            return EMPTY
        return reduce(lambda right, left: _node_hash(left, right), reversed(self._full))


@dataclass(frozen=True, slots=True)
class TreeHead:
    """How far a tree had grown: its leaves, and its root."""

    size: int
    root: bytes


def is_consistent(old: TreeHead, new: TreeHead, path: Sequence[bytes]) -> bool:
    """Whether the path proves that a tree grew from one stand to the other (RFC 9162, 2.1.4.2)."""
    if not 0 < old.size <= new.size:
        return False
    if old.size == new.size:
        return not path and old.root == new.root
    nodes = iter(path if old.size & (old.size - 1) else (old.root, *path))
    try:
        return _roots(old.size - 1, new.size - 1, nodes) == (old.root, new.root)
    except ValueError:
        return False


def _roots(index: int, last: int, nodes: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The old and the new root that a path leads to; raises ValueError when it cannot be one."""
    while index % 2:
        index, last = index >> 1, last >> 1
    old = new = _next(nodes)
    while last:
        if index % 2 or index == last:
            node = _next(nodes)
            old, new = _node_hash(node, old), _node_hash(node, new)
            while index and not index % 2:
                index, last = index >> 1, last >> 1
        else:
            new = _node_hash(new, _next(nodes))
        index, last = index >> 1, last >> 1
    if next(nodes, None) is not None:
        raise ValueError("Expected the path to end at the root, but it goes on")
    return old, new


def _half(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


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
