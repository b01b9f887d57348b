"""What a data store holds: a value that is read whole and written whole or in parts (S31).

A store outlives processes, so the interpreter never has one in hand: it asks for a job of one of
the two types below. Whoever keeps stores, a database or a game in memory, keeps entries by key, and
this says what they mean and what becomes of them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from workflows.feel import Value

READ: Final = "store.read"
"""The job type that reads: its headers name stores by variable, ``stores`` answers their values."""
WRITE: Final = "store.write"
"""The job type that writes: its variable ``writes`` is a list, carried out in order."""
STORES: Final = "stores"
WRITES: Final = "writes"

WHOLE: Final = ""
"""The key of a value that has no entries of its own: a list, a text, an empty context."""

Entries = Mapping[str, Value]


NAME_LENGTH: Final = 200
"""Characters of a store's name, and of a key in it."""
LIMIT: Final = 256 * 1024
"""How much a store weighs at most: it is read whole, as one variable (S36)."""
_SCALAR_WEIGHT: Final = 8


class StoreFull(Exception):
    """A write would put more into a store than it can hold; nothing was written."""


def value_of(entries: Entries) -> Value:
    """Return what a store holds, its entries in the order of their keys; null without any."""
    if WHOLE in entries:
        return entries[WHOLE]
    return dict(sorted(entries.items())) or None


def entries_of(value: Value) -> Entries:
    """Return the entries that hold a value."""
    if value is None:
        return {}
    if isinstance(value, dict) and value and WHOLE not in value:
        return value
    return {WHOLE: value}


def written(
    entries: Entries, path: Sequence[str], value: Value, capacity: int | None = None
) -> Entries:
    """Return the entries after one write: of the whole, or of what a path leads to.

    An entry that becomes null is gone. Raises StoreFull.
    """
    before = value_of(entries)
    after = placed(before, path, value) if path else value
    if value is None and len(path) == 1 and isinstance(after, dict):
        after = {name: kept for name, kept in after.items() if name != path[0]}
    if capacity is not None and capacity < _size(after) > _size(before):
        raise StoreFull(f"{_size(after)} entries, but room for {capacity}.")
    if weight_of(after) > LIMIT:
        raise StoreFull(f"More than {LIMIT} characters; a store is read whole.")
    return entries_of(after)


def weight_of(value: Value) -> int:
    """Weigh a value: its characters, and a little for everything else."""
    weight = 0
    pending: list[Value] = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            weight += len(one)
        elif isinstance(one, list):
            pending.extend(one)
        elif isinstance(one, dict):
            pending.extend(one.values())
            weight += sum(map(len, one))
        weight += _SCALAR_WEIGHT
    return weight


def placed(context: Value, path: Sequence[str], value: Value) -> Value:
    """Return a context like the given one, in which the path leads to the value."""
    name, *rest = path
    known = dict(context) if isinstance(context, dict) else {}
    known[name] = placed(known.get(name), rest, value) if rest else value
    return known


def _size(value: Value) -> int:
    """How much a store holds: items, entries, or the one value."""
    if value is None:
        return 0
    return len(value) if isinstance(value, list | dict) else 1
