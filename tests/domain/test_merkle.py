"""Merkle trees: the roots of RFC 9162, paths that prove, and nothing else that does."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.domain.merkle import (
    EMPTY,
    GrowingTree,
    MerkleTree,
    TreeHead,
    is_consistent,
    leaf_hash,
    root_of,
)


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1: split at the largest power of two below the size."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_the_book(leaves[:split]) + by_the_book(leaves[split:])).digest()


def tree_of(leaves: list[bytes]) -> MerkleTree:
    """Grown leaf by leaf."""
    tree = MerkleTree()
    for place, leaf in enumerate(leaves):
        tree.put({place: leaf})
    return tree


@pytest.mark.parametrize("size", range(34))
def test_the_root_is_that_of_the_standard(size: int) -> None:
    leaves = [leaf_hash(no) for no in range(size)]

    at_once = MerkleTree()
    at_once.put(dict(enumerate(leaves)))

    assert tree_of(leaves).root == at_once.root == by_the_book(leaves)


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert MerkleTree().root == EMPTY


@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 39), st.integers()), max_size=20),
    st.integers(0, 40),
)
def test_leaves_that_change_in_place_or_come_together_make_the_same_root(
    size: int, changes: list[tuple[int, int]], more_than: int
) -> None:
    leaves = [leaf_hash(no) for no in range(size)]
    tree = tree_of(leaves)
    put = {place % size: leaf_hash(["changed", value]) for place, value in changes}
    more = {size + place: leaf_hash(["more", place]) for place in range(more_than)}
    leaves = [put.get(place, leaf) for place, leaf in enumerate(leaves)] + list(more.values())
    tree.put(put | more)

    assert tree.root == by_the_book(leaves)


@given(st.integers(1, 70), st.data())
def test_the_path_of_every_leaf_leads_to_the_root(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(no) for no in range(size)]
    tree = tree_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = tree.path(index)

    assert root_of(leaves[index], index=index, size=size, path=path) == tree.root
    assert root_of(leaf_hash("other"), index=index, size=size, path=path) != tree.root


@given(st.integers(2, 70), st.data())
def test_a_path_for_another_place_proves_nothing(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(no) for no in range(size)]
    tree = tree_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index))

    try:
        found = root_of(leaves[index], index=other, size=size, path=tree.path(index))
    except ValueError:
        return
    assert found != tree.root


@pytest.mark.parametrize(("index", "path"), [(4, ()), (-1, ()), (0, ()), (0, (b"x",) * 9)])
def test_what_cannot_be_a_path_is_refused(index: int, path: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="Expected"):
        root_of(leaf_hash(0), index=index, size=4, path=path)


def test_a_leaf_is_no_node() -> None:
    left, right = leaf_hash(1), leaf_hash(2)

    assert tree_of([left, right]).root != sha256(b"\x00" + left + right).digest()


@given(st.integers(1, 70), st.data())
def test_what_grew_is_proved_to_have_grown_and_nothing_else_is(
    size: int, data: st.DataObject
) -> None:
    leaves = [leaf_hash(no) for no in range(size)]
    tree, earlier = tree_of(leaves), data.draw(st.integers(1, size))
    path = tree.consistency(earlier)
    old, new = TreeHead(earlier, by_the_book(leaves[:earlier])), TreeHead(size, tree.root)
    place = data.draw(st.integers(0, earlier - 1))
    other = [leaf_hash("other") if no == place else leaf for no, leaf in enumerate(leaves)]

    assert is_consistent(old, new, path)
    assert not is_consistent(TreeHead(earlier, by_the_book(other[:earlier])), new, path)
    assert not is_consistent(old, TreeHead(size, by_the_book(other)), path)
    assert not is_consistent(new, old, path) or earlier == size
    assert not is_consistent(old, new, (*path, leaves[0]))
    assert not path or not is_consistent(old, new, path[:-1])


@given(st.integers(0, 70))
def test_a_tree_that_keeps_its_full_parts_only_has_the_same_roots(size: int) -> None:
    leaves = [leaf_hash(no) for no in range(size + 1)]
    tree = GrowingTree()
    for leaf in leaves[:size]:
        tree.add(leaf)

    assert (tree.size, tree.root) == (size, by_the_book(leaves[:size]))
    assert tree.root_with(leaves[size]) == by_the_book(leaves)
    assert tree.root == by_the_book(leaves[:size])


@pytest.mark.parametrize("size", [0, 5])
def test_a_tree_did_not_grow_from_what_it_never_was(size: int) -> None:
    with pytest.raises(ValueError, match="Expected a size"):
        tree_of([leaf_hash(no) for no in range(4)]).consistency(size)
